-- Revokes the address of a feed for good.
-- $1 person int8
-- $2 org int8
-- $3 scope int2
-- $4 now timestamptz
update feeds set revoked_at = $4 where person_id = $1 and org_id = $2 and scope = $3 and revoked_at is null
