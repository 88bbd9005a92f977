-- Gives a person a password, and ends the sessions begun with an earlier one.
-- $1 person int8
-- $2 hash text
-- $3 now timestamptz
with ended as (
    update sessions set ended_at = $3 where person_id = $1 and ended_at is null
)
insert into passwords (person_id, hash, set_at) values ($1, $2, $3)
on conflict (person_id) do update set hash = excluded.hash, set_at = excluded.set_at
