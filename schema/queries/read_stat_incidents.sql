-- Incident reports by severity and state as they stand now: how many were opened in the period from $1 until
-- before $2, how many have a turn whose instant has passed, and the nearest instant of a turn. The totals count each once.
-- $1 from text
-- $2 to text
-- $3 at text
-- $4 charts text
-- $5 workflow text
with places as materialized (
    select p.chart, p.state, p.n from json_to_recordset($4::json -> 'states') p (chart int4, state text, n int4)
), incident as materialized (
    select c.id, c.chart_id, c.closed, c.body::json -> 'states' as states, c.data::json ->> 'severity' as severity,
        (select e.at >= $1::timestamptz and e.at < $2::timestamptz from events e
            where e.case_id = c.id and e.seq = 1) as opened,
        (select min(t.due) from json_to_recordset(c.turns::json) t (due timestamptz)) as due
    from cases c
    where c.chart_id = any (array(select k.id from charts k where k.workflow = $5))
), figure as (
    select i.severity, u.state, i.closed, max(i.chart_id) as chart, max(p.n) as n,
        count(*) as cases, count(*) filter (where i.opened) as opened,
        count(*) filter (where i.due <= $3::timestamptz) as overdue, min(i.due) as due
    from incident i cross join lateral json_array_elements_text(i.states) u (state)
    left join places p on p.chart = i.chart_id and p.state = u.state
    group by i.severity, u.state, i.closed
)
select json_build_object('at', instant_text($3::timestamptz),
    'rows', (select coalesce(json_agg(json_build_object('workflow', $5, 'chart', f.chart, 'severity', f.severity,
        'state', f.state, 'closed', f.closed, 'cases', f.cases, 'opened', f.opened, 'overdue', f.overdue,
        'due', instant_text(f.due), 'hours', floor(extract(epoch from f.due - $3::timestamptz) / 3600))
        order by f.closed, array_position(array ['critical', 'high', 'medium', 'low'], f.severity), f.severity, f.n,
            f.state), '[]') from figure f),
    'totals', (select json_build_array(json_build_object('cases', count(*),
        'opened', count(*) filter (where i.opened),
        'overdue', count(*) filter (where i.due <= $3::timestamptz), 'due', instant_text(min(i.due)),
        'hours', floor(extract(epoch from min(i.due) - $3::timestamptz) / 3600))) from incident i))::text
