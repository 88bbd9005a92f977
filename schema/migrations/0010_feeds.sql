-- Addresses at which a calendar program fetches deadlines without signing in. The token in an address is nowhere: its
-- SHA-256 is. One row a feed: a new address takes the place of the old one. Only the role engine sees any of it; what a
-- feed tells is read as the person would read it.
create table feeds (
    person_id  int8 not null references persons,
    org_id     int8 not null references organisations,
    scope      int2 not null check (scope in (0, 1)), -- 0: the turns of the person, 1: all of the organisation
    hash       bytea not null unique,
    language   text not null check (language in ('ja', 'en')),
    created_at timestamptz not null,
    fetched_at timestamptz, -- noted once an hour
    revoked_at timestamptz,
    primary key (person_id, org_id, scope)
);

alter table feeds enable row level security;
alter table feeds force row level security;
grant select, insert, update on feeds to engine;
create policy engine_all on feeds to engine using (true) with check (true);
create policy owner_all on feeds to current_user using (true) with check (true);
