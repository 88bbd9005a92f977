-- The open deadlines of a feed, the nearest first: of the turns named by `who` (role:org, joined by commas; 0 is a
-- membership's queue), and all of the cases that an organisation owns ('': of none). Each with the event that computed it
-- last. One whose clock stands still has no instant and is left out.
-- $1 who text
-- $2 owner text
-- $3 limit text
with wanted as (
    select split_part(w, ':', 1) collate "C" as role, split_part(w, ':', 2)::int8 as org_id
    from unnest(string_to_array(nullif($1, ''), ',')) w
), chosen as (
    select m.case_id, t ->> 'deadline' as deadline
    from wanted w
    -- offset 0: by the index of the turns and never from the cases, whatever the planner thinks of the policies
    cross join lateral (select t.case_id from turns t
        where t.role = w.role and t.org_id = w.org_id and t.due < 'infinity'
        order by t.due, t.case_id limit $3::int4 offset 0) m
    join cases c on c.id = m.case_id
    cross join lateral json_array_elements(c.turns::json) t
    where t ->> 'role' = w.role and coalesce((t ->> 'org')::int8, 0) = w.org_id and t ->> 'deadline' is not null
    union
    select c.id, d ->> 'id'
    from cases c cross join lateral json_array_elements(c.body::json -> 'deadlines') d
    where c.owner_org = nullif($2, '')::int8 and not c.closed
), live as (
    select c.id, c.chart_id, c.subject_id, c.owner_org, c.at, d ->> 'id' as deadline, (d ->> 'due')::int8 as due,
        (d ->> 'arming')::int4 as arming
    from chosen x join cases c on c.id = x.case_id
    cross join lateral json_array_elements(c.body::json -> 'deadlines') d
    where d ->> 'id' = x.deadline and d ->> 'due' is not null
    order by 7, 1, 6 limit $3::int4
)
select json_build_object('rows', coalesce(json_agg(json_build_object(
        'case', k.prefix || '-' || l.id, 'id', l.id, 'chart', l.chart_id, 'deadline', l.deadline, 'due', l.due,
        'seq', coalesce(e.seq, l.arming), 'at', instant_text(coalesce(e.at, l.at)),
        'owner', (select json_build_object('code', o.code, 'name', json_build_object('ja', o.name_ja,
            'en', o.name_en)) from organisations o where o.id = l.owner_org),
        'subject', (select json_build_object('code', s.code, 'name', s.name) from subjects s where s.id = l.subject_id))
    order by l.due, l.id, l.deadline), '[]'))::text
from live l join charts k on k.id = l.chart_id
left join lateral (select e.seq, e.at from events e
    where e.case_id = l.id and e.seq >= l.arming
        and exists (select from json_array_elements(e.record::json -> 'outcome' -> 'deadlines') x
            where x ->> 'id' = l.deadline and x -> 'why' is not null)
    order by e.seq desc limit 1) e on true
