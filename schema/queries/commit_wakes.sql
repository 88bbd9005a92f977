-- When the clock is to look at the cases again.
-- $1 fires timestamptz[]
-- $2 cases int8[]
insert into wakes (fire_at, case_id) select * from unnest($1, $2)
