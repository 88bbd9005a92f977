// Hands: how somebody works a page. Those of the pointer click and fill in; those of the keys have Tab, Enter, Space,
// arrows and letters, nothing else, and demand of every stop that its focus is seen.

import assert from "node:assert/strict";

export const pointer = {
    name: "pointer",
    press: (page, target) => target.click(),
    write: (page, target, text) => target.fill(text),
    choose: (page, target) => target.check(),
    pick: (page, target, value) => target.selectOption(value),
    give: (page, target, path) => target.setInputFiles(path),
};

export const keys = {
    name: "keys",

    async press(page, target) {
        await tabTo(page, target);
        await page.keyboard.press("Enter");
    },

    // The parts of a date or a time stand in the order of the browser's own language, which is American English.
    async write(page, target, text) {
        await tabTo(page, target);
        const type = await target.getAttribute("type");
        if (type === "date" || type === "time")
            return page.keyboard.type(type === "date" ? text.replace(/^(\d+)-(\d+)-(\d+)$/, "$2$3$1") : halfDay(text));
        await page.keyboard.press("Control+A");
        await page.keyboard.press("Delete");
        await page.keyboard.type(text);
    },

    // A box or a radio button; of a group of these Tab reaches one, and the arrows the others.
    async choose(page, target) {
        const wanted = await target.elementHandle();
        const name = await target.getAttribute("name");
        const isRadio = await target.getAttribute("type") === "radio";
        await tabUntil(page, wanted, (e, group) => e === document.activeElement ||
            (group !== null && document.activeElement.name === group), isRadio ? name : null);
        for (let i = await page.locator(`[name="${name}"]`).count(); i > 0 && !await isFocused(wanted); i--)
            await page.keyboard.press("ArrowDown");
        await assertSeen(wanted);
        if (!await target.isChecked())
            await page.keyboard.press("Space");
        assert.ok(await target.isChecked(), `the keys do not choose ${target}`);
    },

    async pick(page, target, value) {
        await tabTo(page, target);
        await page.keyboard.press("Home");
        for (let i = await target.locator("option").count(); i > 0 && await target.inputValue() !== value; i--)
            await page.keyboard.press("ArrowDown");
        assert.equal(await target.inputValue(), value, "the keys pick the option");
    },

    async give(page, target, path) {
        await tabTo(page, target);
        const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")]);
        await chooser.setFiles(path);
    },
};

// Presses Tab until the element has the focus, which must then be seen on the screen.
export async function tabTo(page, target) {
    const wanted = await target.elementHandle();
    await tabUntil(page, wanted, (e) => e === document.activeElement);
    await assertSeen(wanted);
}

const isFocused = (element) => element.evaluate((e) => e === document.activeElement);

// A whole round of the page, twice at most: parts of a date are stops of their own.
async function tabUntil(page, element, there, argument) {
    const limit = await page.locator("a, button, input, select, textarea, summary").count() * 4 + 10;
    for (let i = 0; i < limit; i++) {
        if (await element.evaluate(there, argument))
            return;
        await page.keyboard.press("Tab");
    }
    assert.fail(`the keys do not reach ${await element.evaluate((e) => e.outerHTML.slice(0, 200))} of ${page.url()}`);
}

// WCAG 2.4.7, 2.4.11: the focus is drawn, inside the window.
async function assertSeen(element) {
    const seen = await element.evaluate((e) => {
        const box = e.getBoundingClientRect(), style = getComputedStyle(e);
        return {
            outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
            inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
            html: e.outerHTML.slice(0, 120),
        };
    });
    assert.ok(seen.outline && seen.inside, `the focus is not seen: ${JSON.stringify(seen)}`);
}

// "14:30:00" as a clock of twelve hours has it typed.
function halfDay(text) {
    const [hours, minutes, seconds] = text.split(":").map(Number);
    const two = (n) => String(n).padStart(2, "0");
    return `${two(hours % 12 || 12)}${two(minutes)}${two(seconds)}${hours < 12 ? "AM" : "PM"}`;
}
