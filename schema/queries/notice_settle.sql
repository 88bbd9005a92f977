-- What became of attempts, with the evidence. Who lost the lease changes nothing.
-- $1 ids int8[]
-- $2 leases int8[]
-- $3 attempts int4[]
-- $4 states int2[]
-- $5 ats timestamptz[]
-- $6 nexts timestamptz[]
-- $7 replies text[]
with settled as (
    update notices n set state = u.state, next_at = u.next, lease = null
    from unnest($1, $2, $4, $6) u (id, lease, state, next)
    where n.id = any ($1) and n.id = u.id and n.lease = u.lease
    returning n.id, u.lease
)
insert into notice_attempts (notice_id, attempt, at, state, reply)
select u.id, u.attempt, u.at, u.state, u.reply
from unnest($1, $2, $3, $4, $5, $7) u (id, lease, attempt, state, at, reply)
join settled s on s.id = u.id and s.lease = u.lease
