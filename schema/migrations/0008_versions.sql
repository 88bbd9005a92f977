-- Versions of workflows. A version whose cases have all gone over to another one is still what their events were decided
-- by: it is kept. Registering is one function, so that two daemons and the cases that are opened meanwhile cannot cross.

alter table charts add column kept bool not null default false;

-- The id of the version with this text. A version that is registered with another text is replaced, under a new id, as
-- long as no case has run by it: a daemon that still has the old text cannot open a case by it any more, for the id is
-- gone. `id` null: cases have run by the other text.
create function chart_register(
    workflow text, version int4, prefix text, sha256 text, source text, limits text[],
    out id int4, out replaced bool) returns record
    language plpgsql as $$
declare
    was charts;
begin
    replaced := false;
    insert into charts as k (workflow, version, prefix, sha256, source, limits)
        values (chart_register.workflow, chart_register.version, chart_register.prefix, chart_register.sha256,
            chart_register.source, chart_register.limits)
        on conflict do nothing returning k.id into id;
    if id is not null then
        return;
    end if;
    select * into was from charts k
        where k.workflow = chart_register.workflow and k.version = chart_register.version for no key update;
    if was.sha256 = chart_register.sha256 then
        update charts k set limits = chart_register.limits, prefix = chart_register.prefix where k.id = was.id;
        id := was.id;
        return;
    end if;
    if was.kept or exists (select from cases c where c.chart_id = was.id) then
        return;
    end if;
    delete from charts k where k.id = was.id;
    insert into charts as k (workflow, version, prefix, sha256, source, limits)
        values (chart_register.workflow, chart_register.version, chart_register.prefix, chart_register.sha256,
            chart_register.source, chart_register.limits)
        returning k.id into id;
    replaced := true;
end $$;
