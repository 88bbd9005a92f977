// Input that must not be taken: each is answered with a problem document (RFC 9457) or a closed connection, and not one
// row of any table is another afterwards.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { assertFinding, assertProblem, assertStatus, send, sha256 } from "../support/client.mjs";
import { example, Installation } from "../support/daemon.mjs";
import { openApplication, people, putDocuments, raise } from "../support/walk.mjs";

const SLOW = 1000;
const MIB = 1024 * 1024;

let it, daemon, who;
let draft; // an application in preparation
let filed; // one that awaits the intake check
let meeting; // a case of another workflow
let foreign; // an application of another provider
let free; // a service that no application is about

before(async () => {
    // Short limits, so that slow connections end within the test.
    it = await Installation.create({ http: { first_byte_ms: 2000, between_ms: 1500, head_ms: 3000, request_ms: 4000 } });
    daemon = await it.serve();
    who = people(daemon);
    await putDocuments(who.csp);
    draft = await openApplication(it, who.csp, "下書きのサービス");
    filed = await openApplication(it, who.csp, "申請済みのサービス");
    filed.version = await raise(who.csp, filed.number, filed.version, "submit", example("application"));
    foreign = await openApplication(it, who.other, "別会社のサービス", "CSP-2");
    free = await it.subject("申請のないサービス");
    const opened = await who.sec.open("committee-decision", { data: { ...example("agenda"), agenda: [filed.number] } });
    assertStatus(opened, 201);
    meeting = { number: opened.json.case, version: opened.json.version };
    // Mail comes to rest, so that only what is refused could still change something.
    while ((await it.database.number("select count(*) from notices where state = 0")) > 0)
        await sleep(25);
});

after(() => it.remove());

// A test after which the database is what it was before.
function unchanged(name, body) {
    test(name, async (t) => {
        const was = await it.database.fingerprint();
        await body(t);
        assert.equal(await it.database.fingerprint(), was, "something was written");
    });
}

// Rows of [what, status, code, request]; each is a problem.
function refusals(name, rows) {
    unchanged(name, async () => {
        for (const [what, status, code, ask] of rows) {
            const answer = await ask();
            try {
                assertProblem(answer, status, code);
            } catch (error) {
                error.message = `${what}: ${error.message}`;
                throw error;
            }
        }
    });
}

const eventPath = (c) => `/api/v1/cases/${c.number}/events`;
// Raw text as the body of an event, everything else right.
const raw = (text) => who.csp.post(eventPath(draft), text, { "if-match": `"${draft.version}"` });
const save = (data, options) => who.csp.event(draft.number, draft.version, "save", data, options);

refusals("malformed JSON", [
    ["ends early", 400, "invalid", () => raw('{"event": "save", "data": {')],
    ["nothing", 400, "invalid", () => raw("")],
    ["no JSON at all", 400, "invalid", () => raw("event=save")],
    ["more after the end", 400, "invalid", () => raw('{"event": "save"} {}')],
    ["a comma too many", 400, "invalid", () => raw('{"event": "save",}')],
    ["a member twice", 400, "invalid", () => raw('{"event": "save", "event": "withdraw"}')],
    ["a fraction", 400, "invalid", () => raw('{"event": "save", "data": {"x": 1.5}}')],
    ["an exponent", 400, "invalid", () => raw('{"event": "save", "data": {"x": 1e3}}')],
    ["a number beyond all bounds", 400, "invalid", () => raw('{"event": "save", "data": {"x": 99999999999999999999}}')],
    ["bytes that are not UTF-8", 400, "invalid", () => raw(Buffer.from('{"event": "save\xff"}', "latin1"))],
    ["a zero byte", 400, "invalid", () => raw('{"event": "save\0"}')],
    ["an escaped zero byte", 400, "invalid", () => raw('{"event": "save\\u0000"}')],
    ["half a surrogate pair", 400, "invalid", () => raw('{"event": "save", "data": {"x": "\\ud800"}}')],
    ["too deep", 400, "invalid", () => raw(`{"event": "save", "data": {"x": ${"[".repeat(5000)}${"]".repeat(5000)}}}`)],
]);

test("malformed JSON is told with line and column", async () => {
    const problem = assertProblem(await raw('{\n  "event": save\n}'), 400, "invalid");
    assert.match(problem.detail, /line 2, column \d+/);
});

refusals("a request of the wrong shape", [
    ["a list", 400, "invalid", () => raw("[]")],
    ["a text", 400, "invalid", () => raw('"save"')],
    ["null", 400, "invalid", () => raw("null")],
    ["no event", 400, "invalid", () => raw("{}")],
    ["event is a number", 400, "invalid", () => raw('{"event": 5}')],
    ["event is null", 400, "invalid", () => raw('{"event": null}')],
    ["data is a list", 400, "invalid", () => raw('{"event": "save", "data": []}')],
    ["data is a text", 400, "invalid", () => raw('{"event": "save", "data": "x"}')],
    ["an unknown member", 400, "invalid", () => raw('{"event": "save", "date": {}}')],
    ["no workflow", 400, "invalid", () => who.csp.post("/api/v1/cases", { data: {} })],
    ["workflow is a list", 400, "invalid", () => who.csp.post("/api/v1/cases", { workflow: ["x"] })],
    ["subject is a text", 400, "invalid", () => who.sec.post("/api/v1/cases",
        { workflow: "committee-decision", subject: "1", data: example("agenda") })],
    ["subject is no id", 400, "invalid", () => who.sec.post("/api/v1/cases",
        { workflow: "committee-decision", subject: 0, data: example("agenda") })],
    ["an unknown member of an opening", 400, "invalid", () => who.csp.post("/api/v1/cases",
        { workflow: "service-application", subject: draft.subject, data: { service_name: "x" }, version: 1 })],
]);

unchanged("the finding of an unknown member says where it stands", async () => {
    assertFinding(assertProblem(await raw('{"event": "save", "date": {}}'), 400, "invalid"), "/date", "unknown_field");
    assertFinding(assertProblem(await raw('{"data": {}}'), 400, "invalid"), "/event", "required");
});

// Findings of a form: [what, change of the example, pointer, rule].
const FINDINGS = [
    ["a text where a number of a flag is due", (d) => (d.domestic = "yes"), "/data/domestic"],
    ["a number where a text is due", (d) => (d.service_name = 5), "/data/service_name"],
    ["a map where a list is due", (d) => (d.officers = { name: "x", title: "y" }), "/data/officers"],
    ["a list where a map is due", (d) => (d.representative = []), "/data/representative"],
    ["a text where a period is due", (d) => (d.audit_period = "2025"), "/data/audit_period", "type"],
    ["a period that is half", (d) => delete d.audit_period.end, "/data/audit_period", "period"],
    ["a file without its hash", (d) => delete d.statement.sha256, "/data/statement", "file"],
    ["an unknown field", (d) => (d.nickname = "x"), "/data/nickname", "unknown_field"],
    ["an unknown field within", (d) => (d.officers[1].nickname = "x"), "/data/officers/1/nickname", "unknown_field"],
    ["a check digit that is wrong", (d) => (d.corporate_number = "8999901000001"), "/data/corporate_number",
        "check_digit"],
    ["12 digits", (d) => (d.corporate_number = "799990100000"), "/data/corporate_number", "check_digit"],
    ["digits of full width", (d) => (d.corporate_number = "７９９９９０１０００００１"), "/data/corporate_number",
        "check_digit"],
    ["a corporate number that is missing", (d) => delete d.corporate_number, "/data/corporate_number", "required"],
    ["a pledge that is not given", (d) => (d.pledge_3_5_2 = false), "/data/pledge_3_5_2"],
    ["a day that there is not", (d) => (d.audit_report_date = "2026-02-30"), "/data/audit_report_date", "date"],
    ["an audit period of two months", (d) => (d.audit_period.start = "2026-02-01"), "/data/audit_period",
        "period_too_short"],
    ["a country that there is not", (d) => (d.capital_relations[0].country = "JPX"),
        "/data/capital_relations/0/country", "country"],
    ["a line break in a name", (d) => (d.applicant_name = "見本\r\nBcc: x@example.com"), "/data/applicant_name",
        "control_character"],
    ["an override of direction", (d) => (d.service_name = "見本\u202e"), "/data/service_name", "control_character"],
];

unchanged("each finding of a form is told with its place, in both languages", async () => {
    for (const [what, change, pointer, rule] of FINDINGS) {
        const data = example("application");
        change(data);
        const answers = await Promise.all(["ja", "en"].map((language) => who.csp.event(draft.number, draft.version,
            "submit", data, { headers: { "accept-language": language } })));
        for (const [i, language] of ["ja", "en"].entries()) {
            assertStatus(answers[i], 422);
            const problem = assertProblem(answers[i], 422, "unprocessable");
            const found = problem.errors?.find((e) => e.pointer === pointer);
            assert.ok(found, `${what}: ${JSON.stringify(problem.errors)}`);
            if (rule)
                assert.equal(found.rule, rule, what);
            assert.equal(answers[i].headers["content-language"], language);
            assert.equal(/[\u3040-\u9fff]/.test(found.message), language === "ja", `${what}: ${found.message}`);
        }
    }
});

unchanged("a file is a document that was put before, by somebody whose documents one may read", async () => {
    const submit = (client, c, change) => {
        const data = example("application");
        change(data);
        return client.event(c.number, c.version, "submit", data);
    };
    assertFinding(assertProblem(await submit(who.csp, draft, (d) => (d.statement.sha256 = sha256("never put"))), 422,
        "unprocessable"), "/data/statement", "file_unknown");
    assertFinding(assertProblem(await submit(who.csp, draft, (d) => d.audit_report.size++), 422, "unprocessable"),
        "/data/audit_report", "file_size");
    assertFinding(assertProblem(await submit(who.other, foreign, () => {}), 422, "unprocessable"),
        "/data/statement", "file_unknown");
    // However many there are, the answer comes.
    const many = Array(5000).fill(example("application").statement);
    assertProblem(await save({ other_certifications: many }), 422, "unprocessable");
});

unchanged("everything that is missing is told at once", async () => {
    const problem = assertProblem(await who.csp.event(draft.number, draft.version, "submit", {}), 422, "unprocessable");
    for (const field of ["applicant_name", "statement", "audit_report", "pledge_3_6", "officers", "auditor"])
        assertFinding(problem, `/data/${field}`, "required");
    // A draft may lack anything, but what it has must be right.
    assertFinding(assertProblem(await save({ corporate_number: "1" }), 422, "unprocessable"),
        "/data/corporate_number", "check_digit");
});

refusals("events that the state does not take, and those who may not", [
    ["accepting what is not filed", 409, "not-taken", () => who.ops1.event(draft.number, draft.version, "accept")],
    ["an event that there is not", 409, "not-taken", () => who.csp.event(draft.number, draft.version, "explode")],
    ["a signal's name as a command", 409, "not-taken", () => who.com.event(filed.number, filed.version, "approved")],
    ["a deadline's name as a command", 409, "not-taken",
        () => who.ops1.event(filed.number, filed.version, "intake_target")],
    ["open, again", 409, "not-taken", () => who.csp.event(filed.number, filed.version, "open")],
    ["an input where none is taken", 422, "unprocessable",
        () => who.ops1.event(filed.number, filed.version, "accept", { reason: "x" })],
    ["the applicant accepts", 403, "forbidden", () => who.csp.event(filed.number, filed.version, "accept")],
    ["a ministry accepts", 403, "forbidden", () => who.ministry.event(filed.number, filed.version, "accept")],
    ["the support body saves the applicant's draft", 403, "forbidden",
        () => who.ops1.event(draft.number, draft.version, "save", { applicant_name: "x" })],
    ["the secretariat decides its own agenda", 403, "forbidden",
        () => who.sec.event(meeting.number, meeting.version, "approve", { ...example("approval"), deciders: ["1"] })],
    ["the support body opens an application", 403, "forbidden", () => who.ops1.open("service-application",
        { subject: free, data: { service_name: "x" } })],
    ["a registration opened by hand", 403, "forbidden", () => who.csp.open("service-registration",
        { subject: free })],
]);

refusals("openings about what is not there, or is open already", [
    ["an unknown workflow", 404, "not-found", () => who.csp.open("no-such-workflow", { data: {} })],
    ["an unknown subject", 404, "not-found", () => who.csp.open("service-application",
        { subject: 999999, data: { service_name: "x" } })],
    ["another provider's subject", 404, "not-found", () => who.other.open("service-application",
        { subject: draft.subject, data: { service_name: "x" } })],
    ["no subject", 422, "unprocessable", () => who.csp.open("service-application", { data: { service_name: "x" } })],
    ["a second application", 409, "conflict", () => who.csp.open("service-application",
        { subject: draft.subject, data: { service_name: "x" } })],
]);

const withHeader = (headers) => save({ applicant_name: "x" }, { headers });

refusals("versions and keys", [
    ["a stale version", 412, "stale-version", () => who.csp.event(filed.number, 1, "withdraw")],
    ["a version to come", 412, "stale-version", () => who.csp.event(filed.number, filed.version + 1, "withdraw")],
    ["no If-Match", 428, "version-required", () => withHeader({ "if-match": undefined })],
    ["If-Match without quotes", 400, "invalid", () => withHeader({ "if-match": "1" })],
    ["If-Match that is no number", 400, "invalid", () => withHeader({ "if-match": '"one"' })],
    ["If-Match of anything", 400, "invalid", () => withHeader({ "if-match": "*" })],
    ["a negative version", 400, "invalid", () => withHeader({ "if-match": '"-1"' })],
    ["no key", 400, "invalid", () => withHeader({ "idempotency-key": undefined })],
    ["an empty key", 400, "invalid", () => withHeader({ "idempotency-key": "" })],
    ["a key with a space", 400, "invalid", () => withHeader({ "idempotency-key": "a b" })],
    ["a key of 256 characters", 400, "invalid", () => withHeader({ "idempotency-key": "k".repeat(256) })],
    ["a key that is not ASCII", 400, "invalid", () => withHeader({ "idempotency-key": "clé" })],
]);

test("a repeated key gets the first answer, and changes nothing", async () => {
    const key = "k".repeat(255), data = { applicant_name: "一度だけ" };
    const first = await save(data, { key });
    assertStatus(first, 200);
    assert.equal(first.json.repeated, false);
    const was = await it.database.fingerprint();
    for (let i = 0; i < 3; i++) {
        const again = await save(data, { key });
        assertStatus(again, 200);
        assert.deepEqual(again.json, { ...first.json, repeated: true });
        assert.equal(again.headers.etag, first.headers.etag);
    }
    // The order of members does not make another body; another value, event or version does.
    const swapped = await raw('{"data": {"applicant_name": "x"}, "event": "save"}');
    assertProblem(swapped, 412, "stale-version");
    assertProblem(await save({ applicant_name: "別" }, { key }), 422, "key-reused");
    assertProblem(await who.csp.event(draft.number, draft.version, "withdraw", undefined, { key }), 422, "key-reused");
    assertProblem(await who.csp.event(draft.number, first.json.version, "save", data, { key }), 422, "key-reused");
    assertProblem(await who.csp.event(filed.number, draft.version, "save", data, { key }), 422, "key-reused");
    assert.equal(await it.database.fingerprint(), was);
    draft.version = first.json.version;
    // A key belongs to a person: the same word of somebody else is another key.
    const another = await who.ops1.event(filed.number, filed.version, "return", example("correction-request"), { key });
    assertStatus(another, 200);
    filed.version = await raise(who.csp, filed.number, another.json.version, "resubmit", example("application"));
    // The first answer stays the first answer when the case has gone on.
    draft.version = await raise(who.csp, draft.number, draft.version, "save", { applicant_name: "その後" });
    const late = await who.csp.event(draft.number, first.json.version - 1, "save", data, { key });
    assertStatus(late, 200);
    assert.deepEqual(late.json, { ...first.json, repeated: true });
});

test("an opening repeated is one case", async () => {
    const subject = await it.subject("一件だけ"), key = randomUUID();
    const ask = () => who.csp.open("service-application", { subject, data: { service_name: "一件だけ" }, key });
    const answers = await Promise.all([ask(), ask(), ask(), ask()]);
    for (const answer of answers) {
        assertStatus(answer, 201);
        assert.equal(answer.json.case, answers[0].json.case);
    }
    assert.equal(answers.filter((answer) => !answer.json.repeated).length, 1);
    assert.equal(await it.database.number(`select count(*) from cases where subject_id = ${subject}`), 1);
});

unchanged("a refusal consumes no key", async () => {
    const key = randomUUID();
    for (let i = 0; i < 2; i++)
        assertProblem(await who.csp.event(filed.number, filed.version, "accept", undefined, { key }), 403, "forbidden");
    assertProblem(await who.csp.event(filed.number, 1, "withdraw", undefined, { key }), 412, "stale-version");
});

// A request as bytes; resolves with all that came until the server closed.
function bytes(text, { pause } = {}) {
    return new Promise((resolve) => {
        const socket = connect(daemon.port, "127.0.0.1");
        let got = "";
        socket.on("data", (data) => (got += data.toString("latin1")));
        socket.on("error", () => {});
        socket.on("close", () => resolve(got));
        socket.write(text);
        pause?.(socket);
    });
}

// An answer of the server itself to what is hardly HTTP: a problem, then the end of the connection.
function assertRawProblem(got, status, code) {
    const [head, body] = [got.slice(0, got.indexOf("\r\n\r\n")), got.slice(got.indexOf("\r\n\r\n") + 4)];
    assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `), got);
    assert.match(head, /^content-type: application\/problem\+json$/im);
    assert.match(head, /^connection: close$/im);
    const problem = JSON.parse(Buffer.from(body, "latin1").toString("utf8"));
    assert.equal(problem.status, status);
    assert.equal(problem.code, code);
}

const head = (line, ...fields) => [line, "Host: x", `Authorization: Bearer ${it.tokens.csp}`, ...fields, "", ""]
    .join("\r\n");

unchanged("bodies over the limit", async () => {
    assertProblem(await raw(`{"event": "save", "data": {"x": "${"x".repeat(MIB)}"}}`), 413, "too-large");
    assertProblem(await who.csp.put(Buffer.alloc(16 * MIB + 1, "x")), 413, "too-large");
    assertProblem(await send(daemon.port, "GET", "/register", { body: "x",
        headers: { "content-length": 1 } }), 413, "too-large");
    // Announced in chunks, the length is known only when it is too late.
    const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    assertRawProblem(await bytes(head(`POST ${eventPath(draft)} HTTP/1.1`, "Content-Type: application/json",
        "Transfer-Encoding: chunked") + chunk.repeat(17)), 413, "too-large");
    // A body of the very limit is read, and refused for what it says.
    const room = MIB - '{"event": ""}'.length;
    assertProblem(await raw(`{"event": "${"x".repeat(room)}"}`), 409, "not-taken");
});

unchanged("what is no request is refused by the server itself", async () => {
    assertRawProblem(await bytes("\x16\x03\x01\x02\x00"), 400, "invalid");
    assertRawProblem(await bytes("GET /register\r\n\r\n"), 400, "invalid");
    assertRawProblem(await bytes("GET /register HTTP/1.1\r\n\r\n"), 400, "invalid");
    assertRawProblem(await bytes("GET /register HTTP/2.0\r\nHost: x\r\n\r\n"), 505, "invalid");
    assertRawProblem(await bytes(`GET /${"x".repeat(9000)} HTTP/1.1\r\nHost: x\r\n\r\n`), 414, "too-large");
    assertRawProblem(await bytes(head("GET /register HTTP/1.1", ...Array(70).fill("X-A: b"))), 431, "too-large");
    assertRawProblem(await bytes(head("GET /register HTTP/1.1", `X-A: ${"b".repeat(40000)}`)), 431, "too-large");
    assertRawProblem(await bytes(head("BREW /register HTTP/1.1")), 501, "invalid");
    assertRawProblem(await bytes(head(`POST ${eventPath(draft)} HTTP/1.1`, "Content-Length: 5",
        "Transfer-Encoding: chunked") + "0\r\n\r\n"), 400, "invalid");
});

const document = Buffer.from("ある文書");

refusals("documents", [
    ["another hash", 422, "unprocessable", () => who.csp.put(document, { hash: sha256("another") })],
    ["one byte less", 422, "unprocessable",
        () => who.csp.put(document.subarray(1), { hash: sha256(document) })],
    ["a hash in capitals", 400, "invalid", () => who.csp.put(document, { hash: sha256(document).toUpperCase() })],
    ["half a hash", 400, "invalid", () => who.csp.put(document, { hash: sha256(document).slice(32) })],
    ["no bytes", 400, "invalid", () => who.csp.put(Buffer.alloc(0))],
    ["no name", 400, "invalid", () => who.csp.put(document, { name: "" })],
    ["a path as a name", 400, "invalid", () => who.csp.put(document, { name: "../x" })],
    ["no type", 400, "invalid", () => who.csp.put(document, { headers: { "content-type": undefined } })],
    ["a type that is none", 400, "invalid", () => who.csp.put(document, { type: "text" })],
    ["nobody's", 401, "unauthenticated", () => who.csp.put(document, { headers: { authorization: undefined } })],
    ["not there", 404, "not-found", () => who.csp.get(`/api/v1/documents/${sha256("never put")}`)],
    ["no hash at all", 404, "not-found", () => who.csp.get("/api/v1/documents/readme.txt")],
]);

const everywhere = (number) => [
    [`reading ${number}`, 404, "not-found", () => who.csp.read(number)],
    [`history of ${number}`, 404, "not-found", () => who.csp.history(number)],
    [`an input of ${number}`, 404, "not-found", () => who.csp.get(`/api/v1/cases/${number}/events/1/public`)],
    [`event of ${number}`, 404, "not-found", () => who.csp.event(number, 1, "withdraw")],
];

refusals("cases that there are not", ["SA-999999", "SA-0", "SA--1", "SA-01", "SA", "-1", "SA-1x", "XX-1",
    "SA-99999999999999999999", "%E7%99%BB-1"].flatMap(everywhere));

unchanged("a case is found by its own number only", async () => {
    for (const number of [`CD-${draft.number.slice(3)}`, `sa-${draft.number.slice(3)}`,
        `SA-0${draft.number.slice(3)}`, `XSA-${draft.number.slice(3)}`, `SA-SA-${draft.number.slice(3)}`])
        for (const [, status, code, ask] of everywhere(number))
            assertProblem(await ask(), status, code);
});

refusals("another provider's case is not there", [
    ["reading", 404, "not-found", () => who.other.read(draft.number)],
    ["history", 404, "not-found", () => who.other.history(draft.number)],
    ["event", 404, "not-found", () => who.other.event(draft.number, draft.version, "withdraw")],
    ["input", 404, "not-found", () => who.other.get(`/api/v1/cases/${draft.number}/events/1/public`)],
    ["event with a stale version", 404, "not-found", () => who.other.event(draft.number, 99, "withdraw")],
    ["event with a bad form", 404, "not-found", () => who.other.event(draft.number, draft.version, "submit", {})],
    ["procuring ministry reads", 404, "not-found", () => who.procurer.read(draft.number)],
    ["procuring ministry withdraws", 404, "not-found",
        () => who.procurer.event(draft.number, draft.version, "withdraw")],
    ["the other way round", 404, "not-found", () => who.csp.read(foreign.number)],
    ["the committee's case", 404, "not-found", () => who.csp.read(meeting.number)],
]);

const bearing = (authorization) => who.csp.get(`/api/v1/cases/${draft.number}`, { authorization });

unchanged("credentials", async () => {
    for (const authorization of [undefined, "Bearer", "Bearer ", "Bearer wrong", `Basic ${it.tokens.csp}`,
        it.tokens.csp, `Bearer ${it.tokens.csp}x`, `Bearer ${it.tokens.csp} x`]) {
        const answer = await bearing(authorization);
        assertProblem(answer, 401, "unauthenticated");
        assert.match(answer.headers["www-authenticate"], /^Bearer realm="toroku"/);
    }
    // Without credentials it is not told what there is.
    assertProblem(await send(daemon.port, "POST", eventPath(draft), { body: "{" }), 401, "unauthenticated");
});

test("a token that has expired, or was revoked, is none", async () => {
    const person = "(select id from persons where login = 'csp'), (select id from organisations where code = 'CSP-1')";
    await it.database.rows(`insert into tokens (hash, person_id, org_id, expires_at, revoked_at) values
        ('\\x${sha256("expired")}', ${person}, now() - interval '1 s', null),
        ('\\x${sha256("revoked")}', ${person}, 'infinity', now())`);
    for (const token of ["expired", "revoked"])
        assertProblem(await bearing(`Bearer ${token}`), 401, "unauthenticated");
});

const posted = (headers) => who.csp.post(eventPath(draft), '{"event": "save"}',
    { "if-match": `"${draft.version}"`, ...headers });

refusals("types, routes, methods, questions", [
    ["a form", 415, "invalid", () => posted({ "content-type": "application/x-www-form-urlencoded" })],
    ["text", 415, "invalid", () => posted({ "content-type": "text/plain" })],
    ["nearly JSON", 415, "invalid", () => posted({ "content-type": "application/jsonp" })],
    ["no type", 415, "invalid", () => posted({ "content-type": undefined })],
    ["an unknown route", 404, "not-found", () => who.csp.get("/api/v1/nothing")],
    ["an unknown version", 404, "not-found", () => who.csp.get("/api/v2/cases")],
    ["a slash too many", 404, "not-found", () => who.csp.get("/api/v1/cases/")],
    ["an escaped slash", 404, "not-found", () => who.csp.get(`/api/v1/cases/${draft.number}%2fevents`)],
    ["a bad escape", 400, "invalid", () => who.csp.get("/api/v1/cases/%zz")],
    ["a path with dots", 404, "not-found", () => who.csp.get("/api/v1/../v1/cases")],
    ["a queue without a role", 400, "invalid", () => who.csp.get("/api/v1/queue")],
    ["a misspelt filter", 400, "invalid", () => who.csp.get("/api/v1/queue?role=owner&rol=x")],
    ["a limit of none", 400, "invalid", () => who.csp.get("/api/v1/queue?role=owner&limit=0")],
    ["a limit of all", 400, "invalid", () => who.csp.get("/api/v1/cases?limit=100000")],
    ["a cursor that is none", 400, "invalid", () => who.csp.get("/api/v1/cases?after=x")],
    ["a cursor of SQL", 400, "invalid", () => who.csp.get("/api/v1/cases?after=1%27%20or%201=1")],
    ["a queue's cursor that is none", 400, "invalid", () => who.csp.get("/api/v1/queue?role=owner&after=x")],
    ["a queue's cursor that is half", 400, "invalid",
        () => who.csp.get("/api/v1/queue?role=owner&after=2026-01-01T00:00:00Z,")],
    ["an instant that is none", 400, "invalid", () => send(daemon.port, "GET", "/register.json?at=yesterday")],
    ["a query that is not encoded", 400, "invalid", () => send(daemon.port, "GET", "/register.json?at=%ff")],
]);

unchanged("a wrong method names the right ones", async () => {
    for (const [method, path, allow] of [["DELETE", `/api/v1/cases/${draft.number}`, "GET, HEAD"],
        ["PUT", "/api/v1/cases", "POST, GET, HEAD"], ["PATCH", eventPath(draft), "POST, GET, HEAD"],
        ["POST", "/register", "GET, HEAD"], ["GET", "/api/v1/cases/x/y", undefined]]) {
        const answer = await send(daemon.port, method, path, { headers: who.csp.headers() });
        assertProblem(answer, allow ? 405 : 404, allow ? "invalid" : "not-found");
        assert.equal(answer.headers.allow, allow);
    }
});

// Three ways of being slow: saying nothing, a head that comes byte by byte, a body that stops.
const SLOWNESS = [
    { text: () => "" },
    { text: () => "GET /register HTTP/1.1\r\n", drip: "X" },
    { text: () => `${head(`POST ${eventPath(draft)} HTTP/1.1`, "Content-Length: 100")}{"event"` },
];

unchanged(`${SLOW} slow connections end, and whoever asks meanwhile is served`, async () => {
    const ends = [];
    for (let i = 0; i < SLOW; i++) {
        const { text, drip } = SLOWNESS[i % SLOWNESS.length];
        ends.push(bytes(text(), { pause: (socket) => {
            const timer = drip && setInterval(() => socket.writable && socket.write(drip), 500);
            socket.on("close", () => clearInterval(timer));
        } }));
    }
    let open = true, served = 0;
    const all = Promise.all(ends).then((got) => ((open = false), got));
    while (open) {
        assertStatus(await who.csp.read(draft.number), 200);
        assertStatus(await send(daemon.port, "GET", "/register"), 200);
        assertProblem(await save({ corporate_number: "1" }), 422, "unprocessable");
        served++;
    }
    assert.ok(served > 0);
    for (const [i, got] of (await all).entries())
        if (i % SLOWNESS.length === 0)
            assert.equal(got, "");
        else
            assertRawProblem(got, 408, "timeout");
});

test("nobody's rights or data were touched: the laws hold", async () => {
    assert.match(await it.toroku("replay"), /, 0 with differences\n$/);
    assert.match(await it.toroku("verify"), /, 0 with differences\n$/);
    await daemon.stop();
});
