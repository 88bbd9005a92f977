// deploy/start, the README's walk with curl, deploy/walkthrough, deploy/start again and deploy/stop, as a newcomer types
// them, in a copy of the tree. The program is TOROKU_BIN; with TOROKU_LONG deploy/start builds its own, as it does for
// everybody.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync,
    writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { send } from "../support/client.mjs";
import { FAULT, until } from "../support/daemon.mjs";
import { top } from "../support/postgres.mjs";
import { Visitor } from "../support/visitor.mjs";

const SERVICE = "見本クラウド";
const long = Boolean(process.env.TOROKU_LONG);
const parts = ["deploy", "workflows", "schema", "README.md"];
const sources = ["CMakeLists.txt", "CMakePresets.json", "engine", "adapters", "tests"];
const options = long ? [] : ["--program", process.env.TOROKU_BIN];

let folder, site;
let printed; // by the first deploy/start
const expected = []; // mails: "address subject"

// Runs a command of the copy to its end. {status, said}
function run(command, ...parameters) {
    return new Promise((resolve) => {
        execFile(join(folder, command), parameters, { cwd: folder, maxBuffer: 1 << 28, env: { ...process.env,
            G_SLICE: "always-malloc" } }, (error, stdout, stderr) =>
            resolve({ status: error ? error.code ?? error.signal : 0, said: stdout + stderr }));
    });
}

async function succeed(command, ...parameters) {
    const { status, said } = await run(command, ...parameters);
    assert.equal(status, 0, `${command} ended with ${status}:\n${said}`);
    return said;
}

const path = (...names) => join(folder, ...names);
const portOf = (name) => Number(new RegExp(`^${name}=(\\d+)$`, "m").exec(readFileSync(path("var/ports"), "utf8"))[1]);

// The processes that carry the copy's path in their command line: number and command.
function processes() {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid).flatMap((pid) => {
        try {
            const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
            return command.includes(folder) ? [`${pid} ${command}`] : [];
        } catch {
            return []; // it has just ended
        }
    });
}

// The files that deploy/start has written, and what stands in them; the logs, which grow, by name alone.
const state = () => ["var", "var/secrets"].flatMap((name) => readdirSync(path(name), { withFileTypes: true })
    .map((entry) => join(name, entry.name) + (!entry.isFile() || /\.log$|^lock$/.test(entry.name) ? "" :
        `: ${readFileSync(path(name, entry.name), "utf8")}`)).sort());

// The mails of one application's life, of which ${csp} is told and whose cases bear these numbers.
const lifeMails = (csp, application, meeting, entry) => [
    [csp, `[${application}] 登録申請を受け付けました（${SERVICE}）`],
    ["opsup-queue", `[${application}] 受理確認をお願いします（${SERVICE}）`],
    [csp, `[${application}] 補正をお願いします（${SERVICE}）`],
    ["opsup-queue", `[${application}] 補正された申請書が提出されました（${SERVICE}）`],
    [csp, `[${application}] 申請を受理しました（${SERVICE}）`],
    [csp, `[${application}] 照会への回答をお願いします（${SERVICE}）`],
    ["opsup-queue", `[${application}] 照会に回答がありました（${SERVICE}）`],
    [csp, `[${application}] 技術的審査が終わりました（${SERVICE}）`],
    ["secretariat-queue", `[${application}] 技術的審査が終わりました（${SERVICE}）`],
    ["committee-contacts", `[${meeting}] 付議がありました（第42回）`],
    ["secretariat-queue", `[${meeting}] 決定が記録されました（第42回）`],
    ["opsup-queue", `[${meeting}] 決定が記録されました（第42回）`],
    [csp, `[${application}] 登録が決定されました（${SERVICE}）`],
    ["aud-1-contacts", `[${application}] 登録が決定されました（${SERVICE}）`],
    [csp, `[${entry}] 登録されました（${SERVICE}）`],
    ["aud-1-contacts", `[${entry}] 登録されました（${SERVICE}）`],
    ["secretariat-queue", `[${entry}] 登録されました（${SERVICE}）`],
].map(([address, subject]) => `${address}@toroku.example ${subject}`);

// The daemon as systemd runs it (Type=notify, WatchdogSec=): it is ready when it says so, and feeds the watchdog.
async function superviseOnce() {
    const program = long ? path("build/release/toroku") : process.env.TOROKU_BIN;
    const manager = spawn(join(top, "tests/support/notified"), ["300000", program, "serve", "--config",
        path("var/toroku.yaml")], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    manager.stdout.on("data", (data) => (said += data));
    const ended = new Promise((resolve) => manager.once("close", resolve));
    await until("two words for the watchdog", () => said.split("WATCHDOG=1\n").length > 2 || manager.exitCode !== null);
    assert.match(said, new RegExp(`^READY=1\nSTATUS=listening on 127.0.0.1:${portOf("http")}\n`, "m"));
    manager.kill("SIGTERM");
    assert.equal(await ended, 0, said);
    assert.match(said, /^STOPPING=1$/m); // while it drains it still feeds the watchdog
}

// Every expected mail has arrived, once, and no other.
async function assertMail() {
    const list = async () => JSON.parse(await succeed("deploy/mailbox", "--list", "var/mail", "--json"));
    const mails = await until(`${expected.length} mails`, async () => {
        const arrived = await list();
        return arrived.length >= expected.length && arrived;
    });
    assert.deepEqual(mails.map((mail) => `${mail.to} ${mail.subject}`).sort(), [...expected].sort());
    assert.equal(new Set(mails.map((mail) => mail.message_id)).size, mails.length);
    assert.ok(mails.every((mail) => /with ESMTPSA /.test(mail.received)), "sent with TLS and a login");
}

// The audit periods of the examples lie in the years when they were written: moved, so that the registration still runs.
function moveExamples() {
    const name = path("workflows/examples/application.json");
    const ended = Number(/"end": "(\d+)-/.exec(readFileSync(name, "utf8"))[1]);
    const today = new Date(Date.now() + 9 * 3600e3);
    const last = today.getUTCFullYear() - (today.getUTCMonth() < 5 ? 1 : 0);
    for (const file of [name, path("workflows/examples/corrected-application.json")])
        writeFileSync(file, readFileSync(file, "utf8").replaceAll(/"(\d{4})-(?=\d\d-\d\d")/g,
            (_, year) => `"${Number(year) + last - ended}-`));
}

before(() => {
    assert.ok(process.env.TOROKU_BIN, "TOROKU_BIN is not set; run the tests with ctest");
    folder = realpathSync(mkdtempSync(join(tmpdir(), "toroku-deploy-")));
    chmodSync(folder, 0o755); // postgres must pass when root runs the tests
    for (const part of long ? [...parts, ...sources] : parts)
        cpSync(join(top, part), path(part), { recursive: true });
    moveExamples();
});

after(async () => {
    if (existsSync(path("var")))
        await run("deploy/stop");
    if (!process.env.TOROKU_KEEP)
        rmSync(folder, { recursive: true, force: true });
});

test("before anything was started there is nothing to stop and nothing to walk through", async () => {
    assert.match(await succeed("deploy/stop"), /nothing was started from this checkout/);
    const walk = await run("deploy/walkthrough");
    assert.notEqual(walk.status, 0);
    assert.match(walk.said, /the daemon does not run; deploy\/start starts it/);
});

test("deploy/start ends with the daemon answering", async () => {
    const said = await succeed("deploy/start", ...options);
    for (const word of ["creating a private PostgreSQL cluster", "creating the database", "migrating the database",
        "starting the demonstration mail server", "loading the demonstration", "starting the daemon"])
        assert.ok(said.includes(`deploy/start: ${word}`), `it says: ${word}\n${said}`);
    assert.equal(said.includes("built build/release/toroku"), long);
    site = /^Toroku answers at +(http:\/\/\S+)$/m.exec(said)[1];
    assert.equal(site, `http://127.0.0.1:${portOf("http")}`);
    const ready = await send(portOf("http"), "GET", "/health/ready");
    assert.equal(ready.status, 200);
    assert.equal((await send(portOf("http"), "GET", "/register")).status, 200);
    printed = said;
});

test("everybody of the demonstration signs in with the password that was printed", async () => {
    const people = [...printed.matchAll(/^ +(\w+) +(\w+) +([A-Z0-9-]+) +(demo-\S+)$/gm)];
    const roles = people.map(([, , role]) => role).sort();
    assert.deepEqual(roles, ["auditor_admin", "committee", "committee", "ministry", "operator", "opsup", "opsup",
        "owner", "owner", "owner", "procurer", "secretariat"]);
    assert.match(printed, /Demonstration people, not for production/);
    for (const [, login, , , password] of people) {
        assert.ok(readFileSync(path("var/demo-passwords"), "utf8").includes(`\n${login} ${password}\n`));
        const visitor = new Visitor({ port: portOf("http") });
        assert.equal((await visitor.signIn(login, password)).status, 303, login);
        assert.equal((await visitor.get("/organisation")).status, 200, login);
    }
    assert.equal(statSync(path("var/demo-passwords")).mode & 0o77, 0, "nobody else reads them");
});

test("the README's walk with curl ends in the register, a mail for each step", async () => {
    const readme = readFileSync(path("README.md"), "utf8");
    const block = /<!-- curl walk-through: begin -->\n```bash\n([^]*?)```\n/.exec(readme)[1];
    assert.ok(block.includes("http://127.0.0.1:8080/"));
    writeFileSync(path("walk.bash"), `set -e\n${block.replaceAll("http://127.0.0.1:8080/", `${site}/`)}`);
    chmodSync(path("walk.bash"), 0o755);
    const walk = await new Promise((resolve) => execFile("bash", ["walk.bash"], { cwd: folder },
        (error, stdout, stderr) => resolve({ error, said: stdout + stderr })));
    assert.ifError(walk.error && new Error(walk.said));
    assert.doesNotMatch(walk.said, /urn:toroku:problem/);
    assert.match(walk.said, /"case":"CD-2","repeated":false,"states":\["decided"\]/);
    const register = await until("the service is listed", async () => {
        const answer = await send(portOf("http"), "GET", "/register.json");
        return answer.json.entries.length > 0 && answer.json;
    });
    const [entry] = register.entries;
    assert.equal(entry.entry.service_name, SERVICE);
    assert.match(entry.key, /^C\d\d-0001-2$/);
    expected.push(...lifeMails("csp-1-contacts", "SA-1", "CD-2", entry.key));
    await assertMail();
});

test("deploy/walkthrough takes another application the same way", async () => {
    const said = await succeed("deploy/walkthrough", "csp2", "2");
    assert.equal(said.match(/"repeated":false/g).length, 11, said);
    const entry = /^ +(C\d\d-0002-2) \| 見本クラウド \| /m.exec(said)[1];
    const [application] = /SA-\d+/.exec(said), [meeting] = /CD-\d+/.exec(said);
    expected.push(...lifeMails("csp-2-contacts", application, meeting, entry));
    await assertMail();
    const page = (await send(portOf("http"), "GET", "/register")).text;
    assert.ok(page.includes(`<a href="/register/${entry}">`));
});

test("walked through again it changes nothing and gets the first answers", async () => {
    const said = await succeed("deploy/walkthrough", "csp2", "2");
    assert.equal(said.match(/"repeated":true/g).length, 11, said);
    assert.doesNotMatch(said, /"repeated":false/);
    await assertMail();
});

test("the laws hold for what was recorded, read as the role that migrates", async () => {
    const program = long ? path("build/release/toroku") : process.env.TOROKU_BIN;
    for (const subcommand of ["verify", "replay"]) {
        const { error, said } = await new Promise((resolve) => execFile(program,
            [subcommand, "--config", path("var/toroku.yaml")], (e, stdout, stderr) =>
                resolve({ error: e, said: stdout + stderr })));
        assert.ifError(error && new Error(said));
        assert.match(said, /^6 cases, 26 events, 0 with differences$/m);
    }
});

test("a second deploy/start changes nothing and says so", async () => {
    const running = processes(), files = state();
    const said = await succeed("deploy/start", ...options);
    assert.match(said, /^deploy\/start: everything was up already; nothing was changed$/m);
    assert.doesNotMatch(said, /creating|migrating|starting|writing|built/);
    assert.deepEqual(processes().filter((p) => !running.includes(p) && !/postgres/.test(p)), []);
    assert.deepEqual(state(), files);
});

test("a daemon that was killed is started again, alone, and nothing is lost", async () => {
    const [pid] = readFileSync(path("var/toroku.pid"), "utf8").split(" ");
    process.kill(Number(pid), "SIGKILL");
    await until("it has ended", () => !processes().some((line) => line.startsWith(`${pid} `)));
    await superviseOnce();
    const said = await succeed("deploy/start", ...options);
    assert.match(said, /^deploy\/start: starting the daemon$/m);
    assert.doesNotMatch(said, /creating|starting PostgreSQL|starting the demonstration mail/);
    const register = await send(portOf("http"), "GET", "/register.json");
    assert.equal(register.json.entries.length, 2);
    await assertMail();
});

test("deploy/stop ends what was started, and nothing else", async () => {
    const said = await succeed("deploy/stop");
    for (const word of ["stopping the daemon", "stopping the demonstration mail server", "stopping PostgreSQL"])
        assert.ok(said.includes(word), said);
    assert.deepEqual(processes(), []);
    assert.doesNotMatch(readFileSync(path("var/toroku.log"), "utf8"), FAULT);
    assert.match(readFileSync(path("var/toroku.log"), "utf8"), /drained; goodbye\n$/);
    // A number that came round again: the process that bears it now began at another moment.
    const stranger = spawn("sleep", ["600"], { stdio: "ignore" });
    for (const name of ["toroku", "mailbox"])
        writeFileSync(path(`var/${name}.pid`), `${stranger.pid} 1\n`);
    assert.match(await succeed("deploy/stop"), /nothing was running/);
    assert.equal(stranger.exitCode ?? stranger.signalCode, null);
    stranger.kill();
});
