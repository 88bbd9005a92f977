-- The notices that were sent to an organisation, newest first, with what became of them; counted up to 10,001.
-- $1 limit text
-- $2 after text
-- $3 org text
with own as not materialized (
    select n.id from notices n where n.org_id = $3::int8 and n.state > 0
    union all
    select n.id from notices n where n.org_id = $3::int8 and n.state = 0
), page as (
    select id, row_number() over (order by id desc) as n from (
        select id from own where id < coalesce(nullif($2, '')::int8, 9223372036854775807)
        order by id desc limit $1::int4 + 1) x
)
select json_build_object(
    'rows', (select coalesce(json_agg(json_build_object('id', m.id, 'case', case_number(m.case_id),
            'visible', c.id is not null, 'notice', m.notice, 'to', m.recipient, 'address', m.address,
            'vars', m.vars::json, 'at', instant_text(m.at), 'state', m.state,
            'attempts', m.attempt, 'delivered', (select instant_text(a.at) from notice_attempts a
                where a.notice_id = m.id and a.state = 1 limit 1)) order by p.n), '[]')
        from page p join notices m on m.id = p.id left join cases c on c.id = m.case_id
        where p.n <= $1::int4),
    'total', (select count(*) from (select from own limit 10001) x),
    'next', (select l.id::text from page l
        where l.n = $1::int4 and exists (select from page f where f.n > $1::int4)))::text
