-- Lets a person act in a role for an organisation, which then holds that role.
-- $1 person int8
-- $2 org int8
-- $3 role text
with held as (
    insert into org_roles (role, org_id) values ($3, $2) on conflict do nothing
)
insert into grants (person_id, org_id, role) values ($1, $2, $3) on conflict do nothing
