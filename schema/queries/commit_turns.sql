-- Turns that begin.
-- $1 roles text[]
-- $2 orgs int8[]
-- $3 dues timestamptz[]
-- $4 cases int8[]
insert into turns (role, org_id, due, case_id) select * from unnest($1, $2, $3, $4)
