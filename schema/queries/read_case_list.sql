-- Cases, newest first, by workflow, by being open or closed, and by what a person types: a number, part of the name of
-- a service, or of an organisation's name or code. How many there are in all is counted up to 10,001.
-- $1 workflow text
-- $2 standing text
-- $3 search text
-- $4 id text
-- $5 limit text
-- $6 after text
with filtered as not materialized (
    select c.id, c.owner_org, c.subject_id from cases c
    where ($1 = '' or c.chart_id = any (array (select k.id from charts k where k.workflow = $1)))
        and ($2 = '' or c.closed = ($2 = 'closed'))
), found as not materialized (
    select f.id from filtered f where $3 = ''
    union all
    (select f.id from filtered f where $3 <> '' and f.id = $4::int8
    union
    select f.id from organisations o join filtered f on f.owner_org = o.id
    where $3 <> '' and strpos(lower(concat_ws(' ', o.code, o.name_ja, o.name_en)), lower($3)) > 0
    union
    select f.id from subjects s join filtered f on f.owner_org = s.org_id and f.subject_id = s.id
    where $3 <> '' and strpos(lower(concat_ws(' ', s.code, s.name)), lower($3)) > 0)
), page as (
    select id, row_number() over (order by id desc) as n from (
        select id from found where id < coalesce(nullif($6, '')::int8, 9223372036854775807)
        order by id desc limit $5::int4 + 1) x
)
select json_build_object(
    'rows', (select coalesce(json_agg(json_build_object(
            'case', k.prefix || '-' || c.id, 'id', c.id, 'workflow', k.workflow, 'chart', c.chart_id,
            'at', instant_text(c.at), 'closed', c.closed, 'states', c.body::json -> 'states',
            'flags', c.body::json -> 'flags',
            'owner', (select json_build_object('code', o.code, 'name', json_build_object('ja', o.name_ja,
                'en', o.name_en)) from organisations o where o.id = c.owner_org),
            'subject', (select json_build_object('code', s.code, 'name', s.name) from subjects s
                where s.id = c.subject_id),
            'turns', c.turns::json) order by p.n), '[]')
        from page p join cases c on c.id = p.id join charts k on k.id = c.chart_id where p.n <= $5::int4),
    'total', (select count(*) from (select from found limit 10001) x),
    'next', (select l.id::text from page l
        where l.n = $5::int4 and exists (select from page f where f.n > $5::int4)))::text
