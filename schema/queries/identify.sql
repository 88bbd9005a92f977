-- Who holds a token, with the roles held for the token's organisation, joined by commas.
-- $1 hash bytea
-- $2 now timestamptz
-- $3 demonstration bool
select t.person_id, t.org_id, p.name, array_to_string(array (
    select g.role from grants g where g.person_id = t.person_id and g.org_id = t.org_id order by g.role), ',')
from tokens t join persons p on p.id = t.person_id
where t.hash = $1 and t.revoked_at is null and t.expires_at > $2 and (not p.demonstration or $3)
