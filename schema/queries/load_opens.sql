-- The open cases of these subjects, read under the subjects' locks.
-- $1 subjects int8[]
select workflow, subject_id, case_id from open_cases where subject_id = any ($1) order by subject_id, workflow
