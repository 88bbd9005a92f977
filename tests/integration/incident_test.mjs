// Incidents over HTTP from the first filing to the end: one with all its stages, one that nobody reports in time and
// that the operation support body then keys in for the reporter. Real daemon, PostgreSQL and SMTP server; each step's
// mails are counted and read.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { assertFinding, assertProblem, assertStatus, sha256 } from "../support/client.mjs";
import { addressOf, example, exampleDocument, Installation, until } from "../support/daemon.mjs";
import { Ledger } from "../support/ledger.mjs";
import { approve, bringToCommittee, openApplication, people, putDocuments, raise } from "../support/walk.mjs";

const SERVICE = "見本クラウド";
const csp = addressOf("CSP-1", "contacts"), other = addressOf("CSP-2", "contacts");
const auditor = addressOf("AUD-1", "contacts");
const queue = addressOf("OPS", "queue"), lead = addressOf("OPS", "lead");
const secretariat = addressOf("SEC", "queue"), ministry = addressOf("MIN", "contacts");
const procurer = addressOf("PRO", "contacts");
// What is restricted in the examples: never in a mail.
const SECRETS = ["不審なログイン", "設定情報", "見本省", "多要素認証", "認証情報は含まれていません", "妥当と認めます", "応答が得られません"];

const MINUTE = 60e3, HOUR = 60 * MINUTE;
const iso = (ms) => new Date(ms).toISOString();
const ago = (ms) => iso(Date.now() - ms);
// As a clock in Japan shows it.
const clock = (ms) => iso(ms + 9 * HOUR).slice(0, 16).replace("T", " ");

let it, daemon, who, ledger, subject, registrationNo, number, version;

const expectMail = (...mail) => ledger.expect(...mail);
const told = (text, ...addresses) => expectMail(`[${number}] ${text}（${SERVICE}）`, ...addresses);

// Each step's mails have arrived, each once, and nothing else, and none says what happened.
async function assertMail() {
    const mails = await ledger.assertComplete();
    for (const secret of SECRETS)
        assert.ok(mails.every((mail) => !`${mail.subject}${mail.body}`.includes(secret)), `a mail carries ${secret}`);
    return mails;
}

const deadline = (view, id) => view.deadlines.find((d) => d.deadline === id);
const rolesOf = (view) => view.turns.map((turn) => turn.role).sort();
const read = async (client = who.csp, of = number) => (await client.read(of)).json;

before(async () => {
    it = await Installation.create();
    ledger = new Ledger(it);
    daemon = await it.serve();
    who = people(daemon);
    await putDocuments(who.csp);
    const application = await openApplication(it, who.csp, SERVICE);
    subject = application.subject;
    await bringToCommittee(who, application.number, application.version, example("application"));
    await approve(who, [await it.personId("com")], [application.number]);
    registrationNo = await until("the registration is open", async () => (await it.database.value(
        "select key from register_entries where register = 'services'")));
    await ledger.restart();
});

after(() => it.remove());

test("an incident is about a service of one's own, and was not recognised in the future", async () => {
    const data = { ...example("incident-recognition"), recognised_at: ago(HOUR), registration_no: registrationNo };
    const open = (client, about, more) => client.open("incident-report", { subject: about, data: { ...data, ...more } });
    assertProblem(await open(who.csp, undefined), 422, "unprocessable");
    assertProblem(await open(who.other, subject), 404, "not-found");
    assertProblem(await open(who.procurer, subject), 404, "not-found");
    assertProblem(await open(who.ministry, subject), 403, "forbidden");
    assertFinding(assertProblem(await open(who.csp, subject, { recognised_at: iso(Date.now() + HOUR) }), 422,
        "unprocessable"), "/data/recognised_at", "future");
    assertFinding(assertProblem(await open(who.csp, subject, { registration_no: "C26-1" }), 422, "unprocessable"),
        "/data/registration_no", "registration_number");
    assert.equal(await it.database.number("select count(*) from cases c join charts k on k.id = c.chart_id " +
        "where k.workflow = 'incident-report'"), 0);
});

test("it is recognised: the duty officer knows at once, and all targets count from that instant", async () => {
    const recognised = Date.now() - HOUR;
    const answer = await who.csp.open("incident-report", { subject, data: { ...example("incident-recognition"),
        recognised_at: iso(recognised), registration_no: registrationNo } });
    assertStatus(answer, 201);
    ({ case: number, version } = answer.json);
    assert.match(number, /^IR-[1-9][0-9]*$/);
    const view = await read();
    assert.deepEqual(view.states.sort(), ["recognised", "routine", "running"]);
    assert.equal(view.version, 2);
    assert.deepEqual(view.flags, {});
    assert.deepEqual(rolesOf(view), ["owner"]);
    for (const [id, hours] of [["preliminary_target", 24], ["preliminary_red", 72]]) {
        assert.equal(deadline(view, id).kind, "target");
        assert.equal(Date.parse(deadline(view, id).due), recognised + hours * HOUR, id);
        assert.equal(deadline(view, id).why.rule, "default.incident_preliminary");
    }
    const lastDay = iso(recognised + 9 * HOUR + 30 * 24 * HOUR).slice(0, 10);
    assert.equal(deadline(view, "final_target").last_day, lastDay);
    assert.equal(view.turns[0].due, deadline(view, "preliminary_target").due, "the nearest one");
    told("インシデントの認知が記録されました", csp, lead);
    const [mail] = await assertMail();
    assert.ok(mail.body.includes(`速報の目標：${clock(recognised + 24 * HOUR)}（日本時間）`), mail.body);
    assert.ok(mail.body.includes("本システムの既定で、制度の規程が定める期限ではありません"), "a default is called one");
    assert.ok(mail.body.includes("遅れた理由が必要"), "what follows if it passes");
    assert.ok(mail.body.includes(`https://toroku.test/cases/${number}`), "the link");
});

test("the quick report needs no attachment; high severity is told to the secretariat, the ministries, the auditor", async () => {
    const report = { ...example("incident-quick-report"), severity: "high", detected_at: ago(2 * HOUR) };
    const missing = { ...report, ministries: [] };
    assertFinding(assertProblem(await who.csp.event(number, version, "submit_preliminary", missing), 422,
        "unprocessable"), "/data/ministries", "required");
    assertProblem(await who.ops1.event(number, version, "submit_preliminary", report), 403, "forbidden");
    version = await raise(who.csp, number, version, "submit_preliminary", report);
    const view = await read();
    assert.deepEqual(view.states.sort(), ["preliminary_submitted", "routine", "running"]);
    assert.deepEqual(rolesOf(view), ["opsup", "owner"]);
    assert.match(view.data.receipt_no, /^I\d{4}-00001$/);
    assert.equal(view.data.summary, undefined, "what happened stays in the event");
    told("インシデントの報告を受け付けました", csp);
    told("インシデントの報告がありました", lead, queue);
    told("重大度の高いインシデントです", secretariat, ministry);
    expectMail(`[${registrationNo}] 登録サービスのインシデントのお知らせ（${SERVICE}）`, auditor);
    const mails = await assertMail();
    assert.match(mails.find((mail) => mail.subject.includes("受け付けました")).body, /受付番号は I\d{4}-00001 です。/);
    // Restricted: the support body may read it, the ministries may not, another provider finds nothing.
    const part = `/api/v1/cases/${number}/events/${version}/restricted`;
    assert.equal((await who.ops1.get(part)).json.body.summary, report.summary);
    assertProblem(await who.ministry.get(part), 403, "forbidden");
    for (const path of [part, `/api/v1/cases/${number}`, `/api/v1/cases/${number}/events`])
        assertProblem(await who.other.get(path), 404, "not-found");
});

test("follow-ups, a question with a document in the answer, the result of the triage", async () => {
    version = await raise(who.ops1, number, version, "start_triage");
    version = await raise(who.csp, number, version, "follow_up", { ...example("incident-follow-up"), severity: "high" });
    version = await raise(who.csp, number, version, "follow_up", example("incident-follow-up"));
    told("続報が提出されました", queue, queue);
    version = await raise(who.ops1, number, version, "ask", example("incident-question"));
    assert.ok((await read()).states.includes("info_requested"));
    const bytes = exampleDocument("statement.txt");
    const file = { name: "statement.txt", sha256: sha256(bytes), size: bytes.length, media_type: "text/plain" };
    version = await raise(who.csp, number, version, "answer", { ...example("incident-answer"), attachments: [file] });
    assert.ok((await read()).states.includes("under_triage"), "back to where it stood");
    told("照会への回答をお願いします", csp);
    told("照会に回答がありました", queue);
    version = await raise(who.ops1, number, version, "triage", { ...example("incident-triage"), severity: "high" });
    told("速報の確認が終わりました", csp);
    version = await raise(who.ops1, number, version, "release");
    told("登録サービスのインシデントのお知らせ", procurer);
    assertProblem(await who.ops1.event(number, version, "release"), 422, "unprocessable");
    const view = await read();
    assert.deepEqual(rolesOf(view), ["owner"], "the final report is awaited");
    assert.equal(view.turns[0].deadline, "final_target");
    await assertMail();
});

test("more time for the final report is asked for with a reason, and granted by the support body", async () => {
    assertFinding(assertProblem(await who.csp.event(number, version, "ask_extension", {}), 422, "unprocessable"),
        "/data/reason", "required");
    const before = deadline(await read(), "final_target");
    version = await raise(who.csp, number, version, "ask_extension", example("incident-extension"));
    assert.deepEqual(rolesOf(await read()), ["opsup", "owner"]);
    assert.equal(deadline(await read(), "final_target").due, before.due, "nothing moves until it is granted");
    assertProblem(await who.csp.event(number, version, "grant_extension"), 403, "forbidden");
    version = await raise(who.ops2, number, version, "grant_extension");
    const view = await read();
    assert.equal(deadline(view, "final_target"), undefined);
    const prolonged = deadline(view, "final_prolonged_target");
    assert.equal(Date.parse(prolonged.due) - Date.parse(before.due), 30 * 24 * HOUR, "60 days in place of 30");
    told("確報の目標の延長の申出がありました", queue);
    told("確報の目標が延長されました", csp);
    await assertMail();
});

test("an escalated incident is reported on, but not closed; who reviewed does not close", async () => {
    version = await raise(who.ops1, number, version, "escalate", example("reasons"));
    told("インシデントが事務局に引き上げられました", secretariat, csp, lead);
    const final = { ...example("incident-final-report"), occurred_at: ago(4 * HOUR), detected_at: ago(2 * HOUR) };
    const { cause, ...without } = final;
    assertFinding(assertProblem(await who.csp.event(number, version, "submit_final", without), 422, "unprocessable"),
        "/data/cause", "required");
    version = await raise(who.csp, number, version, "submit_final", final);
    assert.deepEqual((await read()).states.sort(), ["escalated", "final_submitted"]);
    told("確報を受け付けました", csp);
    told("確報の確認をお願いします", queue);
    version = await raise(who.ops1, number, version, "review", example("incident-review"));
    assertProblem(await who.ops2.event(number, version, "close"), 422, "unprocessable");
    version = await raise(who.sec, number, version, "settle", example("reasons"));
    assertProblem(await who.ops1.event(number, version, "close"), 403, "forbidden");
    version = await raise(who.ops2, number, version, "close");
    const view = await read();
    assert.deepEqual([view.closed, view.states, view.turns, view.deadlines], [true, ["closed"], [], []]);
    told("インシデントの案件を終結しました", csp);
    await assertMail();
    const history = (await who.csp.history(number)).json.events;
    assert.deepEqual(history.map(({ name }) => name), ["open", "submit_preliminary", "start_triage", "follow_up",
        "follow_up", "ask", "answer", "triage", "release", "ask_extension", "grant_extension", "escalate",
        "submit_final", "review", "settle", "close"]);
});

test("nobody reported in time: marks, mails, a reason demanded; the true instant of arrival decides", async () => {
    const recognised = Date.now() - 80 * HOUR, english = "Second Cloud";
    const about = await it.subject(english, "CSP-2");
    const answer = await who.ops1.open("incident-report", { subject: about, data: {
        ...example("incident-recognition"), service_name: english, recognised_at: iso(recognised) } });
    assertStatus(answer, 201);
    number = answer.json.case;
    const view = await until("both targets have passed", async () => {
        const now = await read(who.other);
        return now.flags.long_late && now;
    });
    assert.deepEqual(Object.keys(view.flags).sort(), ["late", "long_late", "unregistered"]);
    assert.equal(view.owner.code, "CSP-2", "the case is the provider's, whoever keyed it in");
    assert.deepEqual(view.states.sort(), ["recognised", "routine", "running"], "a target decides nothing");
    const english2 = (text) => expectMail(`[${number}] ${text} (${english})`, other);
    const japanese = (text, ...addresses) => expectMail(`[${number}] ${text}（${english}）`, ...addresses);
    english2("An incident was recognised");
    japanese("インシデントの認知が記録されました", lead);
    english2("The quick report is late");
    japanese("速報の目標を過ぎました", queue);
    english2("No quick report after 72 hours");
    japanese("速報の提出がありません（72時間経過）", lead);
    const mails = await assertMail();
    const mail = mails.find(({ subject: text }) => text.includes("No quick report"));
    assert.match(mail.body, new RegExp(`${clock(recognised + 72 * HOUR)}\\s\\(Asia/Tokyo\\)`));
    assert.match(mail.body.replaceAll(/\s+/g, " "), /needs a reason for the delay/);

    version = view.seq;
    const report = { ...example("incident-quick-report"), detected_at: iso(recognised - HOUR) };
    assertFinding(assertProblem(await who.other.event(number, version, "submit_preliminary", report), 422,
        "unprocessable"), "/data/delay_reason", "required");
    const intake = (arrived_at) => ({ ...example("incident-quick-report-intake"), arrived_at });
    const late = await who.ops1.event(number, version, "intake_preliminary", intake(iso(recognised + 24 * HOUR)));
    assertFinding(assertProblem(late, 422, "unprocessable"), "/data/delay_reason", "required");
    assertFinding(assertProblem(await who.ops1.event(number, version, "intake_preliminary",
        { ...intake(iso(recognised + HOUR)), via_alternative_channel: false }), 422, "unprocessable"),
        "/data/via_alternative_channel", "accept");
    assertFinding(assertProblem(await who.ops1.event(number, version, "intake_preliminary",
        intake(iso(Date.now() + HOUR))), 422, "unprocessable"), "/data/arrived_at", "future");
    version = await raise(who.ops1, number, version, "intake_preliminary", intake(iso(recognised + 24 * HOUR - 1)));
    const filed = await read(who.other);
    assert.deepEqual(Object.keys(filed.flags).sort(), ["other_channel", "unregistered"], "not late after all");
    const event = (await who.other.history(number)).json.events.at(-1);
    assert.equal(event.name, "intake_preliminary");
    assert.ok(Date.now() - Date.parse(event.at) < HOUR, "the event's own instant is that of receipt");
    assert.equal(Date.parse(filed.data.arrived_at), recognised + 24 * HOUR - 1);
    english2("Your incident report was received");
    japanese("インシデントの報告がありました", lead, queue);

    // Who keyed it in does not dismiss it.
    assertProblem(await who.ops1.event(number, version, "not_reportable", example("reasons")), 403, "forbidden");
    version = await raise(who.ops2, number, version, "not_reportable", example("reasons"));
    english2("Found not reportable");
    assert.deepEqual((await read(who.other)).states, ["not_reportable"]);
    await assertMail();
});

test("what was recognised before 2024-01-04 follows the rules of then: one report", async () => {
    const answer = await who.csp.open("incident-report", { subject, data: { ...example("incident-recognition"),
        recognised_at: "2024-01-03T23:59:59+09:00", registration_no: registrationNo } });
    assertStatus(answer, 201);
    number = answer.json.case;
    const view = await until("its target has passed", async () => {
        const now = await read();
        return now.flags.late && now;
    });
    assert.equal(view.version, 1);
    told("インシデントの認知が記録されました", csp, lead);
    told("インシデントの報告の目標を過ぎました", csp, lead);
    assertProblem(await who.csp.event(number, view.seq, "submit_preliminary", example("incident-quick-report")), 409,
        "not-taken");
    version = await raise(who.csp, number, view.seq, "submit", { ...example("incident-single-report"),
        delay_reason: "社内の調査の中で判明したため。" });
    told("インシデントの報告を受け付けました", csp);
    told("インシデントの報告がありました", lead, queue);
    expectMail(`[${registrationNo}] 登録サービスのインシデントのお知らせ（${SERVICE}）`, auditor);
    version = await raise(who.ops1, number, version, "close", example("reasons"));
    told("インシデントの案件を終結しました", csp);
    await assertMail();
});

test("every mail has its evidence; replay and verify agree", async () => {
    const mails = await assertMail();
    assert.equal(new Set(mails.map((mail) => mail.message_id)).size, ledger.expected.length);
    await ledger.settled();
    assert.equal(await it.database.number("select count(*) from notices"), ledger.expected.length + ledger.before);
    assert.equal((await daemon.figures()).notices_dead, 0);
    const counted = await it.database.value(
        "select count(distinct case_id) || ' cases, ' || count(*) || ' events' from events");
    assert.equal(await it.toroku("replay"), `${counted}, 0 with differences\n`);
    assert.equal(await it.toroku("verify"), `${counted}, 0 with differences\n`);
});

test("SIGTERM ends the daemon cleanly", () => daemon.stop());
