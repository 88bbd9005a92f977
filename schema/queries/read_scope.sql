-- Whose rows the rest of the transaction reads (role read_org, schema/migrations/0002_access.sql).
-- $1 org text
select set_config('toroku.org', $1, true)
