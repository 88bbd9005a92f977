-- Of these running cases those that some event moved away from a version.
-- $1 ids int8[]
-- $2 version text
select distinct e.case_id from events e where e.case_id = any ($1) and e.kind = 3 and e.record::json ->> 'chart' = $2
