// A provider's person sees, lists, opens and guesses nothing of another provider: a walk over every link of the pages
// and every identifier, through pages, API, documents, mails and the words of refusals. Whatever is asked about the
// other's things is answered exactly as if they did not exist.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertStatus, sha256 } from "../support/client.mjs";
import { addressOf, example, Installation, until } from "../support/daemon.mjs";
import { links } from "../support/page.mjs";
import { top } from "../support/postgres.mjs";
import { openApplication, people, raise } from "../support/walk.mjs";
import { forms, Visitor } from "../support/visitor.mjs";

// What only the first provider and the offices know: no answer to the second one may hold any of it.
const MARK = "壁の向こう";
const WORKFLOWS = readdirSync(join(top, "workflows")).map((file) =>
    file.endsWith(".yaml") && /^workflow: *(\S+)/m.exec(readFileSync(join(top, "workflows", file), "utf8"))?.[1])
    .filter(Boolean);
const nothing = "SA-77777777";
const CLASSES = ["public", "case", "restricted", "personal"];

let it, daemon, who, b;
let markers; // texts that betray the first provider
let known; // its identifiers
const told = []; // everything that the second provider was answered, as text

before(async () => {
    it = await Installation.create();
    await it.password("other", "password-of-the-other");
    // Numbers that stand for nothing else in an answer.
    await it.database.rows("alter sequence subjects_id_seq restart 50001; alter sequence case_ids restart 60001");
    daemon = await it.serve();
    who = people(daemon);
    await firstProvider();
    b = new Visitor(daemon);
    assertStatus(await b.signIn("other", "password-of-the-other"), 303);
    await openApplication(it, who.other, "自分のクラウド", "CSP-2"); // so that there is something to walk through
});

after(() => it.remove());

// A form's example with every text marked, so that each field would be recognised.
function marked(form, documents) {
    const mark = (value, path) => {
        if (Array.isArray(value))
            return value.map((item, i) => mark(item, `${path}.${i}`));
        if (value !== null && typeof value === "object")
            return "sha256" in value ? documents.shift() : Object.fromEntries(
                Object.entries(value).map(([key, inner]) => [key, mark(inner, `${path}.${key}`)]));
        return typeof value === "string" && /[぀-ヿ一-鿿]/.test(value) ? `${MARK}${path}` : value;
    };
    return mark(example(form), form);
}

// Cases of the first provider: applications under review with an inquiry, returned, being prepared; an incident;
// documents; notices.
async function firstProvider() {
    const documents = [];
    for (const name of ["statement", "representation", "report"]) {
        const bytes = Buffer.from(`${MARK}の文書 ${name}`), file = `${MARK}-${name}.txt`;
        assertStatus(await who.csp.put(bytes, { name: file }), 201);
        documents.push({ name: file, sha256: sha256(bytes), size: bytes.length, media_type: "text/plain" });
    }
    const lead = async (service, ...steps) => {
        let { number, version, subject } = await openApplication(it, who.csp, service);
        for (const [by, event, data] of steps)
            version = await raise(who[by], number, version, event, data);
        return { number, version, subject };
    };
    const filed = () => ["csp", "submit", marked("application", [...documents])];
    const cases = [
        await lead(`${MARK}の照会`, filed(), ["ops1", "accept"], ["ops2", "ask", marked("inquiry")]),
        await lead(`${MARK}の補正`, filed(), ["ops1", "return", marked("correction-request")]),
        await lead(`${MARK}の準備`, ["csp", "save", { applicant_name: `${MARK}の下書き` }]),
    ];
    cases.push(await incident(cases[0].subject));
    const histories = [];
    for (const { number } of cases)
        histories.push((await who.csp.history(number)).json.events);
    known = {
        cases, numbers: cases.map((c) => c.number), subjects: cases.map((c) => c.subject),
        documents: documents.map((d) => d.sha256), seqs: histories.map((events) => events.length),
        events: [...new Set(histories.flat().map((e) => e.name)), "answer", "withdraw", "complete", "resubmit", "open",
            "submit_final"],
    };
    markers = [MARK, "見本株式会社", "Sample Corporation", addressOf("CSP-1", "contacts"),
        ...known.documents, ...histories.flat().map((e) => e.hash), ...known.numbers];
    await until("the notices to the first provider", async () =>
        (await it.mailbox.mails()).filter((mail) => mail.to === addressOf("CSP-1", "contacts")).length >= 5);
}

// An incident of its service, reported in confidence.
async function incident(subject) {
    const recognised_at = new Date(Date.now() - 3600e3).toISOString();
    const opened = await who.csp.open("incident-report", { subject,
        data: { ...marked("incident-recognition"), recognised_at } });
    assertStatus(opened, 201);
    const number = opened.json.case;
    const report = { ...marked("incident-quick-report"), severity: "high", detected_at: recognised_at };
    return { number, subject,
        version: await raise(who.csp, number, opened.json.version, "submit_preliminary", report) };
}

// What is left of an answer when the identifier that was asked for is taken out of it.
function seen(answer, ...asked) {
    let text = answer.text;
    for (const what of asked)
        for (const form of new Set([String(what), encodeURIComponent(what)]))
            text = text.replaceAll(form, "⟨⟩");
    text = text.replace(/name="csrf" value="[^"]*"/g, "");
    const headers = { ...answer.headers };
    for (const name of ["date", "content-length"])
        delete headers[name];
    for (const name of Object.keys(headers))
        headers[name] = asked.reduce((value, what) => String(value).replaceAll(String(what), "⟨⟩"), headers[name]);
    return { status: answer.status, headers, text };
}

// The second provider's question; what it is answered must not betray anything but what it asked for itself.
async function ask(send, ...asked) {
    const answer = await send();
    told.push(`${answer.status} ${JSON.stringify(answer.headers)}\n${answer.text}`);
    betrays(answer, asked);
    return answer;
}

function betrays(answer, asked) {
    const { headers, text } = seen(answer, ...asked), all = `${JSON.stringify(headers)}\n${text}`;
    for (const marker of markers)
        assert.ok(asked.some((what) => String(what).includes(marker)) || !all.includes(marker),
            `an answer to the second provider holds ${marker}:\n${all.slice(0, 1500)}`);
}

// The same question about something of the first provider and about nothing: one answer.
async function sameAsNothing(question, theirs, nothing) {
    const about = seen(await ask(() => question(theirs), theirs), theirs);
    const none = seen(await ask(() => question(nothing), nothing), nothing);
    assert.deepEqual(about, none, `${theirs} is not answered as ${nothing} is`);
    return about;
}

const is404 = (answer) => assert.equal(answer.status, 404);

// Follows every link and every form that is sent by GET, in both languages; posted forms as they stand.
async function walk(visitor) {
    const seenPaths = new Set(), queue = ["/", "/queue", "/cases", "/notices", "/register", "/organisation"];
    while (queue.length > 0) {
        const path = queue.shift();
        if (seenPaths.has(path))
            continue;
        seenPaths.add(path);
        const answer = await ask(() => visitor.get(path));
        assert.ok(answer.status < 500, `${path}: ${answer.status}`);
        if (answer.status >= 300 && answer.status < 400)
            queue.push(answer.headers.location);
        if (!answer.type.startsWith("text/html"))
            continue;
        for (const href of links(answer.text))
            if (href.startsWith("/") || href.startsWith("?"))
                queue.push(new URL(href, `http://x${path}`).pathname + new URL(href, `http://x${path}`).search);
        for (const form of forms(answer.text))
            if ((form.method ?? "get") === "get")
                queue.push(`${form.action}?${new URLSearchParams(form.fields)}`);
    }
    return seenPaths;
}

test("every page that the second provider can reach by links holds nothing of the first", async () => {
    const paths = await walk(b);
    for (const path of ["/", "/queue", "/cases", "/notices", "/register", "/cases?lang=en"])
        assert.ok(paths.has(path), `${path} was walked`);
    assert.ok([...paths].some((path) => /^\/cases\/SA-\d+$/.test(path)), "its own case was walked");
});

test("pages about the first provider's things are those about nothing", async () => {
    for (const [i, number] of known.numbers.entries()) {
        const id = number.split("-")[1];
        for (const prefix of ["SA", "SR", "CD", "IR", "XX"])
            is404(await sameAsNothing((n) => b.get(`/cases/${n}`), `${prefix}-${id}`, `${prefix}-77777777`));
        for (let seq = 0; seq <= known.seqs[i] + 1; seq++)
            for (const path of ["receipts", "history", "filings"])
                await sameAsNothing((n) => b.get(`/cases/${n}/${path}/${seq}`), number, nothing);
        for (const event of known.events)
            await sameAsNothing((n) => b.get(`/cases/${n}/events/${event}`), number, nothing);
    }
    for (const hash of known.documents) {
        const none = createHash("sha256").update("nothing has this").digest("hex");
        is404(await sameAsNothing((h) => b.get(`/documents/${h}`), hash, none));
    }
    for (const subject of known.subjects)
        for (const workflow of WORKFLOWS)
            for (const name of ["subject", "service"])
                await sameAsNothing((s) => b.get(`/cases/new/${workflow}?${name}=${s}`), subject, 77777777);
});

test("lists and searches find nothing, whatever is typed or put into the address", async () => {
    for (const text of [...known.numbers, MARK, "見本", "sample corporation", "CSP-1"])
        await sameAsNothing((s) => b.get(`/cases?search=${encodeURIComponent(s)}`), text, "ないものはない");
    for (const role of ["opsup", "ministry", "committee", "owner:1", "owner:0", "owner,opsup:0"])
        is404(await ask(() => b.get(`/queue?role=${role}`), role));
    for (const after of ["", "-infinity,0,", "2000-01-01T00:00:00Z,0,", "infinity,999999,owner", "x"])
        await ask(() => b.get(`/queue?role=owner&sort=due&after=${encodeURIComponent(after)}`), after);
    for (const after of ["0", "1", "99999999", "-1", "' or 1=1"]) {
        await ask(() => b.get(`/cases?after=${encodeURIComponent(after)}`), after);
        await ask(() => b.get(`/notices?after=${encodeURIComponent(after)}`), after);
    }
    for (const path of ["/ministry", "/ministry/cases.csv", "/ministry/lateness.json"])
        await ask(() => b.get(path));
});

test("the API answers about the first provider's things as about nothing", async () => {
    const api = who.other, get = (path) => api.get(`/api/v1${path}`);
    for (const [i, number] of known.numbers.entries()) {
        const id = number.split("-")[1];
        for (const prefix of ["SA", "SR", "CD", "IR"])
            is404(await sameAsNothing((n) => get(`/cases/${n}`), `${prefix}-${id}`, `${prefix}-77777777`));
        is404(await sameAsNothing((n) => get(`/cases/${n}/events`), number, nothing));
        for (let seq = 0; seq <= known.seqs[i] + 1; seq++)
            for (const access of CLASSES)
                is404(await sameAsNothing((n) => get(`/cases/${n}/events/${seq}/${access}`), number, nothing));
    }
    for (const hash of known.documents)
        await sameAsNothing((h) => get(`/documents/${h}`), hash, sha256("nothing has this"));
    for (const workflow of ["", ...WORKFLOWS])
        await ask(() => get(`/cases?limit=200${workflow && `&workflow=${workflow}`}`));
    for (const role of ["owner", "opsup", "committee", "secretariat", "ministry", "auditor_admin"])
        await ask(() => get(`/queue?limit=200&role=${role}`));
    for (const after of ["-infinity,0", "infinity,0", "0"])
        await ask(() => get(`/queue?role=owner&after=${after}`));
    for (const figure of ["cases", "due", "attention", "incidents", "stages", "lateness"])
        is404(await ask(() => get(`/figures/${figure}`)));
    await ask(() => get("/me"));
    await ask(() => api.get("/register.json"));
});

test("commands about the first provider's things are refused as if there were none", async () => {
    const before = await it.database.fingerprint(), csrf = await b.csrf();
    const submission = { ...example("application"), statement: undefined };
    for (const { number, version } of known.cases)
        for (const event of known.events)
            for (const data of [{}, submission, { question: "?" }]) {
                const command = (n) => who.other.post(`/api/v1/cases/${n}/events`, { event, data },
                    { "if-match": `"${version}"`, "idempotency-key": randomUUID() });
                const answer = await sameAsNothing(command, number, nothing);
                assert.ok([403, 404, 422].includes(answer.status), `${event}: ${answer.status}`);
            }
    for (const { number, version } of known.cases)
        for (const event of known.events)
            await sameAsNothing((n) => b.post(`/cases/${n}/events/${event}`,
                { csrf, version, key: "a-key-of-the-other", do: "file" }), number, nothing);
    for (const subject of known.subjects)
        await sameAsNothing((s) => who.other.open("service-application", { subject: s, data: { service_name: "横取り" } }),
            subject, 77777777);
    assert.equal(await it.database.fingerprint(), before, "nothing was changed");
});

test("a document of the first provider cannot be named in one's own form", async () => {
    const { number, version } = await openApplication(it, who.other, "別のクラウド", "CSP-2");
    const naming = (hash) => {
        const form = example("application");
        for (const field of ["statement", "written_representation", "audit_report"])
            form[field] = { name: "x.txt", sha256: hash, size: 10, media_type: "text/plain" };
        return who.other.event(number, version, "submit", form, { key: `key-${hash}` });
    };
    const answer = await sameAsNothing(naming, known.documents[0], sha256("nothing has this"));
    assert.equal(answer.status, 422);
});

test("mails and the inbox of the second provider hold nothing of the first", async () => {
    const mails = (await it.mailbox.mails()).filter((mail) => mail.to.includes("csp-2"));
    for (const mail of mails)
        for (const marker of markers)
            assert.ok(!JSON.stringify(mail).includes(marker), `a mail to the second provider holds ${marker}`);
    await ask(() => b.get("/notices"));
});

test("the answers were looked at, and there were many", () => {
    assert.ok(told.length > 300, `${told.length} answers`);
    assert.ok(told.some((text) => text.includes("自分のクラウド")), "the second provider sees its own things");
});

// The walk finds what is not walled off: with one policy loosened it fails, each in its own way.
test("the walk would find a hole", async () => {
    const hole = async (table, policy, find) => {
        const [using] = await it.database.rows(`select pg_get_expr(polqual, polrelid) from pg_policy
            where polname = '${policy}' and polrelid = '${table}'::regclass`);
        await it.database.rows(`alter policy ${policy} on ${table} using (true)`);
        try {
            await assert.rejects(find, assert.AssertionError, `a hole in ${table} was not found`);
        } finally {
            await it.database.rows(`alter policy ${policy} on ${table} using (${using})`);
        }
        await find();
    };
    const [number] = known.numbers, [hash] = known.documents;
    await hole("cases", "org_own", () =>
        sameAsNothing((s) => b.get(`/cases?search=${encodeURIComponent(s)}`), number, "ないものはない"));
    await hole("documents", "org_own", () => sameAsNothing((h) => b.get(`/documents/${h}`), hash, sha256("nothing")));
    await hole("cases", "org_own", () => sameAsNothing((n) => who.other.read(n), number, nothing));
    await hole("cases", "org_own", () => walk(b));
});
