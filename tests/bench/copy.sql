-- :cases copies of two template cases, in turns; each about a service of its own. A copy stands as its template stood,
-- but `day` days earlier: the bodies, one a day, come from the table bench_bodies (template, day, body), and the rows of
-- deadlines and turns are moved with them. Events are not copied: their records name the case.
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

insert into cases (id, subject_id, owner_org, at, chart_id, seq, closed, hash, body)
select p.id, p.subject_id, p.org_id, t.at - p.day * interval '1 day', t.chart_id, t.seq, t.closed, t.hash, b.body
from prepared p join bench_bodies b using (template, day) join cases t on t.id = p.template order by p.id;

insert into deadlines (case_id, due, fire_at, arming, is_limit, deadline)
select p.id, t.due - p.day * interval '1 day', t.fire_at - p.day * interval '1 day', t.arming, t.is_limit, t.deadline
from prepared p join deadlines t on t.case_id = p.template order by p.id;

insert into turns (case_id, org_id, due, role, deadline)
select p.id, case when t.org_id is not null then p.org_id end, t.due - p.day * interval '1 day', t.role, t.deadline
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
