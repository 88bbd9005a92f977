-- The new cases are the open ones of their workflows and subjects; another one violates open_cases_pkey.
-- $1 subjects int8[]
-- $2 workflows text[]
-- $3 cases int8[]
insert into open_cases (subject_id, workflow, case_id) select * from unnest($1, $2, $3)
