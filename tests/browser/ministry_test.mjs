// The figures as a ministry sees them: under axe in both languages, at 320 px, and by keys alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { textOf } from "../support/civil.mjs";
import { installation, today } from "../integration/ministry_scenario.mjs";
import { freePort, launch, openPage, picture } from "./browser.mjs";
import { assertAccessible, assertNarrow } from "./checks.mjs";
import { keys } from "./keys.mjs";

const password = "a password for the browser of a ministry";
const PERIOD = `?from=${textOf(today - 300)}&to=${textOf(today)}`;
let it, daemon, browser;

before(async () => {
    const listen = `127.0.0.1:${await freePort()}`;
    it = await installation({ http: { listen, public_url: `http://${listen}` } });
    await it.password("ministry", password);
    daemon = await it.serve();
    browser = await launch();
});

after(async () => {
    await browser?.close();
    await it.remove();
});

async function arrive(options) {
    const page = await openPage(browser, daemon, options);
    await page.goto("/sign-in");
    await page.locator('[name="login"]').fill("ministry");
    await page.locator('[name="password"]').fill(password);
    await page.locator("main form button").first().click();
    await page.locator('form[action="/sign-out"]').waitFor();
    return page;
}

for (const language of ["ja", "en"])
    for (const width of [1280, 320])
        test(`axe finds nothing and nothing is cut off (${language}, ${width} px)`, async () => {
            const page = await arrive({ language, width, scripts: true });
            await page.goto(`/ministry${PERIOD}`);
            await picture(page, `ministry-${language}-${width}`);
            await assertAccessible(page);
            await assertNarrow(page);
            await page.context().close();
        });

test("another period is asked for and a file fetched by keys alone, without scripts", async () => {
    const page = await arrive({ language: "en" });
    await page.goto(`/ministry${PERIOD}`);
    await keys.write(page, page.locator('[name="from"]'), textOf(today - 200));
    await keys.press(page, page.locator("main form button"));
    await page.waitForURL(`**/ministry?from=${textOf(today - 200)}&to=${textOf(today)}`);
    assert.equal(await page.locator('[name="from"]').inputValue(), textOf(today - 200), "the period stays in the form");
    const [download] = await Promise.all([page.waitForEvent("download"),
        keys.press(page, page.locator('a[href^="/ministry/stages.csv"]'))]);
    assert.equal(download.suggestedFilename(), `stages_${textOf(today - 200)}_${textOf(today)}.csv`);
    await page.context().close();
});
