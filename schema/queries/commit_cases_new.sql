-- Opens cases.
-- $1 ids int8[]
-- $2 subjects int8[]
-- $3 owners int8[]
-- $4 charts int4[]
-- $5 seqs int4[]
-- $6 ats timestamptz[]
-- $7 closed bool[]
-- $8 hashes bytea[]
-- $9 bodies text[]
-- $10 fires timestamptz[]
-- $11 turns text[]
-- $12 data text[]
insert into cases (id, subject_id, owner_org, chart_id, seq, at, closed, hash, body, fire_at, turns, data)
select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
