// kill -9 at any moment: the daemon is killed under load and started again, 5 times, 50 with TOROKU_LONG=1, with at
// least 1,000 acknowledged commands, 100 deadlines and 100 delivered notices between kills. Whoever got no answer asks
// again under the same key. Afterwards every acknowledged command is there and none twice, every deadline has fired
// once at its instant, and every notice has arrived with its one Message-ID, repeats alike to the letter.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { assertStatus } from "../support/client.mjs";
import { example, Installation, until } from "../support/daemon.mjs";
import { top } from "../support/postgres.mjs";
import { putDocuments } from "../support/walk.mjs";

const KILLS = process.env.TOROKU_LONG === "1" ? 50 : 5;
const COMMANDS = 1000, DEADLINES = 100, NOTICES = 100; // between two kills, at least
const PARCEL_WORKERS = 24, APPLICATION_WORKERS = 8;
const REMARKS = 19; // on each parcel
const MINUTE_MS = 60000;

let folder, it;

before(async () => {
    // The workflows that are shipped, and one whose deadlines are a minute long.
    folder = mkdtempSync(join(tmpdir(), "toroku-kill-"));
    cpSync(join(top, "workflows"), folder, { recursive: true });
    cpSync(join(top, "tests/integration/workflows"), folder, { recursive: true });
    it = await Installation.create({ workflows: folder, engine: { outbox_lease_s: 10, settle_ms: 500 } });
});

after(async () => {
    await it?.remove();
    rmSync(folder, { recursive: true, force: true });
});

// What the callers were told: commands by their key.
class Journal {
    constructor() {
        this.taken = new Map(); // key -> {number, version, event}
        this.refused = new Map(); // key -> why
        this.retried = 0;
        this.repeated = 0;
        this.stopping = false;
        this.givenUp = false;
        this.client = null; // of the daemon that runs, or null
    }

    // Sends until there is an answer; the key is the same each time. 201, 200, or a refusal.
    async command(event, post) {
        const key = randomUUID();
        for (let tries = 0; ; tries++) {
            assert.ok(!this.givenUp, "the run has ended before this command was answered");
            const answer = await this.attempt(key, post);
            if (answer === undefined || answer.status === 503) {
                this.retried++;
                await sleep(answer ? 100 : 20);
                continue;
            }
            if (answer.status === 200 || answer.status === 201) {
                if (answer.json.repeated) {
                    assert.ok(tries > 0, `a first attempt is no repeat: ${event}`);
                    this.repeated++;
                }
                this.taken.set(key, { number: answer.json.case, version: answer.json.version, event });
            } else {
                this.refused.set(key, answer.text);
            }
            return answer;
        }
    }

    async attempt(key, post) {
        const client = this.client;
        if (!client)
            return undefined;
        try {
            return await post(client, key);
        } catch (error) {
            if (!["ECONNRESET", "ECONNREFUSED", "EPIPE"].includes(error.code))
                throw error;
            return undefined;
        }
    }
}

// Opens parcels and remarks on them. Only their deadlines can come between, a minute later.
async function workOnParcels(journal) {
    while (!journal.stopping) {
        const opened = Date.now();
        const parcel = await journal.command("open", (client, key) =>
            client.open("parcel", { data: { name: key }, key }));
        assertStatus(parcel, 201);
        let version = parcel.json.version;
        for (let i = 0; i < REMARKS && !journal.stopping; i++) {
            const answer = await journal.command("remark", (client, key) =>
                client.event(parcel.json.case, version, "remark", { text: key }, { key }));
            if (answer.status !== 200) {
                assert.ok(Date.now() - opened > MINUTE_MS, `refused: ${answer.text}`);
                break;
            }
            assert.equal(answer.json.version, ++version);
        }
    }
}

// Applications, saved, filed and withdrawn, one after another about one service.
async function workOnApplications(journal, subject) {
    const form = example("application");
    while (!journal.stopping) {
        const opened = await journal.command("open", (client, key) =>
            client.open("service-application", { subject, data: { service_name: key }, key }));
        assertStatus(opened, 201);
        let version = opened.json.version;
        for (const [event, data] of [["save", form], ["save", form], ["submit", form], ["withdraw"]]) {
            const answer = await journal.command(event, (client, key) =>
                client.event(opened.json.case, version, event, data, { key }));
            assertStatus(answer, 200);
            assert.equal(answer.json.version, ++version);
        }
    }
}

// What has happened so far. One session, for this is asked often.
async function totals(journal, session) {
    const [row] = await session.query(`select (select count(*) from events where kind = 2) || ' ' ||
        (select count(*) from notices where state = 1)`);
    const [deadlines, notices] = row.split(" ").map(Number);
    return { commands: journal.taken.size, deadlines, notices };
}

async function run(journal, faults) {
    const session = it.database.session();
    await session.query("set client_min_messages = error");
    const least = { commands: Infinity, deadlines: Infinity, notices: Infinity };
    let daemon = await it.serve();
    journal.client = daemon.as("csp");
    let since = await totals(journal, session);
    for (let kill = 0; kill < KILLS; kill++) {
        const now = await until("enough has happened", async () => {
            if (faults.length > 0)
                throw faults[0];
            const t = await totals(journal, session);
            return t.commands - since.commands >= COMMANDS && t.deadlines - since.deadlines >= DEADLINES &&
                t.notices - since.notices >= NOTICES && t;
        }, { every: 100, patience: 5 * MINUTE_MS });
        await sleep(Math.random() * 300);
        for (const what of Object.keys(least))
            least[what] = Math.min(least[what], now[what] - since[what]);
        journal.client = null;
        await daemon.stop("SIGKILL");
        since = await totals(journal, session);
        daemon = await it.serve();
        journal.client = daemon.as("csp");
    }
    await session.close();
    return { daemon, least };
}

const none = async (what, sql) => assert.deepEqual(await it.database.rows(sql), [], what);

// Every answer given stands in the database as it was given, and nothing else does.
async function checkCommands(journal) {
    const rows = await it.database.rows(`select e.key, k.prefix || '-' || e.case_id, e.seq, e.name
        from events e join cases c on c.id = e.case_id join charts k on k.id = c.chart_id where e.kind = 0`);
    const recorded = new Map(rows.map((row) => row.split("|")).map(([key, ...rest]) => [key, rest.join(" ")]));
    assert.equal(recorded.size, rows.length, "a key was taken twice");
    for (const [key, { number, version, event }] of journal.taken)
        assert.equal(recorded.get(key), `${number} ${version} ${event}`, `acknowledged: ${key}`);
    assert.equal(recorded.size, journal.taken.size, "commands are recorded that nobody was told of");
    for (const key of journal.refused.keys())
        assert.ok(!recorded.has(key), `refused, and recorded: ${key}`);
    await none("a remark is not what was sent", `select e.key from events e
        join parts p on p.case_id = e.case_id and p.seq = e.seq
        where e.name = 'remark' and p.body::json ->> 'text' <> e.key`);
    await none("a remark has no part", `select e.key from events e where e.name = 'remark' and not exists
        (select from parts p where p.case_id = e.case_id and p.seq = e.seq)`);
    await none("versions have gaps", `select c.id from cases c join events e on e.case_id = c.id
        group by c.id having count(*) <> c.seq or max(e.seq) <> c.seq`);
    await none("instants decrease", `select case_id from (select case_id, at, lag(at) over
        (partition by case_id order by seq) as before from events) e where at < before`);
    await none("receipt numbers have gaps or repeats", `select numbers, number from (select count(*) as numbers,
        count(distinct record::json -> 'read' -> 'numbers' ->> 'receipt_no') as number,
        max((record::json -> 'read' -> 'numbers' ->> 'receipt_no')::int8) as last
        from events where name = 'submit') n where numbers <> number or numbers <> last`);
}

async function checkDeadlines() {
    await none("a deadline has not fired once at its instant", `select o.case_id, d.name, count(e.seq), o.at, min(e.at)
        from events o join cases c on c.id = o.case_id join charts k on k.id = c.chart_id and k.workflow = 'parcel'
        cross join (values ('nudge'), ('term')) d (name)
        left join events e on e.case_id = o.case_id and e.kind = 2 and e.name = d.name
        where o.seq = 1 group by o.case_id, d.name, o.at
        having count(e.seq) <> 1 or min(e.at) is distinct from o.at + interval '1 minute'`);
    await none("a parcel is not over", `select c.id from cases c join charts k on k.id = c.chart_id
        where k.workflow = 'parcel' and not c.closed`);
    return it.database.number("select count(*) from events where kind = 2");
}

// The two tables that are searched by time say what the case rows say, no more and no less.
async function checkAgenda() {
    await none("the clock's rows differ from the cases", `select c.id, w.case_id
        from (select id, fire_at from cases where fire_at < 'infinity') c
        full join wakes w on w.case_id = c.id and w.fire_at = c.fire_at where c.id is null or w.case_id is null`);
    await none("the clock looks too late", `select c.id from cases c
        cross join lateral (select min(to_timestamp((d ->> 'next')::int8 / 1000000.0)) as next
            from json_array_elements(c.body::json -> 'deadlines') d) d
        where not c.closed and c.fire_at > d.next + interval '6 seconds'`);
    await none("the queues' rows differ from the cases", `select c.id, t.case_id
        from (select id, x ->> 'role' as role, (x ->> 'org')::int8 as org_id,
            coalesce((x ->> 'due')::timestamptz, 'infinity') as due from cases, json_array_elements(turns::json) x) c
        full join turns t on t.case_id = c.id and t.role = c.role and t.org_id = c.org_id and t.due = c.due
        where c.id is null or t.case_id is null`);
}

// Every notice has arrived; what arrived more than once is the same each time. Answers how many did.
async function checkNotices(journal) {
    const count = (event) => [...journal.taken.values()].filter((command) => command.event === event).length;
    const parcels = await it.database.number(`select count(*) from cases c join charts k on k.id = c.chart_id
        where k.workflow = 'parcel'`);
    const sent = await it.database.rows("select 'n-' || id || '@toroku.test' from notices");
    assert.equal(sent.length, 2 * parcels + 2 * count("submit") + 2 * count("withdraw"));
    await none("a notice is not delivered", "select id, state from notices where state <> 1");
    await none("a delivery has no evidence", `select id from notices n where not exists
        (select from notice_attempts a where a.notice_id = n.id and a.state = 1)`);
    const mails = await it.mailbox.mails();
    const arrived = new Map();
    for (const mail of mails) {
        const id = mail.message_id.replace(/^<|>$/g, "");
        const content = JSON.stringify([mail.to, mail.subject, mail.date, mail.language, mail.body]);
        assert.equal(arrived.get(id) ?? content, content, `${id} arrived with different contents`);
        arrived.set(id, content);
    }
    assert.deepEqual([...arrived.keys()].sort(), sent.sort(), "mails that arrived, and notices");
    return { notices: sent.length, repeats: mails.length - sent.length };
}

test(`what was acknowledged survives ${KILLS} kills`, async (t) => {
    const journal = new Journal();
    const faults = [];
    const watch = (worker) => worker.catch((error) => faults.push(error));
    const subjects = [];
    for (let i = 0; i < APPLICATION_WORKERS; i++)
        subjects.push(await it.subject(`service ${i}`));
    const first = await it.serve();
    await putDocuments(first.as("csp"));
    await first.stop();

    const workers = [...Array(PARCEL_WORKERS)].map(() => watch(workOnParcels(journal)))
        .concat(subjects.map((subject) => watch(workOnApplications(journal, subject))));
    const { daemon, least } = await run(journal, faults)
        .catch((error) => {
            journal.givenUp = true;
            throw error;
        })
        .finally(() => (journal.stopping = true));
    await Promise.all(workers);
    assert.deepEqual(faults, []);

    await until("every deadline has fired", async () => await it.database.number(`select count(*) from wakes w
        join cases c on c.id = w.case_id join charts k on k.id = c.chart_id where k.workflow = 'parcel'`) === 0, { every: 250, patience: 3 * MINUTE_MS });
    await until("every notice is settled", async () => await it.database.number(
        "select count(*) from notices where state = 0") === 0, { every: 250, patience: 3 * MINUTE_MS });
    await daemon.stop();

    await checkCommands(journal);
    const deadlines = await checkDeadlines();
    await checkAgenda();
    const { notices, repeats } = await checkNotices(journal);
    await it.toroku("replay");
    await it.toroku("verify");
    t.diagnostic(`${KILLS} kills; between two at least ${least.commands} commands acknowledged, ` +
        `${least.deadlines} deadlines fired, ${least.notices} notices delivered`);
    t.diagnostic(`${journal.taken.size} commands acknowledged, ${journal.retried} times tried again, ` +
        `${journal.repeated} found done already, ${journal.refused.size} refused`);
    t.diagnostic(`${deadlines} deadlines fired once each; ${notices} notices arrived, ${repeats} of them again`);
});

// A daemon dies after it has sent its writes: its transaction goes on in the database, and the retry meets it there.
async function overtake(first, second, session, post) {
    const locked = `select count(*) from pg_stat_activity where datname = current_database()
        and wait_event_type = 'Lock'`;
    const waiting = (count) => until(`${count} wait for a lock`, async () =>
        await it.database.number(locked) >= count);
    const key = randomUUID();
    await session.query("begin");
    await session.query("lock table events in share mode");
    const lost = post(first.as("csp"), key).then(() => assert.fail("an answer from the dead"), () => "none");
    await waiting(1);
    await first.stop("SIGKILL");
    const answer = post(second.as("csp"), key);
    await waiting(2);
    await session.query("rollback");
    assert.equal(await lost, "none");
    return answer;
}

test("a retry that overtakes the dying transaction gets the first answer", async () => {
    const session = it.database.session();
    await session.query("set client_min_messages = error");
    const second = await it.serve();

    const parcel = await second.as("csp").open("parcel", { data: { name: "overtaken" } });
    assertStatus(parcel, 201);
    const event = await overtake(await it.serve(), second, session, (client, key) =>
        client.event(parcel.json.case, 1, "remark", { text: "once" }, { key }));
    assertStatus(event, 200);
    assert.deepEqual([event.json.version, event.json.repeated], [2, true]);

    const subject = await it.subject("overtaken");
    const opening = await overtake(await it.serve(), second, session, (client, key) =>
        client.open("service-application", { subject, data: { service_name: "overtaken" }, key }));
    assertStatus(opening, 201);
    assert.deepEqual([opening.json.version, opening.json.repeated], [1, true]);
    assert.equal(await it.database.number(`select count(*) from cases where subject_id = ${subject}`), 1);

    await session.close();
    await second.stop();
});
