-- :cases copies of two template cases, in turns; each about a service of its own. A copy stands as its template stood,
-- but `day` days earlier: the bodies, one a day, come from the table bench_bodies (template, day, body), and the rows of
-- wakes and turns are moved with them. Events are not copied: their records name the case.
\set ON_ERROR_STOP on
set synchronous_commit = off;
begin;
-- The services in order of id; the templates' own are taken.
create temporary table prepared as
with free as (
    select s.id as subject_id, s.org_id, row_number() over (order by s.id) as n from subjects s
    where s.id not in (select subject_id from cases)
), half as (
    select free.*, case n % 2 when 1 then :first else :second end as template from free where n <= :cases
)
select :second + h.n as id, h.subject_id, h.org_id, h.template, d.days, (h.n / 2) % d.days as day
from half h join (select template, count(*) as days from bench_bodies group by template) d using (template);
create index on prepared (id);
analyze prepared;

-- The turns of a template, a day each, with the place of the organisation left open.
create temporary table bench_turns as
select t.id as template, d.day, '[' || string_agg(format('{"deadline":%s,"due":%s,"org":%s,"role":"%s"}',
        coalesce('"' || (x ->> 'deadline') || '"', 'null'),
        coalesce('"' || instant_text((x ->> 'due')::timestamptz - d.day * interval '1 day') || '"', 'null'),
        case when x ->> 'org' = '0' then '0' else '%s' end, x ->> 'role'), ',' order by n) || ']' as turns
from cases t join bench_bodies d on d.template = t.id,
    json_array_elements(t.turns::json) with ordinality x (x, n)
group by t.id, d.day;

-- The clock's look at a template may be one that was noted early; its copies have theirs when something is due.
create temporary table bench_fires as
select b.template, b.day, min(to_timestamp((x ->> 'next')::int8 / 1000000.0)) as fire_at
from bench_bodies b, json_array_elements(b.body::json -> 'deadlines') x group by b.template, b.day;

insert into cases (id, subject_id, owner_org, at, chart_id, seq, closed, hash, body, data, fire_at, turns)
select p.id, p.subject_id, p.org_id, t.at - p.day * interval '1 day', t.chart_id, t.seq, t.closed, t.hash, b.body,
    t.data, f.fire_at, replace(u.turns, '%s', p.org_id::text)
from prepared p join bench_bodies b using (template, day) join bench_turns u using (template, day)
join bench_fires f using (template, day) join cases t on t.id = p.template order by p.id;

insert into wakes (fire_at, case_id)
select c.fire_at, c.id from prepared p join cases c using (id) where c.fire_at < 'infinity' order by 1, 2;

insert into turns (case_id, org_id, due, role)
select p.id, case when t.org_id <> 0 then p.org_id else 0 end, t.due - p.day * interval '1 day', t.role
from prepared p join turns t on t.case_id = p.template order by p.id;

insert into open_cases (subject_id, case_id, workflow)
select p.subject_id, p.id, t.workflow
from prepared p join open_cases t on t.case_id = p.template order by p.id;

-- Every provider has the template's documents, so that each may name them.
insert into documents select o.id, d.sha256, d.size, d.at, d.name, d.media_type, d.content
from documents d join organisations o on o.code like 'CSP-%' on conflict do nothing;

select setval('case_ids', :second + :cases);
commit;
drop table bench_bodies;
vacuum (analyze);
