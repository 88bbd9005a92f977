-- The records of these events that are moves to another version.
-- $1 cases int8[]
-- $2 seqs int4[]
select e.case_id, e.record
from unnest($1, $2) u (case_id, seq) join events e on e.case_id = u.case_id and e.seq = u.seq where e.kind = 3
