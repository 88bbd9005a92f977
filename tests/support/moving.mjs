// The workflow of tests/support/moves in a folder of its own, further versions of it, and people who keep cases of it
// moving while something else is tried.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { assertStatus } from "./client.mjs";
import { top } from "./postgres.mjs";

export function movingFolder() {
    const folder = mkdtempSync(join(tmpdir(), "toroku-moving-"));
    cpSync(join(top, "tests/support/moves"), folder, { recursive: true });
    return folder;
}

// The text of version ${number}: the first one's with ${changes}, pairs of words.
export function movingVersion(number, ...changes) {
    let text = readFileSync(join(top, "tests/support/moves/moving.yaml"), "utf8")
        .replace("version: 1\n", `version: ${number}\n`);
    for (const [from, to] of changes) {
        assert.ok(text.includes(from), `no ${from}`);
        text = text.replaceAll(from, to);
    }
    return text;
}

export const putVersion = (folder, number, ...changes) =>
    writeFileSync(join(folder, `moving-${number}.yaml`), movingVersion(number, ...changes));

// The role that the workflow's office is.
export const grantOffice = (it) => it.database.rows(`insert into grants (person_id, org_id, role)
    select p.id, o.id, 'office' from persons p, organisations o where p.login = 'ops1' and o.code = 'OPS'`);

const inDays = (days) => new Date(Date.now() + days * 86400000).toISOString().slice(0, 10);

export async function openMoving(client) {
    const opened = await client.open("moving", { data: { until: inDays(60) } });
    assertStatus(opened, 201);
    return { number: opened.json.case, version: opened.json.version };
}

// Raises ${event} until it is taken: another daemon, a migration or the clock may have come first.
export async function raise(client, one, event, counts) {
    for (;;) {
        const answer = await client.event(one.number, one.version, event);
        if (answer.status === 412) { // somebody else's event came between
            const read = await client.read(one.number);
            assertStatus(read, 200);
            one.version = read.json.seq;
            continue;
        }
        assertStatus(answer, 200);
        one.version = answer.json.version;
        if (counts)
            counts.requests++;
        return answer;
    }
}
