-- Counts one try to sign in with a login, before the password is looked at. No row: too many have failed, wait.
-- $1 login_hash bytea
-- $2 now timestamptz
insert into sign_in_attempts as a (login_hash, failures, last_at, wait_until) values ($1, 1, $2, $2)
on conflict (login_hash) do update set last_at = $2,
    failures = case when a.last_at < $2 - interval '1 day' then 1 else a.failures + 1 end,
    wait_until = $2 + sign_in_wait(case when a.last_at < $2 - interval '1 day' then 1 else a.failures + 1 end)
where a.wait_until <= $2
returning failures
