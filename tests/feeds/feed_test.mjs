// Feeds of deadlines: made, fetched and revoked over the pages, read with the calendar library ical.js, and held against
// what the API says of the same deadlines. Real daemon, real PostgreSQL.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import ICAL from "ical.js";

import { dayOf, textOf } from "../support/civil.mjs";
import { assertProblem, assertStatus, send, sha256 } from "../support/client.mjs";
import { example, Installation } from "../support/daemon.mjs";
import { movingVersion } from "../support/moving.mjs";
import { top } from "../support/postgres.mjs";
import { forms, Visitor } from "../support/visitor.mjs";
import { openApplication, people, putDocuments, raise } from "../support/walk.mjs";

const HOST = "https://toroku.test";
const SECRET = "feed-test-secret"; // stands in restricted fields
const TODAY = dayOf(new Date().toISOString().slice(0, 10));
const inDays = (days) => textOf(TODAY + days);

let it, folder, daemon, who;
const visitors = {};

// The real workflows, and beside them one whose applicant plans a date and moves it.
before(async () => {
    folder = mkdtempSync(join(tmpdir(), "toroku-feeds-"));
    cpSync(join(top, "workflows"), folder, { recursive: true });
    cpSync(join(top, "tests/support/moves/notices/notices.yaml"), join(folder, "notices/moving.yaml"));
    const plan = "{row: V90, event: plan, by: [owner], form: start, do: [{set: until}, {restart: term}]}";
    writeFileSync(join(folder, "moving.yaml"), movingVersion(1, ["office", "opsup"],
        ["  - {row: V4,", `  - ${plan}\n  - {row: V4,`],
        ["kind: limit\n    period: {from: day_after,", "kind: limit\n    basis: basic_rules.3.5\n    period: {from: day_after,"],
        ["kind: target\n    period: {from: state_entry, days: 10}",
            "kind: target\n    label: {ja: 回答；期限, en: \"Answer; by then\"}\n    period: {from: state_entry, days: 10}"]));
    it = await Installation.create({ workflows: folder });
    for (const login of ["csp", "other", "ops1"])
        await it.password(login, `password-of-${login}`);
    daemon = await it.serve();
    who = people(daemon);
    for (const login of ["csp", "other", "ops1"]) {
        visitors[login] = new Visitor(daemon, { "accept-language": "ja" });
        assertStatus(await visitors[login].signIn(login, `password-of-${login}`), 303);
    }
});

after(async () => {
    await it?.remove();
    rmSync(folder, { recursive: true, force: true });
});

const formOf = (page, scope, wanted) => page.text.split("<form").map((piece) => forms(`<form${piece}`)[0])
    .filter(Boolean).find((form) => form.action === "/feeds" && form.fields.scope === scope) &&
    { csrf: forms(page.text).find((form) => form.action === "/feeds").fields.csrf, scope, do: wanted };

// Makes an address on the page; answers its path.
async function make(login, scope, headers) {
    const page = await visitors[login].get("/feeds", headers);
    assertStatus(page, 200);
    const answer = await visitors[login].post("/feeds", formOf(page, scope, "make"), headers);
    assertStatus(answer, 200);
    const [, address] = /<input id="address"[^>]* value="([^"]*)"/.exec(answer.text);
    assert.match(address, /^https:\/\/toroku\.test\/feeds\/[0-9a-f]{64}\.ics$/);
    return address.slice(HOST.length);
}

async function revoke(login, scope) {
    const page = await visitors[login].get("/feeds");
    assertStatus(await visitors[login].post("/feeds", formOf(page, scope, "revoke")), 303);
}

const fetchFeed = (path) => send(daemon.port, "GET", path);

// The entries of a feed by their UID, as ical.js reads them.
async function entries(path) {
    const answer = await fetchFeed(path);
    assertStatus(answer, 200);
    assert.equal(answer.type, "text/calendar; charset=utf-8");
    for (const line of answer.text.split("\r\n"))
        assert.ok(Buffer.byteLength(line) <= 75 && !/[\r\n]/.test(line), line);
    const calendar = new ICAL.Component(ICAL.parse(answer.text));
    assert.equal(calendar.getFirstPropertyValue("version"), "2.0");
    const all = calendar.getAllSubcomponents("vevent").map((component) => {
        const event = new ICAL.Event(component);
        return { uid: event.uid, sequence: event.sequence, summary: event.summary, text: event.description,
            url: component.getFirstPropertyValue("url"), isDate: event.startDate.isDate,
            start: event.startDate.isDate ? event.startDate.toString() : event.startDate.toJSDate().toISOString(),
            stamp: component.getFirstPropertyValue("dtstamp").toJSDate() };
    });
    assert.equal(new Set(all.map(({ uid }) => uid)).size, all.length, "each once");
    return Object.fromEntries(all.map((entry) => [entry.uid, entry]));
}

const uid = (number, deadline) => `case-${number.split("-")[1]}.${deadline}@toroku.test`;
const numbers = (found) => [...new Set(Object.values(found).map(({ url }) => url.split("/").at(-1)))].sort();

async function deadline(number, id) {
    const answer = await who.csp.read(number);
    assertStatus(answer, 200);
    return answer.json.deadlines.find((d) => d.deadline === id);
}

async function openMoving(client, until = inDays(60)) {
    const opened = await client.open("moving", { data: { until, place: SECRET } });
    assertStatus(opened, 201);
    return { number: opened.json.case, version: opened.json.version };
}

test("a deadline that moves is the same entry, on another day, with a higher sequence", async () => {
    const path = await make("csp", "organisation");
    const { number, version } = await openMoving(who.csp);
    const first = (await entries(path))[uid(number, "term")];
    const known = await deadline(number, "term");
    assert.deepEqual([first.isDate, first.start], [true, known.last_day]);
    assert.equal(first.url, `${HOST}/cases/${number}`);
    assert.ok(first.stamp <= new Date());
    await raise(who.csp, number, version, "plan", { until: inDays(90), place: SECRET });
    const second = (await entries(path))[uid(number, "term")];
    const moved = await deadline(number, "term");
    assert.notEqual(moved.last_day, known.last_day);
    assert.deepEqual([second.isDate, second.start], [true, moved.last_day]);
    assert.ok(second.sequence > first.sequence, `${second.sequence} after ${first.sequence}`);
    assert.ok(second.stamp >= first.stamp);
    // What did not move says so: another event of the same case changes nothing of it.
    const answer = (await entries(path))[uid(number, "answer")];
    await raise(who.csp, number, version + 1, "remark");
    assert.deepEqual((await entries(path))[uid(number, "answer")], answer);
    assert.deepEqual((await entries(path))[uid(number, "term")], second);
});

test("hours are an instant; a clock that stands still leaves, and comes back later as the same entry", async () => {
    const path = await make("csp", "organisation");
    let { number, version } = await openMoving(who.csp);
    version = await raise(who.csp, number, version, "submit");
    const first = (await entries(path))[uid(number, "verdict")];
    const known = await deadline(number, "verdict");
    const toSecond = ({ due }) => new Date(Math.floor(Date.parse(due) / 1000) * 1000).toISOString();
    assert.deepEqual([first.isDate, first.start], [false, toSecond(known)]);
    version = await raise(who.ops1, number, version, "tech_pause");
    assert.equal((await entries(path))[uid(number, "verdict")], undefined);
    version = await raise(who.ops1, number, version, "tech_resume");
    const back = (await entries(path))[uid(number, "verdict")];
    const later = await deadline(number, "verdict");
    assert.ok(Date.parse(later.due) > Date.parse(known.due));
    assert.equal(back.start, toSecond(later));
    assert.ok(back.sequence > first.sequence);
});

test("a deadline that was met or withdrawn is there no longer", async () => {
    const path = await make("csp", "organisation");
    const met = await openMoving(who.csp), withdrawn = await openMoving(who.csp);
    let found = await entries(path);
    for (const { number } of [met, withdrawn])
        for (const id of ["answer", "term"])
            assert.ok(found[uid(number, id)], `${number} ${id}`);
    await raise(who.csp, met.number, met.version, "submit");
    await raise(who.csp, withdrawn.number, withdrawn.version, "go_home");
    found = await entries(path);
    for (const { number } of [met, withdrawn])
        for (const id of ["answer", "term"])
            assert.equal(found[uid(number, id)], undefined, `${number} ${id}`);
    assert.ok(found[uid(met.number, "verdict")], "the next thing that the case waits for");
});

test("an entry tells its rule and whether it is one; no field of a form is in it", async () => {
    const path = await make("csp", "organisation");
    const inEnglish = await make("csp", "person", { "accept-language": "en" });
    const { number } = await openMoving(who.csp);
    const ja = (await entries(path))[uid(number, "answer")], en = (await entries(inEnglish))[uid(number, "answer")];
    assert.equal(ja.summary, `回答；期限（${number}）`);
    assert.equal(en.summary, `Answer; by then (${number})`);
    assert.match(ja.text, /^手続：移行\n案件：.*\n.*期限：.*\n区分：目標\n根拠：.*［default］（本システムの既定）$/s);
    assert.match(en.text, /^Workflow: Moving\nCase: .*Kind: target\nRule: .*\[default\] \(this installation's default\)$/s);
    await putDocuments(who.csp);
    const { number: application, version, subject } = await openApplication(it, who.csp, "名前,区切り;クラウド");
    const form = example("application");
    await raise(who.csp, application, version, "submit", form);
    const recognised_at = new Date(Date.now() - 3600e3).toISOString();
    const incident = await who.csp.open("incident-report", { subject,
        data: { ...example("incident-recognition"), recognised_at } });
    assertStatus(incident, 201);
    const found = await entries(path);
    assert.equal(found[uid(application, "intake_target")].summary, `受理確認の目標：名前,区切り;クラウド（${application}）`);
    assert.ok(numbers(found).includes(incident.json.case));
    assert.match(found[uid(number, "term")].text, /根拠：.*［basic_rules\.3\.5］（制度の規程）$/);
    const { text } = await fetchFeed(path);
    for (const value of [SECRET, ...Object.values(form).filter((v) => typeof v === "string" && v.length > 12)])
        assert.ok(!text.includes(value), value);
});

test("everything that is open is there, at the instants of the API", async () => {
    const found = await entries(await make("csp", "organisation"));
    const list = await who.csp.get("/api/v1/cases?limit=100");
    const wanted = [];
    for (const { case: number } of list.json.rows ?? list.json.cases)
        for (const d of (await who.csp.read(number)).json.deadlines.filter((d) => !d.standing))
            wanted.push([uid(number, d.deadline), d]);
    assert.ok(wanted.length > 5);
    assert.deepEqual(Object.keys(found).sort(), wanted.map(([id]) => id).sort());
    for (const [id, d] of wanted) {
        const midnight = Date.parse(`${d.last_day}T00:00:00+09:00`) + 86400e3; // the end of the last day in Japan
        if (found[id].isDate)
            assert.deepEqual([found[id].start, Date.parse(d.due)], [d.last_day, midnight], id);
        else
            assert.equal(Date.parse(found[id].start), Math.floor(Date.parse(d.due) / 1000) * 1000, id);
    }
});

test("another organisation's deadlines never show, staff see those of their roles, a person those of the own turns",
    async () => {
        const mine = await openMoving(who.csp), theirs = await openMoving(who.other);
        for (const scope of ["person", "organisation"]) {
            const own = numbers(await entries(await make("csp", scope)));
            const others = numbers(await entries(await make("other", scope)));
            assert.deepEqual(others, [theirs.number], scope);
            assert.ok(own.includes(mine.number) && !own.includes(theirs.number), scope);
        }
        const staff = { person: await make("ops1", "person"), organisation: await make("ops1", "organisation") };
        for (const path of Object.values(staff))
            assert.ok(!numbers(await entries(path)).includes(theirs.number), "it is the applicant's turn");
        await raise(who.other, theirs.number, theirs.version, "submit");
        for (const path of Object.values(staff))
            assert.ok((await entries(path))[uid(theirs.number, "verdict")], "it is the office's turn");
        assert.deepEqual(await entries(await make("other", "person")), {}, "and no longer the applicant's");
        assert.deepEqual(Object.keys(await entries(await make("other", "organisation"))),
            [uid(theirs.number, "verdict")]);
    });

test("an address that was revoked, replaced or guessed opens nothing, and all are answered alike", async () => {
    const first = await make("csp", "person");
    const organisation = await make("csp", "organisation");
    assertStatus(await fetchFeed(first), 200);
    const second = await make("csp", "person");
    assert.notEqual(second, first);
    assertStatus(await fetchFeed(second), 200);
    const gone = await fetchFeed(first);
    assertProblem(gone, 404, "not-found");
    await revoke("csp", "person");
    for (const path of [second, `/feeds/${"0".repeat(64)}.ics`, "/feeds/x.ics", second.replace(".ics", ""),
        `${second}x`, second.toUpperCase().replace("/FEEDS", "/feeds")]) {
        const answer = await fetchFeed(path);
        assertProblem(answer, 404, "not-found");
        assert.equal(answer.text, gone.text);
    }
    assertStatus(await fetchFeed(organisation), 200);
    assert.ok(!(await visitors.csp.get("/feeds")).text.includes(organisation), "shown once");
});

test("an address is kept as a hash, needs no cookie, gives none, and is not to be stored or told on", async () => {
    const path = await make("csp", "person");
    const token = /[0-9a-f]{64}/.exec(path)[0];
    assert.equal(await it.database.value(`select count(*) from feeds where hash = '\\x${sha256(token)}'`), "1");
    assert.equal(await it.database.value(`select count(*) from feeds f where f::text like '%${token}%'`), "0");
    const answer = await fetchFeed(path);
    assertStatus(answer, 200);
    assert.equal(answer.headers["cache-control"], "no-store");
    assert.equal(answer.headers["referrer-policy"], "no-referrer");
    assert.equal(answer.headers["x-content-type-options"], "nosniff");
    assert.equal(answer.headers["set-cookie"], undefined);
    assertStatus(await send(daemon.port, "HEAD", path), 200);
    assertStatus(await send(daemon.port, "POST", path), 405);
    assert.ok(!daemon.said.includes(token), "nor logged");
});

test("only a form of the page makes an address", async () => {
    const path = await make("other", "person");
    const kept = () => it.database.value("select json_agg(f order by hash) from feeds f");
    const known = await kept();
    const fields = { scope: "person", do: "make" };
    for (const answer of [
        await visitors.other.post("/feeds", fields),
        await visitors.other.post("/feeds", { ...fields, csrf: "0".repeat(64) }),
        await visitors.other.post("/feeds", { ...fields, csrf: await visitors.other.csrf() },
            { "sec-fetch-site": "cross-site", origin: "https://elsewhere.test" }),
    ]) {
        assertStatus(answer, 403);
        assert.ok(!answer.text.includes("/feeds/"), "no address");
    }
    assertStatus(await visitors.other.submit("/feeds", "/feeds", { scope: "everything" }), 303);
    assert.equal(await kept(), known);
    assertStatus(await fetchFeed(path), 200);
    assertStatus(await new Visitor(daemon).get("/feeds"), 303);
});

test("who no longer acts for the organisation has no feed of it", async () => {
    const paths = [await make("other", "person"), await make("other", "organisation")];
    for (const path of paths)
        assertStatus(await fetchFeed(path), 200);
    const where = "person_id = (select id from persons where login = 'other')";
    await it.database.rows(`delete from grants where ${where}`);
    for (const path of paths)
        assertProblem(await fetchFeed(path), 404, "not-found");
});
