-- Entries of registers that a rectification sets right: what was true when, and since when that is known.

alter table register_entries drop constraint register_entries_op_check;
alter table register_entries add constraint register_entries_op_check
    check (op in ('publish', 'mark', 'unmark', 'withdraw', 'rectify'));

-- The canonical JSON of ${entry} with the members of ${patch} in the place of its own; those that are null go.
create function register_patched(entry text, patch text) returns text
    language sql immutable parallel safe
    return (select '{' || coalesce(string_agg(to_json(x.key)::text || ':' || x.value, ',' order by x.key collate "C"), '')
            || '}'
        from (
            select coalesce(p.key, e.key) as key, coalesce(p.value, e.value)::text as value
            from json_each(entry::json) e full join json_each(patch::json) p on p.key = e.key
        ) x
        where x.value <> 'null');

-- What is true from ${at} on is told anew: by a version at that instant, and by another at each later one at which a
-- version so far known begins. One that would read as what is known is not written.
create function register_rectify(
    op text, register text, key text, entry text, banner text, case_id int8, seq int4, at timestamptz) returns void
    language plpgsql as $$
declare
    moment timestamptz;
    known register_entries;
    told register_entries;
begin
    for moment in
        select register_rectify.at
        union
        select r.at from register_entries r
        where r.register = register_rectify.register and r.key = register_rectify.key and r.at > register_rectify.at
        order by 1
    loop
        select * into known from register_entries r
            where r.register = register_rectify.register and r.key = register_rectify.key and r.at <= moment
            order by r.at desc, r.version desc limit 1;
        continue when known.entry is null and op <> 'publish';
        told.entry := case op when 'publish' then register_rectify.entry when 'withdraw' then null
            when 'patch' then register_patched(known.entry, register_rectify.entry) else known.entry end;
        told.banner := case when op = 'mark' then register_rectify.banner
            when op in ('publish', 'patch') and known.entry is not null then known.banner end;
        continue when known.entry is not null and told.entry is not distinct from known.entry
            and told.banner is not distinct from known.banner;
        insert into register_entries (register, key, version, at, case_id, seq, op, entry, banner)
        select register_rectify.register, register_rectify.key, coalesce(max(r.version), 0) + 1, moment,
            register_rectify.case_id, register_rectify.seq, 'rectify', told.entry, told.banner
        from register_entries r
        where r.register = register_rectify.register and r.key = register_rectify.key;
    end loop;
end $$;

-- Writes the next version of an entry. A mark outlives a new publication; what is not listed cannot be marked. What
-- stands now is the latest by its instant: a rectification may have written of earlier ones since.
create or replace function register_write(
    op text, register text, key text, entry text, banner text, case_id int8, seq int4, at timestamptz) returns void
    language plpgsql as $$
declare
    last register_entries;
begin
    if op like 'rectify\_%' then
        perform register_rectify(substr(op, 9), register, key, entry, banner, case_id, seq, at);
        return;
    end if;
    select * into last from register_entries r
        where r.register = register_write.register and r.key = register_write.key
        order by r.at desc, r.version desc limit 1;
    if op <> 'publish' and last.entry is null then
        return;
    end if;
    insert into register_entries (register, key, version, at, case_id, seq, op, entry, banner)
    select register_write.register, register_write.key, coalesce(max(r.version), 0) + 1, register_write.at,
        register_write.case_id, register_write.seq, register_write.op,
        case register_write.op when 'publish' then register_write.entry when 'withdraw' then null else last.entry end,
        case register_write.op when 'mark' then register_write.banner when 'publish' then last.banner end
    from register_entries r where r.register = register_write.register and r.key = register_write.key;
end $$;
