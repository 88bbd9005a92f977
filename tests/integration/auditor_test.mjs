// The registration of auditors over HTTP, from the first filing to a lapse and back, and what it does to applications
// of services that rely on it. Real daemon, real PostgreSQL, real SMTP server; each step's mails are counted.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { dayOf, monthsOn, textOf } from "../support/civil.mjs";
import { assertFinding, assertProblem, assertStatus, send } from "../support/client.mjs";
import { addressOf, example, exampleDocument, Installation, until } from "../support/daemon.mjs";
import { Ledger } from "../support/ledger.mjs";
import { openApplication, people, putDocuments, raise, standsIn } from "../support/walk.mjs";

const AUDITOR = "見本監査法人", SECOND = "第二監査法人", SERVICE = "見本クラウド", OTHER = "別クラウド";
const [csp, other] = ["CSP-1", "CSP-2"].map((code) => addressOf(code, "contacts"));
const [aud, aud2] = ["AUD-1", "AUD-2"].map((code) => addressOf(code, "contacts"));
const queue = addressOf("OPS", "queue"), secretariat = addressOf("SEC", "queue");
const committee = addressOf("COM", "contacts");

const JST_MS = 9 * 3600e3;
const today = dayOf(new Date(Date.now() + JST_MS).toISOString().slice(0, 10));
const yy = textOf(today).slice(2, 4);
const twoYearsAgo = monthsOn(today, -24);
const second = { ...example("auditor-application"), auditor_name: SECOND };

let it, daemon, ledger, who, com;
let subject, number, version, auditorNo, registration, secondNo, secondRegistration;
let a1, a2, renewal;

before(async () => {
    it = await Installation.create();
    ledger = new Ledger(it);
    daemon = await it.serve();
    who = people(daemon);
    com = await it.personId("com");
    for (const client of [who.aud, who.aud2])
        for (const name of ["security-audit-business.txt", "quality-manual.txt", "quality-procedures.txt"])
            assertStatus(await client.put(exampleDocument(name), { name }), 201);
    for (const client of [who.csp, who.other])
        await putDocuments(client);
});

after(() => it.remove());

const expectMail = (...mail) => ledger.expect(...mail);
const assertMail = () => ledger.assertComplete();

const read = async (client, which) => {
    const answer = await client.read(which);
    assertStatus(answer, 200);
    return answer.json;
};
const deadline = (view, id) => view.deadlines.find((d) => d.deadline === id);
const flags = (client, which, wanted) => until(`the flags of ${which} are ${wanted}`, async () =>
    JSON.stringify(Object.keys((await read(client, which)).flags)) === JSON.stringify(wanted));

// The committee decides; ${agenda}: {auditor_applications} or {auditor_registrations}.
let meetings = 0;
async function decide(agenda, event, decided = textOf(today)) {
    const meeting_no = `第${++meetings}回`;
    const opened = await who.sec.open("committee-decision", { data: { meeting_no, title: "監査機関", ...agenda } });
    assertStatus(opened, 201);
    await raise(who.com, opened.json.case, opened.json.version, event,
        { decided_on: decided, deciders: [com], ...(/approve|reinstate/.test(event) ? {} : { reason: "見本" }) });
    expectMail(`[${opened.json.case}] 付議がありました（${meeting_no}）`, committee);
    expectMail(`[${opened.json.case}] 決定が記録されました（${meeting_no}）`, secretariat, queue);
}

async function openAuditor(client, about, name) {
    const answer = await client.open("auditor-application", { subject: about, data: { auditor_name: name } });
    assertStatus(answer, 201);
    assert.match(answer.json.case, /^AA-[1-9][0-9]*$/);
    return { number: answer.json.case, version: answer.json.version };
}

// From `preparing` to the committee, with the mails of the way.
async function bringAuditor(client, address, opened, form) {
    const name = form.auditor_name;
    let at = await raise(client, opened.number, opened.version, "submit", form);
    at = await raise(who.ops1, opened.number, at, "accept");
    await raise(who.ops2, opened.number, at, "complete", example("review-report"));
    expectMail(`[${opened.number}] 監査機関の登録申請を受け付けました（${name}）`, address);
    expectMail(`[${opened.number}] 監査機関の受理確認をお願いします（${name}）`, queue);
    expectMail(`[${opened.number}] 監査機関の登録申請を受理しました（${name}）`, address);
    expectMail(`[${opened.number}] 監査機関の審査が終わりました（${name}）`, address, secretariat);
}

const registrationOf = (client) => until("the registration is open", async () =>
    (await client.get("/api/v1/cases?workflow=auditor-registration")).json.cases[0]?.case);

test("an incomplete filing is refused with its findings", async () => {
    subject = await it.subject(AUDITOR, "AUD-1");
    ({ number, version } = await openAuditor(who.aud, subject, AUDITOR));
    const form = example("auditor-application");
    form.team = [form.team[0], { ...form.team[2], name: form.team[0].name.replace(" ", "　") },
        { name: "見本 四郎", nationality: "JPN", executive: true }];
    const answer = await who.aud.event(number, version, "submit", { ...form, pledge_rules: false,
        corporate_number: "6999902000002", service_list_valid_to: textOf(today - 1) });
    const problem = assertProblem(answer, 422, "unprocessable");
    assertFinding(problem, "/data/team", "some");
    assertFinding(problem, "/data/team/1/name", "distinct");
    assertFinding(problem, "/data/team/2/qualification", "required");
    assertFinding(problem, "/data/team/2/experience", "required");
    assertFinding(problem, "/data/corporate_number", "check_digit");
    assertFinding(problem, "/data/service_list_valid_to", "past");
    assertFinding(problem, "/data/pledge_rules", "accept");
    assert.equal(problem.errors.length, 7);
    form.team.length = 2;
    const short = await who.aud.event(number, version, "submit", form);
    assertFinding(assertProblem(short, 422, "unprocessable"), "/data/team", "too_few");
    await assertMail();
});

test("the list entry has to be valid on the day of the filing, that day included", async () => {
    version = await raise(who.aud, number, version, "submit",
        { ...example("auditor-application"), service_list_valid_to: textOf(today) });
    const view = await read(who.aud, number);
    assert.deepEqual(view.states, ["intake"]);
    assert.match(view.data.receipt_no, /^RA\d{4}-00001$/);
    expectMail(`[${number}] 監査機関の登録申請を受け付けました（${AUDITOR}）`, aud);
    expectMail(`[${number}] 監査機関の受理確認をお願いします（${AUDITOR}）`, queue);
    const mails = await assertMail();
    for (const personal of ["業務 執行", "監査 一郎", "品質 管理"])
        assert.ok(mails.every((mail) => !mail.body.includes(personal)), `mail never carries ${personal}`);
    for (const client of [who.aud2, who.csp])
        assertProblem(await client.read(number), 404, "not-found");
});

test("returned, corrected, accepted, asked, answered, reviewed by another", async () => {
    version = await raise(who.ops1, number, version, "return", example("correction-request"));
    version = await raise(who.aud, number, version, "resubmit", example("auditor-application"));
    version = await raise(who.ops1, number, version, "accept");
    assertProblem(await who.ops1.event(number, version, "complete", example("review-report")), 403, "forbidden");
    version = await raise(who.ops2, number, version, "ask", example("inquiry"));
    assert.equal(deadline(await read(who.aud, number), "review_target").standing, true);
    version = await raise(who.aud, number, version, "answer", example("answer"));
    version = await raise(who.ops2, number, version, "complete", example("review-report"));
    assert.deepEqual((await read(who.aud, number)).states, ["committee_pending"]);
    expectMail(`[${number}] 監査機関の申請の補正をお願いします（${AUDITOR}）`, aud);
    expectMail(`[${number}] 補正された監査機関の申請書が提出されました（${AUDITOR}）`, queue);
    expectMail(`[${number}] 監査機関の登録申請を受理しました（${AUDITOR}）`, aud);
    expectMail(`[${number}] 監査機関の審査についての照会です（${AUDITOR}）`, aud);
    expectMail(`[${number}] 監査機関から照会に回答がありました（${AUDITOR}）`, queue);
    expectMail(`[${number}] 監査機関の審査が終わりました（${AUDITOR}）`, aud, secretariat);
    await assertMail();
});

test("the committee registers it for two years", async () => {
    await decide({ auditor_applications: [number] }, "approve");
    await standsIn(who.aud, number, ["approved"]);
    registration = await registrationOf(who.aud);
    const view = await read(who.aud, registration);
    auditorNo = `A${yy}-0001`;
    assert.equal(view.data.auditor_no, auditorNo);
    assert.deepEqual(view.states, ["in_good_standing", "valid"]);
    assert.deepEqual([deadline(view, "term").kind, deadline(view, "term").last_day],
        ["limit", textOf(monthsOn(today, 24))]);
    assert.equal(deadline(view, "window").last_day, textOf(monthsOn(today, 24) - 181), "it opens with the next day");
    expectMail(`[${number}] 監査機関の登録が決定されました（${AUDITOR}）`, aud);
    expectMail(`[${auditorNo}] 監査機関として登録されました（${AUDITOR}）`, aud, queue, secretariat);
    await assertMail();
});

test("the auditor list is published beside the list of services", async () => {
    const ja = await send(daemon.port, "GET", "/register/auditors"), en = await send(daemon.port, "GET",
        "/register/auditors?lang=en");
    assertStatus(ja, 200);
    assert.doesNotMatch(ja.text, /<script/i);
    for (const shown of ["監査機関リスト", auditorNo, AUDITOR, "6999902000001", textOf(monthsOn(today, 24))])
        assert.ok(ja.text.includes(shown), `the list shows ${shown}`);
    assert.ok(en.text.includes("Sample Audit Corporation") && en.text.includes("Auditor List"));
    const entry = await send(daemon.port, "GET", `/register/auditors/${auditorNo}`);
    assertStatus(entry, 200);
    assert.ok(entry.text.includes("東京都千代田区見本町4-5-6"));
    for (const hidden of ["業務 執行", "監査 一郎", "018-0001-20"])
        assert.ok(!entry.text.includes(hidden) && !ja.text.includes(hidden), `${hidden} is not public`);
    assert.ok((await send(daemon.port, "GET", "/register")).text.includes('href="/register/auditors"'));
    assertProblem(await send(daemon.port, "GET", "/register/auditors/A00-0009"), 404, "not-found");

    const json = await send(daemon.port, "GET", "/register/auditors.json");
    assert.deepEqual(json.json.entries.map(({ key, entry: e }) => [key, e.auditor_name, e.term]),
        [[auditorNo, AUDITOR, textOf(monthsOn(today, 24))]]);
    assert.deepEqual(json.json, { ...(await send(daemon.port, "GET", "/api/v1/register/auditors")).json,
        at: json.json.at });
    const csv = await send(daemon.port, "GET", "/register/auditors.csv");
    assert.match(csv.headers["content-disposition"], /filename="auditors\.csv"/);
    assert.deepEqual(csv.bytes.subarray(3).toString("utf8").split("\r\n"), [
        '"auditor_no","banner","auditor_name","auditor_name_en","corporate_number","address","registered_on",' +
            '"registered_until"',
        `"${auditorNo}","","${AUDITOR}","Sample Audit Corporation","6999902000001","東京都千代田区見本町4-5-6",` +
            `"${textOf(today)}","${textOf(monthsOn(today, 24))}"`, ""]);
});

// An application of a service that names this auditor, filed.
async function file(client, address, name, org, auditor) {
    const opened = await openApplication(it, client, name, org);
    await raise(client, opened.number, opened.version, "submit",
        { ...example("application"), service_name: name, auditor });
    expectMail(address === other ? `[${opened.number}] Your application was received (${name})`
        : `[${opened.number}] 登録申請を受け付けました（${name}）`, address);
    expectMail(`[${opened.number}] 受理確認をお願いします（${name}）`, queue);
    return opened.number;
}

test("an application of a service is marked when its auditor is not registered, and refused nothing", async () => {
    a1 = await file(who.csp, csp, SERVICE, "CSP-1", "AUD-1");
    a2 = await file(who.other, other, OTHER, "CSP-2", "AUD-2");
    await flags(who.csp, a1, []);
    await flags(who.other, a2, ["auditor_invalid"]);
    assert.equal(await it.database.number("select count(*) from links where relation = 'auditor_registration'"), 1);
    await assertMail();
});

test("the committee suspends and cancels: what the auditor audits is marked", async () => {
    await decide({ auditor_registrations: [registration] }, "suspend");
    await standsIn(who.aud, registration, ["suspended"]);
    assert.ok((await send(daemon.port, "GET", "/register/auditors")).text.includes("一時停止中"));
    await flags(who.csp, a1, []);
    await decide({ auditor_registrations: [registration] }, "cancel");
    await standsIn(who.aud, registration, ["cancelled"]);
    await flags(who.csp, a1, ["auditor_invalid"]);
    assert.deepEqual((await send(daemon.port, "GET", "/register/auditors.json")).json.entries, []);
    expectMail(`[${auditorNo}] 監査機関の登録が一時停止されました（${AUDITOR}）`, aud, queue, secretariat);
    expectMail(`[${auditorNo}] 監査機関の登録が取り消されました（${AUDITOR}）`, aud, queue, secretariat);
    expectMail(`[${a1}] 監査機関の登録が有効ではありません（${SERVICE}）`, csp, queue);
    await assertMail();
});

test("another auditor takes over, one that is registered: unmarked", async () => {
    const about = await it.subject(SECOND, "AUD-2");
    const opened = await openAuditor(who.aud2, about, SECOND);
    await bringAuditor(who.aud2, aud2, opened, second);
    // Registered two years ago but for 100 days: the window for its renewal is open.
    await decide({ auditor_applications: [opened.number] }, "approve", textOf(twoYearsAgo + 100));
    secondRegistration = await registrationOf(who.aud2);
    await standsIn(who.aud2, secondRegistration, ["in_good_standing", "renewal_window"]);
    secondNo = `A${yy}-0002`;
    expectMail(`[${opened.number}] 監査機関の登録が決定されました（${SECOND}）`, aud2);
    expectMail(`[${secondNo}] 監査機関として登録されました（${SECOND}）`, aud2, queue, secretariat);

    const view = await read(who.csp, a1);
    const refused = await who.csp.event(a1, view.seq, "replace_auditor", { auditor: "AUD-1", reason: "見本" });
    assertProblem(refused, 422, "unprocessable");
    await raise(who.csp, a1, view.seq, "replace_auditor", example("auditor-change"));
    await raise(who.other, a2, (await read(who.other, a2)).seq, "replace_auditor", example("auditor-change"));
    await flags(who.csp, a1, []);
    await flags(who.other, a2, []);
    assert.equal((await read(who.csp, a1)).data.auditor, "AUD-2");
    expectMail(`[${a1}] 監査機関が変更されました（${SERVICE}）`, csp, aud2, queue);
    expectMail(`[${a2}] Another auditor takes over (${OTHER})`, other);
    expectMail(`[${a2}] 監査機関が変更されました（${OTHER}）`, aud2, queue);
    assert.equal(await it.database.number("select count(*) from links where relation = 'auditor_registration'"), 2,
        "in place of the former ones");
    await assertMail();
});

test("a renewal is filed, withdrawn and filed again; a decision of too long ago lapses at once", async () => {
    const about = await it.database.number(`select subject_id from cases where id = ${secondRegistration.slice(3)}`);
    const first = await openAuditor(who.aud2, about, SECOND);
    const filed = await raise(who.aud2, first.number, first.version, "submit", second);
    await standsIn(who.aud2, secondRegistration, ["renewal_pending"]);
    await raise(who.aud2, first.number, filed, "withdraw");
    await standsIn(who.aud2, secondRegistration, ["renewal_window"]);
    expectMail(`[${first.number}] 監査機関の登録申請を受け付けました（${SECOND}）`, aud2);
    expectMail(`[${first.number}] 監査機関の受理確認をお願いします（${SECOND}）`, queue);
    expectMail(`[${first.number}] 監査機関の申請が取り下げられました（${SECOND}）`, aud2, queue);
    expectMail(`[${secondNo}] 監査機関の更新の申請が終わりました（${SECOND}）`, aud2, queue);
    renewal = await openAuditor(who.aud2, about, SECOND);
    await bringAuditor(who.aud2, aud2, renewal, second);
    // Two years from yesterday's day two years ago: over since midnight.
    await decide({ auditor_applications: [renewal.number] }, "approve", textOf(twoYearsAgo - 1));
    await standsIn(who.aud2, secondRegistration, ["lapsed"]);
    await flags(who.csp, a1, ["auditor_invalid"]);
    await flags(who.other, a2, ["auditor_invalid"]);
    expectMail(`[${renewal.number}] 監査機関の登録が決定されました（${SECOND}）`, aud2);
    expectMail(`[${secondNo}] 監査機関の登録が更新されました（${SECOND}）`, aud2, queue, secretariat);
    expectMail(`[${secondNo}] 監査機関の更新の申請がまだありません（${SECOND}）`, aud2, queue);
    expectMail(`[${secondNo}] 監査機関の登録が失効しました（${SECOND}）`, aud2, queue, secretariat);
    expectMail(`[${a1}] 監査機関の登録が有効ではありません（${SERVICE}）`, csp, queue);
    expectMail(`[${a2}] The auditor is no longer registered (${OTHER})`, other);
    expectMail(`[${a2}] 監査機関の登録が有効ではありません（${OTHER}）`, queue);
    await assertMail();
});

test("registered again it keeps its number, and the marks go", async () => {
    const about = await it.database.number(`select subject_id from cases where id = ${secondRegistration.slice(3)}`);
    const again = await openAuditor(who.aud2, about, SECOND);
    await bringAuditor(who.aud2, aud2, again, second);
    await decide({ auditor_applications: [again.number] }, "approve");
    await standsIn(who.aud2, secondRegistration, ["in_good_standing", "valid"]);
    await flags(who.csp, a1, []);
    await flags(who.other, a2, []);
    assert.equal((await read(who.aud2, secondRegistration)).data.auditor_no, secondNo);
    const entry = await send(daemon.port, "GET", `/api/v1/register/auditors/${secondNo}`);
    assert.deepEqual(entry.json.versions.map((v) => v.op).slice(-2), ["withdraw", "publish"]);
    expectMail(`[${again.number}] 監査機関の登録が決定されました（${SECOND}）`, aud2);
    expectMail(`[${secondNo}] 監査機関の登録が更新されました（${SECOND}）`, aud2, queue, secretariat);
    expectMail(`[${a1}] 監査機関が再び登録されました（${SERVICE}）`, csp, queue);
    expectMail(`[${a2}] The auditor is registered again (${OTHER})`, other);
    expectMail(`[${a2}] 監査機関が再び登録されました（${OTHER}）`, queue);
    await assertMail();
});

test("replay decides every event again, facts of other organisations included", async () => {
    const counted = await it.database.value("select count(distinct case_id) || ' cases, ' || count(*) || ' events' " +
        "from events");
    const sound = `${counted}, 0 with differences\n`;
    assert.equal(await it.toroku("replay"), sound);
    assert.equal(await it.toroku("verify"), sound);
});

test("SIGTERM ends the daemon cleanly", () => daemon.stop());
