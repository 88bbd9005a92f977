-- When the next deadline after now is to be looked at; 'infinity' when none is.
-- $1 now timestamptz
select coalesce(min(fire_at), 'infinity') from deadlines where fire_at > $1 and fire_at < 'infinity'
