-- Forgets sessions that were over long ago, and tries that no longer count.
-- $1 now timestamptz
with old_attempts as (
    delete from sign_in_attempts where last_at < $1 - interval '1 day'
)
delete from sessions where expires_at < $1 - interval '90 days'
