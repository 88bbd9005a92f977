// Two people decide the same case at once, each on a page of their own: one decision stands, the other is shown what
// changed and loses nothing that was typed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { assertStatus } from "../support/client.mjs";
import { example } from "../support/daemon.mjs";
import { raise } from "../support/walk.mjs";
import { open } from "./filing.mjs";
import { Office } from "./office.mjs";

const SERVICE = "見本クラウド";
const ASSESSMENTS = { ops1: "先に押した人の所見です。\n二行目。", ops2: "後から押した人の所見です。\n二行目。" };
let office, subject, registrationNo;

before(async () => {
    office = await Office.open("ops1", "ops2");
    [{ subject, number: registrationNo }] = await office.register(SERVICE);
});

after(() => office?.close());

// An incident that is being looked at. Its number.
async function incident() {
    const hoursAgo = (hours) => new Date(Date.now() - hours * 3600e3).toISOString();
    const opened = await office.api.csp.open("incident-report", { subject, data: { ...example("incident-recognition"),
        service_name: SERVICE, registration_no: registrationNo, recognised_at: hoursAgo(2) } });
    assertStatus(opened, 201);
    const version = await raise(office.api.csp, opened.json.case, opened.json.version, "submit_preliminary",
        { ...example("incident-quick-report"), detected_at: hoursAgo(3) });
    await raise(office.api.ops1, opened.json.case, version, "start_triage");
    return opened.json.case;
}

// Somebody with the form of the assessment filled in.
async function atForm(login, number, language) {
    const person = await office.arrive(login, { language });
    await open(person, number);
    await person.press(`main a[href="/cases/${number}/events/triage"]`);
    await person.fillIn({ severity: "low", assessment: ASSESSMENTS[login] });
    return person;
}

const press = (person, what) => person.press(`main button[name="do"][value="${what}"]`);
const isReceipt = (person) => /\/receipts\//.test(person.page.url());

async function assertOneDecision(number) {
    const { events } = (await office.api.csp.history(number)).json;
    assert.equal(events.filter((event) => event.name === "triage").length, 1, "one decision stands");
}

// The loser's page: who did what meanwhile, and what was typed, also when it is changed once more.
async function assertTold(person, number, winner) {
    await person.look(`${number}-told`);
    const text = await person.text();
    assert.equal(await person.page.locator('main [role="alert"], main .notice').count() > 0, true, text);
    assert.match(text, / 確認を終える | Finish looking at it /, "what changed is told");
    assert.ok(text.includes(winner), `${winner} is named: ${text}`);
    for (const line of ASSESSMENTS[person.login].split("\n"))
        assert.ok(text.includes(line), `what was typed is there: ${text}`);
}

for (const language of ["ja", "en"]) {
    test(`both press at once (${language})`, async () => {
        const number = await incident();
        const both = await Promise.all(["ops1", "ops2"].map((login) => atForm(login, number, language)));
        for (const person of both)
            await press(person, "check");
        await Promise.all(both.map((person) => press(person, "file")));
        const [loser, ...more] = both.filter((person) => !isReceipt(person));
        assert.ok(loser && more.length === 0, "one has a receipt, the other has not");
        await assertOneDecision(number);
        await assertTold(loser, number, loser.login === "ops1" ? "ops2" : "ops1");
        await Promise.all(both.map((person) => person.close()));
    });

    test(`one decides while the other still writes (${language})`, async () => {
        const number = await incident();
        const first = await atForm("ops1", number, language), second = await atForm("ops2", number, language);
        await press(first, "check");
        await press(first, "file");
        assert.ok(isReceipt(first));
        await press(second, "check");
        await assertTold(second, number, "ops1");
        await assertOneDecision(number);
        await Promise.all([first, second].map((person) => person.close()));
    });
}
