-- The same, leaving alone what another transaction holds.
-- $1 ids int8[]
select id, org_id from subjects where id = any ($1) order by id for no key update skip locked
