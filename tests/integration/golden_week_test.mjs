// An incident recognised on the Friday evening before Golden Week (2026-05-01 19:00 in Japan; 3 to 6 May are holidays,
// 2 May is a Saturday): what is due when, who is reminded, and from which instant a reason is demanded. The instants
// below are counted by hand from the defaults: 24 and 72 hours run through holidays (Civil Code 139); 30 and 60 days do
// not count the first day (140), end with their last day (141), and are not moved because that is a Sunday. In memory
// and on PostgreSQL alike.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Database, top } from "../support/postgres.mjs";
import { lines, toroku } from "../support/toroku.mjs";

const scenario = join(top, "workflows/scenarios/incident-in-golden-week.jsonl");
const parameters = ["simulate", "--json", "--workflows", join(top, "workflows")];

let inMemory, onPostgres, database;

before(async () => {
    database = await Database.create();
    inMemory = await toroku(...parameters, scenario);
    onPostgres = await toroku(...parameters, "--database", database.conninfo, scenario);
});

after(() => database?.drop());

const utc = (japan) => new Date(`${japan}+09:00`).toISOString().replace(/\.000Z$/, "Z");
const said = () => lines(inMemory);
// The first case that was opened at this instant.
const openedAt = (japan) => said().find((line) => line.at === utc(japan) && line.event === "open" && line.seq === 1).case;
const reason = (line) => line.findings.some(({ pointer, rule }) => pointer === "/delay_reason" && rule === "required");

test("in memory and on PostgreSQL it goes alike", () => assert.equal(onPostgres, inMemory));

test("the targets of the report that nobody files in time, and all that they cause", () => {
    const late = openedAt("2026-05-01T19:20:00");
    const opened = said().find((line) => line.case === late && line.seq === 1);
    assert.deepEqual(opened.deadlines.map(({ id, due }) => [id, due]), [
        ["preliminary_target", utc("2026-05-02T19:00:00")],
        ["preliminary_red", utc("2026-05-04T19:00:00")],
        ["final_target", utc("2026-06-01T00:00:00")],
    ]);
    const prolonged = said().find((line) => line.case === late && line.event === "grant_extension");
    assert.deepEqual(prolonged.deadlines.filter(({ is }) => is === "set").map(({ id, due }) => [id, due]),
        [["final_prolonged_target", utc("2026-07-01T00:00:00")]]);

    const fired = said().filter((line) => line.case === late &&
        /^(due|reminder)$/.test(line.kind) && /^(preliminary|final)_/.test(line.event));
    assert.deepEqual(fired.map(({ at, event, notices, flags }) =>
        [at, event, notices.map(({ notice, to }) => `${notice} > ${to}`), Object.keys(flags ?? {})]), [
        [utc("2026-05-02T13:00:00"), "preliminary_target", ["incident_quick_reminder > owner.contacts"], []],
        [utc("2026-05-02T19:00:00"), "preliminary_target",
            ["incident_quick_late > owner.contacts", "incident_quick_late > opsup.queue"], ["late"]],
        [utc("2026-05-03T19:00:00"), "preliminary_red", ["incident_quick_reminder > owner.contacts"], []],
        [utc("2026-05-04T19:00:00"), "preliminary_red",
            ["incident_quick_red > owner.contacts", "incident_quick_red > opsup.lead"], ["long_late"]],
        [utc("2026-05-21T09:00:00"), "final_target", ["incident_final_reminder > owner.contacts"], []],
        // Prolonged on 26 May: nothing of the thirty days comes any more.
        [utc("2026-06-20T09:00:00"), "final_prolonged_target", ["incident_final_reminder > owner.contacts"], []],
        [utc("2026-06-27T09:00:00"), "final_prolonged_target", ["incident_final_reminder > owner.contacts"], []],
        [utc("2026-06-29T09:00:00"), "final_prolonged_target", ["incident_final_reminder > owner.contacts"], []],
        [utc("2026-07-01T00:00:00"), "final_prolonged_target", ["incident_final_late > owner.contacts",
            "incident_final_late > opsup.queue", "incident_final_late > opsup.lead"], ["final_late"]],
    ]);
});

test("a reason is demanded from the very instant on at which a target has passed", () => {
    const refused = said().filter((line) => line.kind === "refused" && line.findings?.length > 0 && reason(line))
        .map(({ at, event }) => [at, event]);
    assert.deepEqual(refused, [
        [utc("2026-05-02T19:00:00"), "submit_preliminary"],
        [utc("2026-05-07T09:10:00"), "intake_preliminary"], // arrived at 2 May 19:00:00
        [utc("2026-05-07T09:30:00"), "submit_preliminary"],
        [utc("2026-06-01T00:00:00"), "submit_final"],
        [utc("2026-07-01T09:00:00"), "submit_final"],
    ]);
    // Without a reason, a microsecond earlier.
    const taken = said().filter((line) => line.kind === "command" && /59\.999999Z$/.test(line.at));
    assert.deepEqual(taken.map(({ at, event }) => [at, event]), [
        ["2026-05-02T09:59:59.999999Z", "submit_preliminary"],
        ["2026-05-31T14:59:59.999999Z", "submit_final"],
    ]);
});

test("what arrived in time by mail and was keyed in after the holidays is not late", () => {
    const intake = said().find((line) => line.event === "intake_preliminary" && line.kind === "command");
    assert.equal(intake.at, utc("2026-05-07T09:20:00"), "the event's own instant is that of receipt");
    assert.deepEqual(intake.flags, { late: null, long_late: null, other_channel: true });
});

test("the instant of recognition chooses between one report and two stages", async () => {
    const charts = await database.rows(`select k.version || ' ' || (c.data::json ->> 'recognised_at')
        from cases c join charts k on k.id = c.chart_id where k.workflow = 'incident-report'
        and c.data::json ->> 'recognised_at' like '2024%' order by 1`);
    assert.deepEqual(charts, ["1 2024-01-03T23:59:59+09:00", "2 2024-01-04T00:00:00+09:00"]);
});

test("no mail says what happened", async () => {
    const secret = ["不審なログイン", "見本省", "設定情報", "多要素認証"];
    const shown = await database.rows("select vars::text from notices");
    assert.ok(shown.length > 100);
    for (const word of secret)
        assert.ok(shown.every((vars) => !vars.includes(word)), word);
});
