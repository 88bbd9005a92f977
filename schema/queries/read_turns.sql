-- Cases whose turn it is, of several roles at once, filtered and sorted; how many there are in all (counted up to
-- 10,001), and where the next page begins. `who` is role:org, joined by commas: 0 is a membership's queue, * every
-- organisation. Sorts: due, newest, waiting (longest without an event). The cursor is the sort's instant, the id and
-- the role.
-- $1 who text
-- $2 workflow text
-- $3 state text
-- $4 sort text
-- $5 limit text
-- $6 after text
with wanted as (
    select split_part(w, ':', 1) collate "C" as role, o.org_id
    from unnest(string_to_array($1, ',')) w
    cross join lateral (
        select split_part(w, ':', 2)::int8 where split_part(w, ':', 2) <> '*'
        union all
        select id from organisations where split_part(w, ':', 2) = '*'
    ) o (org_id)
), mark as (
    select coalesce(nullif(split_part($6, ',', 1), '')::timestamptz, '-infinity') as at,
        nullif(split_part($6, ',', 2), '')::int8 as id, split_part($6, ',', 3) as role, $5::int4 + 1 as size,
        case when $2 <> '' then array (select k.id from charts k where k.workflow = $2) end as charts
), matching as not materialized (
    -- offset 0: by the index of the turns and never from the cases, whatever the planner thinks of the policies
    select t.* from wanted w cross join lateral (
        select t.role, t.due, t.case_id from turns t where t.role = w.role and t.org_id = w.org_id offset 0) t
), page as (
    (select m.* from wanted w cross join lateral (
        select t.case_id, t.role, t.due, t.due as key
        from turns t join cases c on c.id = t.case_id
        where $4 = 'due' and t.role = w.role and t.org_id = w.org_id
            and (t.due, t.case_id, t.role) > ((select at from mark), coalesce((select id from mark), 0),
                (select role from mark))
            and ($2 = '' or c.chart_id = any ((select charts from mark)::int4[]))
            and ($3 = '' or (c.body::jsonb -> 'states') ? $3)
        order by t.due, t.case_id limit (select size from mark)) m
    order by m.due, m.case_id, m.role limit (select size from mark))
    union all
    (select t.case_id, t.role, t.due, c.at as key
    from matching t join cases c on c.id = t.case_id
    where $4 <> 'due'
        and case when $4 = 'newest' then (-t.case_id, t.role) > (coalesce(-(select id from mark), -9223372036854775807),
                (select role from mark))
            else (c.at, t.case_id, t.role) > ((select at from mark), coalesce((select id from mark), 0),
                (select role from mark)) end
        and ($2 = '' or c.chart_id = any ((select charts from mark)::int4[]))
        and ($3 = '' or (c.body::jsonb -> 'states') ? $3)
    order by case when $4 = 'newest' then -t.case_id end, case when $4 <> 'newest' then c.at end, t.case_id, t.role
    limit (select size from mark))
), numbered as (
    select p.*, row_number() over (order by case when $4 = 'newest' then -p.case_id end,
        case when $4 <> 'newest' then p.key end, p.case_id, p.role) as n
    from page p
)
select json_build_object(
    'rows', (select coalesce(json_agg(json_build_object(
            'case', k.prefix || '-' || c.id, 'id', c.id, 'workflow', k.workflow, 'chart', c.chart_id, 'seq', c.seq,
            'at', instant_text(c.at), 'role', p.role, 'due', instant_text(p.due),
            'deadline', (select t ->> 'deadline' from json_array_elements(c.turns::json) t where t ->> 'role' = p.role),
            'states', c.body::json -> 'states', 'flags', c.body::json -> 'flags',
            'owner', (select json_build_object('code', o.code, 'name', json_build_object('ja', o.name_ja,
                'en', o.name_en)) from organisations o where o.id = c.owner_org),
            'subject', (select json_build_object('code', s.code, 'name', s.name) from subjects s
                where s.id = c.subject_id)) order by p.n), '[]')
        from numbered p join cases c on c.id = p.case_id join charts k on k.id = c.chart_id where p.n <= $5::int4),
    'total', (select count(*) from (
        select from matching t join cases c on c.id = t.case_id
        where ($2 = '' or c.chart_id = any ((select charts from mark)::int4[]))
            and ($3 = '' or (c.body::jsonb -> 'states') ? $3) limit 10001) x),
    'next', (select concat_ws(',', case when $4 = 'newest' then '' else coalesce(instant_text(l.key), 'infinity') end,
            l.case_id, l.role)
        from numbered l where l.n = $5::int4 and exists (select from numbered f where f.n > $5::int4)))::text
