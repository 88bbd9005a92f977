-- The core: cases, and all that one event of a case writes. schema/README.md tells the invariants and the lock order.
-- Codes that an index compares are collated "C": by bytes, the same in every database, and fast.
-- Access is granted in 0002_access.sql.

-- RFC 3339 in UTC, with six digits of fraction when there is one; 'infinity' (never) is null.
create function instant_text(at timestamptz) returns text
    language sql stable parallel safe
    return case when isfinite(at)
        then replace(to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000Z', 'Z') end;

-- A statement of a pipeline finds out here that it did not do what it was sent for: the transaction is rolled back,
-- although its Sync is on the way already. The code makes it a passing failure: load again, decide again.
create function rows_expect(expected int8, got int8, what text) returns void
    language plpgsql as $$
begin
    if expected is distinct from got then
        raise exception '%: % rows instead of %', what, got, expected using errcode = 'serialization_failure';
    end if;
end $$;

-- Rolls a transaction back that has written already: numbers taken by a batch that was given up.
create function batch_abandon() returns void
    language plpgsql as $$
begin
    raise exception 'the batch was abandoned' using errcode = 'serialization_failure';
end $$;


-- Organisations, people, and what they may do.

create table organisations (
    id      int8 generated always as identity primary key,
    code    text not null unique,
    name_ja text not null,
    name_en text not null,
    kind    text not null
);

-- A role held by an organisation: whose queue its cases are in, and who gets the mail for the role.
create table org_roles (
    role   text not null,
    org_id int8 not null references organisations,
    primary key (role, org_id)
);

create table persons (
    id    int8 generated always as identity primary key,
    login text not null unique,
    name  text not null
);

create table grants (
    person_id int8 not null references persons,
    org_id    int8 not null references organisations,
    role      text not null,
    primary key (person_id, org_id, role)
);

-- Kinds: contacts, queue, lead. Languages: ja, en.
create table contacts (
    org_id   int8 not null references organisations,
    kind     text not null,
    email    text not null,
    language text not null default 'ja' check (language in ('ja', 'en')),
    primary key (org_id, kind, email)
);

-- What cases are about: a cloud service (or an auditor) of an organisation.
create table subjects (
    id     int8 generated always as identity primary key,
    org_id int8 not null references organisations,
    code   text not null,
    name   text not null,
    unique (org_id, code)
);

-- The token itself is nowhere: its SHA-256 is.
create table tokens (
    hash       bytea primary key,
    person_id  int8 not null references persons,
    org_id     int8 not null references organisations,
    label      text not null default '',
    created_at timestamptz not null default now(),
    expires_at timestamptz not null default 'infinity',
    revoked_at timestamptz
);


-- Cases.

create table charts (
    id            int4 generated always as identity primary key,
    workflow      text not null,
    version       int4 not null,
    prefix        text not null,
    sha256        text not null,
    source        text not null,
    registered_at timestamptz not null default now(),
    unique (workflow, version)
);

create sequence case_ids;

-- The case row is the only lock of a case. No index on what changes: updates stay on their page (HOT).
create table cases (
    id         int8 primary key,
    subject_id int8 references subjects,
    owner_org  int8 references organisations,
    at         timestamptz not null,
    chart_id   int4 not null references charts,
    seq        int4 not null,
    closed     bool not null,
    hash       bytea not null,
    body       text not null
) with (fillfactor = 80);

alter table cases alter column body set compression lz4;
-- The list of an organisation's cases, and its row level security.
create index cases_owner on cases (owner_org, id);

-- kind: 0 command, 1 signal, 2 due. A null person is the system.
create table events (
    case_id   int8 not null,
    person_id int8,
    org_id    int8,
    at        timestamptz not null,
    seq       int4 not null,
    kind      int2 not null,
    name      text not null,
    key       text collate "C",
    body_hash bytea,
    hash      bytea not null,
    states    text not null,
    record    text not null,
    primary key (case_id, seq)
);

alter table events alter column record set compression lz4;
-- One event a key, and the first answer found again.
create unique index events_key on events (person_id, key) where key is not null;

-- The input of an event by access class: 0 public, 1 case, 2 restricted, 3 personal. Salt and body are erased together.
create table parts (
    case_id    int8 not null,
    seq        int4 not null,
    access     int2 not null,
    salt       bytea,
    commitment bytea not null,
    body       text,
    primary key (case_id, seq, access),
    check ((salt is null) = (body is null))
);

alter table parts alter column body set compression lz4;

-- Live deadlines. fire_at: when to look at the case again, 'infinity' while nothing can fire.
create table deadlines (
    case_id  int8 not null,
    due      timestamptz not null,
    fire_at  timestamptz not null,
    arming   int4 not null,
    is_limit bool not null,
    deadline text collate "C" not null,
    primary key (case_id, deadline)
);

-- What is due now, and what comes next.
create index deadlines_fire on deadlines (fire_at) where fire_at < 'infinity';

-- Whose turn it is. A relation role (owner) names its organisation; a membership role has none.
create table turns (
    case_id  int8 not null,
    org_id   int8,
    due      timestamptz not null,
    role     text collate "C" not null,
    deadline text,
    primary key (case_id, role)
);

-- The queue of a membership role (no organisation) and that of an organisation, by due instant.
create index turns_queue on turns (role, org_id, due, case_id);

-- The open case of a workflow that allows one per subject; how cases about the same subject find each other.
create table open_cases (
    subject_id int8 not null references subjects,
    case_id    int8 not null,
    workflow   text collate "C" not null,
    primary key (subject_id, workflow)
);

create table links (
    case_id     int8 not null,
    relation    text collate "C" not null,
    target_case int8 not null constraint links_target references cases,
    primary key (case_id, relation, target_case)
);

-- Signals between cases. target_case 0: opens a case of the workflow about the subject.
-- state: 0 pending, 1 taken, 2 not taken.
create table signals (
    origin_case   int8 not null,
    target_case   int8 not null,
    subject_id    int8,
    at            timestamptz not null,
    settled_at    timestamptz,
    origin_seq    int4 not null,
    origin_number int4 not null,
    hops          int2 not null,
    state         int2 not null,
    workflow      text not null,
    name          text not null,
    payload       text not null,
    reason        text,
    primary key (origin_case, origin_seq, origin_number, target_case)
);

-- What waits for a case, and for a subject whose case is to be opened.
create index signals_pending on signals (target_case) where state = 0 and target_case <> 0;
create index signals_opening on signals (subject_id) where state = 0 and target_case = 0;

-- Numbers without gaps: the row is held until the transaction that took the number ends.
create table counters (
    name  text primary key,
    value int8 not null
);


-- Notices.

create sequence notice_leases;

-- One row an address. state: 0 pending, 1 delivered, 2 dead, 3 nobody was found to send it to. While a daemon holds it
-- under `lease`, next_at is the end of the lease.
create table notices (
    id        int8 generated always as identity primary key,
    case_id   int8 not null,
    at        timestamptz not null,
    next_at   timestamptz not null,
    lease     int8,
    seq       int4 not null,
    number    int4 not null,
    state     int2 not null,
    attempt   int2 not null default 0,
    language  text not null,
    notice    text not null,
    address   text not null,
    recipient text not null,
    vars      text not null
);

-- What is to be sent now, and what comes next.
create index notices_pending on notices (next_at) where state = 0;
-- What an operator must look at.
create index notices_failed on notices (state, id) where state >= 2;

-- The evidence of each attempt that ended; one without a row ended with its daemon.
create table notice_attempts (
    notice_id int8 not null references notices,
    attempt   int2 not null,
    at        timestamptz not null,
    state     int2 not null,
    reply     text not null,
    primary key (notice_id, attempt)
);


-- Documents and registers.

create table documents (
    org_id     int8 not null references organisations,
    sha256     bytea not null,
    size       int8 not null,
    at         timestamptz not null,
    name       text not null,
    media_type text not null,
    content    bytea not null,
    primary key (org_id, sha256)
);

alter table documents alter column content set storage external;
-- Staff and auditors ask by content alone.
create index documents_sha256 on documents (sha256);

-- Append-only: each version tells how an entry reads from `at` on (what was true when) and since when that has been
-- recorded (what was known when). entry null: not listed from then on.
create table register_entries (
    register    text collate "C" not null,
    key         text collate "C" not null,
    version     int4 not null,
    at          timestamptz not null,
    recorded_at timestamptz not null default now(),
    case_id     int8 not null,
    seq         int4 not null,
    op          text not null check (op in ('publish', 'mark', 'unmark', 'withdraw')),
    entry       text,
    banner      text,
    primary key (register, key, version)
);

-- Writes the next version of an entry. A mark outlives a new publication; what is not listed cannot be marked.
create function register_write(
    op text, register text, key text, entry text, banner text, case_id int8, seq int4, at timestamptz) returns void
    language plpgsql as $$
declare
    last register_entries;
begin
    select * into last from register_entries r
        where r.register = register_write.register and r.key = register_write.key order by r.version desc limit 1;
    if op <> 'publish' and last.entry is null then
        return;
    end if;
    insert into register_entries (register, key, version, at, case_id, seq, op, entry, banner) values (
        register, key, coalesce(last.version, 0) + 1, at, case_id, seq, op,
        case op when 'publish' then entry when 'withdraw' then null else last.entry end,
        case op when 'mark' then banner when 'publish' then last.banner else null end);
end $$;
