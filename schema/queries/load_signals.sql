-- Pending signals to these cases, and those that open a case about one of these subjects. Read under their locks.
-- $1 cases int8[]
-- $2 subjects int8[]
select origin_case, origin_seq, origin_number, target_case, coalesce(subject_id, 0), workflow, name, at, hops::int4,
    payload
from signals where state = 0 and target_case <> 0 and target_case = any ($1)
union all
select origin_case, origin_seq, origin_number, target_case, coalesce(subject_id, 0), workflow, name, at, hops::int4,
    payload
from signals where state = 0 and target_case = 0 and subject_id = any ($2)
order by 8, 1, 2, 3
