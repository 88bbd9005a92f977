-- Locks cases in the order of their ids. No key is changed, so links to a locked case may be written meanwhile.
-- $1 ids int8[]
select id, chart_id, coalesce(subject_id, 0), coalesce(owner_org, 0), seq, at, closed, hash, body, data,
    fire_at, turns, ctid
from cases where id = any ($1) order by id for no key update
