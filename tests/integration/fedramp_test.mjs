// Real input: the 342 authorised services of the FedRAMP Marketplace go through the workflows on PostgreSQL under
// virtual time, from their own dates to 2026-11-30, with their mail delivered by a real SMTP server. What has to be in
// the register, in the history and in the mailbox is counted here from the dates alone, and compared one by one.
//
// The data lies in ../shared/data beside the checkout and is no part of it; without it the test is skipped. The
// definitions are those of workflows/ with an earlier effective date, for the programme is younger than the services.

import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { dayOf, jst, jstText, lastValidDay, textOf } from "../support/civil.mjs";
import { Mailbox, mailUser } from "../support/mailbox.mjs";
import { Database, top } from "../support/postgres.mjs";
import { toroku } from "../support/toroku.mjs";
import { END, LATE, makePlan, planSteps, scenarioText } from "./fedramp_scenario.mjs";

const DATA = join(top, "../shared/data/fedramp-marketplace/services.csv");
const SERVICES = 342;
const EFFECTIVE = "2012-01-01";
// Days before the last valid day, at nine in the morning: who is reminded of the expiry.
const REMINDERS = [240, 180, 120, 90, 60, 30, 14, 7, 1];
const REMINDERS_OF_SUPPORT = 60;
const SOON = 30;

let folder, workflows, scenario, config, database, mailbox, plan, expected;

// Counts by a key.
class Tally {
    constructor() {
        this.counts = new Map();
    }

    add(key, n = 1) {
        if (n > 0)
            this.counts.set(key, (this.counts.get(key) ?? 0) + n);
    }

    total() {
        return [...this.counts.values()].reduce((sum, n) => sum + n, 0);
    }

    sorted() {
        return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
    }
}

// What the definitions promise for the plan: mails by notice, recipient and address, events by workflow, kind and name.
class Expectation {
    constructor(of) {
        this.plan = of;
        this.mails = new Tally();
        this.events = new Tally();
        this.renewals = new Map();
        this.register = [];
        of.decisions.forEach((decision) => this.decision(decision));
        of.services.forEach((service) => this.service(service));
        for (const { event, open } of planSteps(of))
            this.events.add(`0 ${open ? "open" : event}`);
    }

    mail(service, notice, ...recipients) {
        const provider = this.plan.providers.get(service?.provider);
        const addresses = {
            "owner.contacts": () => ["ismap", "legal"].slice(0, provider.addresses)
                .map((box) => `${box}@${provider.code}.example`),
            "auditor.contacts": () =>
                [`audit@${this.plan.assessors.get(service.assessor).code.toLowerCase()}.example`],
            "opsup.queue": () => ["desk@support.example"],
            "opsup.lead": () => ["lead@support.example"],
            "secretariat.queue": () => ["office@secretariat.example"],
            "committee.contacts": () => ["board@committee.example"],
            "procurer.contacts": () => ["it@procurer.example"],
        };
        for (const recipient of recipients)
            for (const address of addresses[recipient]())
                this.mails.add(`${notice} ${recipient} ${address}`);
    }

    decision({ day }) {
        this.mail(null, "agenda", "committee.contacts");
        if (jst(day, "15:00") <= END)
            this.mail(null, "decision_recorded", "secretariat.queue", "opsup.queue");
    }

    application(service, application) {
        const by = (day, time) => day !== undefined && jst(day, time) <= END;
        const mail = (...what) => this.mail(service, ...what);
        const { course, submitted, accepted, completed, returned, resubmitted, asked, answered, decided } = application;
        if (by(submitted, "10:00")) {
            mail("application_received", "owner.contacts");
            mail("application_to_check", "opsup.queue");
            if (application.renewal)
                this.events.add("1 renewal_filed");
        }
        if (by(returned, "10:00"))
            mail("correction_requested", "owner.contacts");
        if (by(resubmitted, "10:00"))
            mail("correction_filed", "opsup.queue");
        if (course === "late")
            this.lateIntake(service, submitted);
        if (by(accepted, "10:00"))
            mail("accepted", "owner.contacts");
        if (by(asked, "10:00"))
            mail("inquiry_asked", "owner.contacts");
        if (by(answered, "10:00"))
            mail("inquiry_answered", "opsup.queue");
        if (by(completed, "10:00"))
            mail("review_done", "owner.contacts", "secretariat.queue");
        if (!by(decided, "15:00"))
            return false;
        mail("approved", "owner.contacts", "auditor.contacts");
        mail(application.renewal ? "renewed" : "registered", "owner.contacts", "auditor.contacts", "secretariat.queue");
        this.events.add("1 approved", 2); // of the application, and of the registration
        return true;
    }

    // The reminder two business days before the target of ten, and the target.
    lateIntake(service, submitted) {
        assert.ok(jst(submitted + LATE, "24:00") <= END, `${service.name}: its intake is open at the end`);
        this.mail(service, "intake_reminder", "opsup.queue");
        this.mail(service, "intake_overdue", "opsup.lead");
        this.events.add("2 intake_target", 2);
    }

    // From a decision to the next filing, which holds the expiry: what is sent in between.
    reminders(service, [, end], from, to) {
        for (const days of REMINDERS) {
            const at = jst(lastValidDay(end) - days, "09:00");
            if (at <= from || at > to)
                continue;
            this.events.add("2 expiry", days === SOON ? 2 : 1);
            this.mail(service, "expiry_reminder", "owner.contacts");
            if (days <= REMINDERS_OF_SUPPORT)
                this.mail(service, "expiry_reminder", "opsup.queue");
            if (days === SOON)
                this.mail(service, "expires_soon", "procurer.contacts");
        }
    }

    service(service) {
        const decided = service.applications.filter((application) => this.application(service, application));
        for (const [i, application] of decided.entries()) {
            const next = service.applications[i + 1];
            const filed = next ? jst(next.submitted, "10:00") : Infinity;
            this.reminders(service, application.period, jst(application.decided, "15:00"), Math.min(filed, END));
        }
        this.renewals.set(service.id, decided.length - 1);
        this.register.push({
            name: service.name, provider: service.provider, listed: textOf(service.authorized),
            periods: decided.map(({ period }) => period.map(textOf).join(" ")),
            valid_until: textOf(lastValidDay(decided.at(-1).period[1])),
        });
    }
}

function configuration() {
    const line = (key, value) => `  ${key}: ${JSON.stringify(value)}`;
    return [`workflows: ${JSON.stringify(workflows)}`,
        "database:", line("url", database.conninfo),
        "mail:", line("host", "127.0.0.1"), line("port", mailbox.port), line("tls", "starttls"),
        line("ca_file", mailbox.certificate), line("username", mailUser), line("from", "toroku@toroku.test"),
        line("from_name", "登録事務局"), line("connections", 4), ""].join("\n");
}

const skip = existsSync(DATA) ? false : `${DATA} is not there`;

before(async () => {
    if (skip)
        return;
    folder = mkdtempSync(join(tmpdir(), "toroku-fedramp-"));
    workflows = join(folder, "workflows");
    cpSync(join(top, "workflows"), workflows, { recursive: true });
    for (const file of readdirSync(workflows).filter((name) => name.endsWith(".yaml"))) {
        const text = readFileSync(join(workflows, file), "utf8");
        writeFileSync(join(workflows, file), text.replace(/^effective: .*/m, `effective: ${EFFECTIVE}`));
    }
    mkdirSync(join(folder, "mail"));
    database = await Database.create();
    mailbox = await Mailbox.start(join(folder, "mail"));
    config = join(folder, "toroku.yaml");
    writeFileSync(config, configuration());
    plan = makePlan(DATA);
    expected = new Expectation(plan);
    scenario = join(workflows, "scenarios", "fedramp.jsonl");
    writeFileSync(scenario, scenarioText(plan));
});

after(async () => {
    await mailbox?.stop();
    if (process.env.TOROKU_KEEP || skip)
        return;
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
});

test("every service is filed, reviewed, listed and renewed, on PostgreSQL with real mail", { skip }, async (t) => {
    const began = Date.now();
    const { summary } = JSON.parse(await toroku("simulate", "--quiet", "--json", "--mail", config, "--database",
        database.conninfo, "--workflows", workflows, scenario));
    const renewals = [...expected.renewals.values()].reduce((sum, n) => sum + n, 0);
    t.diagnostic(`${plan.services.length} services, ${renewals} renewals, ${summary.cases} cases, ` +
        `${summary.events} events, ${summary.notices} notices in ${summary.mails} mails, ` +
        `${((Date.now() - began) / 1000).toFixed(1)} s`);
    assert.equal(plan.services.length, SERVICES);
    assert.deepEqual([summary.findings, summary.refusals, summary.differences], [0, 0, 0]);
    assert.equal(summary.cases, plan.services.length + plan.decisions.length +
        plan.services.reduce((sum, { applications }) => sum + applications.length, 0));
    assert.equal(summary.events, expected.events.total());
    assert.equal(summary.mails, expected.mails.total());
    assert.equal(summary.register_entries, SERVICES);
});

test("the register equals the file, row by row", { skip }, async () => {
    const rows = await database.objects(`select key, at, op, entry from register_entries
        where register = 'services' order by key, version`);
    const entries = new Map();
    for (const { key, at, op, entry } of rows) {
        assert.equal(op, "publish", key);
        const was = entries.get(key) ?? { listed: jstText(Date.parse(at)).slice(0, 10), periods: [] };
        const { service_name, applicant_name, audit_period, expiry } = JSON.parse(entry);
        entries.set(key, { name: service_name, provider: applicant_name, listed: was.listed,
            periods: [...was.periods, `${audit_period.start} ${audit_period.end}`], valid_until: expiry });
    }
    assert.equal(entries.size, SERVICES);
    const sorted = (list) => new Map([...list].map((row) => [`${row.name} of ${row.provider}`, row])
        .sort(([a], [b]) => (a < b ? -1 : 1)));
    assert.deepEqual(sorted(entries.values()), sorted(expected.register));
    // Nothing has lapsed, and each audit period began on the day after the one before.
    assert.equal(await database.number(`select count(*) from cases c join charts k on k.id = c.chart_id
        where k.workflow = 'service-registration' and not closed`), SERVICES);
    for (const { name, periods } of entries.values())
        periods.forEach((period, i) => i === 0 ||
            assert.equal(dayOf(period.slice(0, 10)), dayOf(periods[i - 1].slice(11)) + 1, name));
});

test("each event and each renewal that the dates ask for, and no other", { skip }, async () => {
    const events = await database.objects("select kind, name, count(*) from events group by 1, 2");
    assert.deepEqual(Object.fromEntries(events.map(({ kind, name, count }) => [`${kind} ${name}`, count]).sort()),
        expected.events.sorted());
    const renewals = await database.objects(`select s.code, count(*) filter (where e.name = 'approved') - 1 as renewals
        from cases c join charts k on k.id = c.chart_id join subjects s on s.id = c.subject_id
        join events e on e.case_id = c.id where k.workflow = 'service-registration' group by s.code`);
    assert.equal(renewals.length, SERVICES);
    assert.deepEqual(new Map(renewals.map((row) => [row.code, row.renewals]).sort()),
        new Map([...expected.renewals].sort()));
});

test("every mail that the definitions promise, at its address, once", { skip }, async (t) => {
    const notices = await database.objects(
        "select id, notice || ' ' || recipient || ' ' || address as what, address, state from notices");
    const tally = new Tally();
    for (const { what, state } of notices) {
        tally.add(what);
        assert.equal(state, 1, `${what} is not delivered`);
    }
    assert.deepEqual(tally.sorted(), expected.mails.sorted());
    const arrived = new Map();
    const box = join(folder, "mail/new");
    for (const file of readdirSync(box)) {
        const [head] = readFileSync(join(box, file), "latin1").split(/\r?\n\r?\n/, 1);
        const id = Number(/^Message-ID: *<n-(\d+)@/im.exec(head)[1]);
        assert.ok(!arrived.has(id), `notice ${id} arrived twice`);
        arrived.set(id, /^Delivered-To: *(.*?)\r?$/im.exec(head)[1]);
    }
    assert.equal(arrived.size, notices.length);
    for (const { id, address } of notices)
        assert.equal(arrived.get(id), address);
    t.diagnostic(`${arrived.size} mails of ${new Set(notices.map(({ what }) => what.split(" ")[0])).size} kinds ` +
        `at ${new Set(arrived.values()).size} addresses, each once`);
    for (const { reply, count } of await database.objects(
        "select reply, count(*) from notice_attempts where state = 0 group by reply"))
        t.diagnostic(`${count} attempts to be repeated: ${reply}`);
});

test("replay and verify find no difference", { skip }, async () => {
    for (const law of ["replay", "verify"]) {
        const told = JSON.parse(await toroku(law, "--json", "--config", config));
        assert.deepEqual(told, { broken: 0, cases: await database.number("select count(*) from cases"),
            events: expected.events.total() }, law);
    }
});
