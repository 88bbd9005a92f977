-- People with a password, and their sessions. Only the role engine sees any of it: whoever reads cases under row level
-- security has no use for password hashes.

-- People of a demonstration, whose passwords lie in a file: served only where the configuration says so.
alter table persons add column demonstration bool not null default false;

-- Argon2id, salt and cost within the text. Whoever has no row signs in by a token alone.
create table passwords (
    person_id int8 primary key references persons,
    hash      text not null,
    set_at    timestamptz not null
);

-- The id of a session is nowhere: its SHA-256 is. org_id null: the person has not yet said for whom. A row stays for
-- some time after its end, as evidence.
create table sessions (
    hash       bytea primary key,
    person_id  int8 not null references persons,
    org_id     int8 references organisations,
    created_at timestamptz not null,
    seen_at    timestamptz not null,
    expires_at timestamptz not null,
    ended_at   timestamptz
);

-- A new password ends a person's sessions. No index on seen_at: it changes.
create index sessions_person on sessions (person_id) where ended_at is null;
-- What is old enough to go.
create index sessions_expires on sessions (expires_at);

-- Tries to sign in that were not forgiven, by SHA-256 of the login, which need not be anybody's.
create table sign_in_attempts (
    login_hash bytea primary key,
    failures   int4 not null,
    last_at    timestamptz not null,
    wait_until timestamptz not null
);

create index sign_in_attempts_last on sign_in_attempts (last_at);

-- How long after so many failures the next try waits: nothing for four, then 10 s, 20 s, 40 s, ... to 15 minutes.
create function sign_in_wait(failures int4) returns interval
    language sql immutable parallel safe
    return case when failures < 5 then interval '0'
        else least(interval '10 s' * power(2, least(failures, 12) - 5), interval '15 min') end;

do $$
declare
    name text;
begin
    foreach name in array array['passwords', 'sessions', 'sign_in_attempts']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to engine', name);
        execute format('create policy engine_all on %I to engine using (true) with check (true)', name);
        execute format('create policy owner_all on %I to current_user using (true) with check (true)', name);
    end loop;
end $$;
