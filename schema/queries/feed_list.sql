-- The addresses of feeds that a person has for an organisation and that open something.
-- $1 person int8
-- $2 org int8
select scope, created_at, coalesce(fetched_at, 'infinity')
from feeds where person_id = $1 and org_id = $2 and revoked_at is null
