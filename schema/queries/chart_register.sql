-- Registers a version of a workflow: its id, and whether it took the place of another text. A null id: another text is
-- registered as that version and cases have run by it.
-- $1 workflow text
-- $2 version int4
-- $3 prefix text
-- $4 sha256 text
-- $5 source text
-- $6 limits text[]
select id, replaced from chart_register($1, $2, $3, $4, $5, $6)
