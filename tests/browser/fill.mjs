// Fills in a form that the definitions gave, from an input as the API takes it: the inputs of a page are named "f" and
// the JSON pointer of their value.

import assert from "node:assert/strict";
import { join } from "node:path";

import { top } from "../support/postgres.mjs";

const documents = join(top, "workflows/examples/documents");
const named = (page, name, more = "") => page.locator(`main [name="${name}"]${more}`);
const isThere = async (page, name) => await named(page, name).count() > 0;

export async function fillIn({ page, hands }, data) {
    await makeRows(page, hands, "f", data);
    await fill(page, hands, "f", data);
}

// Lists have as many rows as the data before anything is typed: a row comes by a button that posts the form.
async function makeRows(page, hands, name, data) {
    if (data === null || typeof data !== "object")
        return;
    if (Array.isArray(data) && await isThere(page, `${name}/rows`)) {
        const rows = () => named(page, `${name}/rows`).inputValue().then(Number);
        for (let i = await rows(); i < data.length; i++) {
            await hands.press(page, named(page, "do", `[value="add:${name.slice(1)}"]`));
            await named(page, `${name}/rows`, `[value="${i + 1}"]`).waitFor({ state: "attached" });
        }
        assert.ok(await rows() <= Math.max(data.length, 1), `${name} has more rows than the data`);
    }
    for (const [key, value] of Object.entries(data))
        await makeRows(page, hands, `${name}/${key}`, value);
}

async function fill(page, hands, name, value) {
    if (Array.isArray(value) && !await isThere(page, `${name}/rows`)) {
        for (const option of value)
            await hands.choose(page, named(page, name, `[value="${option}"]`));
    } else if (typeof value === "object" && await isThere(page, `${name}/file`)) {
        if (!await isThere(page, `${name}/sha256`))
            await hands.give(page, named(page, `${name}/file`), join(documents, value.name));
    } else if (typeof value === "object") {
        for (const [key, inner] of Object.entries(value))
            await fill(page, hands, `${name}/${key}`, inner);
    } else if (await isThere(page, `${name}/day`)) {
        const tokyo = new Date(Date.parse(value) + 9 * 3600e3).toISOString();
        await hands.write(page, named(page, `${name}/day`), tokyo.slice(0, 10));
        await hands.write(page, named(page, `${name}/time`), tokyo.slice(11, 19));
    } else {
        await fillOne(page, hands, name, String(value));
    }
}

async function fillOne(page, hands, name, text) {
    const first = named(page, name).first();
    const kind = await first.evaluate((e) => e.tagName === "SELECT" ? "select" : e.type);
    if (kind === "select")
        await hands.pick(page, first, text);
    else if (kind === "radio" || (kind === "checkbox" && text === "true"))
        await hands.choose(page, named(page, name, `[value="${text}"]`));
    else if (kind !== "checkbox")
        await hands.write(page, first, text);
}
