-- Gives an organisation a role: its mail and its queue.
-- $1 org int8
-- $2 role text
insert into org_roles (role, org_id) values ($2, $1) on conflict do nothing
