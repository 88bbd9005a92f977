// The steps of an application's life, each as the person does it whose turn it is.

import assert from "node:assert/strict";

import { assertStatus } from "./client.mjs";
import { example, exampleDocument, until } from "./daemon.mjs";

const DOCUMENTS = ["statement.txt", "written-representation.txt", "audit-report.txt"];

// The clients of all who take part, at one daemon or at several.
export function people(daemon) {
    return Object.fromEntries(Object.keys(daemon.installation.tokens).map((login) => [login, daemon.as(login)]));
}

export async function putDocuments(client) {
    for (const name of DOCUMENTS)
        assertStatus(await client.put(exampleDocument(name), { name }), 201);
}

// Raises an event that is to be taken; answers the case's new version.
export async function raise(client, number, version, event, data) {
    const answer = await client.event(number, version, event, data);
    assertStatus(answer, 200);
    assert.equal(answer.headers.etag, `"${answer.json.version}"`);
    return answer.json.version;
}

// An application about a service of its own, named ${name}: opened. {number, version, subject}
export async function openApplication(installation, client, name, org) {
    const subject = await installation.subject(name, org);
    const answer = await client.open("service-application", { subject, data: { service_name: name } });
    assertStatus(answer, 201);
    return { number: answer.json.case, version: answer.json.version, subject };
}

// From `preparing` to the committee, without corrections.
export async function bringToCommittee(who, number, version, form) {
    version = await raise(who.csp, number, version, "submit", form);
    version = await raise(who.ops1, number, version, "accept");
    version = await raise(who.ops2, number, version, "complete", example("review-report"));
    return raise(who.ops3, number, version, "assess", example("risk-assessment"));
}

// The committee registers what stands on the agenda; answers the number of its case.
export async function approve(who, deciders, agenda) {
    const meeting = await who.sec.open("committee-decision", { data: { ...example("agenda"), agenda } });
    assertStatus(meeting, 201);
    await raise(who.com, meeting.json.case, meeting.json.version, "approve", { ...example("approval"), deciders });
    return meeting.json.case;
}

// Resolves when a case stands in all these states.
export async function standsIn(client, number, states) {
    return until(`${number} stands in ${states}`, async () => {
        const answer = await client.read(number);
        return answer.status === 200 && states.every((state) => answer.json.states.includes(state)) && answer.json;
    });
}
