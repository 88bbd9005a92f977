// The daemon as it runs in earnest, for tests: a database of its own with the roles of an installation, a real SMTP
// server, a configuration, people with tokens. The binary is TOROKU_BIN, built with sanitizers; what they say of it
// fails the test that stops it.

import assert from "node:assert/strict";
import { spawn, execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { Client, send, sha256 } from "./client.mjs";
import { Mailbox, mailPassword, mailUser } from "./mailbox.mjs";
import { Database, top } from "./postgres.mjs";

const binary = process.env.TOROKU_BIN;
const environment = { ...process.env, G_SLICE: "always-malloc", UBSAN_OPTIONS: "print_stacktrace=1",
    TOROKU_SMTP_PASSWORD: mailPassword };
export const FAULT = /AddressSanitizer|LeakSanitizer|runtime error:|CRITICAL|Assertion|: critical /;
// Waiting has a limit only so that a fault ends.
const PATIENCE_MS = 60000;

// Asks again and again until the answer is one; answers it.
export async function until(what, ask, { every = 25, patience = PATIENCE_MS } = {}) {
    for (const end = Date.now() + patience; ;) {
        const answer = await ask();
        if (answer)
            return answer;
        if (Date.now() > end)
            throw new Error(`waited in vain: ${what}`);
        await sleep(every);
    }
}

export class Daemon {
    constructor(installation, config) {
        this.installation = installation;
        this.said = "";
        // As from a login shell: Node raised its own limit of open files, which its children would have as well.
        this.process = spawn("sh", ["-c", 'ulimit -S -n 1024; exec "$0" "$@"', binary, "serve", "--config", config],
            { env: environment, stdio: ["ignore", "pipe", "pipe"] });
        for (const stream of [this.process.stdout, this.process.stderr])
            stream.on("data", (data) => (this.said += data));
        this.ended = new Promise((resolve) =>
            this.process.once("close", (code, signal) => resolve({ code, signal })));
        this.ended.then(() => (this.over = true));
    }

    // Resolves when /health/ready says so.
    async ready() {
        this.port = Number(await until("the daemon listens", () => {
            assert.ok(!this.over, `the daemon ended:\n${this.said}`);
            return /listening on [^\n]*:(\d+)/.exec(this.said)?.[1];
        }));
        await until("the daemon is ready", () => this.isReady());
        return this;
    }

    async isReady() {
        assert.ok(!this.over, `the daemon ended:\n${this.said}`);
        return (await send(this.port, "GET", "/health/ready")).status === 200;
    }

    async figures() {
        return (await send(this.port, "GET", "/health/ready")).json.figures;
    }

    // A client with the token of ${login}.
    as(login) {
        const client = new Client(this.port, this.installation.tokens[login], login);
        this.installation.clients.push(client);
        return client;
    }

    // SIGTERM, or ${signal}; a clean end is demanded of what was not killed.
    async stop(signal = "SIGTERM") {
        this.process.kill(signal);
        await this.hasEnded(signal === "SIGKILL" ? { code: null, signal } : undefined);
    }

    // Waits for the end, which is to be ${how}; a fault that a sanitizer tells of fails here in any case.
    async hasEnded(how = { code: 0, signal: null }) {
        const patience = setTimeout(() => this.process.kill("SIGABRT"), PATIENCE_MS);
        const end = await this.ended;
        clearTimeout(patience);
        assert.doesNotMatch(this.said, FAULT, "the daemon reported a fault");
        assert.deepEqual(end, how, `how the daemon ended; it said:\n${this.said}`);
    }
}

// Who there is: organisations with the roles they hold and the languages of their mail, people with their grants.
const ORGANISATIONS = [
    { code: "CSP-1", ja: "見本株式会社", en: "Sample Corporation", kind: "csp", mail: ["contacts"] },
    { code: "CSP-2", ja: "別会社", en: "Other Corporation", kind: "csp", mail: ["contacts"], language: "en" },
    { code: "AUD-1", ja: "見本監査法人", en: "Sample Audit", kind: "auditor", mail: ["contacts"] },
    { code: "AUD-2", ja: "第二監査法人", en: "Second Audit", kind: "auditor", mail: ["contacts"] },
    { code: "OPS", ja: "運用支援機関", en: "Operation support body", kind: "opsup", role: "opsup",
        mail: ["queue", "lead"] },
    { code: "SEC", ja: "事務局", en: "Secretariat", kind: "secretariat", role: "secretariat", mail: ["queue"] },
    { code: "COM", ja: "運営委員会", en: "Steering committee", kind: "committee", role: "committee",
        mail: ["contacts"] },
    { code: "MIN", ja: "制度所管省庁", en: "Ministry", kind: "ministry", role: "ministry", mail: ["contacts"] },
    { code: "PRO", ja: "調達省庁", en: "Procuring ministry", kind: "procurer", role: "procurer", mail: ["contacts"] },
];
const PEOPLE = {
    csp: ["CSP-1", "owner"], other: ["CSP-2", "owner"], ops1: ["OPS", "opsup"], ops2: ["OPS", "opsup"],
    ops3: ["OPS", "opsup"], sec: ["SEC", "secretariat"], com: ["COM", "committee"], ministry: ["MIN", "ministry"],
    procurer: ["PRO", "procurer"], aud: ["AUD-1", "owner"], aud2: ["AUD-2", "owner"],
};

const quote = (text) => `'${text.replaceAll("'", "''")}'`;

export const addressOf = (code, kind) => `${kind}@${code.toLowerCase()}.example`;

// The rows of a directory, as text of SQL. Tokens are kept by their SHA-256.
function directory(tokens) {
    const sql = [];
    for (const o of ORGANISATIONS) {
        const id = `(select id from organisations where code = ${quote(o.code)})`;
        sql.push(`insert into organisations (code, name_ja, name_en, kind) values
            (${[o.code, o.ja, o.en, o.kind].map(quote)})`);
        if (o.role)
            sql.push(`insert into org_roles (role, org_id) values (${quote(o.role)}, ${id})`);
        for (const kind of o.mail)
            sql.push(`insert into contacts (org_id, kind, email, language) values
                (${id}, ${quote(kind)}, ${quote(addressOf(o.code, kind))}, ${quote(o.language ?? "ja")})`);
    }
    for (const [login, [org, role]] of Object.entries(PEOPLE)) {
        const ids = `(select id from persons where login = ${quote(login)}),
            (select id from organisations where code = ${quote(org)})`;
        sql.push(`insert into persons (login, name) values (${quote(login)}, ${quote(login)})`,
            `insert into grants (person_id, org_id, role) values (${ids}, ${quote(role)})`,
            `insert into tokens (hash, person_id, org_id) values
                ('\\x${sha256(tokens[login])}', ${ids})`);
    }
    return sql.join(";\n");
}

export class Installation {
    // options: {cluster, mailbox: arguments of deploy/mailbox, database, engine, http: {...}, workflows: folder,
    // demonstration: true, pidFile: name}
    static async create(options = {}) {
        assert.ok(binary, "TOROKU_BIN is not set; run the tests with ctest");
        const it = new Installation();
        it.options = options;
        it.folder = mkdtempSync(join(tmpdir(), "toroku-e2e-"));
        it.daemons = [];
        it.clients = [];
        it.tokens = Object.fromEntries(Object.keys(PEOPLE).map((login) => [login, randomBytes(24).toString("hex")]));
        mkdirSync(join(it.folder, "mail"));
        it.database = await Database.create(options.cluster);
        it.mailbox = await Mailbox.start(join(it.folder, "mail"), options.mailbox);
        it.config = join(it.folder, "toroku.yaml");
        writeFileSync(it.config, it.configuration());
        await it.toroku("migrate");
        await it.database.rows(directory(it.tokens));
        return it;
    }

    configuration() {
        const lines = (section, values) => [`${section}:`,
            ...Object.entries(values).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`)];
        return [
            `workflows: ${JSON.stringify(this.options.workflows ?? join(top, "workflows"))}`,
            `demonstration: ${this.options.demonstration ?? false}`,
            ...(this.options.pidFile ? [`pid_file: ${this.options.pidFile}`] : []),
            ...lines("database", { url: this.database.role("engine"), read_url: this.database.role("reader"),
                migrate_url: this.database.role("migrate"), ...this.options.database }),
            ...lines("http", { listen: "127.0.0.1:0", public_url: "https://toroku.test", ...this.options.http }),
            ...lines("mail", { host: "127.0.0.1", port: this.mailbox.port, tls: "starttls",
                ca_file: "mail/certificate.pem", username: mailUser, from: "toroku@toroku.test",
                from_name: "登録事務局" }),
            ...lines("engine", { settle_ms: 200, deadline_poll_ms: 50, ...this.options.engine }),
            ...lines("log", { level: "info", format: "text" }), "",
        ].join("\n");
    }

    // Runs a subcommand with this configuration; throws with what it said when it does not end with 0.
    toroku(subcommand, ...parameters) {
        return this.tell("", subcommand, ...parameters);
    }

    // The same with ${input} on its standard input.
    tell(input, subcommand, ...parameters) {
        return new Promise((resolve, reject) => {
            const child = execFile(binary, [subcommand, "--config", this.config, ...parameters],
                { env: environment, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
                    const said = `${stdout}${stderr}`;
                    if (error || FAULT.test(said))
                        reject(new Error(`toroku ${subcommand} (${error?.code ?? 0}):\n${said}`));
                    else
                        resolve(said);
                });
            child.stdin.on("error", () => {}); // it may end without reading
            child.stdin.end(input);
        });
    }

    // Lets somebody sign in to the pages.
    password(login, password) {
        return this.tell(`${password}\n`, "directory", "password", login);
    }

    async serve(config = this.config) {
        const daemon = new Daemon(this, config);
        this.daemons.push(daemon);
        return daemon.ready();
    }

    // A service of an organisation, for applications to be about. Answers its id.
    async subject(name, org = "CSP-1") {
        return Number((await this.database.rows(`insert into subjects (org_id, code, name)
            select id, ${quote(name)}, ${quote(name)} from organisations where code = ${quote(org)} returning id`))[0]);
    }

    async personId(login) {
        return this.database.value(`select id from persons where login = ${quote(login)}`);
    }

    // Ends what is left, and demands that the daemons end well. A test that failed learns what they said.
    async remove() {
        const left = this.daemons.filter((daemon) => !daemon.over);
        try {
            for (const client of this.clients)
                client.close();
            for (const daemon of left)
                await daemon.stop();
        } finally {
            for (const daemon of this.daemons)
                if (!daemon.over)
                    daemon.process.kill("SIGKILL");
            await this.mailbox.stop();
            if (process.env.TOROKU_KEEP)
                for (const [i, daemon] of this.daemons.entries())
                    writeFileSync(join(this.folder, `daemon-${i}.log`), daemon.said);
            else
                await this.database.drop().then(() => rmSync(this.folder, { recursive: true, force: true }));
        }
    }
}

// A valid input of a form, from workflows/examples.
export const example = (name) => JSON.parse(readFileSync(join(top, "workflows/examples", `${name}.json`), "utf8"));

export const exampleDocument = (name) => readFileSync(join(top, "workflows/examples/documents", name));
