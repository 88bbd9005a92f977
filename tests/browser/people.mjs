// The people of the demonstration installation (tests/support/daemon.mjs) at a browser: each with a password, a page of
// their own, and hands to work it with.

import { until } from "../support/daemon.mjs";
import { openPage, picture } from "./browser.mjs";
import { assertNarrow } from "./checks.mjs";
import { fillIn } from "./fill.mjs";
import { pointer } from "./keys.mjs";

export const PASSWORD = "見本の合言葉 of the tests";

export class Person {
    // Somebody with a password, signed in. options: those of openPage, and hands.
    static async arrive(browser, daemon, login, { hands = pointer, ...options } = {}) {
        const person = new Person(await openPage(browser, daemon, options), hands);
        person.login = login;
        await person.page.goto("/sign-in");
        await person.write("login", login);
        await person.write("password", PASSWORD);
        await person.press("main form button");
        await person.page.locator('form[action="/sign-out"]').waitFor();
        return person;
    }

    constructor(page, hands) {
        this.page = page;
        this.hands = hands;
    }

    // A page has come: it fits the screen, when that is narrow; a picture when they are wanted.
    async look(name) {
        await picture(this.page, `${this.page.viewportSize().width}-${this.login}-${name}`);
        if (this.page.viewportSize().width <= 320)
            await assertNarrow(this.page);
    }

    heading() {
        return this.page.locator("h1").innerText();
    }

    close() {
        return this.page.context().close();
    }

    write(name, text) {
        return this.hands.write(this.page, this.page.locator(`main [name="${name}"]`), text);
    }

    // One of several options, by what its label says.
    async choose(name, label) {
        const options = this.page.locator(`main [name="${name}"]`);
        if (await options.first().evaluate((e) => e.tagName === "SELECT")) {
            const value = await options.locator("option").filter({ hasText: label }).first().getAttribute("value");
            return this.hands.pick(this.page, options, value);
        }
        const chosen = this.page.locator("main .choice").filter({ hasText: label }).locator("input");
        return this.hands.choose(this.page, chosen);
    }

    // A link or a button: the next page has come when this answers.
    async press(selector) {
        await this.page.evaluate(() => (window.present = true));
        await this.hands.press(this.page, this.page.locator(selector));
        await until(`another page after ${selector}`, () => this.page.evaluate(() =>
            !window.present && document.readyState === "complete").catch(() => false));
    }

    fillIn(data) {
        return fillIn(this, data);
    }

    // The text of the page between its landmarks.
    text() {
        return this.page.locator("main").innerText();
    }
}
