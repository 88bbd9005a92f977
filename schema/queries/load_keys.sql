-- The events that consumed these keys before. One probe of events_key a key, whatever the planner believes of the table.
-- $1 persons int8[]
-- $2 keys text[]
select (u.n - 1)::int4, e.case_id, e.seq, e.body_hash, e.states
from unnest($1, $2) with ordinality u (person, key, n)
cross join lateral (
    select case_id, seq, body_hash, states from events where person_id = u.person and key = u.key limit 1
) e
