-- The same, leaving alone what another transaction holds.
-- $1 ids int8[]
select id, chart_id, coalesce(subject_id, 0), coalesce(owner_org, 0), seq, at, closed, hash, body, data,
    fire_at, turns, ctid
from cases where id = any ($1) order by id for no key update skip locked
