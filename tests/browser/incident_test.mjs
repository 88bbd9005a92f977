// An incident (2.3) from its recognition to its end, over the pages without JavaScript: once with a pointer, in
// Japanese; once by keys alone, at 320 px, in English. The mails of each step are read.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { example } from "../support/daemon.mjs";
import { act, begin, open } from "./filing.mjs";
import { keys, pointer } from "./keys.mjs";
import { mailOf, Office } from "./office.mjs";

const WAYS = [
    { language: "ja", hands: pointer, service: "見本クラウド" },
    { language: "en", hands: keys, width: 320, height: 640, service: "鍵盤クラウド" },
];
const { auditor, csp, queue, lead, secretariat, ministry, procurer } = mailOf;
let office;

before(async () => {
    office = await Office.open("csp", "ops1", "ops2", "sec", "ministry");
    for (const service of await office.register(...WAYS.map((way) => way.service)))
        WAYS.find((way) => way.service === service.name).number = service.number;
});

after(() => office?.close());

const hoursAgo = (hours) => new Date(Math.floor(Date.now() / 1000 - hours * 3600) * 1000).toISOString();

for (const way of WAYS)
    test(`an incident is reported and closed (${way.hands.name}, ${way.language})`, async () => {
        const { service } = way, who = {};
        for (const login of ["csp", "ops1", "ops2"])
            who[login] = await office.arrive(login, way);
        const told = (subject, ...addresses) => office.expectMail(`[${number}] ${subject}（${service}）`, ...addresses);

        const number = await begin(who.csp, "incident-report", { ...example("incident-recognition"),
            service_name: service, registration_no: way.number, recognised_at: hoursAgo(2) }, service);
        told("インシデントの認知が記録されました", csp, lead);

        await act(who.csp, number, "submit_preliminary", { ...example("incident-quick-report"), severity: "high",
            detected_at: hoursAgo(3) });
        told("インシデントの報告を受け付けました", csp);
        told("インシデントの報告がありました", lead, queue);
        told("重大度の高いインシデントです", secretariat, ministry);
        office.expectMail(`[${way.number}] 登録サービスのインシデントのお知らせ（${service}）`, auditor);
        await office.assertMails();

        await act(who.ops1, number, "start_triage");
        await act(who.csp, number, "follow_up", example("incident-follow-up"));
        told("続報が提出されました", queue);
        await act(who.ops1, number, "ask", example("incident-question"));
        told("照会への回答をお願いします", csp);
        await act(who.csp, number, "answer", example("incident-answer"));
        told("照会に回答がありました", queue);
        await act(who.ops1, number, "triage", example("incident-triage"));
        told("速報の確認が終わりました", csp);
        await act(who.ops1, number, "release");
        told("登録サービスのインシデントのお知らせ", procurer);
        await act(who.csp, number, "ask_extension", example("incident-extension"));
        told("確報の目標の延長の申出がありました", queue);
        await act(who.ops2, number, "grant_extension");
        told("確報の目標が延長されました", csp);
        await act(who.csp, number, "submit_final", { ...example("incident-final-report"), occurred_at: hoursAgo(4),
            detected_at: hoursAgo(3) });
        told("確報を受け付けました", csp);
        told("確報の確認をお願いします", queue);
        await act(who.ops1, number, "review", example("incident-review"));
        await act(who.ops2, number, "close");
        told("インシデントの案件を終結しました", csp);
        for (const mail of await office.assertMails())
            assert.ok(mail.to === auditor || mail.body.includes(`${office.origin}/cases/${number}`), mail.body);

        await open(who.csp, number);
        assert.match(await who.csp.text(), way.language === "ja" ? /この案件は終了しました/ : /This case has ended/);
        assert.ok((await office.api.csp.read(number)).json.states.includes("closed"));
        await office.quiet();
        for (const person of Object.values(who))
            await person.close();
    });
