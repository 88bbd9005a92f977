-- The ids behind the names that people type; null for what is not known.
-- $1 login text
-- $2 org_code text
select (select id from persons where login = $1), (select id from organisations where code = $2)
