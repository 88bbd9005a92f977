-- Cases that the clock is to look at, the earliest first.
-- $1 now timestamptz
-- $2 limit int4
select case_id from wakes where fire_at <= $1 order by fire_at, case_id limit $2
