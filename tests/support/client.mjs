// A client of the JSON API, and what every refusal must look like (RFC 9457).

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

// One request; never throws for a status. {status, headers, type, text, json}
export function send(port, method, path, { headers = {}, body, agent } = {}) {
    return new Promise((resolve, reject) => {
        const call = request({ host: "127.0.0.1", port, method, path, headers, agent: agent ?? false });
        call.once("error", reject);
        call.once("response", (response) => {
            const chunks = [];
            response.on("data", (chunk) => chunks.push(chunk));
            response.once("error", reject);
            response.once("end", () => {
                const bytes = Buffer.concat(chunks);
                const type = response.headers["content-type"] ?? "";
                const text = bytes.toString("utf8");
                resolve({ status: response.statusCode, headers: response.headers, type, bytes, text,
                    json: /json/.test(type) ? JSON.parse(text) : undefined });
            });
        });
        call.end(body);
    });
}

// Somebody with a token, at one daemon.
export class Client {
    constructor(port, token, name) {
        this.port = port;
        this.token = token;
        this.name = name;
        this.agent = new Agent({ keepAlive: true, maxSockets: 64 });
    }

    close() {
        this.agent.destroy();
    }

    // Credentials and language; given headers stand above, undefined leaves one out.
    headers(more = {}) {
        const all = { authorization: `Bearer ${this.token}`, ...more };
        return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    }

    get(path, headers) {
        return send(this.port, "GET", path, { headers: this.headers(headers), agent: this.agent });
    }

    post(path, body, headers) {
        const text = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
        return send(this.port, "POST", path, { agent: this.agent, body: text, headers: this.headers(
            { "content-type": "application/json", "idempotency-key": randomUUID(), ...headers }) });
    }

    open(workflow, { subject, data, key } = {}) {
        return this.post("/api/v1/cases", { workflow, subject, data }, key && { "idempotency-key": key });
    }

    // version: what If-Match says.
    event(number, version, event, data, { key, headers } = {}) {
        return this.post(`/api/v1/cases/${number}/events`, { event, data },
            { "if-match": version === undefined ? undefined : `"${version}"`,
                ...(key && { "idempotency-key": key }), ...headers });
    }

    read(number) {
        return this.get(`/api/v1/cases/${number}`);
    }

    history(number) {
        return this.get(`/api/v1/cases/${number}/events`);
    }

    queue(role) {
        return this.get(`/api/v1/queue?role=${role}`);
    }

    put(bytes, { name = "document.txt", type = "text/plain", hash = sha256(bytes), headers } = {}) {
        return send(this.port, "PUT", `/api/v1/documents/${hash}?name=${encodeURIComponent(name)}`,
            { agent: this.agent, body: bytes, headers: this.headers({ "content-type": type, ...headers }) });
    }
}

export function assertStatus(answer, status) {
    assert.equal(answer.status, status, `expected ${status}, got ${answer.status}: ${answer.text.slice(0, 2000)}`);
}

// A problem document: its type, and that everything it says of itself agrees. Answers the document.
export function assertProblem(answer, status, code) {
    assertStatus(answer, status);
    assert.equal(answer.type, "application/problem+json");
    assert.equal(answer.json.status, status);
    assert.equal(answer.json.code, code);
    assert.equal(answer.json.type, `urn:toroku:problem:${code}`);
    assert.ok(answer.json.title.length > 0, "a title");
    assert.ok(answer.json.detail?.length > 0, `a detail: ${answer.text}`);
    assert.equal(answer.headers["cache-control"], "no-store");
    if (status === 503)
        assert.match(answer.headers["retry-after"] ?? "", /^[1-9][0-9]*$/, "Retry-After");
    return answer.json;
}

// The finding of a problem at a JSON pointer.
export function assertFinding(problem, pointer, rule) {
    const found = (problem.errors ?? []).find((e) => e.pointer === pointer);
    assert.ok(found, `no finding at ${pointer}: ${JSON.stringify(problem.errors)}`);
    assert.equal(found.rule, rule);
    assert.ok(found.message.length > 0);
}
