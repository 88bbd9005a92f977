-- Appends events. A key that somebody else consumed meanwhile violates events_key.
-- $1 cases int8[]
-- $2 seqs int4[]
-- $3 ats timestamptz[]
-- $4 kinds int2[]
-- $5 names text[]
-- $6 persons int8[]
-- $7 orgs int8[]
-- $8 keys text[]
-- $9 body_hashes bytea[]
-- $10 hashes bytea[]
-- $11 states text[]
-- $12 records text[]
insert into events (case_id, seq, at, kind, name, person_id, org_id, key, body_hash, hash, states, record)
select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
