// The checks themselves: each is shown a page with a planted fault, which it must find, and the page without it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, LOCALES, preparePage } from "./browser.mjs";
import { assertAccessible, assertNarrow } from "./checks.mjs";
import { keys, pointer, tabTo } from "./keys.mjs";

const frame = (body, style = "") => `<!doctype html><html lang="en"><head><title>A page</title><style>${style}</style>
    </head><body><main><h1>A page</h1>${body}</main></body></html>`;
let browser, page;

before(async () => {
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 320, height: 480 } });
});
after(() => browser?.close());

test("axe finds a field without a label, pale text, an empty link, and nothing on a sound page", async () => {
    await page.setContent(frame('<label for="a">Name</label> <input id="a"> <a href="#a">To the name</a>'));
    await assertAccessible(page);
    for (const [rule, body] of [["label", '<input type="text">'], ["link-name", '<a href="#a"></a>'],
        ["color-contrast", '<p style="color:#aaa;background:#fff">Pale</p>'],
        ["list", "<ul><p>Not an item</p></ul>"]]) {
        await page.setContent(frame(body));
        await assert.rejects(assertAccessible(page), new RegExp(` ${rule} `));
    }
});

test("what does not fit a narrow screen is found", async () => {
    await page.setContent(frame("<p>Short</p>"));
    await assertNarrow(page);
    await page.setContent(frame('<p style="width:340px">Wide</p>'));
    await assert.rejects(assertNarrow(page), /wider than the screen/);
});

test("a control that keys do not reach, and a focus that is not drawn, are found", async () => {
    const ring = ":focus-visible{outline:2px solid}";
    await page.setContent(frame("<button>A</button><button>B</button>", ring));
    await tabTo(page, page.getByText("B"));
    await page.setContent(frame('<button>A</button><button tabindex="-1">B</button>', ring));
    await assert.rejects(tabTo(page, page.getByText("B")), /the keys do not reach/);
    await page.setContent(frame("<button>A</button><button>B</button>", "button{outline:none}"));
    await assert.rejects(tabTo(page, page.getByText("B")), /the focus is not seen/);
});

const FORM = `<form><label>Text <input name="text" value="old"></label>
    <label>Long <textarea name="long"></textarea></label>
    <label>Day <input type="date" name="day"></label>
    <label>Time <input type="time" step="1" name="time"></label>
    <label><input type="radio" name="radio" value="a">A</label>
    <label><input type="radio" name="radio" value="b">B</label>
    <label><input type="checkbox" name="box" value="x">X</label>
    <label>Pick <select name="pick"><option value="">-<option value="p">P<option value="q">Q</select></label>
    <label>File <input type="file" name="file"></label> <button>Go</button></form>`;

for (const language of ["ja", "en"])
    for (const hands of [pointer, keys])
        test(`a form is filled in by ${hands.name} (${language})`, async () => {
            const context = await browser.newContext({ javaScriptEnabled: false, locale: LOCALES[language] });
            const there = preparePage(await context.newPage());
            await there.setContent(frame(FORM, ":focus-visible{outline:2px solid}"));
            const field = (name, more = "") => there.locator(`[name="${name}"]${more}`);
            await hands.write(there, field("text"), "登録 new");
            await hands.write(there, field("long"), "one\ntwo");
            await hands.write(there, field("day"), "2026-04-01");
            await hands.write(there, field("time"), "14:05:09");
            await hands.choose(there, field("radio", '[value="b"]'));
            await hands.choose(there, field("box"));
            await hands.pick(there, field("pick"), "q");
            await hands.give(there, field("file"), new URL(import.meta.url).pathname);
            assert.deepEqual(await there.evaluate(() => [...new FormData(document.forms[0])].map(([name, value]) =>
                [name, value.name ?? value])), [["text", "登録 new"], ["long", "one\ntwo"], ["day", "2026-04-01"],
                ["time", "14:05:09"], ["radio", "b"], ["box", "x"], ["pick", "q"], ["file", "checks_test.mjs"]]);
            await context.close();
        });
