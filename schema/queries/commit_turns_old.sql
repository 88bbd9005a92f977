-- Turns that end.
-- $1 roles text[]
-- $2 orgs int8[]
-- $3 dues timestamptz[]
-- $4 cases int8[]
delete from turns t using unnest($1, $2, $3, $4) u (role, org_id, due, case_id)
where t.role = u.role and t.org_id = u.org_id and t.due = u.due and t.case_id = u.case_id
