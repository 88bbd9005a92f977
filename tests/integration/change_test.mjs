// The notification of changes over HTTP: of a control, late and with its reason; of what is listed, until the public
// register shows it and still tells what it showed before. Real daemon, real PostgreSQL, real SMTP server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { dayOf, textOf } from "../support/civil.mjs";
import { assertFinding, assertProblem, assertStatus, send } from "../support/client.mjs";
import { addressOf, example, Installation, until } from "../support/daemon.mjs";
import { Ledger } from "../support/ledger.mjs";
import { approve, bringToCommittee, openApplication, people, putDocuments, raise, standsIn }
    from "../support/walk.mjs";

const SERVICE = "見本クラウド", RENAMED = "見本クラウド・プラス";
const csp = addressOf("CSP-1", "contacts");
const other = addressOf("CSP-2", "contacts");
const auditor = addressOf("AUD-1", "contacts");
const queue = addressOf("OPS", "queue");
const lead = addressOf("OPS", "lead");
const secretariat = addressOf("SEC", "queue");
const ministry = addressOf("MIN", "contacts");
const procurer = addressOf("PRO", "contacts");

const JST_MS = 9 * 3600e3;
const today = () => dayOf(new Date(Date.now() + JST_MS).toISOString().slice(0, 10));
const notice = example("change-notice"), listing = example("change-listing");
const classification = (as) => ({ ...example("change-classification"), classification: as });

let it, who, daemon, subject, registration, registrationNo, listed, ledger;

before(async () => {
    it = await Installation.create();
    ledger = new Ledger(it);
    daemon = await it.serve();
    who = people(daemon);
});

after(() => it.remove());

const expectMail = (...mail) => ledger.expect(...mail);
const assertMail = () => ledger.assertComplete();

const deadline = (view, id) => view.deadlines.find((d) => d.deadline === id);
const turnsOf = (view) => view.turns.map((turn) => turn.role);
const read = async (number, client = who.csp) => {
    const answer = await client.read(number);
    assertStatus(answer, 200);
    return answer.json;
};

// What the case is like once the daemon has fired the target that had passed when it was opened.
const isLate = (client, number) => until(`${number} is late`, async () => {
    const view = await read(number, client);
    return view.flags.late && view;
});

async function openChange(client, about, form) {
    const answer = await client.open("control-change", { subject: about,
        data: { ...example("change-opening"), ...form } });
    assertStatus(answer, 201);
    assert.match(answer.json.case, /^CH-[1-9][0-9]*$/);
    return { number: answer.json.case, version: answer.json.version };
}

const entryVersions = async () => {
    const entry = await send(daemon.port, "GET", `/api/v1/register/services/${registrationNo}`);
    assertStatus(entry, 200);
    return entry.json.versions;
};

test("without a registration nothing is filed; the target still runs, and its mail is in English", async () => {
    const mine = await it.subject("Other Cloud", "CSP-2");
    const change = await openChange(who.other, mine, { service_name: "Other Cloud", planned: true,
        effective_from: textOf(today()) });
    const late = await isLate(who.other, change.number);
    assert.equal(deadline(late, "notice_planned").last_day, textOf(today() - 1), "until the day before");
    assert.equal(deadline(late, "notice_effected"), undefined);
    const refused = await who.other.event(change.number, late.seq, "file", { ...notice, delay_reason: "x" });
    assert.match(assertProblem(refused, 422, "unprocessable").detail, /registration.*がありません/);
    for (const path of ["", "/events"])
        assertProblem(await who.csp.get(`/api/v1/cases/${change.number}${path}`), 404, "not-found");
    expectMail(`[${change.number}] The notification of a change is late (Other Cloud)`, other);
    expectMail(`[${change.number}] 変更の届出の目標を過ぎました（Other Cloud）`, queue, lead);
    const mail = (await assertMail()).find(({ to }) => to === other);
    assert.equal(mail.language, "en");
    assert.ok(mail.body.includes(`target of ${textOf(today() - 1)} (a\ndefault of this installation)`), mail.body);
    assert.match(mail.body, /with the reason why it is late \(Registration Rules 3\.5\(3\)\)/);
    assert.ok(mail.body.includes(`https://toroku.test/cases/${change.number}`));
});

test("a service is registered", async () => {
    await putDocuments(who.csp);
    const application = await openApplication(it, who.csp, SERVICE);
    subject = application.subject;
    await bringToCommittee(who, application.number, application.version, example("application"));
    await approve(who, [await it.personId("com")], [application.number]);
    await standsIn(who.csp, application.number, ["approved"]);
    registration = await until("the registration is open", async () => {
        const list = await who.csp.get("/api/v1/cases?workflow=service-registration");
        return list.json.cases[0];
    });
    registrationNo = (await read(registration.case)).data.registration_no;
    [listed] = await entryVersions();
    assert.equal(listed.entry.service_name, SERVICE);
    await ledger.restart();
});

let change;

test("a planned change of what is listed: asked for its kind and day first, then saved and filed", async () => {
    const day = today() + 60;
    change = await openChange(who.csp, subject, { change_kind: "listing", planned: true,
        effective_from: textOf(day + 30) });
    change.version = await raise(who.csp, change.number, change.version, "revise", { ...example("change-opening"),
        change_kind: "listing", planned: true, effective_from: textOf(day) });
    change.version = await raise(who.csp, change.number, change.version, "save", { before: "東京" });
    const view = await read(change.number);
    assert.deepEqual(turnsOf(view), ["owner"]);
    const target = deadline(view, "notice_planned");
    assert.equal(target.kind, "target");
    assert.equal(target.last_day, textOf(day - 1), "the plan moved, and the target with it");
    assert.equal(Date.parse(target.due), day * 86400e3 - JST_MS);
    assert.ok(target.why.steps.length > 0, "the deadline explains itself");
    assert.equal(target.why.rule, "default.change_target");
    const { listed_items: _, ...incomplete } = listing;
    const refused = await who.csp.event(change.number, change.version, "file", incomplete);
    assertFinding(assertProblem(refused, 422, "unprocessable"), "/data/listed_items", "required");
    change.version = await raise(who.csp, change.number, change.version, "file", listing);
    const filed = await read(change.number);
    assert.deepEqual(filed.states, ["classifying"]);
    assert.deepEqual(turnsOf(filed), ["opsup"]);
    assert.match(filed.data.notice_no, /^N\d{4}-00001$/);
    assert.deepEqual(filed.flags, {});
    assert.deepEqual((await who.ops1.queue("opsup")).json.queue.map((row) => row.case), [change.number]);
    expectMail(`[${change.number}] 変更の届出を受け付けました（${SERVICE}）`, csp);
    expectMail(`[${change.number}] 変更の届出の分類をお願いします（${SERVICE}）`, queue);
    const receipt = (await assertMail()).find(({ to }) => to === csp);
    assert.ok(receipt.body.includes(`受付番号は ${filed.data.notice_no} です。`), receipt.body);
    assert.ok(receipt.body.includes(deadline(filed, "classification_target").last_day));
    assert.ok(receipt.body.includes("本システムの既定"), "a default is called one");
});

test("it is asked about and filed again, and the clock of the classification stands still meanwhile", async () => {
    change.version = await raise(who.ops1, change.number, change.version, "ask", example("inquiry"));
    const asked = await read(change.number);
    assert.deepEqual(turnsOf(asked), ["owner"]);
    assert.equal(deadline(asked, "classification_target").standing, true);
    change.version = await raise(who.csp, change.number, change.version, "refile",
        { ...listing, reply: "対象範囲の記載を改めた。" });
    const filed = await read(change.number);
    assert.deepEqual(filed.states, ["classifying"]);
    assert.equal(deadline(filed, "classification_target").standing, false);
    expectMail(`[${change.number}] 変更の届出についての照会に回答をお願いします（${SERVICE}）`, csp);
    expectMail(`[${change.number}] 変更についての照会に回答がありました（${SERVICE}）`, queue);
    await assertMail();
});

test("it is classified by one person and brought to the public list by another", async () => {
    assertProblem(await who.csp.event(change.number, change.version, "classify", classification("listing_only")),
        403, "forbidden");
    change.version = await raise(who.ops1, change.number, change.version, "classify", classification("listing_only"));
    assertProblem(await who.ops2.event(change.number, change.version, "follow_in_audit", example("reasons")),
        422, "unprocessable");
    assertProblem(await who.ops1.event(change.number, change.version, "update_list"), 403, "forbidden");
    assert.equal((await entryVersions()).length, 1, "nothing is listed before it is accepted");
    change.version = await raise(who.ops2, change.number, change.version, "update_list");
    assert.deepEqual((await read(change.number)).states, ["list_updated"]);
    await until("the registration has taken it", async () =>
        (await read(registration.case)).data.service_name === RENAMED);
    expectMail(`[${change.number}] 変更の届出が分類されました（${SERVICE}）`, csp);
    expectMail(`[${registrationNo}] 掲載情報が変わりました（${RENAMED}）`, csp, secretariat, procurer);
    const mail = (await assertMail()).find(({ to }) => to === procurer);
    assert.ok(mail.body.includes(`${RENAMED}（登録番号 ${registrationNo}）の変更の届出が認められ`), mail.body);
});

test("the register tells both versions: what it shows now, and what it showed before", async () => {
    const versions = await entryVersions();
    assert.deepEqual(versions.map(({ version, op, listed }) => [version, op, listed]),
        [[1, "publish", true], [2, "publish", true]]);
    assert.deepEqual(versions[0], listed, "the first version is as it was");
    assert.deepEqual(versions[1].entry, { ...listed.entry, service_name: RENAMED,
        listed_information: { ...listed.entry.listed_information, scope: listing.new_listing.scope } },
        "the second differs in what was notified alone");
    assert.ok(Date.parse(versions[1].at) > Date.parse(versions[0].at));
    const shown = async (at) => {
        const list = await send(daemon.port, "GET", `/register.json?at=${encodeURIComponent(at)}`);
        assertStatus(list, 200);
        return list.json.entries.map((row) => [row.version, row.entry.service_name]);
    };
    assert.deepEqual(await shown(versions[0].at), [[1, SERVICE]]);
    assert.deepEqual(await shown(new Date(Date.parse(versions[1].at) - 1).toISOString()), [[1, SERVICE]]);
    assert.deepEqual(await shown(new Date(Date.parse(versions[1].at) + 1).toISOString()), [[2, RENAMED]]);
    const page = await send(daemon.port, "GET", `/register/${registrationNo}`);
    assertStatus(page, 200);
    for (const text of [RENAMED, listing.new_listing.scope, "試験提供中のサービス"])
        assert.ok(page.text.includes(text), `the entry shows ${text}`);
    assert.ok(!page.text.includes(listing.change_reason), "the notification itself is not public");
    const expiry = deadline(await read(registration.case), "expiry");
    assert.equal(expiry.last_day, listed.entry.expiry, "the expiry has not changed");
    change.version = await raise(who.ops2, change.number, change.version, "close", example("change-result"));
    assert.equal((await read(change.number)).closed, true);
    expectMail(`[${change.number}] 変更の届出の手続が終わりました（${SERVICE}）`, csp);
    await assertMail();
});

test("a control changed long ago: late from the start, and filed only with the reason", async () => {
    change = await openChange(who.csp, subject, { effective_from: textOf(today() - 60) });
    const view = await isLate(who.csp, change.number);
    change.version = view.seq;
    const target = deadline(view, "notice_effected");
    assert.equal(target.kind, "target");
    assert.ok(target.last_day > textOf(today() - 60 + 10) && target.last_day < textOf(today()), target.last_day);
    for (const given of [notice, { ...notice, delay_reason: " " }]) {
        const refused = await who.csp.event(change.number, change.version, "file", given);
        assertFinding(assertProblem(refused, 422, "unprocessable"), "/data/delay_reason", "required");
    }
    change.version = await raise(who.csp, change.number, change.version, "file",
        { ...notice, delay_reason: "切替作業の確認に時間を要した。" });
    assert.deepEqual((await read(change.number)).flags, { late: true });
    expectMail(`[${change.number}] 変更の届出の目標を過ぎました（${SERVICE}）`, csp, queue, lead);
    expectMail(`[${change.number}] 変更の届出を受け付けました（${SERVICE}）`, csp);
    expectMail(`[${change.number}] 変更の届出の分類をお願いします（${SERVICE}）`, queue);
    expectMail(`[${change.number}] 変更が目標より遅れて届け出られました（${SERVICE}）`, lead);
    await assertMail();
});

test("material: the ministries, the secretariat and the auditor are told; the next audit follows it up", async () => {
    change.version = await raise(who.ops1, change.number, change.version, "classify", classification("material"));
    assert.deepEqual((await read(change.number)).states, ["deciding"]);
    assertProblem(await who.ops2.event(change.number, change.version, "update_list"), 422, "unprocessable");
    change.version = await raise(who.ops1, change.number, change.version, "follow_in_audit", example("reasons"));
    const followed = await read(change.number);
    assert.deepEqual(followed.states, ["audit_follow_up"]);
    assert.deepEqual(followed.turns, []);
    assert.equal(deadline(followed, "measures_target").standing, true);
    change.version = await raise(who.ops2, change.number, change.version, "ask", example("inquiry"));
    change.version = await raise(who.csp, change.number, change.version, "answer", example("answer"));
    assert.deepEqual((await read(change.number)).states, ["audit_follow_up"], "where it stood");
    change.version = await raise(who.ops2, change.number, change.version, "confirm_audit", example("change-result"));
    change.version = await raise(who.ops2, change.number, change.version, "open_monitoring", example("reasons"));
    change.version = await raise(who.ops2, change.number, change.version, "end_monitoring", example("change-result"));
    change.version = await raise(who.ops2, change.number, change.version, "close", example("change-result"));
    expectMail(`[${change.number}] 変更の届出が分類されました（${SERVICE}）`, csp);
    expectMail(`[${change.number}] 重大な統制の変更が届け出られました（${SERVICE}）`, ministry, secretariat);
    expectMail(`[${change.number}] 統制の変更のお知らせ（${SERVICE}）`, auditor);
    expectMail(`[${change.number}] 変更は次の監査で確認されます（${SERVICE}）`, csp, auditor);
    expectMail(`[${change.number}] 変更の届出についての照会に回答をお願いします（${SERVICE}）`, csp);
    expectMail(`[${change.number}] 変更についての照会に回答がありました（${SERVICE}）`, queue);
    expectMail(`[${change.number}] モニタリングが開始されました（${SERVICE}）`, csp, secretariat);
    expectMail(`[${change.number}] 変更の届出の手続が終わりました（${SERVICE}）`, csp);
    const mails = await assertMail();
    for (const kept of [notice.before, notice.after, "切替作業", example("reasons").reason])
        assert.ok(mails.every((mail) => !mail.body.includes(kept)), `mail never carries ${kept}`);
    assert.equal((await entryVersions()).length, 2, "the public list is not touched");
});

test("one that needs no notification is closed with the reason, and a draft can be given up", async () => {
    change = await openChange(who.csp, subject, { planned: true, effective_from: textOf(today() + 30) });
    change.version = await raise(who.csp, change.number, change.version, "file", notice);
    change.version = await raise(who.ops3, change.number, change.version, "classify",
        classification("not_notifiable"));
    assert.equal((await read(change.number)).closed, true);
    expectMail(`[${change.number}] 変更の届出を受け付けました（${SERVICE}）`, csp);
    expectMail(`[${change.number}] 変更の届出の分類をお願いします（${SERVICE}）`, queue);
    expectMail(`[${change.number}] 届出を要しない変更と分類されました（${SERVICE}）`, csp);
    const draft = await openChange(who.csp, subject, { planned: true, effective_from: textOf(today() + 30) });
    await raise(who.csp, draft.number, draft.version, "discard");
    await assertMail();
});

test("a registration that has ended has no changes to notify", async () => {
    const open = await openChange(who.csp, subject, { planned: true, effective_from: textOf(today() + 30) });
    const view = await read(registration.case);
    await raise(who.csp, registration.case, view.seq, "end", example("ending"));
    const refused = await who.csp.event(open.number, open.version, "file", notice);
    assert.match(assertProblem(refused, 422, "unprocessable").detail, /registration.*がありません/);
    assert.deepEqual((await entryVersions()).map(({ op }) => op), ["publish", "publish", "withdraw"]);
    expectMail(`[${registrationNo}] 登録が終了しました（${RENAMED}）`, csp, auditor, queue, secretariat, procurer);
    await assertMail();
});

test("replay decides every event again and verify recomputes every hash", async () => {
    assert.equal((await ledger.settled()).length, ledger.expected.length, "no mail beside those above");
    const sound = `${await it.database.value("select count(distinct case_id) || ' cases, ' || count(*) || ' events' " +
        "from events")}, 0 with differences\n`;
    assert.equal(await it.toroku("replay"), sound);
    assert.equal(await it.toroku("verify"), sound);
    await daemon.stop();
});
