-- The cases as they stand now. Each must still stand where it was loaded.
-- $1 ids int8[]
-- $2 seqs_before int4[]
-- $3 seqs int4[]
-- $4 ats timestamptz[]
-- $5 closed bool[]
-- $6 hashes bytea[]
-- $7 bodies text[]
-- $8 charts int4[]
with updated as (
    update cases c
    set seq = u.seq, at = u.at, closed = u.closed, hash = u.hash, body = u.body, chart_id = u.chart_id
    from unnest($1, $2, $3, $4, $5, $6, $7, $8) u (id, seq_before, seq, at, closed, hash, body, chart_id)
    where c.id = any ($1) and c.id = u.id and c.seq = u.seq_before
    returning 1
)
select rows_expect(cardinality($1), (select count(*) from updated), 'cases updated')
