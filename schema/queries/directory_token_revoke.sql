-- Ends a token.
-- $1 hash bytea
-- $2 at timestamptz
update tokens set revoked_at = coalesce(revoked_at, $2) where hash = $1 returning person_id
