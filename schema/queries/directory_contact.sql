-- Adds an address of an organisation, or changes its language.
-- $1 org int8
-- $2 kind text
-- $3 email text
-- $4 language text
insert into contacts (org_id, kind, email, language) values ($1, $2, $3, $4)
on conflict (org_id, kind, email) do update set language = excluded.language
