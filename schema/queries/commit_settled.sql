-- What became of signals. Each must have been pending.
-- $1 origin_cases int8[]
-- $2 origin_seqs int4[]
-- $3 origin_numbers int4[]
-- $4 targets int8[]
-- $5 states int2[]
-- $6 reasons text[]
with updated as (
    update signals s set state = u.state, reason = u.reason, settled_at = now()
    from unnest($1, $2, $3, $4, $5, $6) u (origin_case, origin_seq, origin_number, target_case, state, reason)
    where s.origin_case = any ($1) and s.origin_case = u.origin_case and s.origin_seq = u.origin_seq
        and s.origin_number = u.origin_number and s.target_case = u.target_case and s.state = 0
    returning 1
)
select rows_expect(cardinality($1), (select count(*) from updated), 'signals settled')
