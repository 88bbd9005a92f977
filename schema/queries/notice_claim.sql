-- Takes notices that are due, or whose lease has ended, under a new lease each.
-- $1 now timestamptz
-- $2 lease_until timestamptz
-- $3 limit int4
with due as materialized (
    select id from notices where state = 0 and next_at <= $1 order by next_at, id limit $3 for update skip locked
), claimed as (
    update notices n set lease = nextval('notice_leases'), attempt = n.attempt + 1, next_at = $2
    where n.id = any (array (select id from due))
    returning n.*
)
select n.id, n.lease, n.case_id, n.attempt::int4, n.notice, n.address, n.language, n.at, n.vars,
    k.prefix || '-' || n.case_id
from claimed n join cases c on c.id = n.case_id join charts k on k.id = c.chart_id
order by n.at, n.id
