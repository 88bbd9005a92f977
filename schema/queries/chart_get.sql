-- The registered version with this id.
-- $1 id int4
select id, workflow, version, sha256, source from charts where id = $1
