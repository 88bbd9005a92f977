-- Touches every page of a table and its indexes once, so that its full-page image is in the log already: the state of a
-- server that runs for a while after a checkpoint. Of the table by locking a row of each page, of indexes by new ones.
\set ON_ERROR_STOP on
set synchronous_commit = off;
begin;
select count(*) as pages from (
    select 1 from :table
    where ctid = any (array (select format('(%s,%s)', p, 1)::tid
        from generate_series(0, pg_relation_size(:'table') / 8192 - 1) p))
    for no key update
) touched \g /dev/null
commit;
reindex table :table;
