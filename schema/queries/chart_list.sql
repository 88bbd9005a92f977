-- Every registered version with its source: what running cases need although the file is gone.
select id, workflow, version, sha256, source from charts order by workflow, version
