-- Cases, newest first; the cursor is the id of the last one shown.
-- $1 workflow text
-- $2 limit text
-- $3 after text
with page as (
    select c.* from cases c
    where ($1 = '' or c.chart_id = any (array (select k.id from charts k where k.workflow = $1)))
        and c.id < case when $3 = '' then 9223372036854775807 else $3::int8 end
    order by c.id desc limit least($2::int4, 1000)
)
select json_build_object('cases', coalesce(json_agg(json_build_object(
        'case', k.prefix || '-' || c.id, 'id', c.id, 'workflow', k.workflow, 'version', k.version, 'seq', c.seq,
        'at', instant_text(c.at), 'closed', c.closed, 'states', c.body::json -> 'states',
        'owner', (select json_build_object('code', o.code, 'name', json_build_object('ja', o.name_ja, 'en', o.name_en))
            from organisations o where o.id = c.owner_org),
        'subject', (select json_build_object('code', s.code, 'name', s.name) from subjects s where s.id = c.subject_id),
        'turns', c.turns::json
        ) order by c.id desc), '[]'),
    'next', case when count(*) = least($2::int4, 1000) then min(c.id)::text end)::text
from page c join charts k on k.id = c.chart_id
