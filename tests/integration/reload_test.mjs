// Definitions read anew under load: no request fails, a bad file changes nothing and is told with its place, a good
// version takes effect for new cases while open ones keep theirs, and a daemon that was told nothing fetches what a
// case runs by.

import assert from "node:assert/strict";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { assertStatus } from "../support/client.mjs";
import { Installation, until } from "../support/daemon.mjs";
import { grantOffice, movingFolder, movingVersion, openMoving, putVersion, raise } from "../support/moving.mjs";

const WORKERS = 8;

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

// Opens cases, raises events, reads pages; any answer but success is a fault.
async function work(load, client) {
    while (!load.over) {
        const one = await openMoving(client);
        for (const event of ["remark", "go_home", "walk", "leave", "return"])
            await raise(client, one, event);
        assertStatus(await client.read(one.number), 200);
        assertStatus(await client.history(one.number), 200);
        load.requests += 8;
    }
}

function startLoad() {
    const load = { over: false, requests: 0, faults: [] };
    load.workers = [...Array(WORKERS)].map(() =>
        work(load, daemon.as("csp")).catch((error) => load.faults.push(error)));
    load.moves = async (requests = 50) => {
        const from = load.requests;
        await until("requests flow", () => load.faults.length > 0 || load.requests - from >= requests);
    };
    load.end = async () => {
        load.over = true;
        await Promise.all(load.workers);
        assert.deepEqual(load.faults, []);
    };
    return load;
}

const version = (number) => it.database.number(`select k.version from cases c join charts k on k.id = c.chart_id
    where c.id = ${number.split("-")[1]}`);

// Tries to reload; answers what was said.
const refused = () => it.toroku("reload").then(() => assert.fail("it was reloaded"), (error) => error.message);

// findings_test.mjs holds a daemon to every class of finding; these come while others work.
function broken() {
    const rows = [
        ["syntax.yaml", "workflow: [\n"],
        ["unknown-key.yaml", movingVersion(2, ["turn: [owner]", "turns: [owner]"])],
        ["unknown-role.yaml", movingVersion(2, ["turn: [owner]", "turn: [ownr]"])],
        ["twice.yaml", movingVersion(1)],
        ["lost.yaml", movingVersion(2, ["to: [away]", "to: [awry]"])],
    ];
    return rows;
}

test("a broken definition changes nothing, whatever is wrong with it, and no request fails", async (t) => {
    const load = startLoad();
    const rows = broken();
    await load.moves();
    for (const [name, text] of rows) {
        const file = join(folder, name);
        writeFileSync(file, text);
        const said = await refused();
        rmSync(file);
        assert.match(said, new RegExp(`^${basename(name).replace(".", "\\.")}:\\d+:\\d+: `, "m"), said);
        assert.match(said, /nothing was changed/);
        assert.ok(await daemon.isReady());
    }
    await until("the log tells", () => /definitions not reloaded: lost\.yaml:\d+:\d+: /.test(daemon.said));
    await load.moves();
    await load.end();
    assert.equal(await it.database.number("select count(*) from charts"), 1, "nothing was registered");
    t.diagnostic(`${rows.length} broken definitions, ${load.requests} requests meanwhile`);
});

test("the text of a version that cases run by cannot be changed; one that none runs by can", async () => {
    const file = join(folder, "moving.yaml");
    writeFileSync(file, movingVersion(1, ["en: Moving", "en: Moved"]));
    assert.match(await refused(), /version 1 is registered with another text and cases have run by it/);
    writeFileSync(file, movingVersion(1));
    await it.toroku("reload");

    putVersion(folder, 9, ["effective: 2026-01-01", "effective: 2099-01-01"]);
    assert.match(await it.toroku("reload"), /moving: version 9, in force from 2099-01-01/);
    const id = await it.database.number("select id from charts where version = 9");
    putVersion(folder, 9, ["effective: 2026-01-01", "effective: 2098-01-01"]);
    assert.match(await it.toroku("reload"), /moving: version 9, in force from 2098-01-01/);
    assert.match(daemon.said, /moving-9\.yaml: version 9 took the place of another text/);
    assert.notEqual(await it.database.number("select id from charts where version = 9"), id);
});

test("a good version takes effect for new cases, open ones keep theirs, and no request fails", async (t) => {
    const client = daemon.as("csp"), load = startLoad();
    const old = await openMoving(client);
    await load.moves();
    putVersion(folder, 2, ["effective: 2026-01-01", "effective: 2026-01-02"], ["id: draft", "id: sketch"]);
    assert.match(await it.toroku("reload"), /moving: version 2, in force from 2026-01-02/);
    const young = await openMoving(client);
    assert.deepEqual([await version(old.number), await version(young.number)], [1, 2]);
    await raise(client, old, "remark");
    assert.deepEqual((await client.read(old.number)).json.states, ["draft"]);
    assert.deepEqual((await client.read(young.number)).json.states, ["sketch"]);

    // By the signal itself, several in a row: each covers the files as they stand.
    for (let i = 0; i < 5; i++) {
        daemon.process.kill("SIGHUP");
        await sleep(20);
    }
    await load.moves(200);
    for (let i = 0; i < 3; i++)
        await it.toroku("reload");
    await load.end();
    t.diagnostic(`${load.requests} requests while definitions were read anew`);
});

test("a daemon that has not reloaded fetches the version that a case runs by", async () => {
    const config = join(it.folder, "second.yaml"), empty = movingFolder();
    writeFileSync(config, it.configuration().replace("pid_file: toroku.pid", "")
        .replace(JSON.stringify(folder), JSON.stringify(empty)));
    const second = await it.serve(config);
    putVersion(folder, 3, ["effective: 2026-01-01", "effective: 2026-01-03"], ["id: draft", "id: outline"]);
    await it.toroku("reload");
    const one = await openMoving(daemon.as("csp"));
    assert.equal(await version(one.number), 3);
    await raise(second.as("csp"), one, "remark");
    assert.deepEqual((await second.as("csp").read(one.number)).json.states, ["outline"]);
    assert.match(second.said, /moving@3 \(registered\) was fetched: a case runs by it/);
    await second.stop();
    rmSync(empty, { recursive: true });
});

test("without a daemon there is nothing to reload; one that is alone has its pid_file", async () => {
    assert.match(await it.serve().then(() => assert.fail("two daemons with one pid_file"), (error) => error.message),
        /is another daemon's/);
    it.daemons.pop();
    await daemon.stop();
    assert.ok(!existsSync(join(it.folder, "toroku.pid")));
    await assert.rejects(it.toroku("reload"), /no daemon runs with the pid_file/);
    await it.toroku("replay");
    await it.toroku("verify");
});
