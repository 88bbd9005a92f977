-- The next value of each counter, in the order asked; the counters stay locked until the transaction ends.
-- $1 counters text[]
with wanted as (
    select counter, n, row_number() over (partition by counter order by n) as k
    from unnest($1) with ordinality u (counter, n)
), taken as (
    insert into counters as c (name, value)
    select counter, count(*) from wanted group by counter order by counter
    on conflict (name) do update set value = c.value + excluded.value
    returning name, value
), sizes as (
    select counter, count(*) as size from wanted group by counter
)
select t.value - s.size + w.k
from wanted w join taken t on t.name = w.counter join sizes s using (counter) order by w.n
