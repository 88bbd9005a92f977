-- Whose turn it is.
-- $1 cases int8[]
-- $2 roles text[]
-- $3 orgs int8[]
-- $4 deadlines text[]
-- $5 dues timestamptz[]
insert into turns (case_id, role, org_id, deadline, due)
select * from unnest($1, $2, $3, $4, $5)
