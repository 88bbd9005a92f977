-- Marks a person as one of a demonstration: served only where the configuration says so.
-- $1 person int8
update persons set demonstration = true where id = $1 and not demonstration
