-- The list of what was applied. It is no migration itself: the first one is entered in it.
create table if not exists schema_migrations (
    number     int4 primary key,
    name       text not null,
    sha256     text not null,
    applied_at timestamptz not null default now()
)
