-- Sends a dead notice again: due at once, its attempts stay.
-- $1 id int8
-- $2 now timestamptz
update notices set state = 0, next_at = $2, lease = null where id = $1 and state = 2 returning id
