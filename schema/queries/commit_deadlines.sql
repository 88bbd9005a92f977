-- Deadlines that are new or changed.
-- $1 cases int8[]
-- $2 deadlines text[]
-- $3 armings int4[]
-- $4 limits bool[]
-- $5 dues timestamptz[]
-- $6 fires timestamptz[]
insert into deadlines (case_id, deadline, arming, is_limit, due, fire_at)
select * from unnest($1, $2, $3, $4, $5, $6)
