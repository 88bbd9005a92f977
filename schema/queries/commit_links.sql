-- Links between cases. One to a case that does not exist violates links_target.
-- $1 cases int8[]
-- $2 relations text[]
-- $3 targets int8[]
insert into links (case_id, relation, target_case) select * from unnest($1, $2, $3) on conflict do nothing
