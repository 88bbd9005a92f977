-- Registers a version of a workflow and answers its id. No row: another text is registered as that version and a case
-- runs by it.
-- $1 workflow text
-- $2 version int4
-- $3 prefix text
-- $4 sha256 text
-- $5 source text
-- $6 limits text[]
insert into charts as k (workflow, version, prefix, sha256, source, limits) values ($1, $2, $3, $4, $5, $6)
on conflict (workflow, version) do update
set prefix = excluded.prefix, sha256 = excluded.sha256, source = excluded.source, limits = excluded.limits,
    registered_at = now()
where k.sha256 = excluded.sha256 or not exists (select from cases c where c.chart_id = k.id)
returning id
