-- Takes a role from a person. The organisation keeps it.
-- $1 person int8
-- $2 org int8
-- $3 role text
delete from grants where person_id = $1 and org_id = $2 and role = $3
