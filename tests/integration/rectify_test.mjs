// What came late or was decided wrongly is set right over HTTP, in a case that has ended too; the histories of case and
// register tell what was true when and what was known when. Real daemon, real PostgreSQL.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { dayOf, lastValidDay, textOf } from "../support/civil.mjs";
import { assertFinding, assertProblem, assertStatus, send } from "../support/client.mjs";
import { example, Installation, until } from "../support/daemon.mjs";
import { main } from "../support/page.mjs";
import { Visitor } from "../support/visitor.mjs";
import { approve, bringToCommittee, openApplication, people, putDocuments, raise, standsIn }
    from "../support/walk.mjs";

const PERIOD_END = dayOf(new Date().toISOString().slice(0, 10)) - 40;

let it, who, daemon, application, subject, registration, registrationNo;

before(async () => {
    it = await Installation.create();
    daemon = await it.serve();
    who = people(daemon);
    await putDocuments(who.csp);
    const form = { ...example("application"), service_name: "Wrong Cloud" };
    const opened = await openApplication(it, who.csp, "Wrong Cloud", "CSP-1");
    ({ number: application, subject } = opened);
    await bringToCommittee(who, application, opened.version, form);
    await approve(who, [await it.personId("com")], [application]);
    registration = await until("the registration", () =>
        it.database.value("select 'SR-' || c.id from cases c join charts k on k.id = c.chart_id where k.prefix = 'SR'"));
    registrationNo = (await standsIn(who.csp, registration, ["valid"])).data.registration_no;
});

after(() => it.remove());

const read = async (number, client = who.sec) => {
    const answer = await client.read(number);
    assertStatus(answer, 200);
    return answer.json;
};
const rectify = async (number, data, options) =>
    who.sec.event(number, (await read(number)).seq, "rectify", { reason: "keyed in wrongly", ...data }, options);
const rectified = async (number, data) => {
    const answer = await rectify(number, data);
    assertStatus(answer, 200);
    return answer.json;
};
const eventsOf = async (number, client = who.sec) => {
    const answer = await client.history(number);
    assertStatus(answer, 200);
    return answer.json.events;
};
const register = async (query = "") => {
    const answer = await send(daemon.port, "GET", `/api/v1/register/services${query}`);
    assertStatus(answer, 200);
    return answer.json.entries.find(({ key }) => key === registrationNo);
};
const versions = async () =>
    (await send(daemon.port, "GET", `/api/v1/register/services/${registrationNo}`)).json.versions;
const query = (values) => `?${new URLSearchParams(values)}`;

test("only the secretariat rectifies, and each refusal names its place", async () => {
    const { seq } = await read(registration);
    const input = { reason: "r", effective: new Date().toISOString(), set: { service_name: "x" } };
    for (const client of [who.csp, who.ops1, who.com])
        assertProblem(await client.event(registration, seq, "rectify", input), 403, "forbidden");
    for (const [data, pointer, rule] of [
        [{ ...input, effective: "2099-01-01T00:00:00Z" }, "/data/effective", "not_future"],
        [{ ...input, effective: "2020-01-01T00:00:00Z" }, "/data/effective", "before_opening"],
        [{ ...input, reason: " " }, "/data/reason", "required"],
        [{ ...input, set: { registration_no: "C24-0001-2" } }, "/data/set/registration_no", "register_key"],
        [{ ...input, states: ["valid", "lapsed"] }, "/data/states", "configuration"],
        [{ reason: "r", undoes: 77 }, "/data/undoes", "rectification"],
    ])
        assertFinding(assertProblem(await who.sec.event(registration, seq, "rectify", data), 422, "unprocessable"),
            pointer, rule);
    assertProblem(await who.sec.event(registration, seq + 7, "rectify", input), 412, "stale-version");
    assert.equal((await read(registration)).seq, seq, "nothing was written");
});

test("the register shows the corrected name from then on, and still what was known before", async () => {
    const [first] = await versions();
    const known = new Date().toISOString();
    const key = "a-rectification-sent-twice";
    const data = { effective: first.at, set: { service_name: "Right Cloud",
        audit_period: { start: textOf(PERIOD_END - 180), end: textOf(PERIOD_END) } } };
    const { seq } = await read(registration);
    const sent = { reason: "keyed in wrongly", ...data };
    const answer = await who.sec.event(registration, seq, "rectify", sent, { key });
    assertStatus(answer, 200);
    const again = await who.sec.event(registration, seq, "rectify", sent, { key });
    assert.deepEqual([again.json.version, again.json.repeated], [answer.json.version, true]);

    const told = await versions();
    assert.deepEqual(told.map(({ op }) => op), ["publish", "rectify"]);
    assert.equal(told[1].at, first.at, "true since it was listed");
    assert.ok(told[1].recorded_at > first.recorded_at, "and known since now");
    assert.deepEqual([told[1].entry.service_name, told[1].entry.expiry], ["Right Cloud", textOf(lastValidDay(PERIOD_END))]);
    assert.equal((await register()).entry.service_name, "Right Cloud");
    assert.equal((await register(query({ at: first.at }))).entry.service_name, "Right Cloud", "what was true then");
    assert.equal((await register(query({ known }))).entry.service_name, "Wrong Cloud", "what was known then");

    const event = (await eventsOf(registration)).find(({ name }) => name === "rectify");
    assert.equal(event.person, "sec");
    assert.equal(event.rectified.reason, "keyed in wrongly");
    assert.equal(event.rectified.effective, first.at);
    assert.equal(event.rectified.was.data.service_name, "Wrong Cloud");
    assert.equal(event.set.service_name, "Right Cloud");
    const moved = event.deadlines.find(({ id }) => id === "expiry");
    assert.equal(moved.why.rectified.event, event.seq, "the derivation tells what moved it");
});

test("another undoes it, once", async () => {
    const event = (await eventsOf(registration)).find(({ name }) => name === "rectify");
    await rectified(registration, { undoes: event.seq });
    const now = await read(registration);
    assert.equal(now.data.service_name, "Wrong Cloud");
    assert.deepEqual(now.data.audit_period, event.rectified.was.data.audit_period);
    assert.deepEqual(now.states, ["in_good_standing", "valid"]);
    const [was, , is] = await versions();
    assert.deepEqual([is.entry, is.at], [was.entry, was.at]);
    assert.deepEqual((await register()).entry, was.entry);
    assertProblem(await rectify(registration, { undoes: event.seq }), 409, "conflict");
});

test("a registration that has ended takes nothing else, and stands again from then on", async () => {
    let view = await read(registration);
    await raise(who.csp, registration, view.seq, "end", example("ending"));
    view = await read(registration);
    assert.deepEqual([view.closed, view.states], [true, ["ended"]]);
    assert.equal(await register(), undefined);
    assertProblem(await who.csp.event(registration, view.seq, "end", example("ending")), 409, "not-taken");
    const known = new Date().toISOString();
    const answer = await rectified(registration, { effective: view.at, reason: "an appeal", states: ["valid"],
        registers: { services: "publish" } });
    assert.deepEqual(answer.states, ["in_good_standing", "valid"]);
    const open = await read(registration);
    assert.equal(open.closed, false);
    assert.ok(open.deadlines.some(({ deadline }) => deadline === "expiry"));
    assert.equal((await register()).entry.service_name, "Wrong Cloud");
    assert.equal(await register(query({ at: view.at, known })), undefined, "nobody knew it then");
    assert.ok(await register(query({ at: view.at })), "but so it was");
    assert.equal(await it.database.number(`select count(*) from open_cases where workflow = 'service-registration'`), 1);
});

test("one open application per service: an ended one opens again only when no other is open", async () => {
    const first = await openApplication(it, who.csp, "Two Clouds", "CSP-1");
    await raise(who.csp, first.number, first.version, "withdraw");
    const ended = await read(first.number);
    assert.equal(ended.closed, true);
    const second = await who.csp.open("service-application", { subject: first.subject,
        data: { service_name: "Two Clouds" } });
    assertStatus(second, 201);
    const data = { effective: ended.at, states: ["preparing"] };
    const problem = assertProblem(await rectify(first.number, data), 409, "conflict");
    assert.match(problem.detail, new RegExp(second.json.case));
    await raise(who.csp, second.json.case, second.json.version, "withdraw");
    assert.deepEqual((await rectified(first.number, data)).states, ["preparing"]);
    assert.equal(await it.database.value(`select 'SA-' || case_id from open_cases where subject_id = ${first.subject}`),
        first.number);
});

test("what of it is personal or restricted is kept apart, and readers see what they may", async () => {
    const { at, seq } = await read(application);
    await rectified(application, { effective: at, set: { applicant_name: "A Corp", service_name: "Right Cloud" } });
    const classes = await it.database.rows(`select p.access || ' ' || p.body from parts p
        where p.case_id = ${application.slice(3)} and p.seq = ${seq + 1} order by p.access`);
    assert.ok(classes.length >= 2, classes.join("\n"));
    assert.match(classes.find((row) => row.startsWith("0 ")), /"set":\{.*"service_name":"Right Cloud"/);
    assert.match(classes.find((row) => row.startsWith("1 ")), /"reason":"keyed in wrongly"/);
    const event = (await eventsOf(application, who.csp)).at(-1);
    assert.equal(event.rectified.was.data.service_name, "Wrong Cloud");
});

test("the page corrects what is changed on it, and nothing else; the history tells from what to what", async () => {
    const visitor = new Visitor(daemon, { "accept-language": "en" }), outsider = new Visitor(daemon);
    for (const [login, one] of [["sec", visitor], ["csp", outsider]]) {
        await it.password(login, "a long enough word for tests");
        assertStatus(await one.signIn(login, "a long enough word for tests"), 303);
    }
    const path = `/cases/${registration}/rectify`;
    assert.match((await visitor.get(`/cases/${registration}`)).text, new RegExp(`href="${path}"`));
    assert.doesNotMatch((await outsider.get(`/cases/${registration}`)).text, /\/rectify"/);
    assertStatus(await outsider.get(path), 403);

    const before = await read(registration);
    // The page's times are of whole seconds: one that begins now is not before the case was opened.
    await new Promise((go) => setTimeout(go, 1000 - (Date.now() % 1000)));
    const day = new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10);
    const now = new Date(Date.now() + 9 * 3600e3).toISOString().slice(11, 19);
    const refused = await visitor.submit(path, path, { reason: "by hand", day: "2020-01-01",
        "d/service_name": "Page Cloud", do: "rectify" });
    assertStatus(refused, 422);
    assert.match(refused.text, /\/effective: /);
    assert.match(refused.text, /value="Page Cloud"/, "what was typed comes back");
    assert.equal((await read(registration)).seq, before.seq);

    const done = await visitor.submit(path, path, { reason: "by hand", day, time: now, "d/service_name": "Page Cloud",
        do: "rectify" });
    assertStatus(done, 303);
    assert.equal(done.headers.location, `/cases/${registration}#event-${before.seq + 1}`);
    const after = await read(registration);
    assert.equal(after.data.service_name, "Page Cloud");
    assert.deepEqual({ ...after.data, service_name: before.data.service_name }, before.data, "all else is as it was");
    const page = main((await visitor.get(`/cases/${registration}`)).text);
    assert.match(page, /<del>Wrong Cloud<\/del> → <ins>Page Cloud<\/ins>/);
    assert.match(page, /by hand/);
    const entry = (await send(daemon.port, "GET", `/register/${registrationNo}?lang=en`,
        { headers: { accept: "text/html" } })).text;
    assert.match(entry, /Page Cloud/);
    assert.match(entry, /Rectified/);
});

test("replay decides every rectification again; verify recomputes every hash", async () => {
    assert.match(await it.toroku("replay"), /, 0 with differences\n$/);
    assert.match(await it.toroku("verify"), /, 0 with differences\n$/);
});
