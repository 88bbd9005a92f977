-- Enters a migration as applied, in the transaction that applies it.
-- $1 number int4
-- $2 name text
-- $3 sha256 text of the file, hexadecimal
insert into schema_migrations (number, name, sha256) values ($1, $2, $3)
