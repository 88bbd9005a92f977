-- :cases copies of the template case, each about a service of its own. Copy g stands as the template stood when it was
-- accepted `days` earlier: the bodies, one a day, come from the table bench_bodies (day, body), and the rows of
-- deadlines and turns are moved with them. Events are not copied: their records name the case.
\set ON_ERROR_STOP on
set synchronous_commit = off;
begin;
create temporary table prepared as
select :template + g as id, s.id as subject_id, s.org_id, g % (select count(*) from bench_bodies) as day
from generate_series(1, :cases) g join subjects s on s.code = 'S-' || g;
create index on prepared (id);
analyze prepared;

insert into cases (id, subject_id, owner_org, at, chart_id, seq, closed, hash, body)
select p.id, p.subject_id, p.org_id, t.at - p.day * interval '1 day', t.chart_id, t.seq, t.closed, t.hash, b.body
from prepared p join bench_bodies b using (day) cross join cases t
where t.id = :template order by p.id;

insert into deadlines (case_id, due, fire_at, arming, is_limit, deadline)
select p.id, t.due - p.day * interval '1 day', t.fire_at - p.day * interval '1 day', t.arming, t.is_limit, t.deadline
from prepared p cross join deadlines t where t.case_id = :template order by p.id;

insert into turns (case_id, org_id, due, role, deadline)
select p.id, case when t.org_id is not null then p.org_id end, t.due - p.day * interval '1 day', t.role, t.deadline
from prepared p cross join turns t where t.case_id = :template order by p.id;

insert into open_cases (subject_id, case_id, workflow)
select p.subject_id, p.id, t.workflow
from prepared p cross join open_cases t where t.case_id = :template order by p.id;

select setval('case_ids', :template + :cases);
commit;
drop table bench_bodies;
vacuum (analyze);
