-- Keeps the text of versions for good: cases that ran by them go over to another.
-- $1 ids int4[]
update charts set kept = true where id = any ($1) and not kept
