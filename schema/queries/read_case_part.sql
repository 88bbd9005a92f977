-- The input of one event, as far as it is of one access class: public, case, restricted or personal.
-- $1 case text
-- $2 seq text
-- $3 class text
select json_build_object('case', k.prefix || '-' || c.id, 'id', c.id, 'seq', p.seq, 'class', $3,
    'erased', p.body is null, 'commitment', encode(p.commitment, 'hex'), 'salt', encode(p.salt, 'hex'), 'body', p.body::json)::text
from parts p join cases c on c.id = p.case_id join charts k on k.id = c.chart_id
where p.case_id = $1::int8 and p.seq = $2::int4
    and p.access = array_position(array ['public', 'case', 'restricted', 'personal'], $3) - 1
