-- Ids for new cases. They are never given back.
-- $1 count int4
select nextval('case_ids') from generate_series(1, $1) order by 1
