-- Locks linked cases against change. They come after the cases in the lock order, so nobody waits for them.
-- $1 ids int8[]
select id, chart_id, coalesce(subject_id, 0), coalesce(owner_org, 0), seq, at, closed, hash, body, data
from cases where id = any ($1) order by id for share skip locked
