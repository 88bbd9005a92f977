-- The first case found through each relation.
-- $1 cases int8[]
-- $2 subjects int8[]
-- $3 relations text[]
-- $4 workflows text[]
-- $5 same_subject bool[]
-- $6 owners text[]
select (u.n - 1)::int4, t.case_id
from unnest($1, $2, $3, $4, $5, $6) with ordinality u (case_id, subject, relation, workflow, same_subject, owner, n)
cross join lateral (
    select o.case_id from open_cases o
    where u.same_subject and o.subject_id = u.subject and o.workflow = u.workflow and o.case_id <> u.case_id
    union all
    select l.target_case from links l join cases c on c.id = l.target_case join charts k on k.id = c.chart_id
    where not u.same_subject and u.owner is null and l.case_id = u.case_id and l.relation = u.relation
        and k.workflow = u.workflow
    union all
    select o.case_id from organisations g join subjects s on s.org_id = g.id join open_cases o on o.subject_id = s.id
    where u.owner is not null and g.code = u.owner and o.workflow = u.workflow and o.case_id <> u.case_id
    order by 1 limit 1
) t
