-- The inbox: which organisation a notice was sent to. 0: to nobody, or before this was kept.
alter table notices add column org_id int8 not null default 0;

-- Of those sent until now it is the organisation that the address belonged to when this ran, where there is but one.
update notices n set org_id = o.org_id
from (select email, min(org_id) as org_id from contacts group by email having count(distinct org_id) = 1) o
where o.email = n.address;

-- The notices of a case, and those of an organisation, newest first. Of settled ones only, so that the commit of an
-- event writes none of these; what is on its way is few and found by notices_pending.
create index notices_case on notices (case_id) where state > 0;
create index notices_inbox on notices (org_id, id) where state > 0;

grant select on notices, notice_attempts to read_org;
create policy org_own on notices for select to read_org using (org_id = reader_org());
create policy org_own on notice_attempts for select to read_org
    using (exists (select from notices n where n.id = notice_id and n.org_id = reader_org()));

-- The number of a case, also for an organisation that was told of a case that it does not see. Its body is bound to
-- these tables here and now, whatever the caller's search_path.
create function case_number(id int8) returns text
    language sql stable security definer
    return (select k.prefix || '-' || c.id from cases c join charts k on k.id = c.chart_id where c.id = case_number.id);
revoke all on function case_number from public;
grant execute on function case_number to read_org, read_staff;
