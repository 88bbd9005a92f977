// An auditor (2.9) from its first filing to the end of its registration, over the pages without JavaScript: the first
// registration with a pointer, in Japanese; its renewal and its end by keys alone, at 320 px, in English.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { textOf } from "../support/civil.mjs";
import { example, until } from "../support/daemon.mjs";
import { act, begin, open } from "./filing.mjs";
import { keys, pointer } from "./keys.mjs";
import { mailOf, Office } from "./office.mjs";

const NAME = "見本監査法人";
const LOGINS = ["aud", "ops1", "ops2", "sec", "com"];
const { auditor, committee, queue, secretariat } = mailOf;
const today = Math.floor((Date.now() + 9 * 3600e3) / 86400e3);
let office, registration, auditorNo;

before(async () => {
    office = await Office.open(...LOGINS);
    await office.it.subject(NAME, "AUD-1");
    await office.quiet();
});

after(() => office?.close());

const told = (number, subject, ...addresses) => office.expectMail(`[${number}] ${subject}（${NAME}）`, ...addresses);

async function arrive(way) {
    const who = {};
    for (const login of LOGINS)
        who[login] = await office.arrive(login, way);
    return who;
}

// From the filed application to its acceptance and the committee; another person examines than who accepts.
async function examine(who, number) {
    await act(who.ops1, number, "accept");
    told(number, "監査機関の登録申請を受理しました", auditor);
    await act(who.ops2, number, "complete", example("review-report"));
    told(number, "監査機関の審査が終わりました", auditor, secretariat);
}

// The secretariat puts it on an agenda, the committee decides.
async function decide(who, number, meetingNo, decidedOn) {
    const meeting = await begin(who.sec, "committee-decision", { meeting_no: meetingNo, title: "監査機関の登録について",
        auditor_applications: [number] });
    office.expectMail(`[${meeting}] 付議がありました（${meetingNo}）`, committee);
    await act(who.com, meeting, "approve", { decided_on: decidedOn, deciders: [await office.it.personId("com")] });
    office.expectMail(`[${meeting}] 決定が記録されました（${meetingNo}）`, secretariat, queue);
    told(number, "監査機関の登録が決定されました", auditor);
}

test("an auditor applies, corrects, answers and is registered (pointer, ja)", async () => {
    const who = await arrive({ language: "ja", hands: pointer });
    const number = await begin(who.aud, "auditor-application", { auditor_name: NAME }, NAME);
    await act(who.aud, number, "submit", example("auditor-application"));
    told(number, "監査機関の登録申請を受け付けました", auditor);
    told(number, "監査機関の受理確認をお願いします", queue);
    await act(who.ops1, number, "return", example("correction-request"));
    told(number, "監査機関の申請の補正をお願いします", auditor);
    // What was filed before stands in the form; what is pledged is pledged again.
    await act(who.aud, number, "resubmit", { security_audit_business: true, pledge_rules: true,
        service_list_no: "018-0002-20", cooperates_in_investigations: true });
    told(number, "補正された監査機関の申請書が提出されました", queue);
    await act(who.ops1, number, "accept");
    told(number, "監査機関の登録申請を受理しました", auditor);
    await act(who.ops2, number, "ask", example("inquiry"));
    told(number, "監査機関の審査についての照会です", auditor);
    await act(who.aud, number, "answer", example("answer"));
    told(number, "監査機関から照会に回答がありました", queue);
    await act(who.ops2, number, "complete", example("review-report"));
    told(number, "監査機関の審査が終わりました", auditor, secretariat);
    // Two years from this day the registration ends: its window for renewal stands open already.
    await decide(who, number, "第1回", textOf(today - 630));
    registration = await until("the registration is open", async () =>
        (await office.api.aud.get("/api/v1/cases?workflow=auditor-registration")).json.cases[0]?.case);
    auditorNo = await until("the auditor has its number", async () =>
        (await office.api.aud.read(registration)).json.data?.auditor_no);
    told(auditorNo, "監査機関として登録されました", auditor, queue, secretariat);
    await office.assertMails();
    await open(who.aud, registration);
    assert.ok((await who.aud.text()).includes(auditorNo));
    for (const person of Object.values(who))
        await person.close();
});

test("it renews its registration, and ends it (keys, en)", async () => {
    const who = await arrive({ language: "en", hands: keys, width: 320, height: 640 });
    await until("the window is open", async () =>
        (await office.api.aud.read(registration)).json.states.includes("renewal_window"));
    await office.quiet();
    const number = await begin(who.aud, "auditor-application", { auditor_name: NAME }, NAME);
    await act(who.aud, number, "submit", example("auditor-application"));
    told(number, "監査機関の登録申請を受け付けました", auditor);
    told(number, "監査機関の受理確認をお願いします", queue);
    await examine(who, number);
    await decide(who, number, "第2回", textOf(today));
    told(auditorNo, "監査機関の登録が更新されました", auditor, queue, secretariat);
    await office.assertMails();
    const renewed = (await office.api.aud.read(registration)).json;
    assert.ok(renewed.states.includes("valid"), `renewed: ${renewed.states}`);

    await act(who.aud, registration, "end", example("ending"));
    told(auditorNo, "監査機関の登録が終了しました", auditor, queue, secretariat);
    await office.assertMails();
    await open(who.aud, registration);
    assert.match(await who.aud.text(), /This case has ended/);
    for (const person of Object.values(who))
        await person.close();
});
