// schema/workflow.schema.json, as an editor uses it: every definition that we ship is right, and one broken in any way
// that a table of the loader knows is marked where it is broken.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse, stringify } from "yaml";

const top = join(dirname(fileURLToPath(import.meta.url)), "../..");
const schema = JSON.parse(readFileSync(join(top, "schema/workflow.schema.json"), "utf8"));
const validate = new Ajv2020({ allowUnionTypes: true, allErrors: true }).compile(schema);

const definitions = ["workflows", "workflows/cookbook", "tests/support/charts"].flatMap((folder) =>
    readdirSync(join(top, folder))
        .filter((name) => name.endsWith(".yaml") && name !== "roles.yaml")
        .map((name) => `${folder}/${name}`));
const read = (name) => parse(readFileSync(join(top, name), "utf8"));

test("every definition that we ship is right", () => {
    assert.ok(definitions.length > 10);
    for (const name of definitions) assert.ok(validate(read(name)), `${name}: ${JSON.stringify(validate.errors)}`);
});

// The example of workflows/README.md, which has no fault of its own.
const example = readFileSync(join(top, "workflows/README.md"), "utf8").match(/```yaml\n(workflow: [^]*?)```/)[1];

// [what is broken, how, where an editor marks it]
const broken = [
    ["an unknown key", (w) => { w.states[0].trun = ["owner"]; }, "/states/0"],
    ["a key of another map", (w) => { w.states[0].take[0].turn = ["owner"]; }, "/states/0/take/0"],
    ["a key that has to be there", (w) => { delete w.opened_by; }, ""],
    ["an action's guard with a wrong key", (w) => { w.states[0].take[0].when = { not: { all: [{ fild: "x" }] } }; },
        "/states/0/take/0/when/not/all/0"],
    ["a list where a word is expected", (w) => { w.prefix = ["SA"]; }, "/prefix"],
    ["a word where a list is expected", (w) => { w.states[0].turn = "owner"; }, "/states/0/turn"],
    ["nothing", (w) => { w.zone = null; }, "/zone"],
    ["an empty text", (w) => { w.zone = ""; }, "/zone"],
    ["a text for a number", (w) => { w.version = "one"; }, "/version"],
    ["a text for a bool", (w) => { w.states[0].final = "yes"; }, "/states/0/final"],
    ["an unknown type of field", (w) => { w.forms[0].fields[0].type = "txt"; }, "/forms/0/fields/0/type"],
    ["an unknown kind of deadline", (w) => { w.states[0].deadlines[0].kind = "hard"; }, "/states/0/deadlines/0/kind"],
    ["an unknown history", (w) => { w.states[0].history = "deeper"; }, "/states/0/history"],
    ["a start that is none", (w) => { w.states[0].deadlines[0].period.from = "sunrise"; },
        "/states/0/deadlines/0/period/from"],
];

test("what is broken is marked where it is broken, and refused by the loader", () => {
    assert.ok(validate(parse(example)), "the example itself");
    const folder = mkdtempSync(join(tmpdir(), "toroku-editor-"));
    for (const [what, breaks, where] of broken) {
        const workflow = parse(example), file = join(folder, "broken.yaml");
        breaks(workflow);
        assert.equal(validate(workflow), false, what);
        assert.ok(validate.errors.some((e) => e.instancePath === where), `${what}: ${JSON.stringify(validate.errors)}`);
        writeFileSync(file, stringify(workflow));
        assert.throws(() => execFileSync(process.env.TOROKU_BIN, ["check", file], { cwd: top, stdio: "pipe" }),
            { status: 1 }, `${what}: the loader took it`);
    }
    rmSync(folder, { recursive: true });
});

test("keys that take one of a few words name them", () => {
    const words = { history: "state", kind: "deadline", first_day: "period", fires: "deadline", from: "period" };
    for (const [key, part] of Object.entries(words))
        assert.ok(schema.$defs[part].properties[key].enum?.length >= 2, `${part}.${key} lists no words`);
});

test("editors are told what keys mean", () => {
    const keys = Object.values(schema.$defs).flatMap((part) => Object.values(part.properties));
    assert.ok(keys.filter((key) => key.description).length > keys.length / 2);
});
