// A change (2.4) from its notification to its end, over the pages without JavaScript: one that changes the listing,
// with a pointer, in Japanese; a control's, by keys alone, at 320 px, in English. The mails of each step are read.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { example } from "../support/daemon.mjs";
import { act, begin, keepDraft, open } from "./filing.mjs";
import { keys, pointer } from "./keys.mjs";
import { mailOf, Office } from "./office.mjs";

const { auditor, csp, lead, ministry, procurer, queue, secretariat } = mailOf;
const LISTED = "見本クラウド", CONTROLLED = "鍵盤クラウド", RENAMED = example("change-listing").new_service_name;
let office, listed;

before(async () => {
    office = await Office.open("csp", "ops1", "ops2");
    [listed] = await office.register(LISTED, CONTROLLED);
});

after(() => office?.close());

const told = (number, service, subject, ...addresses) =>
    office.expectMail(`[${number}] ${subject}（${service}）`, ...addresses);

// A civil day of Japan, so many days from today.
const dayFromNow = (days) => new Date(Date.now() + 9 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);

async function arrive(way) {
    const who = {};
    for (const login of ["csp", "ops1", "ops2"])
        who[login] = await office.arrive(login, way);
    return who;
}

async function leave(who, number) {
    assert.ok((await office.api.csp.read(number)).json.closed, `${number} has ended`);
    await office.quiet();
    for (const person of Object.values(who))
        await person.close();
}

test("a change of the listing is notified, classified and published (pointer, ja)", async () => {
    const who = await arrive({ language: "ja", hands: pointer });
    const number = await begin(who.csp, "control-change", { ...example("change-opening"), service_name: LISTED,
        change_kind: "listing", planned: true, effective_from: dayFromNow(40) }, LISTED);
    await keepDraft(who.csp, number, "file", { before: "下書き" });
    await act(who.csp, number, "file", example("change-listing"));
    told(number, LISTED, "変更の届出を受け付けました", csp);
    told(number, LISTED, "変更の届出の分類をお願いします", queue);
    await act(who.ops1, number, "classify", { ...example("change-classification"), classification: "listing_only" });
    told(number, LISTED, "変更の届出が分類されました", csp);
    await office.assertMails();

    await act(who.ops2, number, "update_list");
    office.expectMail(`[${listed.number}] 掲載情報が変わりました（${RENAMED}）`, csp, secretariat, procurer);
    await act(who.ops1, number, "close", example("change-result"));
    told(number, LISTED, "変更の届出の手続が終わりました", csp);
    await office.assertMails();

    await who.csp.page.goto(`/register/${listed.number}`);
    await who.csp.look("register-after-change");
    const text = await who.csp.text();
    assert.ok(text.includes(RENAMED) && text.includes("福岡リージョン"), "the list shows what has changed");
    await leave(who, number);
});

test("a change that is late says why, is asked about and followed up in the audit (keys, en)", async () => {
    const who = await arrive({ language: "en", hands: keys, width: 320, height: 640 });
    const number = await begin(who.csp, "control-change", { ...example("change-opening"), service_name: CONTROLLED,
        effective_from: dayFromNow(-60) }, CONTROLLED);
    told(number, CONTROLLED, "変更の届出の目標を過ぎました", csp, queue, lead);
    await office.assertMails();
    await act(who.csp, number, "file", { ...example("change-notice"), delay_reason: "担当者の交代" });
    told(number, CONTROLLED, "変更の届出を受け付けました", csp);
    told(number, CONTROLLED, "変更の届出の分類をお願いします", queue);
    told(number, CONTROLLED, "変更が目標より遅れて届け出られました", lead);
    await act(who.ops1, number, "ask", { question: "切替えの日を回答してください。" });
    told(number, CONTROLLED, "変更の届出についての照会に回答をお願いします", csp);
    await act(who.csp, number, "answer", { answer: "8月1日です。" });
    told(number, CONTROLLED, "変更についての照会に回答がありました", queue);
    await act(who.ops1, number, "classify", example("change-classification"));
    told(number, CONTROLLED, "変更の届出が分類されました", csp);
    told(number, CONTROLLED, "重大な統制の変更が届け出られました", ministry, secretariat);
    told(number, CONTROLLED, "統制の変更のお知らせ", auditor);
    await office.assertMails();
    await act(who.ops1, number, "follow_in_audit", example("reasons"));
    told(number, CONTROLLED, "変更は次の監査で確認されます", csp, auditor);
    await act(who.ops2, number, "confirm_audit", example("change-result"));
    await act(who.ops2, number, "close", example("change-result"));
    told(number, CONTROLLED, "変更の届出の手続が終わりました", csp);
    for (const mail of await office.assertMails())
        assert.ok(mail.body.includes(`${office.origin}/cases/${number}`), mail.body);
    await open(who.csp, number);
    assert.match(await who.csp.text(), /This case has ended/);
    await leave(who, number);
});
