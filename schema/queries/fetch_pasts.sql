-- Earlier events of cases that the transaction holds, by the place of each in what is asked.
-- $1 cases int8[]
-- $2 seqs int4[]
select (u.n - 1)::int4, e.record
from unnest($1, $2) with ordinality u (case_id, seq, n)
join lateral (select record from events e where e.case_id = u.case_id and e.seq = u.seq) e on true
