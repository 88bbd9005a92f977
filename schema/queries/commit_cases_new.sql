-- Opens cases.
-- $1 ids int8[]
-- $2 charts int4[]
-- $3 subjects int8[]
-- $4 owners int8[]
-- $5 seqs int4[]
-- $6 ats timestamptz[]
-- $7 closed bool[]
-- $8 hashes bytea[]
-- $9 bodies text[]
insert into cases (id, chart_id, subject_id, owner_org, seq, at, closed, hash, body)
select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
