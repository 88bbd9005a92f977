-- The entries of a register that are in force at an instant, as they were known at another, by key.
-- $1 register text
-- $2 at text
-- $3 known text
select json_build_object('register', $1, 'at', instant_text($2::timestamptz), 'entries', coalesce(json_agg(
    json_build_object('key', e.key, 'version', e.version, 'since', instant_text(e.at), 'listed', instant_text(e.listed),
        'banner', e.banner, 'entry', e.entry::json) order by e.key), '[]'))::text
from (
    select distinct on (r.key) r.key, r.version, r.at, r.entry, r.banner,
        (select min(f.at) from register_entries f
            where f.register = r.register and f.key = r.key and f.recorded_at <= $3::timestamptz) as listed
    from register_entries r
    where r.register = $1 and r.at <= $2::timestamptz and r.recorded_at <= $3::timestamptz
    order by r.key, r.at desc, r.version desc
) e
where e.entry is not null
