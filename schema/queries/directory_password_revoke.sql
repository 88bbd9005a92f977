-- Takes a person's password, and ends the sessions begun with it. No row: there was none.
-- $1 person int8
-- $2 now timestamptz
with ended as (
    update sessions set ended_at = $2 where person_id = $1 and ended_at is null
)
delete from passwords where person_id = $1 returning person_id
