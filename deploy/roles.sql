-- The database roles of Toroku. They belong to the whole cluster, so they stand here and not among the migrations.
-- Run as a superuser, with psql 15 or newer, as often as you like:
--
--   TOROKU_MIGRATE_PASSWORD=... TOROKU_ENGINE_PASSWORD=... TOROKU_READER_PASSWORD=... psql -d postgres -f roles.sql
--   psql -d postgres -c 'create database toroku owner migrate'
--
-- migrate      owns the tables and changes them; used by `toroku migrate` and at start
-- engine       decides and writes; owns nothing, bypasses nothing
-- reader       logs in for every question and is nobody until it takes one of the next three (set local role)
-- read_org     an organisation's own cases, by row level security
-- read_staff   the secretariat, the operation support body, the committee and the ministries
-- read_public  the published register
--
-- What each may touch is granted by the migrations, beside the tables. A password is set when a role has none and its
-- variable is set; an existing one is left alone.
\set ON_ERROR_STOP on

select format('create role %I nosuperuser nocreatedb nocreaterole noreplication nobypassrls %s',
              name, attributes)
from (values ('migrate', 'login'), ('engine', 'login'), ('reader', 'login noinherit'),
             ('read_org', 'nologin'), ('read_staff', 'nologin'), ('read_public', 'nologin')) as role (name, attributes)
where not exists (select from pg_roles where rolname = name)
\gexec

select 'grant read_org, read_staff, read_public to reader'
where not (pg_has_role('reader', 'read_org', 'member') and pg_has_role('reader', 'read_staff', 'member')
           and pg_has_role('reader', 'read_public', 'member'))
\gexec

\set migrate_password ''
\set engine_password ''
\set reader_password ''
\getenv migrate_password TOROKU_MIGRATE_PASSWORD
\getenv engine_password TOROKU_ENGINE_PASSWORD
\getenv reader_password TOROKU_READER_PASSWORD

select format('alter role %I password %L', name, password)
from (values ('migrate', :'migrate_password'), ('engine', :'engine_password'), ('reader', :'reader_password'))
         as wanted (name, password)
where password <> '' and exists (select from pg_authid where rolname = name and rolpassword is null)
\gexec
