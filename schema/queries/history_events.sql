-- All events of some cases, in order.
-- $1 ids int8[]
select case_id, seq, at, hash, record from events where case_id = any ($1) order by case_id, seq
