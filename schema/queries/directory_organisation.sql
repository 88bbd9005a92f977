-- Creates or renames an organisation.
-- $1 code text
-- $2 name_ja text
-- $3 name_en text
-- $4 kind text
insert into organisations (code, name_ja, name_en, kind) values ($1, $2, $3, $4)
on conflict (code) do update set name_ja = excluded.name_ja, name_en = excluded.name_en, kind = excluded.kind
returning id
