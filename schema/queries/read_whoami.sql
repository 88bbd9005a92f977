-- The actor's person, organisation and roles.
-- $1 person text
-- $2 org text
select json_build_object('person', json_build_object('id', p.id, 'login', p.login, 'name', p.name),
    'org', (select json_build_object('id', o.id, 'code', o.code, 'name', json_build_object('ja', o.name_ja,
        'en', o.name_en)) from organisations o where o.id = $2::int8),
    'roles', (select coalesce(json_agg(g.role order by g.role), '[]') from grants g
        where g.person_id = p.id and g.org_id = $2::int8))::text
from persons p where p.id = $1::int8
