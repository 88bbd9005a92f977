-- Whose turn it is in the cases $1: the rows of $2 to $6 and no others.
-- $1 changed int8[]
-- $2 cases int8[]
-- $3 roles text[]
-- $4 orgs int8[]
-- $5 deadlines text[]
-- $6 dues timestamptz[]
with gone as (
    delete from turns t where t.case_id = any ($1)
        and not exists (select from unnest($2, $3) u (case_id, role) where u.case_id = t.case_id and u.role = t.role)
)
insert into turns (case_id, role, org_id, deadline, due)
select * from unnest($2, $3, $4, $5, $6)
on conflict (case_id, role) do update set org_id = excluded.org_id, deadline = excluded.deadline, due = excluded.due
where (turns.org_id, turns.deadline, turns.due) is distinct from (excluded.org_id, excluded.deadline, excluded.due)
