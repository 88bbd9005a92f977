-- Takes away the deadlines that are no longer live, and those that are about to be written anew.
-- $1 cases int8[]
-- $2 deadlines text[]
delete from deadlines d using unnest($1, $2) u (case_id, deadline)
where d.case_id = any ($1) and d.case_id = u.case_id and d.deadline = u.deadline
