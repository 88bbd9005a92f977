-- The latest notices in a state (pending, delivered, dead or nobody), with the evidence of their attempts.
-- $1 state text
-- $2 limit text
select json_build_object('state', $1, 'notices', coalesce(json_agg(json_build_object(
    'id', n.id, 'case', k.prefix || '-' || n.case_id, 'seq', n.seq, 'number', n.number, 'notice', n.notice,
    'to', n.recipient, 'address', n.address, 'language', n.language, 'at', instant_text(n.at), 'attempt', n.attempt,
    'next', case when n.state = 0 then instant_text(n.next_at) end, 'vars', n.vars::json,
    'attempts', (select coalesce(json_agg(json_build_object('attempt', a.attempt, 'at', instant_text(a.at),
        'state', (array ['retry', 'delivered', 'dead'])[a.state + 1], 'reply', a.reply) order by a.attempt), '[]')
        from notice_attempts a where a.notice_id = n.id)) order by n.id desc), '[]'))::text
from (
    select * from notices
    where state = array_position(array ['pending', 'delivered', 'dead', 'nobody'], $1) - 1
    order by id desc limit least($2::int4, 1000)
) n join cases c on c.id = n.case_id join charts k on k.id = c.chart_id
