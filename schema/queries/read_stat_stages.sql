-- How long cases stood in each state: the stays that ended in the period from $1 until before $2, those begun before it
-- included. A stay is told by the states after each event of a case; a state that is left and entered by one and the
-- same event was not left. A state with others inside is a stage like they are, if it has a name for people.
--
-- Days are 24 hours. Business days are those after the day of entry up to the day of leaving, in the zone $5; the
-- business days themselves stand in $6, as numbers since 1970-01-01. A percentile is the shortest stay that at least so
-- many of the stays do not exceed.
-- $1 from text
-- $2 to text
-- $3 at text
-- $4 charts text
-- $5 zone text
-- $6 open text
with places as materialized (
    select p.* from json_to_recordset($4::json -> 'states')
        p (chart int4, state text, n int4, path text[])
), moved as materialized (
    select distinct e.case_id from events e where e.at >= $1::timestamptz and e.at < $2::timestamptz
), step as (
    select c.chart_id, e.case_id, e.seq, e.at, e.states,
        lag(e.states) over (partition by e.case_id order by e.seq) as before
    from moved m join cases c on c.id = m.case_id join events e on e.case_id = m.case_id
    where e.at < $2::timestamptz
), change as materialized (
    select * from step s where s.states is distinct from s.before
), configuration as materialized ( -- of atomic states: all that are active
    select d.chart_id, d.states,
        (select array_agg(distinct a.state) from json_array_elements_text(d.states::json) u (state)
            join places p on p.chart = d.chart_id and p.state = u.state cross join unnest(p.path) a (state)) as active
    from (select distinct chart_id, states from change) d
), pair as materialized (
    select d.chart_id, d.states, d.before,
        array(select unnest(n.active) except select unnest(o.active)) as entered,
        array(select unnest(o.active) except select unnest(n.active)) as left_
    from (select distinct chart_id, states, before from change) d
    join configuration n on n.chart_id = d.chart_id and n.states = d.states
    left join configuration o on o.chart_id = d.chart_id and o.states = d.before
), edge as (
    select c.chart_id, c.case_id, c.seq, c.at, x.state, x.enters
    from change c
    join pair p on p.chart_id = c.chart_id and p.states = c.states and p.before is not distinct from c.before
    cross join lateral (select unnest(p.entered) as state, true as enters
        union all select unnest(p.left_), false) x
), stay as (
    select e.*, lag(e.at) over (partition by e.case_id, e.state order by e.seq) as since
    from edge e
), counted as (
    select k.workflow, k.id as chart, s.state, p.n, s.enters,
        extract(epoch from s.at - s.since) as seconds,
        width_bucket((s.at at time zone $5)::date - date '1970-01-01', (select $6::int4[]))
            - width_bucket((s.since at time zone $5)::date - date '1970-01-01', (select $6::int4[])) as business
    from stay s join charts k on k.id = s.chart_id join places p on p.chart = s.chart_id and p.state = s.state
    where s.at >= $1::timestamptz
), figure as (
    select c.workflow, max(c.chart) as chart, c.state, max(c.n) as n,
        count(*) filter (where c.enters) as entered, count(*) filter (where not c.enters) as left_,
        percentile_disc(array[0.5, 0.85, 1]) within group (order by c.seconds) filter (where not c.enters) as seconds,
        percentile_disc(array[0.5, 0.85, 1]) within group (order by c.business) filter (where not c.enters) as business
    from counted c group by c.workflow, c.state
)
select json_build_object('at', instant_text($3::timestamptz),
    'rows', coalesce(json_agg(json_build_object('workflow', f.workflow, 'chart', f.chart, 'state', f.state,
        'entered', f.entered, 'left', f.left_,
        'median_days', round(f.seconds[1] / 86400, 1)::text, 'p85_days', round(f.seconds[2] / 86400, 1)::text,
        'longest_days', round(f.seconds[3] / 86400, 1)::text, 'median_business', f.business[1], 'p85_business', f.business[2],
        'longest_business', f.business[3]) order by f.workflow, f.n, f.state), '[]'))::text
from figure f
