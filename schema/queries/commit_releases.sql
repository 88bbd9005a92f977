-- Closed cases make room for the next one of their workflows and subjects.
-- $1 subjects int8[]
-- $2 workflows text[]
-- $3 cases int8[]
delete from open_cases o using unnest($1, $2, $3) u (subject_id, workflow, case_id)
where o.subject_id = any ($1) and o.subject_id = u.subject_id and o.workflow = u.workflow and o.case_id = u.case_id
