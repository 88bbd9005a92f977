// An application for registration (2.1) from its beginning until the service stands on the public list, by keys alone,
// at 320 px, without JavaScript: the longest form there is, its documents, two reviewers, the committee.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { textOf } from "../support/civil.mjs";
import { example, until } from "../support/daemon.mjs";
import { act, begin } from "./filing.mjs";
import { keys } from "./keys.mjs";
import { mailOf, Office } from "./office.mjs";

const SERVICE = "見本クラウド";
const LOGINS = ["csp", "ops1", "ops2", "ops3", "sec", "com"];
const { auditor, committee, csp, queue, secretariat } = mailOf;
const today = Math.floor((Date.now() + 9 * 3600e3) / 86400e3);
let office;

before(async () => {
    office = await Office.open(...LOGINS);
    await office.it.subject(SERVICE);
    await office.quiet();
});

after(() => office?.close());

test("a service is registered by keys alone", async () => {
    const who = {};
    for (const login of LOGINS)
        who[login] = await office.arrive(login, { language: "en", hands: keys, width: 320, height: 640 });
    const number = await begin(who.csp, "service-application", { service_name: SERVICE }, SERVICE);
    const told = (subject, ...addresses) => office.expectMail(`[${number}] ${subject}（${SERVICE}）`, ...addresses);
    await act(who.csp, number, "submit", example("application"));
    told("登録申請を受け付けました", csp);
    told("受理確認をお願いします", queue);
    await act(who.ops1, number, "accept");
    told("申請を受理しました", csp);
    await act(who.ops2, number, "complete", example("review-report"));
    await act(who.ops3, number, "assess", example("risk-assessment"));
    told("技術的審査が終わりました", csp, secretariat);
    const meeting = await begin(who.sec, "committee-decision", { ...example("agenda"), agenda: [number] });
    office.expectMail(`[${meeting}] 付議がありました（第42回）`, committee);
    await act(who.com, meeting, "approve", { decided_on: textOf(today), deciders: [await office.it.personId("com")] });
    office.expectMail(`[${meeting}] 決定が記録されました（第42回）`, secretariat, queue);
    told("登録が決定されました", csp, auditor);
    const registered = await until("the service is listed", async () =>
        (await office.api.csp.get("/register.json")).json.entries[0]?.key);
    office.expectMail(`[${registered}] 登録されました（${SERVICE}）`, csp, auditor, secretariat);
    await office.assertMails();
    await who.csp.press('header a[href="/register"]');
    await who.csp.press(`main a[href^="/register/${registered}"]`);
    await who.csp.look("registered");
    assert.ok((await who.csp.text()).includes(SERVICE));
    for (const person of Object.values(who))
        await person.close();
});
