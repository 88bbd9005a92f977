-- Whose turn it is by workflow and role, and by when: targets and limits apart. The instant of a turn is that of its
-- nearest deadline; `none`: there is none, or its clock stands still. Each turn is counted in one of overdue, week,
-- month, later and never.
-- $1 at text
with turned as (
    select k.id as chart_id, t.role,
        case when t.due is null then 'none' when t.deadline = any (k.limits) then 'limit' else 'target' end as kind,
        count(*) as turns,
        count(*) filter (where t.due <= $1::timestamptz) as overdue,
        count(*) filter (where t.due > $1::timestamptz and t.due <= $1::timestamptz + interval '7 days') as week,
        count(*) filter (where t.due > $1::timestamptz + interval '7 days'
            and t.due <= $1::timestamptz + interval '30 days') as month,
        count(*) filter (where t.due > $1::timestamptz + interval '30 days') as later,
        count(*) filter (where t.due is null) as never,
        min(t.due) as nearest
    from cases c join charts k on k.id = c.chart_id
    cross join lateral json_to_recordset(c.turns::json) t (role text, deadline text, due timestamptz)
    where not c.closed
    group by 1, 2, 3
), figure as (
    select grouping(k.workflow) as level, k.workflow, max(k.id) as chart, f.role, f.kind,
        json_build_object('workflow', k.workflow, 'chart', max(k.id), 'role', f.role, 'kind', f.kind,
            'turns', coalesce(sum(f.turns), 0), 'overdue', coalesce(sum(f.overdue), 0),
            'week', coalesce(sum(f.week), 0), 'month', coalesce(sum(f.month), 0),
            'later', coalesce(sum(f.later), 0), 'never', coalesce(sum(f.never), 0),
            'nearest', instant_text(min(f.nearest))) as line
    from turned f join charts k on k.id = f.chart_id
    group by grouping sets ((k.workflow, f.role, f.kind), ())
)
select json_build_object('at', instant_text($1::timestamptz),
    'rows', coalesce(json_agg(f.line order by f.workflow, f.role, f.kind desc) filter (where f.level = 0), '[]'),
    'totals', json_agg(f.line) filter (where f.level = 1))::text
from figure f
