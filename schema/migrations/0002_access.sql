-- Who may do what: the second wall (the first is engine/app/access.h). No role of these owns what it serves or passes
-- row level security by.
--
--   engine       the daemon and the command line: reads and writes every row
--   read_org     reads the rows of one organisation, named by the setting toroku.org
--   read_staff   reads every row
--   read_public  reads the registers
--   reader       may log in and be one of the three
--
-- The owner of the tables, who migrates, reads and writes every row as well: forced security does not spare it.
--
-- Roles belong to the whole cluster: deploy/roles.sql creates them with their passwords; what is missing is created
-- here, without one.

do $$
declare
    r record;
begin
    for r in select * from (values
        ('engine', 'login'), ('read_org', 'nologin'), ('read_staff', 'nologin'), ('read_public', 'nologin'),
        ('reader', 'login noinherit')) wanted (name, attributes)
        where not exists (select from pg_roles where rolname = wanted.name)
    loop
        begin
            execute format('create role %I %s', r.name, r.attributes);
        exception when duplicate_object or unique_violation then
            null; -- another database of this cluster is migrated at the same time
        end;
    end loop;
    for r in select * from (values ('read_org'), ('read_staff'), ('read_public')) given (name)
        where not pg_has_role('reader', given.name, 'member')
    loop
        begin
            execute format('grant %I to reader', r.name);
        exception when unique_violation or internal_error then
            null;
        end;
    end loop;
end $$;

-- The organisation that the transaction reads for. A setting that was unset by the end of a transaction reads ''.
create function reader_org() returns int8
    language sql stable parallel safe
    return nullif(current_setting('toroku.org', true), '')::int8;

do $$
declare
    name text;
begin
    foreach name in array array[
        'organisations', 'org_roles', 'persons', 'grants', 'contacts', 'subjects', 'tokens', 'charts', 'cases',
        'events', 'parts', 'deadlines', 'turns', 'open_cases', 'links', 'signals', 'counters', 'notices',
        'notice_attempts', 'documents', 'register_entries']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('grant select, insert, update, delete on %I to engine', name);
        execute format('create policy engine_all on %I to engine using (true) with check (true)', name);
        execute format('create policy owner_all on %I to current_user using (true) with check (true)', name);
        execute format('grant select on %I to read_staff', name);
        execute format('create policy staff_all on %I for select to read_staff using (true)', name);
    end loop;
end $$;

-- The history and the registers are appended to. An erasure empties parts, and nothing else.
revoke update, delete on events, register_entries, notice_attempts from engine;
revoke delete on cases, parts, notices, signals from engine;
grant usage on sequence case_ids, notice_leases to engine;
grant select on schema_migrations to engine;

grant select on organisations, persons, grants, charts, subjects, cases, events, parts, deadlines, turns, open_cases, links, documents,
    register_entries to read_org;

create policy org_all on organisations for select to read_org using (true);
create policy org_all on charts for select to read_org using (true);
create policy org_all on register_entries for select to read_org using (true);
create policy org_own on subjects for select to read_org using (org_id = reader_org());
create policy org_own on grants for select to read_org using (org_id = reader_org());
create policy org_own on persons for select to read_org
    using (exists (select from grants g where g.person_id = persons.id and g.org_id = reader_org()));
create policy org_own on cases for select to read_org using (owner_org = reader_org());
create policy org_own on documents for select to read_org using (org_id = reader_org());
-- A document is put before any case names it, by whoever may then send it.
grant insert on documents to read_org, read_staff;
create policy org_put on documents for insert to read_org with check (org_id = reader_org());
create policy staff_put on documents for insert to read_staff with check (true);

-- What belongs to a case is seen with the case.
create policy org_own on events for select to read_org
    using (exists (select from cases c where c.id = case_id and c.owner_org = reader_org()));
create policy org_own on deadlines for select to read_org
    using (exists (select from cases c where c.id = case_id and c.owner_org = reader_org()));
create policy org_own on turns for select to read_org
    using (exists (select from cases c where c.id = case_id and c.owner_org = reader_org()));
create policy org_own on open_cases for select to read_org
    using (exists (select from cases c where c.id = case_id and c.owner_org = reader_org()));
create policy org_own on links for select to read_org
    using (exists (select from cases c where c.id = case_id and c.owner_org = reader_org()));

-- Public and case parts are seen with the case, the others by the organisation that sent them.
create policy org_own on parts for select to read_org
    using (exists (select from events e where e.case_id = parts.case_id and e.seq = parts.seq
        and (parts.access <= 1 or e.org_id = reader_org())));

grant select on register_entries to read_public;
create policy public_all on register_entries for select to read_public using (true);
