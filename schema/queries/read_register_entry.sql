-- Every version of one entry, oldest first: from when on it was true, and since when it is known.
-- $1 register text
-- $2 key text
select json_build_object('register', $1, 'key', $2, 'versions', json_agg(json_build_object(
    'version', r.version, 'op', r.op, 'at', instant_text(r.at), 'recorded_at', instant_text(r.recorded_at),
    'listed', r.entry is not null, 'banner', r.banner, 'entry', r.entry::json) order by r.version))::text
from register_entries r
where r.register = $1 and r.key = $2
having count(*) > 0
