-- After sign_in_attempt: when the next try is allowed, and whose login it is with the hash of the password; null when
-- nobody who may sign in has it.
-- $1 login text
-- $2 login_hash bytea
-- $3 demonstration bool
select a.wait_until, p.id, w.hash
from sign_in_attempts a
left join persons p on p.login = $1 and (not p.demonstration or $3)
left join passwords w on w.person_id = p.id
where a.login_hash = $2
