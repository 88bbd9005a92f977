-- The open cases of workflows about subjects, by the place of each in what is asked.
-- $1 subjects int8[]
-- $2 workflows text[]
select (u.n - 1)::int4, o.case_id
from unnest($1, $2) with ordinality u (subject, workflow, n)
join lateral (select case_id from open_cases o where o.subject_id = u.subject and o.workflow = u.workflow) o on true
