// The whole life of an application over HTTP, until its service stands in the public register, with the mail of each
// step as a mail reader shows it. Real daemon, real PostgreSQL, real SMTP server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { assertProblem, assertStatus, send, sha256 } from "../support/client.mjs";
import { addressOf, example, exampleDocument, Installation, until } from "../support/daemon.mjs";
import { Ledger } from "../support/ledger.mjs";
import { approve, openApplication, people, putDocuments, raise, standsIn } from "../support/walk.mjs";

const SERVICE = "見本クラウド";
const csp = addressOf("CSP-1", "contacts");
const auditor = addressOf("AUD-1", "contacts");
const queue = addressOf("OPS", "queue");
const secretariat = addressOf("SEC", "queue");
const committee = addressOf("COM", "contacts");

let it, daemon, who, ledger;
let number, version, registration, registrationNo, decision;

before(async () => {
    it = await Installation.create();
    ledger = new Ledger(it);
    daemon = await it.serve();
    who = people(daemon);
});

after(() => it.remove());

const expectMail = (...mail) => ledger.expect(...mail);
const assertMail = () => ledger.assertComplete();

const turnsOf = (view) => view.turns.map((turn) => turn.role);
const deadline = (view, id) => view.deadlines.find((d) => d.deadline === id);
const queued = async (client, role) => {
    const answer = await client.queue(role);
    assertStatus(answer, 200);
    return answer.json.queue.map((row) => row.case);
};

test("a token tells who somebody is", async () => {
    const me = await who.csp.get("/api/v1/me");
    assertStatus(me, 200);
    assert.equal(me.json.person.login, "csp");
    assert.equal(me.json.org.code, "CSP-1");
    assert.deepEqual(me.json.roles, ["owner"]);
});

test("documents are put first, and come back as they were", async () => {
    await putDocuments(who.csp);
    const bytes = exampleDocument("audit-report.txt");
    const got = await who.csp.get(`/api/v1/documents/${sha256(bytes)}`);
    assertStatus(got, 200);
    assert.equal(got.type, "text/plain");
    assert.deepEqual(got.bytes, bytes);
    assert.match(got.headers["content-disposition"], /^attachment; filename\*=UTF-8''audit-report\.txt$/);
    assert.match(got.headers["content-security-policy"], /sandbox/);
    // Put again it changes nothing; the support body may read it, another provider may not.
    const before = await it.database.fingerprint();
    await putDocuments(who.csp);
    assert.equal(await it.database.fingerprint(), before);
    assertStatus(await who.ops1.get(`/api/v1/documents/${sha256(bytes)}`), 200);
    assertProblem(await who.other.get(`/api/v1/documents/${sha256(bytes)}`), 404, "not-found");
});

test("a document of 16 MiB goes in and comes out", async () => {
    const bytes = Buffer.alloc(16 * 1024 * 1024, "0123456789abcdef-");
    assertStatus(await who.csp.put(bytes, { name: "大きな文書.pdf", type: "application/pdf" }), 201);
    const got = await who.csp.get(`/api/v1/documents/${sha256(bytes)}`);
    assertStatus(got, 200);
    assert.ok(got.bytes.equals(bytes));
    assert.equal(got.headers["content-disposition"],
        `attachment; filename*=UTF-8''${encodeURIComponent("大きな文書.pdf")}`);
});

test("the application is opened and saved as a draft, a field at a time", async () => {
    ({ number, version } = await openApplication(it, who.csp, SERVICE));
    assert.match(number, /^SA-[1-9][0-9]*$/);
    assert.equal(version, 1);
    version = await raise(who.csp, number, version, "save", { applicant_name: "見本" });
    version = await raise(who.csp, number, version, "save", example("application"));
    const view = await who.csp.read(number);
    assertStatus(view, 200);
    assert.equal(view.headers.etag, `"${version}"`);
    assert.deepEqual(view.json.states, ["preparing"]);
    assert.deepEqual(turnsOf(view.json), ["owner"]);
    assert.equal(view.json.owner.code, "CSP-1");
    assert.deepEqual(await queued(who.csp, "owner"), [number]);
    assert.deepEqual(await queued(who.other, "owner"), []);
});

test("it is submitted: a receipt number, the support body's turn, two mails", async () => {
    version = await raise(who.csp, number, version, "submit", example("application"));
    const view = (await who.csp.read(number)).json;
    assert.deepEqual(view.states, ["intake"]);
    assert.deepEqual(turnsOf(view), ["opsup"]);
    assert.equal(view.data.receipt_no, `R${new Date(Date.now() + 9 * 3600e3).getUTCFullYear()}-00001`);
    const target = deadline(view, "intake_target");
    assert.equal(target.kind, "target");
    assert.equal(view.turns[0].due, target.due);
    assert.ok(target.why.steps.length > 0, "the deadline explains itself");
    assert.deepEqual(await queued(who.ops1, "opsup"), [number]);
    assert.deepEqual(await queued(who.csp, "owner"), []);
    expectMail(`[${number}] 登録申請を受け付けました（${SERVICE}）`, csp);
    expectMail(`[${number}] 受理確認をお願いします（${SERVICE}）`, queue);
    const mails = await assertMail();
    const received = mails.find((mail) => mail.to === csp);
    assert.match(received.body, /受付番号は R\d{4}-00001 です。/);
    assert.ok(received.body.includes(target.last_day), "the day of the target");
    assert.ok(received.body.includes(`https://toroku.test/cases/${number}`), "the link");
    assert.match(received.from, /^登録事務局 <toroku@toroku\.test>$/);
    assert.match(received.received, / with ESMTPSA /, "over STARTTLS, with a login (RFC 3848)");
    assert.equal(received.language, "ja");
    for (const restricted of ["見本 太郎", "見本ホールディングス", "7999901000001"])
        assert.ok(mails.every((mail) => !mail.body.includes(restricted)), `mail never carries ${restricted}`);
});

test("it is returned with what to correct, corrected and resubmitted", async () => {
    version = await raise(who.ops1, number, version, "return", example("correction-request"));
    const view = (await who.csp.read(number)).json;
    assert.deepEqual(view.states, ["correcting_intake"]);
    assert.deepEqual(turnsOf(view), ["owner"]);
    version = await raise(who.csp, number, version, "resubmit", example("corrected-application"));
    assert.deepEqual((await who.csp.read(number)).json.states, ["intake"]);
    expectMail(`[${number}] 補正をお願いします（${SERVICE}）`, csp);
    expectMail(`[${number}] 補正された申請書が提出されました（${SERVICE}）`, queue);
    await assertMail();
});

test("it is accepted; who accepted does not examine (four eyes)", async () => {
    version = await raise(who.ops1, number, version, "accept");
    const view = (await who.csp.read(number)).json;
    assert.deepEqual(view.states.sort(), ["completeness_open", "foreign_law_open"]);
    assert.equal(deadline(view, "review_target").kind, "target");
    expectMail(`[${number}] 申請を受理しました（${SERVICE}）`, csp);
    const same = await who.ops1.event(number, version, "complete", example("review-report"));
    assertProblem(same, 403, "forbidden");
    await assertMail();
});

test("an inquiry stops the review clock until it is answered", async () => {
    const before = deadline((await who.csp.read(number)).json, "review_target");
    version = await raise(who.ops2, number, version, "ask", example("inquiry"));
    const asked = (await who.csp.read(number)).json;
    assert.deepEqual(turnsOf(asked).sort(), ["opsup", "owner"]);
    assert.equal(deadline(asked, "review_target").standing, true);
    assert.equal(deadline(asked, "inquiry_answer").kind, "target");
    version = await raise(who.csp, number, version, "answer", example("answer"));
    const after = deadline((await who.csp.read(number)).json, "review_target");
    assert.equal(after.standing, false);
    assert.ok(after.last_day >= before.last_day);
    expectMail(`[${number}] 照会への回答をお願いします（${SERVICE}）`, csp);
    expectMail(`[${number}] 照会に回答がありました（${SERVICE}）`, queue);
    await assertMail();
});

test("two persons review it; a correction in between keeps where each track stood", async () => {
    version = await raise(who.ops2, number, version, "complete", example("review-report"));
    version = await raise(who.ops3, number, version, "return", example("correction-request"));
    assert.deepEqual((await who.csp.read(number)).json.states, ["correcting_review"]);
    version = await raise(who.csp, number, version, "resubmit", example("corrected-application"));
    assert.deepEqual((await who.csp.read(number)).json.states.sort(), ["completeness_done", "foreign_law_open"]);
    version = await raise(who.ops3, number, version, "assess", example("risk-assessment"));
    const view = (await who.csp.read(number)).json;
    assert.deepEqual(view.states, ["committee_pending"]);
    assert.deepEqual(turnsOf(view), ["committee"]);
    assert.deepEqual(await queued(who.com, "committee"), [number]);
    expectMail(`[${number}] 補正をお願いします（${SERVICE}）`, csp);
    expectMail(`[${number}] 審査中の申請が補正されました（${SERVICE}）`, queue);
    expectMail(`[${number}] 技術的審査が終わりました（${SERVICE}）`, csp, secretariat);
    await assertMail();
});

test("the secretariat puts it on an agenda and the committee registers the service", async () => {
    decision = await approve(who, [await it.personId("com")], [number]);
    const view = await standsIn(who.csp, number, ["approved"]);
    version = view.seq;
    assert.equal(view.closed, true);
    assert.deepEqual(view.turns, []);
    assert.deepEqual(view.deadlines, []);
    registration = await until("the registration is open", async () => {
        const list = await who.csp.get("/api/v1/cases?workflow=service-registration");
        assertStatus(list, 200);
        return list.json.cases[0];
    });
    registrationNo = `C${String(new Date(Date.now() + 9 * 3600e3).getUTCFullYear()).slice(2)}-0001-2`;
    const registered = (await who.csp.read(registration.case)).json;
    assert.equal(registered.data.registration_no, registrationNo);
    assert.deepEqual(registered.states.sort(), ["in_good_standing", "valid"]);
    const expiry = deadline(registered, "expiry");
    assert.equal(expiry.kind, "limit");
    assert.equal(expiry.last_day, "2027-07-31", "1 year 4 months from the day after the audit period");
    assert.match(expiry.explain.en.at(-1), /^It is due at Sun 1 Aug 2027, 00:00:00 \(JST\)\.$/);
    assert.match(expiry.explain.ja.at(-1), /^期限の時刻は2027年8月1日（日） 00:00:00（日本時間）です。$/);
    assert.equal(expiry.why.steps.at(-1).at, expiry.due);
    expectMail(`[${decision}] 付議がありました（第42回）`, committee);
    expectMail(`[${decision}] 決定が記録されました（第42回）`, secretariat, queue);
    expectMail(`[${number}] 登録が決定されました（${SERVICE}）`, csp, auditor);
    expectMail(`[${registrationNo}] 登録されました（${SERVICE}）`, csp, auditor, secretariat);
    await assertMail();
});

test("the public register shows it as a page without scripts, in both languages", async () => {
    const ja = await send(daemon.port, "GET", "/register");
    assertStatus(ja, 200);
    assert.equal(ja.type, "text/html; charset=utf-8");
    assert.match(ja.text, /<html[^>]* lang="ja"/);
    assert.doesNotMatch(ja.text, /<script/i);
    for (const shown of [registrationNo, SERVICE, "見本株式会社", "2025-04-01", "2026-03-31", "2027-07-31"])
        assert.ok(ja.text.includes(shown), `the list shows ${shown}`);
    const en = await send(daemon.port, "GET", "/register?lang=en");
    assert.match(en.text, /<html[^>]* lang="en"/);
    assert.ok(en.text.includes("Sample Cloud"));
    const page = await send(daemon.port, "GET", `/register/${registrationNo}`);
    assertStatus(page, 200);
    assert.doesNotMatch(page.text, /<script/i);
    for (const shown of [SERVICE, "管理画面を含む。", "2027-07-31", "試験提供中のサービス"])
        assert.ok(page.text.includes(shown), `the entry shows ${shown}`);
    for (const hidden of ["見本 太郎", "7999901000001", "見本ホールディングス", "日本法"])
        assert.ok(!page.text.includes(hidden) && !ja.text.includes(hidden), `${hidden} is not public`);
    assertProblem(await send(daemon.port, "GET", "/register/C26-9999-2"), 404, "not-found");
});

test("the register as JSON and as CSV with a byte order mark", async () => {
    const json = await send(daemon.port, "GET", "/register.json");
    assertStatus(json, 200);
    assert.equal(json.json.entries.length, 1);
    const row = json.json.entries[0];
    assert.equal(row.key, registrationNo);
    assert.equal(row.banner, null);
    assert.equal(row.entry.service_name, SERVICE);
    assert.deepEqual(row.entry.audit_period, { start: "2025-04-01", end: "2026-03-31" });
    assert.equal(row.entry.expiry, "2027-07-31");
    assert.ok(!("representative" in row.entry) && !("corporate_number" in row.entry), "public fields only");
    const entry = await send(daemon.port, "GET", `/api/v1/register/services/${registrationNo}`);
    assertStatus(entry, 200);
    assert.deepEqual(entry.json.versions.map((v) => v.op), ["publish"]);
    const past = await send(daemon.port, "GET", "/register.json?at=2026-01-01T00:00:00%2B09:00");
    assert.deepEqual(past.json.entries, [], "what was true before");

    const csv = await send(daemon.port, "GET", "/register.csv");
    assertStatus(csv, 200);
    assert.match(csv.type, /^text\/csv; charset=utf-8/);
    assert.deepEqual([...csv.bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    const lines = csv.bytes.subarray(3).toString("utf8").split("\r\n");
    assert.equal(lines.length, 3);
    assert.equal(lines[2], "");
    const header = lines[0].slice(1, -1).split('","'), cells = lines[1].slice(1, -1).split('","');
    const record = Object.fromEntries(header.map((name, i) => [name, cells[i]]));
    assert.deepEqual(record, { registration_no: registrationNo, banner: "", service_name: SERVICE,
        service_name_en: "Sample Cloud", applicant_name: "見本株式会社",
        scope: example("corrected-application").listed_information.scope, audit_period_start: "2025-04-01",
        audit_period_end: "2026-03-31", valid_until: "2027-07-31" });
});

test("the histories tell who did what, and a provider sees its own cases only", async () => {
    const history = await who.csp.history(number);
    assertStatus(history, 200);
    assert.deepEqual(history.json.events.map((e) => `${e.kind} ${e.name}`), ["command open", "command save",
        "command save", "command submit", "command return", "command resubmit", "command accept", "command ask",
        "command answer", "command complete", "command return", "command resubmit", "command assess",
        "signal approved"]);
    assert.deepEqual(history.json.events.map((e) => e.seq), history.json.events.map((_, i) => i + 1));
    assert.equal(history.json.events.length, version);
    for (const path of [`/api/v1/cases/${number}`, `/api/v1/cases/${number}/events`,
        `/api/v1/cases/${registration.case}`])
        assertProblem(await who.other.get(path), 404, "not-found");
    const list = await who.other.get("/api/v1/cases");
    assert.deepEqual(list.json.cases, []);
    const all = await who.ministry.get("/api/v1/cases");
    assert.deepEqual(all.json.cases.map((c) => c.case).sort(), [decision, number, registration.case].sort());
});

test("a second application is refused while the renewal would leave a gap", async () => {
    const renewal = await who.csp.open("service-application", { subject: await it.database.number(
        `select subject_id from cases where id = ${number.slice(3)}`), data: { service_name: SERVICE } });
    assertStatus(renewal, 201);
    const gap = example("renewal");
    gap.audit_period.start = "2026-04-02";
    const refused = await who.csp.event(renewal.json.case, renewal.json.version, "submit", gap);
    assert.match(assertProblem(refused, 422, "unprocessable").detail, /audit_period/);
    // The renewal itself is taken: the registration holds its expiry from then on.
    await raise(who.csp, renewal.json.case, renewal.json.version, "submit", example("renewal"));
    await standsIn(who.csp, registration.case, ["renewal_pending"]);
    expectMail(`[${renewal.json.case}] 登録申請を受け付けました（${SERVICE}）`, csp);
    expectMail(`[${renewal.json.case}] 受理確認をお願いします（${SERVICE}）`, queue);
    // Withdrawn, it releases the registration.
    const view = (await who.csp.read(renewal.json.case)).json;
    await raise(who.csp, renewal.json.case, view.seq, "withdraw");
    await standsIn(who.csp, registration.case, ["valid"]);
    expectMail(`[${renewal.json.case}] 申請が取り下げられました（${SERVICE}）`, csp, queue);
    expectMail(`[${registrationNo}] 更新の申請が終わりました（${SERVICE}）`, csp, queue);
    await assertMail();
});

test("every notice has its evidence and its own Message-ID", async () => {
    const mails = await assertMail();
    assert.equal(new Set(mails.map((mail) => mail.message_id)).size, ledger.expected.length);
    assert.ok(mails.every((mail) => /^<[^@<>\s]+@toroku\.test>$/.test(mail.message_id)), "of this installation's host");
    await ledger.settled();
    const evidence = await it.database.objects("select n.id, a.attempt, a.state, a.reply from notices n " +
        "left join notice_attempts a on a.notice_id = n.id order by n.id");
    assert.equal(evidence.length, ledger.expected.length);
    for (const row of evidence) {
        assert.equal(row.attempt, 1);
        assert.match(row.reply, /^250 2\.0\.0 OK: queued as /);
    }
    const figures = await daemon.figures();
    assert.equal(figures.notices_delivered, ledger.expected.length);
    assert.equal(figures.notices_dead, 0);
});

test("replay decides every event again and verify recomputes every hash", async () => {
    const id = number.slice(3);
    const counted = await it.database.value("select count(distinct case_id) || ' cases, ' || count(*) || ' events' " +
        "from events");
    const sound = `${counted}, 0 with differences\n`;
    assert.equal(await it.toroku("replay"), sound);
    assert.equal(await it.toroku("verify"), sound);
    // Both find what is not as it was recorded, and name the case.
    await it.database.rows(`update cases set body = replace(body, '"approved"', '"refused"') where id = ${id}`);
    await assert.rejects(it.toroku("replay"), new RegExp(`case ${id}: `));
    await it.database.rows(`update cases set body = replace(body, '"refused"', '"approved"') where id = ${id}`);
    assert.equal(await it.toroku("replay"), sound);
    await it.database.rows(`update parts set body = replace(body, '見本', '別物')
        where case_id = ${id} and seq = 4 and access = 0`);
    await assert.rejects(it.toroku("verify"), new RegExp(`case ${id}: `));
});

test("SIGTERM ends the daemon cleanly", () => daemon.stop());
