-- Creates or renames a service (or auditor) that cases are about.
-- $1 org int8
-- $2 code text
-- $3 name text
insert into subjects (org_id, code, name) values ($1, $2, $3)
on conflict (org_id, code) do update set name = excluded.name returning id
