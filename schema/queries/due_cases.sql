-- Cases with a deadline that is to be looked at, the earliest first.
-- $1 now timestamptz
-- $2 limit int4
select case_id from (
    select case_id, fire_at from deadlines where fire_at <= $1 and fire_at < 'infinity' order by fire_at limit $2
) d
group by case_id order by min(fire_at), case_id
