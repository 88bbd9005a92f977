-- The hash of a person's password. No row: the person has none.
-- $1 person int8
select hash from passwords where person_id = $1
