-- Locks the subjects that cases are to be opened about.
-- $1 ids int8[]
select id, org_id from subjects where id = any ($1) order by id for no key update
