-- The cases as they stand now. Each must still stand where it was loaded. Data that did not change are null.
-- $1 ids int8[]
-- $2 seqs_before int4[]
-- $3 charts int4[]
-- $4 seqs int4[]
-- $5 ats timestamptz[]
-- $6 closed bool[]
-- $7 hashes bytea[]
-- $8 bodies text[]
-- $9 fires timestamptz[]
-- $10 turns text[]
-- $11 data text[]
with updated as (
    update cases c
    set seq = u.seq, at = u.at, closed = u.closed, hash = u.hash, body = u.body, chart_id = u.chart_id,
        fire_at = u.fire_at, turns = u.turns, data = coalesce(u.data, c.data)
    from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        u (id, seq_before, chart_id, seq, at, closed, hash, body, fire_at, turns, data)
    where c.id = any ($1) and c.id = u.id and c.seq = u.seq_before
    returning 1
)
select rows_expect(cardinality($1), (select count(*) from updated), 'cases updated')
