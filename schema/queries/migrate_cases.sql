-- Running cases of other versions of a workflow than one, above an id, in the order of their ids.
-- $1 workflow text
-- $2 to int4
-- $3 from int4 only of this version; 0: of any
-- $4 moved text only those that some event moved away from this version, W@N; empty: all
-- $5 after int8
-- $6 limit int4
select c.id
from cases c join charts k on k.id = c.chart_id
where k.workflow = $1 and k.version <> $2 and ($3 = 0 or k.version = $3) and not c.closed and c.id > $5
    and ($4 = '' or exists (select from events e
        where e.case_id = c.id and e.kind = 3 and e.record::json ->> 'chart' = $4))
order by c.id limit $6
