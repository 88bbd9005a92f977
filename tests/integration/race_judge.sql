-- What is wrong with the races of the table race, a line each: nothing, when the instant of receipt alone decided.
--   race  application, registration: cases; expiry: the instant; received: the filing's receipt; result: taken, refused
--         or failed; code: of the refusal; late: filings were delayed beyond what the engine waits for
with filing as (
    select r.*, e.seq, e.at as filed_at, e.record::json as record,
        coalesce(to_timestamp((e.record::json ->> 'received')::int8 / 1e6), e.at) as recorded
    from race r left join events e on e.case_id = r.application and e.name = 'submit'
), lapse as (
    select r.registration, count(e.seq) as fired, min(e.at) as at, min(e.kind) as kind
    from race r left join events e on e.case_id = r.registration and e.states like '%"lapsed"%'
    group by r.registration
), hold as (
    select r.registration, count(s.state) as signals, min(s.state) as state, min(s.at) as at
    from race r left join signals s on s.target_case = r.registration and s.name = 'renewal_filed'
    group by r.registration
), judged as (
    select f.*, f.received < f.expiry as in_time, f.record ->> 'rows' like '%A111%' as renews, l.fired,
        l.at as lapsed_at, l.kind as lapse_kind, h.signals, h.state as signal_state, h.at as signal_at,
        c.body::json ->> 'states' as states, a.seq as application_seq
    from filing f join lapse l using (registration) join hold h using (registration)
    join cases c on c.id = f.registration join cases a on a.id = f.application
)
select j.application || ' ' || j.received || ': ' || wrong.what
from judged j cross join lateral (values
    (j.result not in ('taken', 'refused'), 'the filing has no verdict: ' || j.result),
    (j.result = 'taken' and j.recorded is distinct from j.received, 'the recorded receipt is another one'),
    (j.result = 'taken' and j.in_time and j.filed_at is distinct from j.received, 'the event is of another instant'),
    (j.result = 'refused' and j.seq is not null, 'a refused filing is recorded'),
    (j.result = 'refused' and j.application_seq <> 1, 'a refused filing changed its case'),
    (j.in_time and j.result <> 'taken' and not (j.late and j.code = 'busy'), 'received before expiry, and not taken'),
    (not j.in_time and j.result = 'taken' and (j.renews or not j.late), 'received at or after expiry, and taken'),
    (j.in_time and j.result = 'taken' and not (j.renews and j.states like '%"renewal_pending"%'),
        'filed in time, and not under renewal but ' || j.states),
    (j.in_time and j.result = 'taken' and j.fired > 0, 'filed in time, and lapsed'),
    (j.in_time and j.result = 'taken' and not (j.signals = 1 and j.signal_state = 1 and j.signal_at = j.received),
        'the registration was not told once of the filing, at its instant'),
    (not (j.in_time and j.result = 'taken') and j.fired <> 1, 'not filed in time, and lapsed ' || j.fired || ' times'),
    (not (j.in_time and j.result = 'taken') and (j.lapsed_at <> j.expiry or j.lapse_kind <> 2),
        'lapsed at ' || j.lapsed_at),
    (not (j.in_time and j.result = 'taken') and j.signals > 0, 'a filing that does not count was told on')
) wrong (applies, what)
where wrong.applies
union all
select 'case ' || case_id || ' event ' || seq || ': its instant lies before the one before it'
from (select case_id, seq, at, lag(at) over (partition by case_id order by seq) as before from events) e
where at < before
union all
select 'case ' || c.id || ': ' || count(e.seq) || ' events, version ' || c.seq
from cases c left join events e on e.case_id = c.id group by c.id
having count(e.seq) <> c.seq or max(e.seq) is distinct from c.seq
union all
select 'a deadline of case ' || case_id || ' has not fired'
from wakes where fire_at <= (select max(expiry) from race)
union all
select 'signal to case ' || target_case || ' waits' from signals where state = 0
order by 1
