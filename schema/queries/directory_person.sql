-- Creates or renames a person.
-- $1 login text
-- $2 name text
insert into persons (login, name) values ($1, $2) on conflict (login) do update set name = excluded.name returning id
