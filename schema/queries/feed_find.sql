-- Whose address it is: person, organisation, scope, language, the person's roles there, the organisation's roles and
-- names. No row: unknown, revoked, or the person no longer acts for the organisation. Notes the use once an hour.
-- $1 hash bytea
-- $2 now timestamptz
-- $3 demonstration bool
with found as (
    select f.* from feeds f join persons p on p.id = f.person_id
    where f.hash = $1 and f.revoked_at is null and (not p.demonstration or $3)
        and exists (select from grants g where g.person_id = f.person_id and g.org_id = f.org_id)
), noted as (
    update feeds f set fetched_at = $2 from found
    where f.hash = found.hash and (f.fetched_at is null or f.fetched_at < $2 - interval '1 hour')
)
select f.person_id, f.org_id, f.scope, f.language,
    array_to_string(array (select g.role from grants g
        where g.person_id = f.person_id and g.org_id = f.org_id order by g.role), ','),
    array_to_string(array (select r.role from org_roles r where r.org_id = f.org_id order by r.role), ','),
    o.name_ja, o.name_en
from found f join organisations o on o.id = f.org_id
