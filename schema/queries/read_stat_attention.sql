-- The turns whose nearest deadline has passed or comes within seven days, by due instant: at most $2 of them, and how
-- many there are.
-- $1 at text
-- $2 limit text
with due as materialized (
    select t.case_id, t.role, t.due from turns t where t.due <= $1::timestamptz + interval '7 days'
), page as (
    select d.* from due d order by d.due, d.case_id, d.role limit least($2::int4, 10000)
)
select json_build_object('at', instant_text($1::timestamptz),
    'rows', coalesce(json_agg(json_build_object(
        'case', k.prefix || '-' || c.id, 'workflow', k.workflow, 'chart', k.id,
        'subject', (select s.name from subjects s where s.id = c.subject_id),
        'owner', o.code, 'owner_ja', o.name_ja, 'owner_en', o.name_en,
        'role', p.role, 'deadline', t.deadline,
        'kind', case when t.deadline = any (k.limits) then 'limit' else 'target' end, 'due', instant_text(p.due),
        'standing', case when p.due <= $1::timestamptz then 'overdue' else 'soon' end,
        'days_left', round(extract(epoch from p.due - $1::timestamptz) / 86400, 1)::text)
        order by p.due, p.case_id, p.role), '[]'),
    'totals', json_build_array(json_build_object('turns', (select count(*) from due),
        'overdue', (select count(*) from due d where d.due <= $1::timestamptz))))::text
from page p join cases c on c.id = p.case_id join charts k on k.id = c.chart_id
left join organisations o on o.id = c.owner_org
left join lateral (select x.deadline from json_to_recordset(c.turns::json) x (role text, deadline text)
    where x.role = p.role limit 1) t on true
