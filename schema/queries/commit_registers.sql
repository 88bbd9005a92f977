-- Changes of register entries, in order.
-- $1 ops text[]
-- $2 registers text[]
-- $3 keys text[]
-- $4 entries text[]
-- $5 banners text[]
-- $6 cases int8[]
-- $7 seqs int4[]
-- $8 ats timestamptz[]
select register_write(u.op, u.register, u.key, u.entry, u.banner, u.case_id, u.seq, u.at)
from (
    select * from unnest($1, $2, $3, $4, $5, $6, $7, $8)
        with ordinality o (op, register, key, entry, banner, case_id, seq, at, n) order by n offset 0
) u
