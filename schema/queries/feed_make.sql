-- Makes the address of a feed; the one before it opens nothing any more.
-- $1 hash bytea
-- $2 person int8
-- $3 org int8
-- $4 scope int2
-- $5 language text
-- $6 now timestamptz
insert into feeds (hash, person_id, org_id, scope, language, created_at) values ($1, $2, $3, $4, $5, $6)
on conflict (person_id, org_id, scope) do update
set hash = excluded.hash, language = excluded.language, created_at = excluded.created_at, fetched_at = null,
    revoked_at = null
