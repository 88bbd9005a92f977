// The broken definitions of tests/golden/findings: one for each class of finding, as folders that can be read.
//
// CODE.yaml takes the place of licence.yaml in the sound folder base/; CODE.KIND.yaml that of the file of its kind.

import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { top } from "./postgres.mjs";

export const findingsFolder = join(top, "tests/golden/findings");

const PLACES = {
    workflow: "licence.yaml",
    hives: "hives.yaml",
    other: "other.yaml", // beside the sound ones
    rules: "rules/rules.yaml",
    roles: "roles.yaml",
    notices: "notices/notices.yaml",
    calendars: "calendars/town.yaml",
    only: "roles.yaml", // and no workflow at all
};
const WORKFLOWS = ["licence.yaml", "hives.yaml"];

// Each as {code, name, kind}, by name.
export function brokenDefinitions() {
    return readdirSync(findingsFolder)
        .filter((name) => name.endsWith(".yaml"))
        .sort()
        .map((name) => {
            const [code, kind] = name.slice(0, -".yaml".length).split(".");
            return { code, name, kind: kind ?? "workflow" };
        });
}

// What `toroku check` says of it, line by line.
export const goldenOf = (broken) => readFileSync(join(findingsFolder, `${broken.code}.txt`), "utf8");

// Makes ${folder} the sound one, or the one that ${broken} makes of it.
export function fillFolder(folder, broken) {
    rmSync(folder, { recursive: true, force: true });
    cpSync(join(findingsFolder, "base"), folder, { recursive: true });
    if (!broken)
        return;
    if (broken.kind === "only")
        for (const name of WORKFLOWS)
            rmSync(join(folder, name));
    const place = join(folder, PLACES[broken.kind]);
    rmSync(place, { force: true });
    cpSync(join(findingsFolder, broken.name), place, { verbatimSymlinks: true });
}

export const newFolder = () => mkdtempSync(join(tmpdir(), "toroku-findings-"));
