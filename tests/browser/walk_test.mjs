// Every page that links lead to, as each role, in both languages, under axe and at 320 px; and what comes of forms:
// findings, answers to check, a refusal. A page that differs from one already judged in its texts alone is not judged
// again.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { assertStatus } from "../support/client.mjs";
import { textOf } from "../support/civil.mjs";
import { example, exampleDocument } from "../support/daemon.mjs";
import { openApplication, raise } from "../support/walk.mjs";
import { picture } from "./browser.mjs";
import { assertAccessible, assertNarrow } from "./checks.mjs";
import { crawl } from "./crawl.mjs";
import { Office } from "./office.mjs";

const ROLES = ["csp", "other", "aud", "ops2", "sec", "com", "ministry", "procurer"];
const SERVICE = "見本クラウド";
const hoursAgo = (hours) => new Date(Date.now() - hours * 3600e3).toISOString();
const today = Math.floor((Date.now() + 9 * 3600e3) / 86400e3);
// What offices may begin: nothing in the place of an owner.
const BEGUN = { ops2: ["incident-report"], sec: ["committee-decision"], com: [], ministry: [] };
let office, quick;

before(async () => {
    office = await Office.open(...ROLES);
    const [{ subject, number }] = await office.register(SERVICE);
    const { csp, aud, ops1 } = office.api;
    const opened = async (client, workflow, options) => {
        const answer = await client.open(workflow, options);
        assertStatus(answer, 201);
        return answer.json;
    };
    // An incident that is asked about, one that waits; a change under way; applications in several states.
    const recognition = { ...example("incident-recognition"), service_name: SERVICE, registration_no: number,
        recognised_at: hoursAgo(2) };
    const incident = await opened(csp, "incident-report", { subject, data: recognition });
    const report = { ...example("incident-quick-report"), detected_at: hoursAgo(3) };
    let version = await raise(csp, incident.case, incident.version, "submit_preliminary", report);
    version = await raise(ops1, incident.case, version, "start_triage");
    await raise(ops1, incident.case, version, "ask", example("incident-question"));
    quick = (await opened(csp, "incident-report", { subject, data: recognition })).case;
    const change = await opened(csp, "control-change", { subject, data: { ...example("change-opening"),
        service_name: SERVICE, effective_from: textOf(today - 1) } });
    await raise(csp, change.case, change.version, "file", example("change-notice"));
    for (const name of ["security-audit-business.txt", "quality-manual.txt", "quality-procedures.txt"])
        assertStatus(await aud.put(exampleDocument(name), { name }), 201);
    const auditor = await opened(aud, "auditor-application", { subject: await office.it.subject("見本監査法人", "AUD-1"),
        data: example("auditor-opening") });
    version = await raise(aud, auditor.case, auditor.version, "submit", example("auditor-application"));
    await raise(ops1, auditor.case, version, "accept");
    await openApplication(office.it, csp, "準備クラウド");
    await openApplication(office.it, office.api.other, "他社クラウド", "CSP-2");
    const filed = await openApplication(office.it, csp, "審査クラウド");
    version = await raise(csp, filed.number, filed.version, "submit", example("application"));
    await raise(ops1, filed.number, version, "accept");
});

after(() => office?.close());

// What axe can tell pages apart by: elements, classes, names and ids. What their texts say, where their links lead and
// how often a row is repeated is left out.
const likeness = (html) => html.replace(/ (value|href|action|datetime)="[^"]*"/g, " $1").replace(/\d+/g, "0")
    .replace(/>[^<]+</g, ">.<").replace(/(<(tr|li|div)\b(?:(?!<\2\b).)*<\/\2>)\1+/gs, "$1");

for (const language of ["ja", "en"]) {
    const judged = new Set();

    for (const login of ROLES)
        test(`axe finds nothing on any page of ${login}, and each fits 320 px (${language})`, async () => {
            const { page } = await office.arrive(login, { language, scripts: true });
            const found = [];
            let pages = 0;
            const paths = await crawl(page, "/", async (there, response, path) => {
                assert.equal(response.status(), 200, `${path}: ${response.status()}`);
                assert.equal(await page.locator("html").getAttribute("lang"), language, path);
                pages++;
                const like = likeness(await page.content());
                if (judged.has(like))
                    return;
                judged.add(like);
                await picture(page, `walk-${language}-${login}-${path}`);
                await assertAccessible(page).catch((error) => found.push(error.message));
                await page.setViewportSize({ width: 320, height: 640 });
                await assertNarrow(page).catch((error) => found.push(error.message));
                await page.setViewportSize({ width: 1280, height: 900 });
            }, { most: 2 });
            assert.equal(found.length, 0, found.join("\n"));
            const begun = paths.filter((path) => path.startsWith("/cases/new/")).map((path) => path.slice(11)).sort();
            assert.deepEqual(begun, BEGUN[login] ?? begun, `what ${login} may begin`);
            assert.ok(pages >= 5, `${login} has seen ${pages} pages`);
            await page.context().close();
        });

    test(`axe finds nothing on findings, answers and a refusal (${language})`, async () => {
        const person = await office.arrive("csp", { language, scripts: true });
        const { page } = person;
        await page.goto(`/cases/${quick}/events/submit_preliminary`);
        await person.press('main button[name="do"][value="check"]');
        assert.ok(await page.locator('[role="alert"] a').count() >= 5, "the findings are told");
        await picture(page, `walk-${language}-findings`);
        await assertAccessible(page);
        await page.goto(`/cases/${quick}/events/ask_extension`);
        await person.fillIn(example("incident-extension"));
        await person.press('main button[name="do"][value="check"]');
        await picture(page, `walk-${language}-answers`);
        await assertAccessible(page);
        await page.goto(`/cases/${quick}/events/no_such_event`);
        await assertAccessible(page);
        await person.close();
    });
}
