-- Cases and subjects that signals wait for.
-- $1 limit int4
(select distinct target_case, int8 '0' from signals where state = 0 and target_case <> 0 limit $1)
union all
(select distinct int8 '0', subject_id from signals where state = 0 and target_case = 0 limit $1)
