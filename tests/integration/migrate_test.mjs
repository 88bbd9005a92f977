// Running cases go over to another version under load, 500 of them, 10,000 with TOROKU_LONG=1: the dry run's figures
// are met, a migration that is killed goes on when it is run again, the way back restores every case to the letter, and
// folding the events gives the rows all the time.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";

import { assertStatus } from "../support/client.mjs";
import { Installation, until } from "../support/daemon.mjs";
import { grantOffice, movingFolder, openMoving, putVersion, raise } from "../support/moving.mjs";
import { lines } from "../support/toroku.mjs";

const CASES = process.env.TOROKU_LONG === "1" ? 10000 : 500;
const OPENERS = 16, WORKERS = 6;

// What the second version calls otherwise: a state, a deadline, and a history; legal_hold holds nothing any more.
const CHANGES = [["effective: 2026-01-01", "effective: 2026-01-02"], ["id: draft", "id: sketch"],
    ["id: answer", "id: reply"], ["{from: state_entry, days: 10}", "{from: state_entry, days: 20}"],
    ["id: home_back", "id: home_again"], ["to: [home_back]", "to: [home_again]"], ["holds: [verdict], ", ""],
    ["{id: verdict, kind: limit, period: {from: state_entry, hours: 100}, due: [{flag: overdue}]}",
        "{id: verdict, kind: limit, period: {from: state_entry, hours: 100}, due: [{flag: overdue}]}\n" +
        "  - {id: hurry, kind: target, period: {from: state_entry, hours: 50}, due: [{flag: overdue}]}"]];
const PLAN = ["--map", "draft=sketch", "--map", "home_back=home_again", "--map-deadline", "answer=reply"];

let folder, it, daemon;

before(async () => {
    folder = movingFolder();
    it = await Installation.create({ workflows: folder, pidFile: "toroku.pid" });
    await grantOffice(it);
    daemon = await it.serve();
});

after(async () => {
    await it?.remove();
    rmSync(folder, { recursive: true, force: true });
});

// Ways to where cases stand. The third is refused: a limit that is held would be held no more.
const PLACES = [[], ["submit"], ["submit", "legal_pause"], ["go_home", "walk", "leave"], ["submit", "tech_pause"]];

async function openCases(count) {
    const cases = [];
    let next = 0;
    await Promise.all([...Array(OPENERS)].map(async () => {
        const csp = daemon.as("csp"), ops = daemon.as("ops1");
        while (next < count) {
            const place = PLACES[next++ % PLACES.length];
            const one = await openMoving(csp);
            for (const event of place)
                await raise(event.endsWith("_pause") ? ops : csp, one, event);
            cases.push({ ...one, place });
        }
    }));
    return cases;
}

// The cases that the test moves, in order: what the row keeps, and whatever else stands for it in other tables.
const OURS = `not exists (select from events e join parts p on p.case_id = e.case_id and p.seq = e.seq
    where e.case_id = c.id and e.seq = 1 and p.body::json ->> 'place' = 'load')`;
const picture = () => it.database.rows(`select c.id, k.version, c.closed, c.turns, c.data, c.body,
        (select json_agg(json_build_array(t.role, t.org_id, t.due) order by t.role) from turns t where t.case_id = c.id)
    from cases c join charts k on k.id = c.chart_id where ${OURS} order by c.id`);

// When the clock looks at each: it may look too early, never too late.
const looks = async () => new Map((await it.database.objects(`select c.id, extract(epoch from c.fire_at)::text as at,
        (select array_agg(extract(epoch from w.fire_at)::text) from wakes w where w.case_id = c.id) as wakes
    from cases c where ${OURS}`)).map((row) => {
    assert.deepEqual(row.wakes ?? ["Infinity"], [row.at], `the clock's rows of case ${row.id}`);
    return [String(row.id), Number(row.at)];
}));

// People who open cases of the version in force and keep them moving: none of theirs is to be migrated.
async function load(state) {
    const client = daemon.as("csp");
    while (!state.over) {
        const opened = await client.open("moving", { data: { until: "2099-01-01", place: "load" } });
        assertStatus(opened, 201);
        const one = { number: opened.json.case, version: 1 };
        for (const event of ["remark", "submit"])
            await raise(client, one, event);
        assertStatus(await client.read(one.number), 200);
        state.requests += 4;
    }
}

const migrate = (...options) => it.toroku("migrate-cases", "--workflow", "moving", ...options);

// The same with refusals: status 1.
async function migrateWithRefusals(...options) {
    const said = await migrate(...options).then(() => assert.fail("nothing was refused"), (error) => error.message);
    assert.match(said, /^toroku migrate-cases \(1\):/);
    return lines(said.split("\n").filter((line) => line.startsWith("{")).join("\n"));
}

const figures = (said) => {
    const { dry_run, ...rest } = said.at(-1);
    return rest;
};

test(`${CASES} cases go over under load and come back`, { timeout: 3600000 }, async (t) => {
    const cases = await openCases(CASES);
    putVersion(folder, 2, ...CHANGES);
    await it.toroku("reload");
    const before = await picture(), looked = await looks();
    assert.equal(before.length, CASES);

    const state = { over: false, requests: 0 }, faults = [];
    const workers = [...Array(WORKERS)].map(() => load(state).catch((error) => faults.push(error)));

    // The dry run tells every refusal, and changes nothing.
    const dry = await migrateWithRefusals("--to", "2", "--from", "1", ...PLAN, "--dry-run", "--json");
    const expected = figures(dry);
    const held = cases.filter((one) => one.place.includes("legal_pause")).length;
    assert.deepEqual([expected.cases, expected.moved, expected.refused], [CASES, CASES - held, held]);
    assert.deepEqual(expected.by_reason, { "deadline-hold /deadlines/verdict": held });
    assert.equal(dry.length, held + 1);
    assert.deepEqual(dry.slice(0, -1).map((line) => line.case).sort(),
        cases.filter((one) => one.place.includes("legal_pause")).map((one) => one.number).sort());
    assert.deepEqual(await picture(), before);
    assert.equal(await it.database.number("select count(*) from events where kind = 3"), 0);

    // Without the map every draft is refused, with its reason.
    const without = figures(await migrateWithRefusals("--to", "2", "--from", "1", "--dry-run", "--json"));
    assert.ok(without.by_reason["state /states/draft"] > 0);

    // Killed in the middle, and run again: what has gone over stays, nothing goes twice.
    const child = spawn(process.env.TOROKU_BIN, ["migrate-cases", "--config", it.config, "--workflow", "moving",
        "--to", "2", "--from", "1", ...PLAN, "--batch", "20"], { stdio: "ignore" });
    const moved = () => it.database.number("select count(*) from events where kind = 3");
    await until("some have gone over", async () => await moved() >= 40, { every: 5 });
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    const first = await moved();
    assert.ok(first < expected.moved, `killed in the middle: ${first}`);
    const rest = figures(await migrateWithRefusals("--to", "2", "--from", "1", ...PLAN, "--json"));
    assert.ok(rest.moved < expected.moved);
    assert.equal(rest.refused, expected.refused);
    assert.deepEqual(rest.by_reason, expected.by_reason);
    assert.equal(await moved(), expected.moved, "each went once");
    assert.equal(await it.database.number(`select count(*) from (select case_id from events where kind = 3
        group by case_id having count(*) > 1) twice`), 0);
    await it.toroku("replay");

    // No live deadline was lost or moved: the bodies differ in names alone, and in the deadline that is new.
    const after = await it.database.objects(`select c.id, c.body::json -> 'deadlines' as deadlines from cases c
        join charts k on k.id = c.chart_id where k.version = 2`);
    const now = new Map(after.map((row) => [String(row.id), row.deadlines]));
    let deadlines = 0;
    for (const row of before) {
        const [id] = row.split("|"), body = JSON.parse(row.split("|")[5]);
        for (const was of body.deadlines) {
            const is = now.get(id)?.find((d) => d.id === (was.id === "answer" ? "reply" : was.id));
            if (!now.has(id))
                continue;
            assert.deepEqual({ ...is, id: was.id }, was);
            deadlines++;
        }
    }
    assert.ok(deadlines > CASES / 2);
    const armed = await it.database.number(`select count(*) from cases c join charts k on k.id = c.chart_id,
        json_array_elements(c.body::json -> 'deadlines') d where d ->> 'id' = 'hurry' and exists
        (select from events e where e.case_id = c.id and e.kind = 3)`);
    assert.equal(armed, expected.deadlines["armed hurry"]);

    // A case that has another event since stays; the others come back to the letter.
    const sketch = cases.filter((one) => one.place.length === 0).slice(0, 3);
    for (const one of sketch)
        await raise(daemon.as("csp"), one, "remark");
    const back = await migrateWithRefusals("--to", "1", "--undo", "--json");
    assert.deepEqual([figures(back).moved, figures(back).refused], [expected.moved - 3, 3]);
    assert.deepEqual(figures(back).by_reason, { "undo-late /": 3 });
    const late = new Set(sketch.map((one) => one.number.split("-")[1]));
    const kept = (rows) => rows.filter((row) => !late.has(row.split("|")[0]));
    assert.deepEqual(kept(await picture()), kept(before));
    for (const [id, at] of await looks())
        assert.ok(at <= looked.get(id), `the clock looks at case ${id} too late`);

    state.over = true;
    await Promise.all(workers);
    assert.deepEqual(faults, []);
    t.diagnostic(`${expected.moved} of ${CASES} cases there and back, ${first} before the kill, ` +
        `${state.requests} requests meanwhile`);
    await it.toroku("replay");
    await it.toroku("verify");
});

test("a version that cases have left is kept, and life goes on under either", async () => {
    const kept = await it.database.rows("select version, kept from charts order by version");
    assert.deepEqual(kept, ["1|t", "2|t"]);
    const client = daemon.as("csp");
    const one = await openMoving(client);
    await raise(client, one, "remark");
    // There and back by --to alone, while nothing has followed.
    await migrate("--to", "1", "--from", "2", "--map", "sketch=draft", "--map", "home_again=home_back",
        "--map-deadline", "reply=answer", "--drop", "hurry", "--operator", "tester").catch(() => {});
    const read = await client.read(one.number);
    assert.deepEqual(read.json.states, ["draft"]);
    one.version = read.json.seq;
    await raise(client, one, "submit");
    const record = JSON.parse(await it.database.value(`select record from events where kind = 3
        and case_id = ${one.number.split("-")[1]}`));
    assert.deepEqual([record.kind, record.plan.operator, record.chart, record.outcome.chart],
        ["migrate", "tester", "moving@2", "moving@1"]);
    await it.toroku("replay");
});

test("what is due takes effect before the move", async () => {
    const opened = await daemon.as("csp").open("moving", { data: { until: "2099-01-01" } });
    assertStatus(opened, 201);
    const id = opened.json.case.split("-")[1], go = ["--to", "1", "--from", "2", "--map", "sketch=draft", "--map",
        "home_again=home_back", "--map-deadline", "reply=answer", "--drop", "hurry", "--wait", "1", "--json"];
    // Without a daemon what is due stays due; the row is told that an occurrence has come.
    await daemon.stop();
    const body = await it.database.value(`select body from cases where id = ${id}`);
    await it.database.rows(`update cases set body = regexp_replace(body, '"next":[0-9]+', '"next":1') where id = ${id}`);
    const said = await migrateWithRefusals(...go);
    const refused = said.find((line) => line.case === opened.json.case);
    assert.deepEqual(refused.refused.map((reason) => reason.reason), ["pending"]);
    assert.equal(await it.database.number(`select count(*) from events where kind = 3 and case_id = ${id}`), 0);
    await it.database.rows(`update cases set body = '${body}' where id = ${id}`);
    await migrate(...go).catch(() => {}); // others may be refused
    assert.equal(await it.database.number(`select count(*) from events where kind = 3 and case_id = ${id}`), 1);
    await it.toroku("replay");
});

test("a plan that names what is not there is refused before any case is looked at", async () => {
    const refused = (...options) => migrate("--to", "2", ...options).then(() => assert.fail("it ran"),
        (error) => error.message);
    assert.match(await refused("--map", "draft"), /expected OLD=NEW/);
    assert.match(await refused("--map", "draught=sketch"), /no version that cases go over from has no state|has no state "draught"/);
    assert.match(await refused("--map", "draft=scetch"), /has no state "scetch"/);
    assert.match(await refused("--map-deadline", "answer=replies"), /has no deadline "replies"/);
    assert.match(await refused("--drop", "nothing"), /has no deadline "nothing"/);
    assert.match(await migrate("--to", "7").catch((error) => error.message), /there is no version 7/);
});
