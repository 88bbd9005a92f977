// Signing in and out: a wrong password, the right one, by keys alone at 320 px, in both languages, under axe.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { picture } from "./browser.mjs";
import { assertAccessible } from "./checks.mjs";
import { keys } from "./keys.mjs";
import { Office } from "./office.mjs";
import { PASSWORD, Person } from "./people.mjs";

let office;

before(async () => {
    office = await Office.open("csp");
});

after(() => office?.close());

for (const language of ["ja", "en"]) {
    test(`somebody signs in, is refused with a wrong password, and signs out (${language})`, async () => {
        const person = new Person(await office.page({ language, width: 320, height: 640 }), keys);
        person.login = "csp";
        await person.page.goto("/sign-in");
        await person.look(`${language}-sign-in`);
        await person.write("login", "csp");
        await person.write("password", "not the password");
        await person.press("main form button");
        await person.look(`${language}-sign-in-refused`);
        assert.equal(await person.page.locator('[role="alert"]').count(), 1, "the refusal is told");
        assert.equal(await person.page.locator('[name="login"]').inputValue(), "csp", "what was typed stays");
        assert.equal(await person.page.locator('[name="password"]').inputValue(), "", "but the password");
        await person.write("password", PASSWORD);
        await person.press("main form button");
        await person.page.locator('form[action="/sign-out"]').waitFor();
        await person.press('form[action="/sign-out"] button');
        await person.page.locator('form[action="/sign-out"]').waitFor({ state: "detached" });
        await person.page.goto("/cases");
        assert.match(person.page.url(), /\/sign-in\?next=/, "nobody is signed in any more");
        await person.close();
    });

    test(`axe finds nothing on the page for signing in (${language})`, async () => {
        const page = await office.page({ language, scripts: true });
        await page.goto("/sign-in");
        await picture(page, `sign-in-${language}`);
        await assertAccessible(page);
        await page.locator("main form button").evaluate((button) => button.form.submit());
        await page.locator('[role="alert"]').waitFor();
        await picture(page, `sign-in-errors-${language}`);
        await assertAccessible(page);
        await page.context().close();
    });
}
