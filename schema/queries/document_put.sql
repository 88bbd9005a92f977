-- Keeps a document. The same bytes of the same organisation stay as they came first.
-- $1 org int8
-- $2 sha256 bytea
-- $3 name text
-- $4 media_type text
-- $5 content bytea
-- $6 at timestamptz
insert into documents (org_id, sha256, name, media_type, size, content, at)
values ($1, $2, $3, $4, length($5), $5, $6) on conflict (org_id, sha256) do nothing
