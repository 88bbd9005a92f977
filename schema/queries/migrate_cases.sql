-- Running cases of other versions of a workflow than one, above an id, in the order of their ids; 0: of any version.
-- $1 workflow text
-- $2 to int4
-- $3 from int4
-- $4 after int8
-- $5 limit int4
select c.id, k.version
from cases c join charts k on k.id = c.chart_id
where k.workflow = $1 and k.version <> $2 and ($3 = 0 or k.version = $3) and not c.closed and c.id > $4
order by c.id limit $5
