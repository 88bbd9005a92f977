// Seventy errands and twenty-eight incident reports in the year up to now, by the definitions of figures/, made under a
// virtual clock on the database of an installation.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Installation } from "../support/daemon.mjs";
import { jst, jstText } from "../support/civil.mjs";
import { top } from "../support/postgres.mjs";
import { toroku } from "../support/toroku.mjs";

const DAY = 86400000, HOUR = 3600000;
export const FORMULA = '=HYPERLINK("https://evil.example"),"用務"';
export const CASES = 98, INCIDENTS = 28;
export const dayAt = (ms) => Math.floor((ms + 9 * HOUR) / DAY); // in Japan
const now = Date.now() - 10 * 60000;
export const today = dayAt(now);

// Courses: days and hours after the filing, by whom, what.
const COURSES = [
    [],
    [["a", 3, 1, "accept"]],
    [["a", 2, 0, "return"], ["o", 9, 2, "refile"], ["a", 30, 5, "accept"], ["b", 33, 0, "read"], ["b", 40, 3, "visit"],
        ["c", 45, 0, "grant"]],
    [["a", 1, 0, "accept"], ["b", 3, 0, "ask"], ["o", 10, 0, "answer"], ["b", 12, 7, "read"], ["a", 20, 0, "visit"],
        ["c", 50, 1, "grant"]],
    [["a", 8, 0, "accept"], ["b", 10, 0, "ask"]],
    [["a", 4, 0, "return"]],
    [["o", 6, 0, "give_up"]],
    null,
    [["a", 2, 0, "accept"], ["a", 5, 0, "read"], ["b", 6, 0, "visit"]],
    [["a", 2, 0, "accept"], ["a", 70, 0, "read"], ["b", 80, 0, "visit"], ["c", 90, 0, "grant"]],
];
const LOGINS = { a: "ops-a", b: "ops-b", c: "board", o: "owner" };

function scenario() {
    const steps = [];
    const step = (ms, line) => ms <= now && steps.push({ ms, line: { at: jstText(ms), ...line } });
    for (let i = 0; i < 70; i++) {
        const course = COURSES[i % COURSES.length], filed = jst(today - 280 + 4 * i, "10:00") + (i % 7) * 20 * 60000;
        step(filed - HOUR, { as: "owner", open: "errand", subject: `s${i % 2}`, case: `e${i}`, with: { name: `用務${i}` } });
        if (course)
            step(filed, { as: "owner", case: `e${i}`, event: "file" });
        for (const [who, days, hours, event] of course ?? [])
            step(filed + days * DAY + hours * HOUR, { as: LOGINS[who], case: `e${i}`, event });
    }
    for (let i = 0; i < 24; i++) {
        const opened = now - (i * 3 + 1) * 17 * HOUR, severity = ["low", "high", "medium", "critical"][i % 4];
        step(opened, { as: "owner", open: "incident-report", case: `i${i}`, with: { severity: "low" } });
        if (i % 3 > 0)
            step(opened + (i % 2 ? 10 : 31) * HOUR, { as: "ops-a", case: `i${i}`, event: "assess", with: { severity } });
        if (i % 3 > 1)
            step(opened + 20 * DAY, { as: "owner", case: `i${i}`, event: "finish" });
    }
    // Due at the ends of the days on both sides of a week and of thirty days.
    for (const ago of [1, 23, 24, 25]) {
        step(jst(today - ago, "09:00"), { as: "owner", open: "incident-report", case: `d${ago}`, with: { severity: "low" } });
        step(jst(today - ago, "09:30"), { as: "ops-a", case: `d${ago}`, event: "assess", with: { severity: "low" } });
    }
    steps.sort((x, y) => x.ms - y.ms);
    const name = (ja) => ({ ja, en: `${ja} (en)` });
    return [
        { organisation: "O-1", name: name("依頼者") },
        { organisation: "O-2", name: name("支援"), roles: ["opsup"], contacts: [{ kind: "queue", email: "q@o2.example" }] },
        { organisation: "O-3", name: name("委員会"), roles: ["committee"] },
        { person: "owner", name: "依頼", organisation: "O-1" },
        { person: "ops-a", name: "甲", organisation: "O-2", roles: ["opsup"] },
        { person: "ops-b", name: "乙", organisation: "O-2", roles: ["opsup"] },
        { person: "board", name: "丙", organisation: "O-3", roles: ["committee"] },
        { subject: "s0", organisation: "O-1", name: "対象" },
        { subject: "s1", organisation: "O-1", name: FORMULA },
        ...steps.map(({ line }) => line), { until: jstText(now) },
    ].map((line) => JSON.stringify(line)).join("\n");
}

// An installation with these definitions and cases; ${options} as for any other.
export async function installation(options = {}) {
    const folder = mkdtempSync(join(tmpdir(), "toroku-figures-"));
    cpSync(join(top, "workflows"), folder, { recursive: true,
        filter: (path) => !/workflows\/([^/]*\.(yaml|md)|notices|rules)$/.test(path) });
    cpSync(join(top, "tests/integration/figures"), folder, { recursive: true });
    writeFileSync(join(folder, "scenario.jsonl"), scenario());
    const it = await Installation.create({ ...options, workflows: folder });
    const remove = it.remove.bind(it);
    it.remove = () => remove().finally(() => rmSync(folder, { recursive: true, force: true }));
    try {
        await toroku("simulate", "--quiet", "--workflows", folder, "--database", it.database.conninfo,
            join(folder, "scenario.jsonl"));
    } catch (error) {
        await it.remove();
        throw error;
    }
    return it;
}
