-- The inputs of the events, by access class.
-- $1 cases int8[]
-- $2 seqs int4[]
-- $3 accesses int2[]
-- $4 salts bytea[]
-- $5 commitments bytea[]
-- $6 bodies text[]
insert into parts (case_id, seq, access, salt, commitment, body)
select * from unnest($1, $2, $3, $4, $5, $6)
