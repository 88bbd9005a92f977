-- The history of a case, oldest first: who, what, when, and what it came to. What did not happen is left out.
-- $1 case text
select json_build_object('case', k.prefix || '-' || c.id, 'id', c.id, 'chart', k.sha256, 'events', (
    select coalesce(json_agg(json_strip_nulls(json_build_object(
        'seq', e.seq, 'at', instant_text(e.at), 'kind', (array ['command', 'signal', 'due', 'migrate'])[e.kind + 1],
        'name', e.name, 'person', p.name, 'org', o.code, 'states', e.states::json, 'hash', encode(e.hash, 'hex'),
        'rows', r.o -> 'rows', 'set', r.o -> 'set', 'flags', r.o -> 'flags', 'deadlines', r.o -> 'deadlines',
        'notices', r.o -> 'notices', 'signals', r.o -> 'signals', 'registers', r.o -> 'registers',
        'links', r.o -> 'links',
        'rectified', case when r.o -> 'rectified' is not null then json_build_object(
            'effective', instant_text(timestamptz 'epoch'
                + (r.o -> 'rectified' ->> 'effective')::int8 * interval '1 microsecond'),
            'undoes', r.o -> 'rectified' -> 'undoes', 'was', r.o -> 'rectified' -> 'was',
            'reason', (select i.body::json ->> 'reason' from parts i
                where i.case_id = e.case_id and i.seq = e.seq and i.access = 1)) end,
        'parts', (select json_agg((array ['public', 'case', 'restricted', 'personal'])[i.access + 1] order by i.access)
            from parts i where i.case_id = e.case_id and i.seq = e.seq))) order by e.seq), '[]')
    from events e
    left join persons p on p.id = e.person_id
    left join organisations o on o.id = e.org_id
    cross join lateral (select e.record::json -> 'outcome') r (o)
    where e.case_id = c.id))::text
from cases c join charts k on k.id = c.chart_id
where c.id = $1::int8
