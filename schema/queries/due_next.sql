-- When the clock is to look at a case next, after now; 'infinity' when never.
-- $1 now timestamptz
select coalesce(min(fire_at), 'infinity') from wakes where fire_at > $1
