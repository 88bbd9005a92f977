-- Whoever takes part: :orgs providers with one person each, and the operation support body with ten.
-- Tokens are 'owner-N' and 'staff-N'; they open nothing but this database.
\set ON_ERROR_STOP on
begin;
insert into organisations (code, name_ja, name_en, kind)
select 'CSP-' || g, '事業者' || g, 'Provider ' || g, 'csp' from generate_series(1, :orgs) g order by g;
insert into organisations (code, name_ja, name_en, kind) values
    ('OPSUP', '運用支援機関', 'Operation support body', 'opsup'),
    ('AUD-1', '監査機関', 'Audit firm', 'auditor'),
    ('MIN-1', '制度所管省庁', 'Ministry', 'ministry');

insert into org_roles (role, org_id) values ('opsup', (select id from organisations where code = 'OPSUP')),
    ('ministry', (select id from organisations where code = 'MIN-1'));
insert into contacts (org_id, kind, email, language)
select id, 'contacts', lower(code) || '@example.jp', 'ja' from organisations;
insert into contacts (org_id, kind, email, language)
select id, k, k || '@opsup.example.jp', 'ja' from organisations, unnest(array ['queue', 'lead']) k where code = 'OPSUP';

insert into persons (login, name)
select 'owner-' || g, 'Owner ' || g from generate_series(1, :orgs) g order by g;
insert into persons (login, name)
select 'staff-' || g, 'Staff ' || g from generate_series(1, 10) g order by g;
insert into grants (person_id, org_id, role)
select p.id, o.id, 'opsup' from persons p, organisations o where p.login like 'staff-%' and o.code = 'OPSUP';
insert into tokens (hash, person_id, org_id, label)
select sha256(login::bytea), p.id, o.id, 'bench'
from persons p join organisations o
    on o.code = case when login like 'staff-%' then 'OPSUP' else 'CSP-' || substr(login, 7) end;

-- One service for each case, and two for the templates: the ids 1 and 1 + :orgs, of the first provider.
insert into subjects (org_id, code, name)
select o.id, 'S-' || g, 'サービス' || g
from generate_series(0, :cases + 1) g join organisations o on o.code = 'CSP-' || (1 + g % :orgs)
order by g;
commit;
analyze;
