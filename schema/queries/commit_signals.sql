-- Signals, one row a case addressed. Where a relation leads to no case and the signal opens none, one row says so.
-- $1 cases int8[]
-- $2 seqs int4[]
-- $3 numbers int4[]
-- $4 names text[]
-- $5 relations text[]
-- $6 workflows text[]
-- $7 same_subject bool[]
-- $8 opens bool[]
-- $9 ats timestamptz[]
-- $10 hops int4[]
-- $11 payloads text[]
-- $12 subjects int8[]
-- $13 linked_by text[]
with written as (
    insert into signals (origin_case, origin_seq, origin_number, target_case, subject_id, workflow, name, at, hops,
        payload, state, reason, settled_at)
    select u.case_id, u.seq, u.number, coalesce(t.case_id, 0), u.subject, u.workflow, u.name, u.at, u.hops, u.payload,
        case when lost then 2 else 0 end, case when lost then 'no case was found' end, case when lost then now() end
    from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        u (case_id, seq, number, name, relation, workflow, same_subject, opens, at, hops, payload, subject, linked_by)
    left join lateral (
        select o.case_id from open_cases o
        where u.same_subject and o.subject_id = u.subject and o.workflow = u.workflow and o.case_id <> u.case_id
        union all
        select l.target_case from links l
        where not u.same_subject and u.linked_by is null and l.case_id = u.case_id and l.relation = u.relation
        union all
        select l.case_id from links l join cases c on c.id = l.case_id join charts k on k.id = c.chart_id
        where u.linked_by is not null and l.target_case = u.case_id and l.relation = u.linked_by
            and k.workflow = u.workflow and not c.closed
    ) t on true
    cross join lateral (select t.case_id is null and not (u.opens and u.subject is not null)) x (lost)
    returning target_case, subject_id, state
)
select distinct target_case, coalesce(subject_id, 0) from written where state = 0 order by 1, 2
