-- Cases whose turn is this role's, by due instant; the cursor is the due instant and the id of the last one shown.
-- Turns of a membership role come in the order of their index; those of a relation are sorted.
-- $1 role text
-- $2 limit text
-- $3 after text
with page as (
    (select t.case_id, t.due from turns t
    where t.role = $1 and t.org_id = 0
        and ($3 = '' or (t.due, t.case_id) > (split_part($3, ',', 1)::timestamptz, split_part($3, ',', 2)::int8))
    order by t.due, t.case_id limit least($2::int4, 1000))
    union all
    (select t.case_id, t.due from turns t
    where t.role = $1 and t.org_id <> 0
        and ($3 = '' or (t.due, t.case_id) > (split_part($3, ',', 1)::timestamptz, split_part($3, ',', 2)::int8))
    order by t.due, t.case_id limit least($2::int4, 1000))
    order by 2, 1 limit least($2::int4, 1000)
)
select json_build_object('queue', coalesce(json_agg(json_build_object(
        'case', k.prefix || '-' || c.id, 'id', c.id, 'workflow', k.workflow, 'version', k.version, 'seq', c.seq,
        'due', instant_text(p.due), 'deadline', d.deadline,
        'kind', case when d.deadline is not null then case when d.deadline = any (k.limits) then 'limit' else 'target' end end,
        'states', c.body::json -> 'states', 'flags', c.body::json -> 'flags',
        'owner', (select json_build_object('code', o.code, 'name', json_build_object('ja', o.name_ja, 'en', o.name_en))
            from organisations o where o.id = c.owner_org),
        'subject', (select json_build_object('code', s.code, 'name', s.name) from subjects s
            where s.id = c.subject_id)) order by p.due, p.case_id), '[]'),
    'next', case when count(*) = least($2::int4, 1000) then
        (select coalesce(instant_text(l.due), 'infinity') || ',' || l.case_id from page l
         order by l.due desc, l.case_id desc limit 1) end)::text
from page p join cases c on c.id = p.case_id join charts k on k.id = c.chart_id
left join lateral (select t ->> 'deadline' as deadline from json_array_elements(c.turns::json) t
    where t ->> 'role' = $1 limit 1) d on true
