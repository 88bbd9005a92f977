// The public pages: the list of services, an entry, what is not there. In both languages, on a narrow screen, by keys.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { example, Installation, until } from "../support/daemon.mjs";
import { approve, bringToCommittee, openApplication, people, putDocuments, standsIn } from "../support/walk.mjs";
import { launch, openPage, picture } from "./browser.mjs";
import { assertAccessible, assertNarrow } from "./checks.mjs";
import { tabTo } from "./keys.mjs";

const TITLES = { ja: "クラウドサービスリスト", en: "Cloud Service List" };
let it, daemon, browser, registrationNo;

before(async () => {
    it = await Installation.create();
    daemon = await it.serve();
    browser = await launch();
    const who = people(daemon);
    await putDocuments(who.csp);
    const { number, version } = await openApplication(it, who.csp, "見本クラウド");
    await bringToCommittee(who, number, version, example("application"));
    await approve(who, [await it.personId("com")], [number]);
    await standsIn(who.csp, number, ["approved"]);
    registrationNo = await until("the service is listed", async () =>
        (await who.csp.get("/register.json")).json.entries[0]?.key);
});

after(async () => {
    await browser?.close();
    await it.remove();
});

for (const language of ["ja", "en"]) {
    test(`axe finds nothing on the public pages (${language})`, async () => {
        const page = await openPage(browser, daemon, { language, scripts: true });
        for (const path of ["/register", `/register/${registrationNo}`, "/register/C99-9999-9", "/nothing-here"]) {
            await page.goto(`${path}?lang=${language}`);
            await picture(page, `register-${language}-${path}`);
            await assertAccessible(page);
        }
        await page.context().close();
    });

    test(`the list is read and an entry opened at 320 px by keys alone (${language})`, async () => {
        const page = await openPage(browser, daemon, { language, width: 320 });
        await page.goto(`/register?lang=${language}`);
        await picture(page, `register-narrow-${language}`);
        await assertNarrow(page);
        assert.equal(await page.locator("html").getAttribute("lang"), language);
        assert.equal(await page.locator("h1").innerText(), TITLES[language]);
        await tabTo(page, page.getByRole("link", { name: registrationNo }));
        await page.keyboard.press("Enter");
        await page.waitForURL(`**/register/${registrationNo}*`);
        assert.equal(await page.locator("h1").innerText(), registrationNo);
        assert.equal(await page.locator("html").getAttribute("lang"), language);
        await picture(page, `entry-narrow-${language}`);
        await assertNarrow(page);
        await page.context().close();
    });
}
