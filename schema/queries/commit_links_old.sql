-- Links that end: a relation that leads to one case is given another.
-- $1 cases int8[]
-- $2 relations text[]
delete from links l using unnest($1, $2) u (case_id, relation) where l.case_id = u.case_id and l.relation = u.relation
