-- When the next notice after now is to be looked at; 'infinity' when none is.
-- $1 now timestamptz
select coalesce(min(next_at), 'infinity') from notices where state = 0 and next_at > $1
