-- One case: states, data, turns, and every live deadline with its derivation, taken from the record that computed it.
-- $1 case text
select json_build_object(
    'case', k.prefix || '-' || c.id, 'id', c.id, 'workflow', k.workflow, 'version', k.version, 'chart', k.sha256,
    'seq', c.seq, 'at', instant_text(c.at), 'closed', c.closed, 'hash', encode(c.hash, 'hex'),
    'owner', (select json_build_object('code', o.code, 'name', json_build_object('ja', o.name_ja, 'en', o.name_en))
        from organisations o where o.id = c.owner_org),
    'subject', (select json_build_object('code', s.code, 'name', s.name) from subjects s where s.id = c.subject_id),
    'states', b.body -> 'states', 'data', c.data::json, 'flags', b.body -> 'flags', 'turns', c.turns::json,
    'deadlines', (select coalesce(json_agg(json_build_object('deadline', d ->> 'id', 
            'kind', case when d ->> 'id' = any (k.limits) then 'limit' else 'target' end, 'due', due, 'last_day', date '1970-01-01' + (d ->> 'last_day')::int4,
            'armed_by', d -> 'arming', 'standing', due is null, 'why', w.why) order by (d ->> 'due')::int8, d ->> 'id'), '[]')
        from json_array_elements(b.body -> 'deadlines') d
        cross join lateral (select instant_text(timestamptz 'epoch' + (d ->> 'due')::int8 * interval '1 microsecond')) x (due)
        left join lateral (select x -> 'why' as why
            from events e, json_array_elements(e.record::json -> 'outcome' -> 'deadlines') x
            where e.case_id = c.id and e.seq >= (d ->> 'arming')::int4 and x ->> 'id' = d ->> 'id'
                and x -> 'why' is not null
            order by e.seq desc limit 1) w on true))::text
from cases c join charts k on k.id = c.chart_id cross join lateral (select c.body::json) b (body)
where c.id = $1::int8
