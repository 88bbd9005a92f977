-- What a case may be opened about: all that the reader may see, by code, at most 1000.
select json_build_object('subjects', coalesce(json_agg(json_build_object('id', s.id, 'code', s.code, 'name', s.name,
    'org_id', o.id, 'org', json_build_object('ja', o.name_ja, 'en', o.name_en)) order by s.code, s.id), '[]'))::text
from (select * from subjects order by code, id limit 1000) s join organisations o on o.id = s.org_id
