// The address of a feed of deadlines: made, changed and revoked by keys alone at 320 px, in both languages, under axe.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { send } from "../support/client.mjs";
import { picture } from "./browser.mjs";
import { assertAccessible } from "./checks.mjs";
import { keys } from "./keys.mjs";
import { Office } from "./office.mjs";

const button = (scope, wanted) =>
    `form[action="/feeds"]:has([name="scope"][value="${scope}"]) button[value="${wanted}"]`;
let office;

before(async () => {
    office = await Office.open("csp");
});

after(() => office?.close());

for (const language of ["ja", "en"]) {
    test(`an address is made, changed and revoked (${language})`, async () => {
        const person = await office.arrive("csp", { hands: keys, language, width: 320, height: 640 });
        const status = async (address) =>
            (await send(office.daemon.port, "GET", new URL(address).pathname)).status;
        await person.press('main a[href="/feeds"]');
        await person.look(`${language}-feeds`);
        const addresses = [];
        for (let i = 0; i < 2; i++) {
            await person.press(button("organisation", "make"));
            await person.look(`${language}-feeds-made`);
            addresses.push(await person.page.locator("#address").inputValue());
            assert.equal(await status(addresses[i]), 200);
        }
        assert.equal(await status(addresses[0]), 404, "the first one ended with the second");
        await person.press(button("organisation", "revoke"));
        await person.look(`${language}-feeds-revoked`);
        assert.equal(await person.page.locator("#address").count(), 0);
        assert.equal(await status(addresses[1]), 404);
        await person.close();
    });

    test(`axe finds nothing on the page that shows an address (${language})`, async () => {
        const person = await office.arrive("csp", { language, scripts: true });
        await person.page.goto("/feeds");
        await assertAccessible(person.page);
        await person.press(button("person", "make"));
        await picture(person.page, `feeds-${language}`);
        await assertAccessible(person.page);
        await person.close();
    });
}
