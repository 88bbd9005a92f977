-- Cases by workflow and state as they stand now, and how many each workflow has in all. A case that stands in several
-- parallel states is counted in each of them and once in the total.
-- $1 at text
-- $2 charts text
with places as materialized (
    select p.chart, p.state, p.n from json_to_recordset($2::json -> 'states') p (chart int4, state text, n int4)
), standing as materialized (
    select k.workflow, c.chart_id, c.closed, c.body::json ->> 'states' as states, count(*) as cases
    from cases c join charts k on k.id = c.chart_id group by 1, 2, 3, 4
), figure as (
    select s.workflow, max(s.chart_id) as chart, u.state, s.closed, sum(s.cases) as cases, max(p.n) as n
    from standing s cross join lateral json_array_elements_text(s.states::json) u (state)
    left join places p on p.chart = s.chart_id and p.state = u.state
    group by s.workflow, u.state, s.closed
), total as (
    select s.workflow, max(s.chart_id) as chart, sum(s.cases) as cases,
        coalesce(sum(s.cases) filter (where not s.closed), 0) as open
    from standing s group by grouping sets ((s.workflow), ())
)
select json_build_object('at', instant_text($1::timestamptz),
    'rows', (select coalesce(json_agg(json_build_object('workflow', f.workflow, 'chart', f.chart, 'state', f.state,
        'closed', f.closed, 'cases', f.cases) order by f.workflow, f.closed, f.n, f.state), '[]') from figure f),
    'totals', (select json_agg(json_build_object('workflow', t.workflow, 'chart', t.chart, 'open', t.open,
        'cases', coalesce(t.cases, 0)) order by t.workflow nulls last) from total t))::text
