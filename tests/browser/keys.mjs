// Somebody who has no pointer: Tab, Shift+Tab, Enter, Space, arrows and letters, nothing else.

import assert from "node:assert/strict";

// Presses Tab until the element has the focus, which must then be seen on the screen.
export async function tabTo(page, target, key = "Tab") {
    const wanted = await target.elementHandle();
    const limit = await page.locator("a, button, input, select, textarea, summary").count() * 2 + 10;
    for (let i = 0; i < limit; i++) {
        await page.keyboard.press(key);
        if (await wanted.evaluate((e) => e === document.activeElement))
            return assertSeen(page, wanted);
    }
    assert.fail(`the keys do not reach ${target}`);
}

// WCAG 2.4.7, 2.4.11: the focus is drawn, inside the window.
async function assertSeen(page, element) {
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
