-- One migrating process at a time per database; the lock ends with the session. The number spells "toroku" in ASCII.
select pg_advisory_lock(128022010096501)
