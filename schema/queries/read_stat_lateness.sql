-- How a role kept the targets of its turn, by workflow and target, for the period from $1 until before $2.
--
-- A target is of the role's turn while a state is active that asks something of the role and that the target is about:
-- it is declared there or around it. `met`: the target ended in the period before its instant, in the role's turn until
-- then. `passed`: its instant came in the period in the role's turn; of these `open` have not ended until now. What a passed target is late by
-- runs from its instant until it ended or was set anew, else until now: in days of 24 hours, and in business days: those
-- after the target's last day up to that of the end.
-- $1 from text
-- $2 to text
-- $3 at text
-- $4 charts text
-- $5 zone text
-- $6 open text
with targets as materialized (
    select t.* from json_to_recordset($4::json -> 'targets')
        t (chart int4, deadline text, n int4, reminders int4, turn text[])
), passed as materialized (
    select c.chart_id, e.case_id, e.seq, e.name as deadline, r.record ->> 'arming' as arming,
        coalesce((select to_timestamp(0) + (x ->> 'due')::int8 * interval '1 microsecond'
            from json_array_elements(r.record -> 'outcome' -> 'deadlines') x where x ->> 'id' = e.name), e.at) as due
    from events e join cases c on c.id = e.case_id
    join targets t on t.chart = c.chart_id and t.deadline = e.name
    cross join lateral (select e.record::json) r (record)
    where e.kind = 2 and e.at >= $1::timestamptz and e.at < $2::timestamptz
        and (r.record ->> 'occurrence')::int4 = t.reminders
        and exists (select from json_array_elements_text(e.states::json) u (state) where u.state = any (t.turn))
), ended as materialized (
    select p.chart_id, p.deadline, p.due,
        (select n.at from events n cross join lateral json_array_elements(n.record::json -> 'outcome' -> 'deadlines') x
            where n.case_id = p.case_id and n.seq > p.seq and x ->> 'id' = p.deadline
                and (x ->> 'gone' = 'true' or x ->> 'arming' <> p.arming)
            order by n.seq limit 1) as until
    from passed p
), gone as materialized (
    select c.chart_id, e.case_id, e.seq, e.at, t.deadline, t.turn
    from events e join cases c on c.id = e.case_id
    cross join lateral json_array_elements(e.record::json -> 'outcome' -> 'deadlines') x
    join targets t on t.chart = c.chart_id and t.deadline = x ->> 'id'
    where e.at >= $1::timestamptz and e.at < $2::timestamptz
        and e.record like '%"gone":true%' and x ->> 'gone' = 'true'
), met as (
    select g.chart_id, g.deadline
    from gone g
    where exists (select from events b cross join lateral json_array_elements_text(b.states::json) u (state)
            where b.case_id = g.case_id and b.seq = g.seq - 1 and u.state = any (g.turn))
        and g.at < (select to_timestamp(0) + (x ->> 'due')::int8 * interval '1 microsecond'
            from events b cross join lateral json_array_elements(b.record::json -> 'outcome' -> 'deadlines') x
            where b.case_id = g.case_id and b.seq < g.seq and x ->> 'id' = g.deadline
            order by b.seq desc limit 1)
), counted as (
    select m.chart_id, m.deadline, false as late, null::numeric as seconds, null::int4 as business, false as open
    from met m
    union all
    select e.chart_id, e.deadline, true, extract(epoch from coalesce(e.until, $3::timestamptz) - e.due),
        width_bucket((coalesce(e.until, $3::timestamptz) at time zone $5)::date - date '1970-01-01',
            (select $6::int4[]))
            - width_bucket(((e.due - interval '1 microsecond') at time zone $5)::date - date '1970-01-01',
                (select $6::int4[])),
        e.until is null
    from ended e
), figure as (
    select grouping(k.workflow) as level, k.workflow, max(t.n) as n, max(k.id) as chart, c.deadline,
        count(c.late) as targets, count(*) filter (where not c.late) as met, count(*) filter (where c.late) as passed,
        count(*) filter (where c.open) as open,
        percentile_disc(array[0.5, 0.85, 1]) within group (order by c.seconds) filter (where c.late) as seconds,
        percentile_disc(array[0.5, 0.85, 1]) within group (order by c.business) filter (where c.late) as business
    from counted c join charts k on k.id = c.chart_id
    join targets t on t.chart = c.chart_id and t.deadline = c.deadline
    group by grouping sets ((k.workflow, c.deadline), ())
), line as (
    select f.level, f.workflow, f.n, json_build_object('workflow', f.workflow, 'chart', f.chart,
        'deadline', f.deadline, 'targets', f.targets, 'met', f.met, 'passed', f.passed, 'open', f.open,
        'median_days', round(f.seconds[1] / 86400, 1)::text, 'p85_days', round(f.seconds[2] / 86400, 1)::text,
        'longest_days', round(f.seconds[3] / 86400, 1)::text, 'median_business', f.business[1], 'p85_business', f.business[2],
        'longest_business', f.business[3]) as line
    from figure f
)
select json_build_object('at', instant_text($3::timestamptz),
    'rows', coalesce(json_agg(l.line order by l.workflow, l.n) filter (where l.level = 0), '[]'),
    'totals', json_agg(l.line) filter (where l.level = 1))::text
from line l
