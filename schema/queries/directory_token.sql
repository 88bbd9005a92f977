-- Lets the holder of a token act as a person for an organisation until it expires.
-- $1 hash bytea
-- $2 person int8
-- $3 org int8
-- $4 label text
-- $5 expires_at timestamptz
insert into tokens (hash, person_id, org_id, label, expires_at) values ($1, $2, $3, $4, $5)
on conflict (hash) do update set label = excluded.label, expires_at = excluded.expires_at
where tokens.person_id = excluded.person_id and tokens.org_id = excluded.org_id
returning person_id
