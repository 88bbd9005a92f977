// Replay for upgrades: what the engine decides now against what is recorded, by the definitions that the database keeps.
// Rows are changed behind the engine's back, as an engine that decides otherwise would differ from them.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertStatus } from "../support/client.mjs";
import { example, Installation } from "../support/daemon.mjs";
import { top } from "../support/postgres.mjs";
import { lines } from "../support/toroku.mjs";
import { openApplication, people, putDocuments, raise } from "../support/walk.mjs";

let it, workflows, sound, filed, withdrawn;

before(async () => {
    workflows = join(mkdtempSync(join(tmpdir(), "toroku-replay-")), "workflows");
    cpSync(join(top, "workflows"), workflows, { recursive: true });
    it = await Installation.create({ workflows });
    const daemon = await it.serve(), who = people(daemon);
    await putDocuments(who.csp);
    const one = await openApplication(it, who.csp, "見本クラウド", "CSP-1");
    filed = Number(one.number.slice(3));
    const version = await raise(who.csp, one.number, one.version, "submit", example("application"));
    await raise(who.ops1, one.number, version, "accept");
    const two = await openApplication(it, who.csp, "Other", "CSP-1");
    withdrawn = Number(two.number.slice(3));
    await raise(who.csp, two.number, two.version, "withdraw");
    assertStatus(await who.csp.read(two.number), 200);
    await daemon.stop();
    const counted = await it.database.value(
        "select count(distinct case_id) || ' cases, ' || count(*) || ' events' from events");
    sound = `${counted}, 0 with differences\n`;
});

after(async () => {
    await it?.remove();
    rmSync(join(workflows, ".."), { recursive: true, force: true });
});

// What replay says when it finds something: its lines.
async function differences(...parameters) {
    const error = await it.toroku("replay", ...parameters).then(() => assert.fail("no difference"), (e) => e);
    assert.match(error.message, /^toroku replay \(1\):\n/);
    return error.message.slice(error.message.indexOf("\n") + 1);
}

const change = (table, seq, column, from, to) => it.database.rows(`update ${table}
    set ${column} = replace(${column}, '${from}', '${to}') where case_id = ${filed} and seq = ${seq}`);

test("nothing differs; what files say by now is not asked", async () => {
    assert.equal(await it.toroku("replay"), sound);
    const file = join(workflows, "service-application.yaml"), text = readFileSync(file, "utf8");
    writeFileSync(file, "workflow: [");
    assert.equal(await it.toroku("replay"), sound);
    assert.deepEqual(lines(await it.toroku("replay", "--json")).map(({ broken, cases }) => [broken, cases]), [[0, 2]]);
    assert.match(await it.toroku("replay", "--progress"), /0 with differences\n/);
    writeFileSync(file, text);
});

test("of each case the first difference is told: event, place, recorded and decided", async () => {
    const [rows] = await it.database.objects(`select record::json -> 'outcome' ->> 'rows' as rows,
        record::json -> 'outcome' -> 'states' ->> 0 as state from events where case_id = ${filed} and seq = 2`);
    const row = JSON.parse(rows.rows)[0];
    await change("events", 2, "record", `"rows":["${row}"]`, `"rows":["X999"]`);
    await change("events", 3, "record", `"rows":["`, `"rows":["X`);
    const told = lines(await differences("--json"));
    assert.equal(told.length, 2, "one of the case, one of all");
    assert.deepEqual({ ...told[0], what: undefined }, { case: filed, workflow: "service-application", event: 2,
        path: "outcome.rows[0]", recorded: "X999", decided: row, what: undefined });
    assert.deepEqual([told[1].broken, told[1].cases], [1, 2]);
    assert.match(await differences(), new RegExp(`^case ${filed}: service-application case ${filed} event 2: ` +
        `outcome\\.rows\\[0\\]: recorded is "X999", decided again it is "${row}"\n2 cases, `));
    await change("events", 2, "record", "X999", row);
    await change("events", 3, "record", `"rows":["X`, `"rows":["`);
    assert.equal(await it.toroku("replay"), sound);
});

test("a member too many and one too few name their place", async () => {
    await change("events", 2, "record", '"outcome":{', '"outcome":{"aside":1,');
    assert.deepEqual(lines(await differences("--json")).slice(0, 1).map(({ event, path, recorded, decided }) =>
        [event, path, recorded, decided]), [[2, "outcome.aside", 1, undefined]]);
    await change("events", 2, "record", '"aside":1,', "");
    assert.equal(await it.toroku("replay"), sound);
});

test("a row that its events do not fold to comes last", async () => {
    await it.database.rows(`update cases set body = replace(body, '"withdrawn"', '"refused"') where id = ${withdrawn}`);
    const [first] = lines(await differences("--json"));
    assert.deepEqual([first.case, first.event], [withdrawn, undefined]);
    assert.match(first.what, /folding gives /);
    await it.database.rows(`update cases set body = replace(body, '"refused"', '"withdrawn"') where id = ${withdrawn}`);
});

test("a definition that would decide otherwise is found, in both cases", async () => {
    const swap = (from, to) => it.database.rows(`update charts set source = replace(source, '${from}', '${to}')
        where workflow = 'service-application'`);
    await swap("prefix: SA", "prefix:  SA");
    const told = await differences();
    assert.match(told, /cannot be read: the text in the database is not the one that was registered/);
    assert.match(told, /2 with differences\n$/);
    // As if registered so: the row that withdraws is called otherwise.
    const { row } = (await it.database.objects(`select record::json -> 'outcome' -> 'rows' ->> 0 as row from events
        where case_id = ${withdrawn} and name = 'withdraw'`))[0];
    await swap(`row: ${row},`, "row: X999,");
    await it.database.rows(`update charts set sha256 = encode(sha256(convert_to(source, 'UTF8')), 'hex')
        where workflow = 'service-application'`);
    const [first, ...more] = lines(await differences("--json"));
    assert.deepEqual([first.case, first.path, first.recorded, first.decided],
        [withdrawn, "outcome.rows[0]", row, "X999"]);
    assert.equal(more.length, 1);
});
