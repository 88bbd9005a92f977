-- Takes away what was noted when the cases were written last.
-- $1 fires timestamptz[]
-- $2 cases int8[]
delete from wakes w using unnest($1, $2) u (fire_at, case_id) where w.fire_at = u.fire_at and w.case_id = u.case_id
