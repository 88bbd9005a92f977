// Each class of finding has a broken definition and a golden text of what `toroku check` says of it, line and column
// included; UPDATE_GOLDEN=1 writes the texts anew, for a reviewer to read.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";

import { brokenDefinitions, fillFolder, findingsFolder, goldenOf, newFolder } from "../support/findings.mjs";

const binary = process.env.TOROKU_BIN;
const folder = newFolder();
const broken = brokenDefinitions();

after(() => rmSync(folder, { recursive: true, force: true }));

function check(...parameters) {
    const { status, stdout, stderr } = spawnSync(binary, ["check", ...parameters], { cwd: folder, encoding: "utf8" });
    assert.doesNotMatch(stderr, /Sanitizer|runtime error:/);
    return { status, stdout };
}

test("the folder that they are made from is sound", () => {
    fillFolder(folder);
    const { status, stdout } = check(".");
    assert.equal(status, 0, stdout);
});

test("each broken definition is told as its golden text says, where it is broken", () => {
    for (const one of broken) {
        fillFolder(folder, one);
        const { status, stdout } = check(".");
        if (process.env.UPDATE_GOLDEN === "1")
            writeFileSync(join(findingsFolder, `${one.code}.txt`), stdout);
        assert.equal(stdout, goldenOf(one), one.name);
        assert.equal(status, 1, one.name);
        assert.ok(stdout.includes(` [${one.code}]\n`), `${one.name} is an example of another class:\n${stdout}`);
        const told = stdout.split("\n").filter((line) => line !== "" && !line.startsWith("    "));
        const expected = stdout.split("\n").filter((line) => line.startsWith("    expected "));
        assert.equal(told.length, expected.length, `${one.name}: something says not what was expected:\n${stdout}`);
    }
});

test("JSON says the same", () => {
    for (const one of broken) {
        fillFolder(folder, one);
        const rows = check("--json", ".").stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
        const text = rows.map((f) =>
            `${[f.file, f.line, f.column].filter((part) => part !== undefined).join(":")}: ${f.text} [${f.code}]\n` +
            (f.path ? `    at ${f.path}\n` : "") + `    expected ${f.expected}\n` +
            (f.suggestion ? `    did you mean "${f.suggestion}"?\n` : ""));
        assert.equal(text.join(""), goldenOf(one), one.name);
    }
});

test("each class of finding has its broken definition, and each of these its golden text", () => {
    const codes = check("--codes").stdout.trimEnd().split("\n").map((line) => line.split(" ")[0]).sort();
    assert.deepEqual(broken.map((one) => one.code).sort(), codes);
    const texts = readdirSync(findingsFolder).filter((name) => name.endsWith(".txt"));
    assert.deepEqual(texts.map((name) => name.slice(0, -".txt".length)).sort(), codes);
});

test("a path that is not there is told apart from a finding, and so is a wrong option", () => {
    assert.equal(check("nowhere").status, 3);
    assert.equal(check("--nothing").status, 2);
});
