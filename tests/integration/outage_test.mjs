// Servers that go away and come back, daemons that end or die, two daemons on one database: nothing that was
// acknowledged is lost, nothing happens twice.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { assertProblem, assertStatus, send } from "../support/client.mjs";
import { addressOf, Daemon, example, Installation, until } from "../support/daemon.mjs";
import { Mailbox } from "../support/mailbox.mjs";
import { Cluster } from "../support/postgres.mjs";
import { approve, bringToCommittee, openApplication, people, putDocuments, raise, standsIn } from "../support/walk.mjs";

const long = Boolean(process.env.TOROKU_LONG);
const WRITERS = 16;
const OUTAGES = long ? 10 : 2;
const REGISTRATIONS = long ? 40 : 10;

const left = [];
after(async () => {
    const failures = [];
    for (const end of left.reverse())
        await end().catch((error) => failures.push(error));
    if (failures.length > 0)
        throw failures[0];
});

async function installation(options) {
    const it = await Installation.create(options);
    left.push(() => it.remove());
    return it;
}

async function lawsHold(it) {
    assert.match(await it.toroku("replay"), /, 0 with differences\n$/);
    assert.match(await it.toroku("verify"), /, 0 with differences\n$/);
}

// A writer saves drafts of a case of its own, one after the other, and repeats what got no answer under its key.
class Writer {
    constructor(client, application) {
        this.client = client;
        this.number = application.number;
        this.version = application.version;
        this.acknowledged = [];
        this.refused = 0;
        this.repeated = 0;
    }

    async run() {
        while (!this.stopping)
            await this.save(randomUUID());
    }

    async save(key) {
        for (;;) {
            const answer = await this.client.event(this.number, this.version, "save",
                { applicant_name: `${this.version} 回目` }, { key });
            if (answer.status === 200) {
                this.version = answer.json.version;
                this.repeated += answer.json.repeated;
                this.acknowledged.push({ key, version: answer.json.version });
                return;
            }
            assertProblem(answer, 503, answer.json.code);
            assert.ok(["unavailable", "busy"].includes(answer.json.code), answer.text);
            this.refused++;
            if (this.hopeless)
                return;
            await sleep(100);
        }
    }
}

async function writersFor(it, who) {
    const writers = [];
    for (let i = 0; i < WRITERS; i++)
        writers.push(new Writer(who.csp, await openApplication(it, who.csp, `書き込み ${i}`)));
    return writers;
}

// Runs the writers while ${disturb} does its worst; each has gone on afterwards.
async function writeThrough(writers, disturb) {
    const running = Promise.all(writers.map((writer) => writer.run()));
    const progress = (more) => {
        const goals = writers.map((writer) => writer.acknowledged.length + more);
        const reached = () => writers.every((writer, i) => writer.acknowledged.length >= goals[i]);
        return Promise.race([until("every writer goes on", reached), running]);
    };
    const disturbed = (async () => {
        await progress(3);
        await disturb(progress);
        await progress(3);
    })().catch((error) => {
        for (const writer of writers)
            writer.hopeless = true;
        throw error;
    }).finally(() => {
        for (const writer of writers)
            writer.stopping = true;
    });
    for (const end of await Promise.allSettled([running, disturbed]))
        if (end.status === "rejected")
            throw end.reason;
}

// Every acknowledged save is an event of its case under its key and version; every event of a writer was acknowledged.
async function assertAcknowledged(it, writers) {
    for (const writer of writers) {
        const events = await it.database.objects(`select key, seq as version from events
            where case_id = ${writer.number.slice(3)} and name = 'save' order by seq`);
        assert.deepEqual(events, writer.acknowledged, writer.number);
    }
}

test("PostgreSQL goes away and comes back while commands run", async () => {
    const cluster = await Cluster.create();
    left.push(() => cluster.remove());
    const it = await installation({ cluster: cluster.conninfo });
    const daemon = await it.serve();
    const writers = await writersFor(it, people(daemon));
    await writeThrough(writers, async (progress) => {
        for (let i = 0; i < OUTAGES; i++) {
            await cluster.crash();
            await until("the daemon notices", async () => !(await daemon.isReady()));
            assertProblem(await send(daemon.port, "GET", "/health/ready"), 503, "unavailable");
            assertStatus(await send(daemon.port, "GET", "/health/live"), 200);
            assertProblem(await send(daemon.port, "GET", "/register"), 503, "unavailable");
            const before = writers.map((writer) => writer.refused);
            await until("every writer is told", () => writers.every((writer, w) => writer.refused > before[w]));
            await cluster.recover();
            await until("the daemon recovers", () => daemon.isReady());
            await progress(3);
        }
    });
    await assertAcknowledged(it, writers);
    await lawsHold(it);
    await it.remove();
    left.pop();
    await cluster.remove();
    left.pop();
});

test("sessions that PostgreSQL ends cost nobody an acknowledged command", async () => {
    const it = await installation();
    const daemon = await it.serve();
    const writers = await writersFor(it, people(daemon));
    await writeThrough(writers, async (progress) => {
        for (let i = 0; i < 5 * OUTAGES; i++) {
            await it.database.rows("select pg_terminate_backend(pid) from pg_stat_activity " +
                "where datname = current_database() and pid <> pg_backend_pid() and usename in ('engine', 'reader')");
            await progress(2);
        }
    });
    await assertAcknowledged(it, writers);
    await lawsHold(it);
});

const notices = (it) => it.database.objects("select n.id, n.state, n.attempt, n.notice, n.address, n.lease, " +
    "(select coalesce(json_agg(a order by a.attempt), '[]') from notice_attempts a where a.notice_id = n.id) " +
    "as attempts from notices n order by n.id");

test("the mail server goes away: notices wait and are delivered when it is back", async () => {
    const it = await installation();
    const daemon = await it.serve();
    const who = people(daemon);
    await putDocuments(who.csp);
    const { number, version } = await openApplication(it, who.csp, "郵便のサービス");
    await it.mailbox.stop();
    await raise(who.csp, number, version, "submit", example("application"));
    const waiting = await until("an attempt at each failed", async () => {
        const rows = await notices(it);
        return rows.every((row) => row.attempts.length > 0) && rows;
    });
    assert.deepEqual(waiting.map((row) => row.notice), ["application_received", "application_to_check"]);
    for (const row of waiting) {
        assert.equal(row.state, 0, "pending");
        assert.equal(row.attempts[0].state, 0, "to be tried again");
        assert.ok(row.attempts[0].reply.length > 0, "why");
    }
    assert.ok((await daemon.figures()).notices_retried >= 2);
    // Back, it refuses the first mail for a while (451): that one is tried once more.
    it.mailbox = await Mailbox.start(it.mailbox.folder, ["--fail-first", "1"], it.mailbox.port);
    await until("all are delivered", async () => (await notices(it)).every((row) => row.state === 1));
    const delivered = await notices(it);
    assert.equal(delivered.flatMap((row) => row.attempts).filter((a) => /^451 /.test(a.reply)).length, 1);
    for (const row of delivered) {
        const last = row.attempts.pop();
        assert.equal(last.state, 1);
        assert.match(last.reply, /^250 /);
        assert.equal(last.attempt, row.attempt);
        assert.ok(row.attempts.every((attempt) => attempt.state === 0));
    }
    const mails = await it.mailbox.mails();
    assert.deepEqual(mails.map((mail) => mail.to).sort(),
        [addressOf("CSP-1", "contacts"), addressOf("OPS", "queue")].sort());
});

test("a daemon killed between the mail and its evidence: the mail comes again under its one Message-ID", async () => {
    const it = await installation({ mailbox: ["--delay", "1500"] });
    const daemon = await it.serve();
    const who = people(daemon);
    await putDocuments(who.csp);
    const { number, version } = await openApplication(it, who.csp, "二度のサービス");
    await raise(who.csp, number, version, "submit", example("application"));
    await until("the notices are on their way", async () => (await notices(it)).every((row) => row.lease !== null));
    // What holds the rows now keeps the evidence from being written.
    const session = it.database.session();
    await session.query("begin");
    await session.query("select id from notices for update");
    await until("both mails have arrived", async () => (await it.mailbox.mails()).length === 2);
    await daemon.stop("SIGKILL");
    // What it had sent already dies with it, as if the machine had.
    await it.database.rows("select pg_terminate_backend(pid, 5000) from pg_stat_activity " +
        "where datname = current_database() and usename = 'engine'");
    await session.close();
    assert.ok((await notices(it)).every((row) => row.state === 0 && row.attempts.length === 0));
    // The lease runs out.
    await it.database.rows("update notices set next_at = now()");
    await it.serve();
    await until("they are delivered", async () => (await notices(it)).every((row) => row.state === 1));
    assert.ok((await notices(it)).every((row) => row.attempt === 2 && row.attempts.length === 1));
    const mails = await it.mailbox.mails();
    assert.equal(mails.length, 4);
    const ids = mails.map((mail) => `${mail.to} ${mail.message_id}`);
    assert.deepEqual(ids.slice(0, 2).sort(), ids.slice(2).sort());
    assert.equal(new Set(ids).size, 2);
});

test("an address that there is not: a dead letter, visible, and sent again when asked for", async () => {
    const address = addressOf("OPS", "queue");
    const it = await installation({ mailbox: ["--reject", address] });
    const daemon = await it.serve();
    const who = people(daemon);
    await putDocuments(who.csp);
    const { number, version } = await openApplication(it, who.csp, "届かないサービス");
    await raise(who.csp, number, version, "submit", example("application"));
    await until("one is delivered, one is dead", async () =>
        (await notices(it)).map((row) => row.state).sort().join() === "1,2");
    const dead = (await notices(it)).find((row) => row.state === 2);
    assert.equal(dead.address, address);
    assert.match(dead.attempts.at(-1).reply, /^550 5\.1\.1 /);
    assert.equal((await daemon.figures()).notices_dead, 1);
    const list = await it.toroku("notice", "list");
    assert.match(list, new RegExp(`^${dead.id} +${number} +application_to_check +${address} .*550 5\\.1\\.1`, "m"));
    assert.match(list, /^1 notices$/m);
    // The address is made, and the operator sends the letter again.
    await it.mailbox.stop();
    it.mailbox = await Mailbox.start(it.mailbox.folder, [], it.mailbox.port);
    await it.toroku("notice", "retry", String(dead.id));
    await until("it is delivered", async () => (await notices(it)).every((row) => row.state === 1));
    const mails = await it.mailbox.mails();
    assert.deepEqual(mails.map((mail) => mail.to).sort(), [addressOf("CSP-1", "contacts"), address].sort());
    assert.match(await it.toroku("notice", "list"), /^0 notices$/m);
});

test("two daemons serve one database: whoever is first is taken, once", async () => {
    const it = await installation();
    const daemons = [await it.serve(), await it.serve()];
    const [one, two] = daemons.map((daemon) => people(daemon));
    let { number, version } = await openApplication(it, one.csp, "二台のサービス");
    for (let i = 0; i < 20; i++) {
        // The same version at both.
        const answers = await Promise.all([one, two].map((who, n) =>
            who.csp.event(number, version, "save", { applicant_name: `${n}` })));
        const taken = answers.filter((answer) => answer.status === 200);
        assert.equal(taken.length, 1, answers.map((answer) => answer.text).join("\n"));
        assertProblem(answers.find((answer) => answer.status !== 200), 412, "stale-version");
        version = taken[0].json.version;
        // The same key at both.
        const key = randomUUID();
        const twice = await Promise.all([one, two].map((who) =>
            who.csp.event(number, version, "save", { applicant_name: "同じ" }, { key })));
        for (const answer of twice) {
            assertStatus(answer, 200);
            assert.equal(answer.json.version, version + 1);
        }
        assert.deepEqual(twice.map((answer) => answer.json.repeated).sort(), [false, true]);
        version++;
        // The same subject at both.
        const subject = await it.subject(`二台 ${i}`);
        const opened = await Promise.all([one, two].map((who) =>
            who.csp.open("service-application", { subject, data: { service_name: "x" } })));
        assert.deepEqual(opened.map((answer) => answer.status).sort(), [201, 409],
            opened.map((answer) => answer.text).join("\n"));
    }
    await lawsHold(it);
});

// Registrations whose period has passed already: they lapse as soon as they are opened.
function lapsed() {
    const form = example("application");
    form.audit_period = { start: "2023-04-01", end: "2024-03-31" };
    return form;
}

test("each deadline fires once, also when one of two daemons dies over its work", async () => {
    const it = await installation();
    const daemons = [await it.serve(), await it.serve()];
    const both = daemons.map((daemon) => people(daemon));
    await putDocuments(both[0].csp);
    const numbers = await Promise.all(Array.from({ length: REGISTRATIONS }, async (_, i) => {
        const { number, version } = await openApplication(it, both[i % 2].csp, `失効 ${i}`);
        await bringToCommittee(both[(i + 1) % 2], number, version, lapsed());
        return number;
    }));
    await approve(both[0], [await it.personId("com")], numbers);
    await daemons[0].stop("SIGKILL");
    for (const number of numbers)
        await standsIn(both[1].csp, number, ["approved"]);
    const registrations = () => it.database.objects("select c.id, c.closed, c.body::json -> 'states' ->> 0 as state " +
        "from cases c join charts k on k.id = c.chart_id where k.workflow = 'service-registration' order by c.id");
    await until("all have lapsed", async () => {
        const rows = await registrations();
        return rows.length === REGISTRATIONS && rows.every((row) => row.closed);
    });
    assert.ok((await registrations()).every((row) => row.state === "lapsed"));
    const fired = await it.database.objects("select case_id, count(*) as n from events " +
        "where kind = 2 and name = 'expiry' group by 1");
    assert.equal(fired.length, REGISTRATIONS);
    assert.ok(fired.every((row) => row.n === 1));
    assert.equal(await it.database.number("select count(*) from signals where state = 0"), 0);
    // Numbers without gaps; each entry published once and withdrawn once.
    const keys = await it.database.objects("select key, string_agg(op, ' ' order by version) as ops " +
        "from register_entries group by 1 order by 1");
    assert.deepEqual(keys.map((row) => Number(row.key.slice(4, 8))), numbers.map((_, i) => i + 1));
    assert.ok(keys.every((row) => row.ops === "publish withdraw"));
    // Every notice is one mail; those that the dead daemon had claimed come after its lease.
    await it.database.rows("update notices set next_at = now() where state = 0");
    await until("all mail is out", async () =>
        (await it.database.number("select count(*) from notices where state <> 1")) === 0);
    const mails = await it.mailbox.mails();
    assert.equal(new Set(mails.map((mail) => mail.message_id)).size,
        await it.database.number("select count(*) from notices"));
    assert.deepEqual((await send(daemons[1].port, "GET", "/register.json")).json.entries, []);
    await lawsHold(it);
});

test("a start that cannot be says why, lets go of what it has and ends with a status", async () => {
    const it = await installation();
    const daemon = await it.serve();
    const config = readFileSync(it.config, "utf8"), other = `${it.config}.other`;
    for (const [change, status, word] of [
        [(text) => text.replace('"127.0.0.1:0"', `"127.0.0.1:${daemon.port}"`), 3, /address already in use/],
        [(text) => text.replaceAll(/port=\d+/g, "port=1"), 3, /PostgreSQL: connect/],
        [(text) => text.replace(/^workflows: .*/, "workflows: nowhere"), 1, /no folder .*nowhere/],
        [(text) => text.replace("toroku@toroku.test", "toroku"), 1, /other:\d+:\d+: .*not a mail address/],
        [(text) => text.replace("settle_ms", "setle_ms"), 1, /other:\d+:\d+: .*setle_ms/],
    ]) {
        writeFileSync(other, change(config));
        const failed = new Daemon(it, other);
        await failed.hasEnded({ code: status, signal: null });
        assert.match(failed.said, word);
    }
});

test("a full queue turns commands away, each with its problem, and loses none of those that wait", async () => {
    const it = await installation({ engine: { queue_max: 4 }, database: { connections: 1 } });
    const daemon = await it.serve();
    const who = people(daemon);
    const applications = [];
    for (let i = 0; i < 10; i++)
        applications.push(await openApplication(it, who.csp, `行列 ${i}`));
    const save = ({ number, version }) => who.csp.event(number, version, "save", { applicant_name: "行列" });

    // The first holds the one batch; four wait behind it, and the other five find the queue full.
    const session = it.database.session();
    await session.query("begin");
    await session.query(`select id from cases where id = ${applications[0].number.slice(3)} for update`);
    const first = save(applications[0]);
    await until("the first waits for its case", async () => (await it.database.number(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")) > 0);
    const others = applications.slice(1).map(save);
    let turnedAway = 0;
    for (const answer of others)
        answer.then(({ status }) => (turnedAway += Number(status === 503)));
    await until("five are turned away", () => turnedAway === 5);
    await session.close();
    assertStatus(await first, 200);

    const answers = await Promise.all(others);
    for (const answer of answers.filter(({ status }) => status !== 200))
        assertProblem(answer, 503, "busy");
    assert.equal(answers.filter(({ status }) => status === 200).length, 4);
    for (const [i, answer] of answers.entries()) {
        const { number, version } = applications[i + 1];
        assert.equal(await it.database.number(`select seq from cases where id = ${number.slice(3)}`),
            answer.status === 200 ? version + 1 : version);
    }
    assertStatus(await save(applications[1 + answers.findIndex(({ status }) => status === 503)]), 200);
    await daemon.stop();
    await lawsHold(it);
});

test("SIGTERM drains: what is under way is answered, what is new is turned away", async () => {
    const it = await installation();
    const daemon = await it.serve();
    const who = people(daemon);
    const { number, version } = await openApplication(it, who.csp, "停止のサービス");
    const session = it.database.session();
    await session.query("begin");
    await session.query(`select id from cases where id = ${number.slice(3)} for update`);
    const idle = connect(daemon.port, "127.0.0.1");
    const idleEnded = new Promise((resolve) => idle.once("close", resolve));
    const pending = who.csp.event(number, version, "save", { applicant_name: "最後" });
    await until("the command waits for its case", async () => (await it.database.number(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")) > 0);
    daemon.process.kill("SIGTERM");
    await idleEnded;
    await assert.rejects(send(daemon.port, "GET", "/health/live"), { code: "ECONNREFUSED" });
    assert.ok(!daemon.over, "it waits for what is under way");
    await session.close();
    const answer = await pending;
    assertStatus(answer, 200);
    assert.equal(answer.headers.connection, "close");
    await daemon.hasEnded();
    assert.equal(await it.database.number(`select seq from cases where id = ${number.slice(3)}`), version + 1);
});
