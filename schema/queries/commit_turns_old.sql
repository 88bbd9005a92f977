-- Takes away all turns of cases where they have changed.
-- $1 cases int8[]
delete from turns where case_id = any ($1)
