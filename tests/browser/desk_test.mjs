// The work beside filing, by keys alone at 320 px: what needs me now, the queue with its filters, searching a case, the
// inbox, findings that lead to their fields, the other language in the middle of a form, a document, a draft.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { example, exampleDocument } from "../support/daemon.mjs";
import { openApplication, raise } from "../support/walk.mjs";
import { act, keepDraft, open } from "./filing.mjs";
import { keys } from "./keys.mjs";
import { Office } from "./office.mjs";

const SERVICE = "見本クラウド", OTHER = "別名クラウド";
const WAY = { hands: keys, width: 320, height: 640 };
let office, number, other;

before(async () => {
    office = await Office.open("csp", "ops1");
    const { csp } = office.api;
    for (const name of ["statement.txt", "written-representation.txt", "audit-report.txt"])
        await csp.put(exampleDocument(name), { name });
    const application = await openApplication(office.it, csp, SERVICE);
    number = application.number;
    other = (await openApplication(office.it, csp, OTHER)).number;
    await raise(csp, number, application.version, "submit", example("application"));
    await office.quiet();
});

after(() => office?.close());

const focused = (person) => person.page.evaluate(() => document.activeElement.id);
const hrefs = (person) => person.page.locator("main tbody th a").evaluateAll((all) => all.map((a) => a.pathname));

for (const language of ["ja", "en"]) {
    test(`what needs me now leads to the case (${language})`, async () => {
        const ops1 = await office.arrive("ops1", { ...WAY, language });
        await ops1.look(`${language}-home`);
        await ops1.press(`main a[href="/cases/${number}"]`);
        assert.ok((await ops1.heading()).includes(number));
        assert.match(await ops1.text(), language === "ja" ? /あなたの手番/ : /Your turn/);
        await ops1.close();
    });

    test(`the queue is filtered and sorted, a case is searched (${language})`, async () => {
        const ops1 = await office.arrive("ops1", { ...WAY, language });
        const pick = (name, value) => keys.pick(ops1.page, ops1.page.locator(`main select[name="${name}"]`), value);
        await ops1.press('header a[href="/queue"]');
        await ops1.look(`${language}-queue`);
        assert.deepEqual(await hrefs(ops1), [`/cases/${number}`]);
        await pick("workflow", "incident-report");
        await ops1.press("main form.filter button");
        await ops1.look(`${language}-queue-filtered`);
        assert.deepEqual(await hrefs(ops1), []);
        await ops1.press("main ul a");
        assert.deepEqual(await hrefs(ops1), [`/cases/${number}`], "the filter is taken off");
        await pick("sort", "newest");
        await ops1.press("main form.filter button");
        assert.match(ops1.page.url(), /sort=newest/);
        assert.deepEqual(await hrefs(ops1), [`/cases/${number}`]);

        await ops1.press('header a[href="/cases"]');
        await ops1.write("search", OTHER);
        await ops1.press("main form.filter button");
        await ops1.look(`${language}-search`);
        assert.deepEqual(await hrefs(ops1), [`/cases/${other}`]);
        await ops1.close();
    });

    test(`the inbox leads to the case, the case to a document (${language})`, async () => {
        const ops1 = await office.arrive("ops1", { ...WAY, language });
        await ops1.press('header a[href="/notices"]');
        await ops1.look(`${language}-notices`);
        await ops1.press(`main a[href="/cases/${number}"]`);
        const [download] = await Promise.all([ops1.page.waitForEvent("download"),
            keys.press(ops1.page, ops1.page.locator('main a[href^="/documents/"]').first())]);
        assert.match(download.suggestedFilename(), /\.txt$/);
        await ops1.close();
    });

    test(`findings lead to their fields, and the other language loses nothing (${language})`, async () => {
        const csp = await office.arrive("csp", { ...WAY, language });
        const typed = { applicant_name: "見本株式会社", corporate_number: "1234567890123", audit_period: {
            start: "2026-04-01", end: "2026-04-02" }, listed_information: { scope: "一行目\n二行目" } };
        await open(csp, other);
        await csp.press(`main a[href="/cases/${other}/events/submit"]`);
        await csp.fillIn(typed);
        await csp.press('main button[name="do"][value="check"]');
        await csp.look(`${language}-findings`);
        await keys.press(csp.page, csp.page.locator('main [role="alert"] a[href="#f/corporate_number"]'));
        assert.equal(await focused(csp), "f/corporate_number", "the finding leads to its field");
        const told = await csp.page.locator('[id="f/corporate_number-finding"]').innerText();
        const another = language === "ja" ? "en" : "ja";
        await csp.press(`header button[value="lang-${another}"]`);
        assert.equal(await csp.page.locator("html").getAttribute("lang"), another);
        for (const [name, value] of [["f/applicant_name", typed.applicant_name],
            ["f/corporate_number", typed.corporate_number], ["f/audit_period/end", typed.audit_period.end],
            ["f/listed_information/scope", typed.listed_information.scope]])
            assert.equal(await csp.page.locator(`main [name="${name}"]`).inputValue(), value, name);
        await csp.press('main button[name="do"][value="check"]');
        assert.notEqual(await csp.page.locator('[id="f/corporate_number-finding"]').innerText(), told,
            "in its language");
        await csp.close();
    });

    test(`a draft is kept and taken up again (${language})`, async () => {
        const csp = await office.arrive("csp", { ...WAY, language });
        const name = `下書き ${language}`;
        await keepDraft(csp, other, "submit", { applicant_name: name });
        await open(csp, other);
        await csp.press(`main a[href="/cases/${other}/events/submit"]`);
        assert.equal(await csp.page.locator('main [name="f/applicant_name"]').inputValue(), name);
        await csp.close();
    });
}

test("a case is ended by keys alone", async () => {
    const csp = await office.arrive("csp", { ...WAY, language: "en" });
    await act(csp, other, "withdraw");
    assert.ok((await office.api.csp.read(other)).json.closed);
    await csp.close();
});
