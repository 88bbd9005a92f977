-- All parts of the inputs of some cases, in order; erased ones have neither salt nor body.
-- $1 ids int8[]
select case_id, seq, access, salt, commitment, body from parts where case_id = any ($1) order by case_id, seq, access
