-- Notices, one row an address: of the case's owner, of the organisation named by the case, or of those that hold the
-- role. Where nobody is found one row says so (state 3).
-- $1 cases int8[]
-- $2 seqs int4[]
-- $3 numbers int4[]
-- $4 notices text[]
-- $5 who text[]
-- $6 kinds text[]
-- $7 org_codes text[]
-- $8 owners int8[]
-- $9 ats timestamptz[]
-- $10 vars text[]
insert into notices (case_id, seq, number, notice, recipient, address, language, vars, at, next_at, state,
    org_id)
select u.case_id, u.seq, u.number, u.notice, u.who || '.' || u.kind, coalesce(r.email, ''), coalesce(r.language, 'ja'),
    u.vars, u.at, case when r.email is null then 'infinity' else u.at end, case when r.email is null then 3 else 0 end,
    coalesce(r.org_id, 0)
from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    with ordinality u (case_id, seq, number, notice, who, kind, org_code, owner, at, vars, n)
left join lateral (
    select distinct on (c.email) c.email, c.language, c.org_id
    from contacts c
    where c.kind = u.kind and c.org_id = any (
        case when u.org_code is not null then array (select o.id from organisations o where o.code = u.org_code)
            when u.who = 'owner' then array [u.owner]
            else array (select h.org_id from org_roles h where h.role = u.who) end)
    order by c.email, c.org_id
) r on true
order by u.n, r.email
