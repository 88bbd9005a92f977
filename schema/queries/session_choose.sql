-- The person of a session acts for this organisation from now on. No row: the person may not.
-- $1 hash bytea
-- $2 org int8
update sessions s set org_id = $2
where s.hash = $1 and s.ended_at is null
    and exists (select from grants g where g.person_id = s.person_id and g.org_id = $2)
returning s.org_id
