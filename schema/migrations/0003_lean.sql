-- What every event writes becomes smaller. The case row keeps apart what seldom changes (data), and says itself which
-- rows stand for it in the two tables that are searched by time: those rows are found again by their whole key, so that
-- one index is enough for each.

alter table cases
    add column fire_at timestamptz not null default 'infinity',
    -- [{"deadline", "due", "org", "role"}, ...]: whose turn it is, until when, under which deadline.
    add column turns text not null default '[]',
    -- The fields that the workflow reads. Last, so that an update that leaves it alone does not log it.
    add column data text not null default '{}';
alter table cases alter column data set compression lz4;

update cases c set
    data = (c.body::json -> 'data')::text,
    body = format('{"deadlines":%s,"flags":%s,"history":%s,"persons":%s,"states":%s}', c.body::json -> 'deadlines',
        c.body::json -> 'flags', c.body::json -> 'history', c.body::json -> 'persons', c.body::json -> 'states'),
    fire_at = coalesce((select min(d.fire_at) from deadlines d where d.case_id = c.id), 'infinity'),
    turns = coalesce((select '[' || string_agg(format('{"deadline":%s,"due":%s,"org":%s,"role":"%s"}',
            coalesce('"' || t.deadline || '"', 'null'), coalesce('"' || instant_text(t.due) || '"', 'null'),
            coalesce(t.org_id, 0), t.role), ',' order by t.role) || ']' from turns t where t.case_id = c.id), '[]');

-- Which deadlines of a workflow are limits; the others are targets. Filled again whenever a chart is registered.
alter table charts add column limits text[] not null default '{}';
update charts k set limits = array (
    select distinct d.deadline from deadlines d join cases c on c.id = d.case_id where d.is_limit and c.chart_id = k.id);

-- When the clock is to look at a case again: the earliest of its live deadlines that can fire, as cases.fire_at.
create table wakes (
    fire_at timestamptz not null,
    case_id int8 not null,
    primary key (fire_at, case_id)
);

insert into wakes select fire_at, id from cases where fire_at < 'infinity';
drop table deadlines;

alter table wakes enable row level security;
alter table wakes force row level security;
grant select, insert, delete on wakes to engine;
create policy engine_all on wakes to engine using (true) with check (true);
create policy owner_all on wakes to current_user using (true) with check (true);

-- The queues. org_id 0: the turn of a membership role, which no organisation of the case holds.
alter table turns drop constraint turns_pkey, drop column deadline;
drop index turns_queue;
update turns set org_id = 0 where org_id is null;
alter table turns alter column org_id set not null, add primary key (role, org_id, due, case_id);
revoke update on turns from engine;
