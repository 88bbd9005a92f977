// What must hold of every page: no finding of axe, and nothing wider than a narrow screen.

import assert from "node:assert/strict";
import { createRequire } from "node:module";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

// Every rule of axe-core that is not marked experimental, good practice included. The page has scripts switched on.
export async function assertAccessible(page, what = page.url()) {
    if (!await page.evaluate(() => Boolean(window.axe)))
        await page.addScriptTag({ path: axe });
    const { violations, passes } = await page.evaluate(() => window.axe.run(document,
        { resultTypes: ["violations", "passes"], rules: { "target-size": { enabled: true } } }));
    assert.ok(passes.length > 0, `${what}: axe judged nothing`);
    const found = violations.map((rule) => `  ${rule.id} (${rule.impact}): ${rule.help}\n` +
        rule.nodes.map((node) => `    ${node.target.join(" ")}: ${node.html}\n      ` +
            node.failureSummary.replaceAll("\n", " ")).join("\n"));
    assert.equal(found.length, 0, `${what}: axe found\n${found.join("\n")}`);
}

// WCAG 1.4.10 at 320 CSS pixels: nothing has to be scrolled sideways, nothing is cut off.
export async function assertNarrow(page, what = page.url()) {
    const wide = await page.evaluate(() => {
        const root = document.documentElement;
        const limit = root.clientWidth;
        return root.scrollWidth <= limit ? null : {
            limit, width: root.scrollWidth,
            elements: [...document.querySelectorAll("body *")]
                .filter((e) => e.getBoundingClientRect().right > limit + 0.5).map((e) => e.outerHTML.slice(0, 120)).slice(0, 5),
        };
    });
    assert.equal(wide, null, `${what}: wider than the screen: ${JSON.stringify(wide)}`);
}
