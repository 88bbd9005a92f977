// Databases for tests, through psql: a database of its own for each test in the cluster of the fixture, sessions that
// stay open to hold locks, and a cluster of a test's own that can be stopped under the daemon.

import { spawn, execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const run = promisify(execFile);
export const top = new URL("../..", import.meta.url).pathname;
const PSQL = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"];
// Roles belong to the whole cluster: whoever creates them does so alone.
const ROLES_LOCK = 7061;

let made = 0;

// The cluster that ctest's fixture started: TOROKU_TEST_PG is its conninfo, or @FILE that holds it.
export function fixtureCluster() {
    const value = process.env.TOROKU_TEST_PG;
    if (!value)
        throw new Error("TOROKU_TEST_PG is not set; run the tests with ctest, or start tests/support/pgcluster");
    return value.startsWith("@") ? readFileSync(value.slice(1), "utf8").trim() : value;
}

// A later keyword stands above an earlier one.
const as = (cluster, words) => `${cluster} ${words}`;

// A psql that stays: its transaction, and the locks of that, live as long as it does.
export class Session {
    constructor(conninfo) {
        this.process = spawn("psql", [...PSQL, "-d", conninfo], { stdio: ["pipe", "pipe", "inherit"] });
        this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
        this.count = 0;
    }

    // Runs one statement and answers its rows.
    async query(sql) {
        const mark = `-- done ${++this.count}`;
        const rows = [];
        this.process.stdin.write(`${sql};\n\\echo ${mark}\n`);
        for (;;) {
            const { value, done } = await this.lines.next();
            if (done)
                throw new Error(`psql ended while it ran: ${sql}`);
            if (value === mark)
                return rows;
            rows.push(value);
        }
    }

    // Ends it; what is not committed is rolled back. Answers when the server has let go of its locks.
    async close() {
        await this.query("rollback");
        this.process.stdin.end();
        await new Promise((resolve) => this.process.once("close", resolve));
    }
}

export class Database {
    // With the roles of an installation: the daemon of a test is no superuser either.
    static async create(cluster = fixtureCluster()) {
        const name = `e2e_${process.pid}_${++made}`;
        await run("psql", [...PSQL, "-d", cluster, "-o", "/dev/null", "-c", `select pg_advisory_lock(${ROLES_LOCK})`,
            "-f", join(top, "deploy/roles.sql")], { env: { ...process.env, PGOPTIONS: "-c client_min_messages=error" } });
        await run("psql", [...PSQL, "-d", cluster, "-c", `create database ${name} owner migrate`]);
        return new Database(cluster, name);
    }

    constructor(cluster, name) {
        this.cluster = cluster;
        this.name = name;
        this.conninfo = as(cluster, `dbname=${name}`);
    }

    // A conninfo of one of the daemon's roles.
    role(name) {
        return as(this.conninfo, `user=${name}`);
    }

    // The rows of a query, one text each.
    async rows(sql) {
        const { stdout } = await run("psql", [...PSQL, "-d", this.conninfo, "-c", sql], { maxBuffer: 1 << 28 });
        return stdout.split("\n").slice(0, -1);
    }

    async value(sql) {
        return (await this.rows(sql))[0];
    }

    async number(sql) {
        return Number(await this.value(sql));
    }

    // The rows of a query as objects.
    async objects(sql) {
        return JSON.parse((await this.rows(`select coalesce(json_agg(q), '[]') from (${sql}) q`)).join("\n"));
    }

    session() {
        return new Session(this.conninfo);
    }

    // Rows and a hash of every table. Sequences may skip: nothing promises that case ids have no gaps.
    async fingerprint() {
        const tables = await this.rows("select tablename from pg_tables where schemaname = 'public' order by 1");
        const parts = tables.map((t) => `select '${t} ' || count(*) || ' ' ||
            coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') from ${t} t`);
        return (await this.rows(parts.join(" union all "))).sort().join("\n");
    }

    async drop() {
        await run("psql", [...PSQL, "-d", this.cluster, "-c", `drop database ${this.name} with (force)`]);
    }
}

// A cluster of a test's own. stop() ends the server as a crash does; start() brings it back where it was.
export class Cluster {
    static async create() {
        const cluster = new Cluster();
        cluster.folder = mkdtempSync(join(tmpdir(), "toroku-cluster-"));
        cluster.conninfo = (await cluster.ctl("start")).trim();
        return cluster;
    }

    async ctl(verb) {
        return (await run(join(top, "tests/support/pgcluster"), [verb, this.folder])).stdout;
    }

    crash() {
        return this.ctl("crash");
    }

    recover() {
        return this.ctl("recover");
    }

    async remove() {
        await this.ctl("stop");
        rmSync(this.folder, { recursive: true, force: true });
    }
}

