-- Who holds a session that is not over, for whom, with which roles, joined by commas; notes the use once a minute.
-- $1 hash bytea
-- $2 now timestamptz
-- $3 seen_after timestamptz
-- $4 demonstration bool
with found as (
    select s.hash, s.person_id, s.org_id, s.seen_at, p.name
    from sessions s join persons p on p.id = s.person_id
    where s.hash = $1 and s.ended_at is null and s.expires_at > $2 and s.seen_at > $3 and (not p.demonstration or $4)
), noted as (
    update sessions s set seen_at = $2 from found f where s.hash = f.hash and f.seen_at < $2 - interval '1 minute'
)
select f.person_id, f.name, o.id, o.name_ja, o.name_en,
    array_to_string(array (select g.role from grants g
        where g.person_id = f.person_id and g.org_id = o.id order by g.role), ','),
    (select coalesce(json_agg(json_build_object('id', m.id, 'ja', m.name_ja, 'en', m.name_en) order by m.code), '[]')
        from organisations m
        where m.id in (select g.org_id from grants g where g.person_id = f.person_id))::text
from found f
left join organisations o on o.id = f.org_id
    and exists (select from grants g where g.person_id = f.person_id and g.org_id = o.id)
