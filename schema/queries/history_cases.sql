-- Cases after an id, in the order of their ids, with the workflow version that they follow.
-- $1 after int8
-- $2 limit int4
select c.id, coalesce(c.subject_id, 0), coalesce(c.owner_org, 0), k.workflow, k.version, c.seq, c.at, c.closed, c.hash,
    c.body, c.data
from cases c join charts k on k.id = c.chart_id
where c.id > $1 order by c.id limit $2
