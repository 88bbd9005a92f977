-- Begins a session and forgives the tries before it. It acts for the person's organisation when there is only one.
-- $1 hash bytea
-- $2 person int8
-- $3 now timestamptz
-- $4 expires timestamptz
-- $5 login_hash bytea
with forgiven as (
    delete from sign_in_attempts where login_hash = $5
)
insert into sessions (hash, person_id, org_id, created_at, seen_at, expires_at)
select $1, $2, case when count(distinct g.org_id) = 1 then min(g.org_id) end, $3, $3, $4
from grants g where g.person_id = $2
