-- The cases as they stand now, each where it was found as it was locked. Each must still stand as it was loaded. Data that
-- did not change are null.
-- $1 places tid[]
-- $2 ids int8[]
-- $3 seqs_before int4[]
-- $4 charts int4[]
-- $5 seqs int4[]
-- $6 ats timestamptz[]
-- $7 closed bool[]
-- $8 hashes bytea[]
-- $9 bodies text[]
-- $10 fires timestamptz[]
-- $11 turns text[]
-- $12 data text[]
with updated as (
    update cases c
    set seq = u.seq, at = u.at, closed = u.closed, hash = u.hash, body = u.body, chart_id = u.chart_id,
        fire_at = u.fire_at, turns = u.turns, data = coalesce(u.data, c.data)
    from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        u (place, id, seq_before, chart_id, seq, at, closed, hash, body, fire_at, turns, data)
    where c.ctid = u.place and c.id = u.id and c.seq = u.seq_before
    returning 1
)
select rows_expect(cardinality($1), (select count(*) from updated), 'cases updated')
