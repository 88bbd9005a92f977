// A daemon never serves a definition with something wrong in it: it does not start on one, and one that serves a sound
// folder keeps to what it has when a broken one is to be read anew.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";

import { Daemon, Installation } from "../support/daemon.mjs";
import { brokenDefinitions, fillFolder, goldenOf, newFolder } from "../support/findings.mjs";

const folder = newFolder();
const broken = brokenDefinitions();
let it;

before(async () => {
    fillFolder(folder);
    it = await Installation.create({ workflows: folder, pidFile: "toroku.pid" });
});

after(async () => {
    await it?.remove();
    rmSync(folder, { recursive: true, force: true });
});

const charts = () => it.database.rows("select workflow, version, sha256 from charts order by 1, 2");

// Every finding of the golden text stands in ${said}, where it is.
function assertTold(one, said) {
    for (const line of goldenOf(one).split("\n").filter((text) => /\[[a-z-]+\]$/.test(text) && !text.startsWith(" "))) {
        const [, place, text, code] = /^(\S+:) (.*) \[([a-z-]+)\]$/.exec(line);
        const told = said.split("\n").some((row) => row.includes(place) && row.includes(text) && row.includes(code));
        // A folder is named as the configuration has it.
        assert.ok(told || (place === ".:" && said.includes(code)), `${one.name}: ${line}\nis not in\n${said}`);
    }
}

test("a daemon does not start on any broken definition, and says why", async (t) => {
    assert.ok(broken.length > 60);
    for (const one of broken) {
        fillFolder(folder, one);
        const daemon = new Daemon(it, it.config);
        await daemon.hasEnded({ code: 1, signal: null });
        assert.doesNotMatch(daemon.said, /listening on/, one.name);
        assertTold(one, daemon.said);
        assert.deepEqual(await charts(), [], `${one.name} was registered`);
    }
    t.diagnostic(`${broken.length} broken definitions`);
});

test("a daemon that serves a sound folder keeps to it, whatever it is told to read", async () => {
    fillFolder(folder);
    const daemon = await it.serve();
    const was = await charts();
    assert.equal(was.length, 2);
    for (const one of broken) {
        fillFolder(folder, one);
        const said = await it.toroku("reload").then(() => assert.fail(`${one.name} was read`), (error) => error.message);
        assertTold(one, said);
        assert.match(said, /nothing was changed/);
        assert.ok(await daemon.isReady(), one.name);
    }
    assert.deepEqual(await charts(), was);
    fillFolder(folder);
    await it.toroku("reload");
    await daemon.stop();
});
