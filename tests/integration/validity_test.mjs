// How long a registration is valid: one year and four months from the day after its audit period, counted as the Civil
// Code counts months (articles 140 to 143). Each service below has the audit period of one vector, is registered, and
// is not renewed: it is listed to the last second of its last valid day in Japan, and lapses at the stroke of midnight.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { dayOf, jst, jstText, monthsOn, textOf } from "../support/civil.mjs";
import { Database, top } from "../support/postgres.mjs";
import { lines, toroku } from "../support/toroku.mjs";

// End of the audit period, last valid day.
const VECTORS = [
    ["2023-12-31", "2025-04-30"],
    ["2024-03-31", "2025-07-31"],
    ["2023-09-30", "2025-01-31"],
    // 16 months from 1 March and from 1 July: adding months to the last day itself would lose one.
    ["2024-02-29", "2025-06-30"],
    ["2023-06-30", "2024-10-31"],
    // From the 31st and the 30th to a February that has no such day: its last one.
    ["2024-10-30", "2026-02-28"],
    ["2022-10-29", "2024-02-29"],
    ["2024-06-15", "2025-10-15"],
];
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const definitions = ["--workflows", join(top, "workflows")];

let folder, scenario, database, simulated, listed;

const example = (name) => join("examples", `${name}.json`);
const organisation = (code, roles, contacts) => ({ organisation: code, name: { ja: code, en: code },
    ...(roles && { roles }), contacts: contacts.map((kind) => ({ kind, email: `${kind}@${code}.example` })) });

const WORLD = [
    organisation("csp", null, ["contacts"]), organisation("AUD-1", null, ["contacts"]),
    organisation("support", ["opsup"], ["queue", "lead"]), organisation("office", ["secretariat"], ["queue"]),
    organisation("board", ["committee"], ["contacts"]), organisation("buyer", ["procurer"], ["contacts"]),
    { person: "applicant", organisation: "csp" },
    { person: "desk", organisation: "support", roles: ["opsup"] },
    { person: "reviewer", organisation: "support", roles: ["opsup"] },
    { person: "clerk", organisation: "office", roles: ["secretariat"] },
    { person: "chair", organisation: "board", roles: ["committee"] },
];

// What is done and asked about one vector, each with its instant.
function life([end, lastDay]) {
    const service = `ends ${end}`, application = `a ${end}`, decision = `d ${end}`, registration = `r ${end}`;
    const filed = jst(dayOf(end) + 60, "10:00"), midnight = jst(dayOf(lastDay), "24:00");
    const step = (ms, as, rest) => ({ ms, line: { at: jstText(ms), as, ...rest } });
    // The question of an `expect` comes a second after the `until` before it.
    const expect = (ms, states) => [
        { ms: ms - SECOND, line: { until: jstText(ms - SECOND) } },
        { ms: ms - SECOND, line: { expect: { case: registration, states } } },
    ];
    return [
        step(filed - HOUR, "applicant", { open: "service-application", subject: service, case: application,
            with: { service_name: service } }),
        step(filed, "applicant", { case: application, event: "submit", with_file: example("application"), set: {
            service_name: service,
            audit_period: { start: textOf(monthsOn(dayOf(end) + 1, -12)), end } } }),
        step(filed + HOUR, "desk", { case: application, event: "accept" }),
        step(filed + 2 * HOUR, "reviewer", { case: application, event: "assess",
            with_file: example("risk-assessment") }),
        step(filed + 3 * HOUR, "reviewer", { case: application, event: "complete",
            with_file: example("review-report") }),
        step(filed + 4 * HOUR, "clerk", { open: "committee-decision", case: decision,
            with: { meeting_no: "1", title: service, agenda: [`$case:${application}`] } }),
        step(filed + 5 * HOUR, "chair", { case: decision, event: "approve",
            with: { decided_on: textOf(dayOf(end) + 60), deciders: ["$person:chair"] } }),
        { ms: filed + 5 * HOUR, line: { alias: registration, registration_of: service } },
        ...expect(midnight - SECOND, ["in_good_standing", "valid"]),
        ...expect(midnight + 10 * SECOND, ["lapsed"]),
    ];
}

before(async () => {
    const subjects = VECTORS.map(([end]) => ({ subject: `ends ${end}`, organisation: "csp", name: `ends ${end}` }));
    const steps = VECTORS.flatMap(life).sort((a, b) => a.ms - b.ms).map(({ line }) => line);
    folder = mkdtempSync(join(tmpdir(), "toroku-validity-"));
    scenario = join(folder, "validity.jsonl");
    writeFileSync(scenario, [...WORLD, ...subjects, ...steps].map((line) => `${JSON.stringify(line)}\n`).join(""));
    cpSync(join(top, "workflows/examples"), join(folder, "examples"), { recursive: true });
    database = await Database.create();
    // Ends with a finding where a case does not stand in the expected states a second before midnight and ten after.
    simulated = await toroku("simulate", "--json", "--database", database.conninfo, ...definitions, scenario);
    listed = await database.objects(`select at, key, op, entry::json ->> 'service_name' as name,
        entry::json ->> 'expiry' as expiry from register_entries where register = 'services' order by key, version`);
});

after(async () => {
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
});

const iso = (ms) => new Date(ms).toISOString().replace(".000Z", "Z");
const registrationOf = (end) => lines(simulated).find((line) => line.states?.includes("valid") &&
    line.registers?.some(({ entry }) => entry?.service_name === `ends ${end}`));

for (const [end, lastDay] of VECTORS)
    test(`an audit period that ends on ${end} makes a registration valid to ${lastDay}`, () => {
        const midnight = jst(dayOf(lastDay), "24:00");
        const opened = registrationOf(end);
        assert.deepEqual(opened.deadlines, [{ id: "expiry", is: "set", due: iso(midnight), last_day: lastDay }]);
        const lapsed = lines(simulated).filter((line) => line.case === opened.case && line.rows?.includes("S200"));
        assert.deepEqual(lapsed.map(({ at, states }) => ({ at, states })), [{ at: iso(midnight), states: ["lapsed"] }]);
        // On the register from the decision to midnight, with its last valid day.
        const entry = listed.filter(({ name }) => name === `ends ${end}`);
        assert.deepEqual(entry.map(({ op, expiry }) => [op, expiry]), [["publish", lastDay]]);
        const versions = listed.filter(({ key }) => key === entry[0].key);
        assert.deepEqual(versions.map(({ op, at }) => [op, Date.parse(at)]),
            [["publish", Date.parse(opened.at)], ["withdraw", midnight]]);
    });

test("at any instant the register holds what is valid then", async () => {
    for (const [end, lastDay] of VECTORS)
        for (const [time, count] of [["23:59:59", 1], ["23:59:59.999999", 1], ["24:00:00", 0]])
            assert.equal(await database.number(`select count(*) from (
                select distinct on (key) entry from register_entries
                where key = (select key from register_entries where entry::json ->> 'service_name' = 'ends ${end}')
                    and at <= timestamptz '${lastDay} ${time}+09'
                order by key, version desc) e where entry is not null`), count, `${lastDay} ${time}`);
});

test("the same lives in memory print the same", async () => {
    assert.equal(await toroku("simulate", "--json", ...definitions, scenario), simulated);
});
