// People who sign in with a password: what lets them in and what does not, how long, and which forms are taken.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertProblem, assertStatus, send, sha256 } from "../support/client.mjs";
import { Installation } from "../support/daemon.mjs";
import { forms, Visitor } from "../support/visitor.mjs";

const COOKIE = "__Host-toroku";
const WRONG = { ja: "利用者名又はパスワードが違います。", en: "The login or the password is wrong." };
const passwords = Object.fromEntries(["csp", "ops1", "sec", "many", "shown", "lonely", "slow"].map((login) =>
    [login, `${login}-${randomBytes(12).toString("hex")}`]));

let it, daemon;
let demo; // the same database, behind no TLS, as a demonstration

const person = (login) => `insert into persons (login, name) values ('${login}', '${login}')`;
const grant = (login, org, role) => `insert into grants (person_id, org_id, role) select p.id, o.id, '${role}'
    from persons p, organisations o where p.login = '${login}' and o.code = '${org}'`;

before(async () => {
    it = await Installation.create();
    await it.database.rows([person("many"), grant("many", "CSP-1", "member"), grant("many", "OPS", "opsup"),
        person("shown"), grant("shown", "OPS", "opsup"), "update persons set demonstration = true where login = 'shown'",
        person("lonely"), person("slow"), grant("slow", "CSP-1", "member")].join(";"));
    for (const [login, password] of Object.entries(passwords))
        await it.password(login, password);
    daemon = await it.serve();
    const config = join(it.folder, "demonstration.yaml");
    writeFileSync(config, readFileSync(it.config, "utf8").replace("demonstration: false", "demonstration: true")
        .replace("https://toroku.test", "http://127.0.0.1"));
    demo = await it.serve(config);
});

after(() => it.remove());

const anybody = () => new Visitor(daemon);
async function somebody(login, at = daemon) {
    const visitor = new Visitor(at);
    assertStatus(await visitor.signIn(login, passwords[login]), 303);
    return visitor;
}
const sessionRow = (visitor, columns) => it.database.value(
    `select ${columns} from sessions where hash = '\\x${sha256(visitor.cookies.get(COOKIE))}'`);
const attempts = (login) => it.database.value(
    `select failures from sign_in_attempts where login_hash = '\\x${sha256(login)}'`);
// A page of this daemon that only people with a session get.
const INSIDE = "/organisation";
const isOutside = (answer, next = INSIDE) => {
    assertStatus(answer, 303);
    assert.equal(answer.headers.location, `/sign-in${next && `?next=${encodeURIComponent(next).replaceAll("%2F", "/")}`}`);
};

test("the page has labels, says who fills its fields, and needs no script", async () => {
    for (const [language, title] of [["ja", "サインイン"], ["en", "Sign in"]]) {
        const page = await anybody().get("/sign-in", { "accept-language": language });
        assertStatus(page, 200);
        assert.match(page.text, new RegExp(`<html lang="${language}">`));
        assert.match(page.text, new RegExp(`<h1>${title}</h1>`));
        for (const [id, autocomplete] of [["login", "username"], ["password", "current-password"]]) {
            assert.ok(page.text.includes(`<label for="${id}">`));
            assert.match(page.text, new RegExp(`<input id="${id}" name="${id}" [^>]*autocomplete="${autocomplete}"`));
        }
        assert.doesNotMatch(page.text, /<script|\son[a-z]+=|見本の利用者|demonstration may/);
        assert.match(page.headers["content-security-policy"], /default-src 'none'.*frame-ancestors 'none'/);
        assert.equal(page.headers["referrer-policy"], "same-origin", "or browsers hide the Origin of our own forms");
        assert.equal(page.headers["cache-control"], "no-store");
        assert.equal(page.headers["set-cookie"], undefined, "nobody gets a session by looking");
    }
});

test("the right password lets in, to where the browser wanted to go", async () => {
    const visitor = anybody();
    const answer = await visitor.signIn("ops1", passwords.ops1, "/cases/SA-1?tab=x&y=%E7%94%B3");
    assertStatus(answer, 303);
    assert.equal(answer.headers.location, "/cases/SA-1?tab=x&y=%E7%94%B3");
    const [cookie] = answer.headers["set-cookie"];
    assert.match(cookie, /^__Host-toroku=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    const id = visitor.cookies.get(COOKIE);
    assert.equal(await it.database.value(`select count(*) from sessions where hash = '\\x${sha256(id)}'`), "1");
    assert.equal(await it.database.value(`select count(*) from sessions s where s::text like '%${id}%'`), "0",
        "the id itself is nowhere");
    const page = await visitor.get(INSIDE);
    assertStatus(page, 200);
    assert.ok(page.text.includes("運用支援機関"));
    assert.ok(page.text.includes('href="/queue"'), "the caller has the roles of the organisation");
    assert.ok(!(await (await somebody("csp")).get(INSIDE)).text.includes('href="/queue"'));
});

test("without TLS the cookie has another name and is not Secure", async () => {
    const answer = await new Visitor(demo).signIn("csp", passwords.csp);
    assertStatus(answer, 303);
    assert.match(answer.headers["set-cookie"][0], /^toroku_session=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Lax$/);
});

test("each sign-in makes a new id and ends the old session", async () => {
    const visitor = await somebody("csp");
    const first = visitor.cookies.get(COOKIE), page = forms((await anybody().get("/sign-in")).text)[0];
    assertStatus(await visitor.post(page.action, { login: "sec", password: passwords.sec }), 303);
    assert.notEqual(visitor.cookies.get(COOKIE), first);
    isOutside(await anybody().get(INSIDE, { cookie: `${COOKIE}=${first}` }));
    // An id that the browser brought is never taken over.
    const planted = anybody();
    planted.cookies.set(COOKIE, "a".repeat(64));
    assertStatus(await planted.signIn("csp", passwords.csp), 303);
    assert.notEqual(planted.cookies.get(COOKIE), "a".repeat(64));
});

test("a wrong password, an unknown login and one without a password get the same answer", async () => {
    const told = [];
    for (const login of ["ops1", "nobody-at-all", "ops2"]) {
        const visitor = anybody();
        const answer = await visitor.signIn(login, "not the password of anybody");
        assertStatus(answer, 422);
        assert.ok(answer.text.includes(WRONG.ja));
        assert.equal(visitor.cookies.size, 0);
        assert.equal(await attempts(login), "1", "it is counted");
        told.push(answer.text.replaceAll(login, "LOGIN"));
    }
    assert.equal(told[1], told[0]);
    assert.equal(told[2], told[0]);
    await somebody("ops1");
    assert.equal(await attempts("ops1"), undefined, "forgiven");
});

test("what is missing is told beside its field and not counted", async () => {
    const answer = await anybody().signIn("", "");
    assertStatus(answer, 422);
    assert.match(answer.text, /id="login-error"/);
    assert.match(answer.text, /aria-describedby="password-error"/);
    const english = await anybody().submit("/sign-in", "/sign-in", { login: "<b>\"sec", password: "" },
        { "accept-language": "en" });
    assert.ok(english.text.includes("Enter your password."));
    assert.ok(english.text.includes('value="&lt;b&gt;&quot;sec"'), "what was typed stays, and is text");
    assert.equal(await attempts("sec"), undefined);
});

test("after five failures a login waits, longer each time, and nobody else does", async () => {
    for (const login of ["slow", "no-such-login"]) {
        for (let i = 0; i < 5; i++)
            assertStatus(await anybody().signIn(login, "not the password of anybody"), 422);
        const refused = await anybody().signIn(login, passwords[login] ?? "whatever it may be");
        assertStatus(refused, 429);
        assert.match(refused.headers["retry-after"], /^([1-9]|10)$/);
        assert.equal(await attempts(login), "5", "a try that had to wait is not counted");
    }
    await somebody("csp");
    // Time passes: the next failure doubles the wait.
    const pass = (login) => it.database.rows(`update sign_in_attempts set wait_until = now()
        where login_hash = '\\x${sha256(login)}'`);
    await pass("slow");
    assertStatus(await anybody().signIn("slow", "not the password of anybody"), 422);
    assert.equal(await it.database.value(`select wait_until - last_at from sign_in_attempts
        where login_hash = '\\x${sha256("slow")}'`), "00:00:20");
    assert.equal(await it.database.value("select sign_in_wait(1000)"), "00:15:00");
    await pass("slow");
    await somebody("slow");
    assert.equal(await attempts("slow"), undefined);
});

test("many tries at once gain nothing: each is counted before its password is looked at", async () => {
    const all = await Promise.all(Array.from({ length: 30 }, () => anybody().signIn("hurried", "guess-guess-guess")));
    const count = (status) => all.filter((answer) => answer.status === status).length;
    assert.equal(count(422), 5);
    assert.equal(count(429), 25);
    const others = await Promise.all(Array.from({ length: 60 }, (_, i) => anybody().signIn(`guest${i}`, "guess-guess")));
    for (const answer of others)
        assert.ok([422, 503].includes(answer.status), `${answer.status}`);
    await somebody("csp");
});

test("a session ends: signed out, unused, over, or by a new password", async () => {
    const visitor = await somebody("csp"), id = visitor.cookies.get(COOKIE);
    const other = await somebody("csp");
    const answer = await visitor.submit(INSIDE, "/sign-out", {});
    assertStatus(answer, 303);
    assert.equal(answer.headers.location, "/sign-in");
    assert.match(answer.headers["set-cookie"][0], /^__Host-toroku=; .*; Secure; Max-Age=0$/);
    isOutside(await anybody().get(INSIDE, { cookie: `${COOKIE}=${id}` }));
    assertStatus(await other.get(INSIDE), 200);

    for (const end of ["seen_at = now() - interval '31 minutes'", "expires_at = now()"]) {
        const late = await somebody("csp");
        assertStatus(await late.get(INSIDE), 200);
        await it.database.rows(`update sessions set ${end}
            where hash = '\\x${sha256(late.cookies.get(COOKIE))}'`);
        isOutside(await late.get(INSIDE));
    }
    const used = await somebody("csp");
    await it.database.rows(`update sessions set seen_at = now() - interval '29 minutes'
        where hash = '\\x${sha256(used.cookies.get(COOKIE))}'`);
    assertStatus(await used.get(INSIDE), 200);
    assert.equal(await sessionRow(used, "seen_at > now() - interval '1 minute'"), "t", "use is noted");
    assert.equal(await sessionRow(used, "expires_at - created_at"), "12:00:00");

    passwords.csp = "another long password 新しい";
    await it.password("csp", passwords.csp);
    isOutside(await used.get(INSIDE));
    isOutside(await other.get(INSIDE));
    await somebody("csp");
});

test("what is no session id is nobody", async () => {
    for (const value of ["", "x", "A".repeat(64), "0".repeat(64), "0".repeat(65), `${"0".repeat(64)}%00`])
        isOutside(await anybody().get(INSIDE, { cookie: `${COOKIE}=${value}` }));
    isOutside(await anybody().get(INSIDE, { cookie: `toroku_session=${(await somebody("csp")).cookies.get(COOKIE)}` }));
});

test("a session is no bearer token, and a token no session", async () => {
    const visitor = await somebody("csp");
    assertProblem(await visitor.get("/api/v1/me", { accept: "application/json" }), 401, "unauthenticated");
    assertProblem(await visitor.get("/api/v1/me", { accept: "application/json",
        authorization: `Bearer ${visitor.cookies.get(COOKIE)}` }), 401, "unauthenticated");
    isOutside(await send(daemon.port, "GET", INSIDE, { headers: { authorization: `Bearer ${it.tokens.csp}` } }));
});

test("nobody is sent to another site", async () => {
    for (const next of ["//evil.example/", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil",
        "javascript:alert(1)", "evil.example", "/ok\r\nSet-Cookie: a=b", "/申請", "/sign-out", "/sign-in", "/api/v1/me", " /x"]) {
        const answer = await anybody().signIn("sec", passwords.sec, next);
        assertStatus(answer, 303);
        assert.equal(answer.headers.location, "/", JSON.stringify(next));
        assert.equal(answer.headers["set-cookie"].length, 1);
    }
    const signedIn = await somebody("sec");
    const away = await signedIn.get("/sign-in?next=%2F%2Fevil.example");
    assertStatus(away, 303);
    assert.equal(away.headers.location, "/");
});

test("a form that a page of this session did not send is refused", async () => {
    const visitor = await somebody("many"), stranger = await somebody("csp");
    const token = await visitor.csrf(), org = await it.database.value("select id from organisations where code = 'OPS'");
    const ours = `http://127.0.0.1:${daemon.port}`;
    const rows = [
        ["no token", {}, {}],
        ["an empty token", { csrf: "" }, {}],
        ["a token of another session", { csrf: await stranger.csrf() }, {}],
        ["a token cut short", { csrf: token.slice(0, 63) }, {}],
        ["another site", { csrf: token }, { "sec-fetch-site": "cross-site" }],
        ["a sister site", { csrf: token }, { "sec-fetch-site": "same-site" }],
        ["another origin", { csrf: token }, { "sec-fetch-site": undefined, origin: "https://evil.example" }],
        ["another port", { csrf: token }, { "sec-fetch-site": undefined, origin: "http://127.0.0.1:1" }],
        ["a hidden origin", { csrf: token }, { "sec-fetch-site": undefined, origin: "null" }],
        ["no word of the browser and no token", {}, { "sec-fetch-site": undefined, origin: undefined }],
    ];
    for (const [what, fields, headers] of rows) {
        assertStatus(await visitor.post("/organisation", { org, ...fields }, headers), 403);
        assert.equal(await sessionRow(visitor, "org_id"), "", `${what}: nothing changed`);
        if (headers["sec-fetch-site"] || headers.origin)
            assertStatus(await visitor.post("/sign-in", { login: "sec", password: passwords.sec }, headers), 403);
        const out = await visitor.post("/sign-out", fields, headers);
        assertStatus(out, 403);
        assert.equal(await sessionRow(visitor, "ended_at"), "", `${what}: still signed in`);
    }
    // The browser may say nothing at all, or that the page is ours under the name that people type.
    assertStatus(await visitor.post("/organisation", { org, csrf: token },
        { "sec-fetch-site": undefined, origin: undefined }), 303);
    assertStatus(await visitor.post("/organisation", { org, csrf: token },
        { "sec-fetch-site": undefined, origin: "https://toroku.test" }), 303);
    assertStatus(await visitor.post("/organisation", { org, csrf: token }, { origin: ours }), 303);
    assertStatus(await visitor.post("/organisation", { org, csrf: token }, { origin: "null" }), 303);
    assert.equal(await sessionRow(visitor, "org_id"), org);
});

test("a form that outlived its session comes back whole, to be sent again", async () => {
    const visitor = await somebody("many");
    const org = await it.database.value("select id from organisations where code = 'OPS'");
    const stale = { csrf: await visitor.csrf(), org, note: 'one\r\ntwo "<&' };
    const old = visitor.cookies.get(COOKIE);
    await it.database.rows(`update sessions set ended_at = now() where hash = '\\x${sha256(old)}'`);
    const over = await visitor.post("/organisation?next=/cases", stale);
    assertStatus(over, 403);
    let form = forms(over.text).find((f) => f.action === "/organisation?next=/cases");
    assert.deepEqual(form.fields, { org, note: 'one\ntwo "<&' });
    assert.equal((await visitor.signIn("many", passwords.many)).status, 303);
    const again = await visitor.post(form.action, form.fields);
    assertStatus(again, 403);
    form = forms(again.text).find((f) => f.action === "/organisation?next=/cases");
    const { csrf, ...rest } = form.fields;
    assert.deepEqual(rest, { org, note: 'one\ntwo "<&' });
    assert.equal(csrf, await visitor.csrf());
    const taken = await visitor.post(form.action, form.fields);
    assertStatus(taken, 303);
    assert.equal(taken.headers.location, "/cases");
});

test("somebody of several organisations says for which", async () => {
    const visitor = await somebody("many");
    assert.equal(await sessionRow(visitor, "org_id"), "");
    const page = await visitor.get(INSIDE);
    assert.ok(page.text.includes("見本株式会社") && page.text.includes("運用支援機関"));
    assert.ok(!page.text.includes("別会社") && !page.text.includes('href="/queue"'));
    const id = (code) => it.database.value(`select id from organisations where code = '${code}'`);
    const foreign = await visitor.submit(INSIDE, "/organisation", { org: await id("CSP-2") });
    assertStatus(foreign, 403);
    assert.equal(await sessionRow(visitor, "org_id"), "");
    for (const [code, staff] of [["OPS", true], ["CSP-1", false], ["OPS", true]]) {
        assertStatus(await visitor.submit(INSIDE, "/organisation", { org: await id(code) }), 303);
        const page = (await visitor.get(INSIDE)).text;
        assert.equal(page.includes('href="/queue"'), staff);
        assert.match(page, code === "OPS" ? /many \(運用支援機関\)/ : /many \(見本株式会社\)/);
        assert.ok(page.includes("組織の切替"));
    }
    // A grant that is taken away is gone at once.
    await it.toroku("directory", "revoke", "many", "OPS", "opsup");
    assert.ok(!(await visitor.get(INSIDE)).text.includes("運用支援機関"));
    assert.ok(!(await visitor.get(INSIDE)).text.includes("組織の切替"), "there is nothing to choose from any more");
    await it.toroku("directory", "grant", "many", "OPS", "opsup");
    const nobodys = await somebody("lonely");
    assertStatus(await nobodys.get(INSIDE), 403);
});

test("people of a demonstration are served where the configuration says so, and nowhere else", async () => {
    const refused = await anybody().signIn("shown", passwords.shown);
    assertStatus(refused, 422);
    assert.ok(refused.text.includes(WRONG.ja));
    assert.equal(refused.text.replaceAll("shown", "L"),
        (await anybody().signIn("nobody-else", "no such password")).text.replaceAll("nobody-else", "L"));

    await it.database.rows(`delete from sign_in_attempts`);
    const visitor = await somebody("shown", demo);
    assert.ok((await new Visitor(demo).get("/sign-in")).text.includes("これは見本です"));
    assertStatus(await visitor.get(INSIDE), 200);
    const id = visitor.cookies.get("toroku_session");
    isOutside(await anybody().get(INSIDE, { cookie: `${COOKIE}=${id}` }));

    const token = (await it.toroku("directory", "token", "shown", "OPS")).trim();
    const me = (at) => send(at.port, "GET", "/api/v1/me", { headers: { authorization: `Bearer ${token}` } });
    assertProblem(await me(daemon), 401, "unauthenticated");
    assertStatus(await me(demo), 200);
});

test("a password comes by standard input and is long enough", async () => {
    await assert.rejects(it.password("sec", "too short"), /from 12 to 1024 bytes/);
    await assert.rejects(it.tell("", "directory", "password", "sec"), /one line/);
    await assert.rejects(it.tell(Buffer.from("\xff".repeat(20), "latin1"), "directory", "password", "sec"), /UTF-8/);
    await assert.rejects(it.password("nobody-here", passwords.sec), /no person "nobody-here"/);
    await assert.rejects(it.toroku("directory", "password", "sec", passwords.sec), /takes 1 parameters/);
    await somebody("sec");
    // The same letters, composed or not, are the same password.
    await it.password("sec", "ハ゜スワート゛ e\u0301tude");
    assertStatus(await anybody().signIn("sec", "ハ゜スワート゛ \u00e9tude"), 303);
    await it.toroku("directory", "revoke-password", "sec");
    assertStatus(await anybody().signIn("sec", "ハ゜スワート゛ \u00e9tude"), 422);
    assert.match(await it.database.value("select hash from passwords limit 1"), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test("what is no form is refused", async () => {
    const visitor = await somebody("ops1"), csrf = await visitor.csrf();
    const post = (body, type) => visitor.send("POST", "/organisation", { body, headers: { "content-type": type } });
    for (const [body, type] of [["{}", "application/json"], [`csrf=${csrf}&a=%ff`, "application/x-www-form-urlencoded"],
        [`csrf=${csrf}&a=%00`, "application/x-www-form-urlencoded"], ["--x--", "multipart/form-data"],
        ["--x\r\n\r\n\r\n--x--", "multipart/form-data; boundary=x"]])
        assertStatus(await post(body, type), 400);
    assertStatus(await post(`csrf=${csrf}&a=${"a".repeat(9000)}`, "application/x-www-form-urlencoded"), 413);
    const part = (name, value) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const org = await it.database.value("select id from organisations where code = 'OPS'");
    assertStatus(await post(`${part("csrf", csrf)}${part("org", org)}--x--\r\n`, "multipart/form-data; boundary=x"), 303);
});
