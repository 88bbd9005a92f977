-- Ends a session for good.
-- $1 hash bytea
-- $2 now timestamptz
update sessions set ended_at = $2 where hash = $1 and ended_at is null
