-- All that a page about one case shows: the case as it stands, how each live deadline was found, its history with as
-- much of each input as is of the classes asked for, the cases beside it, the notices it sent.
-- $1 case text
-- $2 classes text
select json_build_object(
    'case', k.prefix || '-' || c.id, 'id', c.id, 'workflow', k.workflow, 'version', k.version, 'chart', c.chart_id,
    'seq', c.seq, 'at', instant_text(c.at), 'closed', c.closed, 'hash', encode(c.hash, 'hex'), 'body', b.body,
    'data', c.data::json,
    'owner', (select json_build_object('id', o.id, 'code', o.code, 'name', json_build_object('ja', o.name_ja,
        'en', o.name_en)) from organisations o where o.id = c.owner_org),
    'subject', (select json_build_object('id', s.id, 'code', s.code, 'name', s.name) from subjects s
        where s.id = c.subject_id),
    'why', (select json_object_agg(d ->> 'id', w.why)
        from json_array_elements(b.body -> 'deadlines') d
        cross join lateral (select x -> 'why' as why
            from events e, json_array_elements(e.record::json -> 'outcome' -> 'deadlines') x
            where e.case_id = c.id and e.seq >= (d ->> 'arming')::int4 and x ->> 'id' = d ->> 'id'
                and x -> 'why' is not null
            order by e.seq desc limit 1) w),
    'events', (select json_agg(json_strip_nulls(json_build_object(
            'seq', e.seq, 'at', instant_text(e.at), 'kind', (array ['command', 'signal', 'due', 'migrate'])[e.kind + 1],
            'name', e.name, 'person', p.name,
            'org', (select json_build_object('code', o.code, 'name', json_build_object('ja', o.name_ja,
                'en', o.name_en)) from organisations o where o.id = e.org_id),
            'org_id', e.org_id,
            'states', e.states::json, 'hash', encode(e.hash, 'hex'), 'form', r.r ->> 'form',
            'draft', (r.r ->> 'draft')::bool, 'received', r.r -> 'received', 'reminder', r.r -> 'occurrence',
            'origin', (select ok.prefix || '-' || oc.id from cases oc join charts ok on ok.id = oc.chart_id
                where oc.id = (r.r -> 'origin' ->> 'case')::int8),
            'rectified', r.r -> 'outcome' -> 'rectified',
            'set', case when r.r -> 'outcome' -> 'rectified' is not null then r.r -> 'outcome' -> 'set' end,
            'rows', r.r -> 'outcome' -> 'rows', 'flags', r.r -> 'outcome' -> 'flags',
            'deadlines', (select json_agg(json_build_object('id', x ->> 'id', 'due', x -> 'due', 'gone', x -> 'gone'))
                from json_array_elements(r.r -> 'outcome' -> 'deadlines') x),
            'notices', r.r -> 'outcome' -> 'notices', 'signals', r.r -> 'outcome' -> 'signals',
            'registers', (select json_agg(json_build_object('is', x ->> 'is', 'register', x ->> 'register',
                'key', x ->> 'key')) from json_array_elements(r.r -> 'outcome' -> 'registers') x),
            'parts', (select json_agg(json_build_object('access', i.access, 'erased', i.body is null,
                'body', i.body::json) order by i.access)
                from parts i where i.case_id = e.case_id and i.seq = e.seq
                    and i.access = any (string_to_array($2, ',')::int2[])))) order by e.seq)
        from events e left join persons p on p.id = e.person_id
        cross join lateral (select e.record::json) r (r)
        where e.case_id = c.id),
    'linked', (select json_agg(json_build_object('case', lk.prefix || '-' || l.id, 'workflow', lk.workflow,
            'chart', l.chart_id, 'states', l.body::json -> 'states', 'closed', l.closed, 'at', instant_text(l.at),
            'relation', n.relation) order by l.id desc)
        from (
            select distinct on (x.id) x.id, x.relation from (
                select t.target_case as id, t.relation::text from links t where t.case_id = c.id
                union all
                select (e.record::json -> 'origin' ->> 'case')::int8, 'signal' from events e
                where e.case_id = c.id and e.kind = 1
                union all
                select o.case_id, 'subject' from open_cases o where o.subject_id = c.subject_id
                union all
                (select s.id, 'subject' from cases s
                where s.owner_org = c.owner_org and s.subject_id = c.subject_id order by s.id desc limit 50)
            ) x where x.id <> c.id order by x.id, x.relation) n
        join cases l on l.id = n.id join charts lk on lk.id = l.chart_id),
    'notices', (select json_agg(json_build_object('id', n.id, 'seq', n.seq, 'notice', n.notice, 'to', n.recipient,
            'address', n.address, 'vars', n.vars::json, 'at', instant_text(n.at), 'state', n.state,
            'delivered', (select instant_text(a.at) from notice_attempts a where a.notice_id = n.id and a.state = 1
                limit 1)) order by n.id desc)
        from (select * from notices where case_id = c.id and state > 0
            union all select * from notices where case_id = c.id and state = 0) n))::text
from cases c join charts k on k.id = c.chart_id cross join lateral (select c.body::json) b (body)
where c.id = $1::int8
