// People file over pages: forms generated from the definitions, refused and corrected, checked, filed once, with a
// receipt; and two people who decide at once, of whom one is shown what changed and loses nothing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { assertStatus, sha256 } from "../support/client.mjs";
import { example, exampleDocument, Installation } from "../support/daemon.mjs";
import { main, plain } from "../support/page.mjs";
import { forms, Visitor } from "../support/visitor.mjs";
import { openApplication, people, putDocuments, raise } from "../support/walk.mjs";

const PASSWORD = "filing-4c1d9f20b7";
const HOSTILE = `"><script>alert(1)</script><b title='x`;

let it, daemon, who;
const visitors = {};

before(async () => {
    it = await Installation.create({ http: { public_url: "http://127.0.0.1" } });
    for (const login of ["csp", "other", "ops1", "ops2"])
        await it.password(login, PASSWORD);
    daemon = await it.serve();
    who = people(daemon);
    for (const login of ["csp", "other", "ops1", "ops2"]) {
        visitors[login] = new Visitor(daemon);
        assertStatus(await visitors[login].signIn(login, PASSWORD), 303);
    }
    await putDocuments(who.csp);
});

after(() => it.remove());

// An input of the API as the fields of a page; files stand as they are carried.
function fieldsOf(value, name = "f") {
    if (Array.isArray(value))
        return { [`${name}/rows`]: String(value.length),
            ...Object.assign({}, ...value.map((row, i) => fieldsOf(row, `${name}/${i}`))) };
    if (value !== null && typeof value === "object")
        return Object.assign({}, ...Object.entries(value).map(([key, inner]) => fieldsOf(inner, `${name}/${key}`)));
    return { [name]: String(value) };
}

const filing = (answer) => {
    const form = forms(answer.text).find((f) => f.id === "filing");
    assert.ok(form, `there is no form to file:\n${plain(main(answer.text))}`);
    return form;
};
const press = (visitor, form, action, fields = {}) =>
    visitor.post(form.action, { ...form.fields, ...fields, do: action });
const language = (lang) => ({ "accept-language": lang });
const opened = (name) => openApplication(it, who.csp, name);

async function submitted(name) {
    const { number, version } = await opened(name);
    return { number, version: await raise(who.csp, number, version, "submit", example("application")) };
}

test("an application is opened over a page, about a service of one's own", async () => {
    const subject = await it.subject("頁のサービス"), foreign = await it.subject("他社のサービス", "CSP-2");
    const index = await visitors.csp.get("/cases/new");
    assertStatus(index, 200);
    assert.ok(index.text.includes('href="/cases/new/service-application"'));
    assert.ok(!index.text.includes("committee-decision"), "what only others may begin");
    const page = await visitors.csp.get("/cases/new/service-application");
    assertStatus(page, 200);
    assert.ok(page.text.includes(`<option value="${subject}">頁のサービス`));
    assert.ok(!page.text.includes(`value="${foreign}"`) && !page.text.includes("他社のサービス"));
    const blank = await press(visitors.csp, filing(page), "check", { "f/service_name": "頁のサービス" });
    assertStatus(blank, 422);
    assert.ok(blank.text.includes('<a href="#subject">') && blank.text.includes('value="頁のサービス"'));
    const check = await press(visitors.csp, filing(blank), "check", { subject });
    assertStatus(check, 200);
    const receipt = await press(visitors.csp, filing(check), "file");
    assertStatus(receipt, 303);
    assert.match(receipt.headers.location, /^\/cases\/SA-\d+\/receipts\/1$/);
    assertStatus(await press(visitors.csp, filing(check), "file", { subject: foreign, key: "ab" }), 422);
    assert.equal(await it.database.value(`select count(*) from cases where subject_id = ${foreign}`), "0");
    assertStatus(await visitors.ops1.get("/cases/new/service-application"), 404);
});

test("refused input comes back with every finding beside its field, and nothing is lost", async () => {
    const { number } = await opened("誤りのあるサービス");
    const path = `/cases/${number}/events/submit`;
    const page = await visitors.csp.get(path);
    assertStatus(page, 200);
    const typed = { ...fieldsOf({ ...example("application"), representative: { name: HOSTILE, title: "代表" } }),
        "f/applicant_address": "", "f/corporate_number": "１２３", "f/audit_period/start": "2025-04-01",
        "f/audit_period/end": "", "f/capital_relations/0/percent": "百", "f/listed_information/scope": "一行目\r\n二行目" };
    const wrong = await press(visitors.csp, filing(page), "check", typed);
    assertStatus(wrong, 422);
    assert.match(wrong.text, /<title>エラー：/);
    for (const id of ["f/applicant_address", "f/corporate_number", "f/audit_period", "f/capital_relations/0/percent"]) {
        assert.ok(wrong.text.includes(`<a href="#${id}">`), `the summary leads to ${id}`);
        assert.ok(wrong.text.includes(`id="${id}"`) && wrong.text.includes(`id="${id}-finding"`), `${id} has its finding`);
    }
    assert.doesNotMatch(wrong.text, /<script|<b title/);
    const again = filing(wrong).fields;
    assert.equal(again["f/representative/name"], HOSTILE);
    assert.equal(again["f/capital_relations/0/percent"], "百");
    assert.equal(again["f/corporate_number"], "123", "full-width digits are read as digits");
    assert.equal(again["f/audit_period/start"], "2025-04-01");
    assert.equal(again["f/listed_information/scope"], "一行目\n二行目");
    for (const [name, value] of Object.entries(fieldsOf(example("application").officers, "f/officers")))
        assert.equal(again[name], value);
    assert.equal((await who.csp.read(number)).json.seq, 1, "nothing was filed");

    const english = await press(visitors.csp, filing(wrong), "lang-en");
    assertStatus(english, 200);
    assert.match(english.text, /<html lang="en">/);
    assert.equal(filing(english).fields["f/representative/name"], HOSTILE, "the other language keeps what was typed");
    visitors.csp.cookies.delete("lang");
});

test("rows of a list come and go by buttons", async () => {
    const { number } = await opened("行のサービス");
    const page = await visitors.csp.get(`/cases/${number}/events/submit`);
    const rows = (answer) => Number(filing(answer).fields["f/officers/rows"]);
    assert.equal(rows(page), 1, "one row to begin with");
    const two = await press(visitors.csp, filing(page), "add:/officers", { "f/officers/0/name": "一人目" });
    assertStatus(two, 200);
    assert.equal(rows(two), 2);
    assert.match(two.text, /id="f\/officers\/1\/name"[^>]*autofocus/);
    assert.doesNotMatch(two.text, /class="finding"/);
    const one = await press(visitors.csp, filing(two), "remove:/officers/0", { "f/officers/1/name": "二人目" });
    assert.equal(rows(one), 1);
    assert.equal(filing(one).fields["f/officers/0/name"], "二人目");
    for (const action of ["add:/zzz", "remove:/officers/99999999999", "add:/officers/0", "remove:/officers",
        "add:/officers/0/name", "add:", "remove:/", "add:/foreign_law_risk/countries/0/1/2"])
        assertStatus(await press(visitors.csp, filing(one), action), 200);
    assertStatus(await press(visitors.csp, filing(one), "check", { "f/officers/rows": "999999999999999999999" }), 422);
});

test("an application is checked, filed once by two clicks, and has a receipt with number, time and hash", async () => {
    const { number } = await opened("見本クラウド");
    const path = `/cases/${number}/events/submit`;
    const check = await press(visitors.csp, filing(await visitors.csp.get(path)), "check",
        fieldsOf(example("application")));
    assertStatus(check, 200);
    assert.match(check.text, /<h1>内容の確認：/);
    for (const shown of ["見本 太郎", "7999901000001", "見本ホールディングス株式会社", "記入なし", "変更"])
        assert.ok(plain(main(check.text)).includes(shown), `the check page shows ${shown}`);
    const changed = await press(visitors.csp, filing(check), "change:/applicant_address");
    assertStatus(changed, 200);
    assert.match(changed.text, /id="f\/applicant_address"[^>]*autofocus/);
    assert.equal(filing(changed).fields["f/officers/1/name"], "見本 花子");
    const answers = await Promise.all([press(visitors.csp, filing(check), "file"), press(visitors.csp, filing(check), "file")]);
    for (const answer of answers) {
        assertStatus(answer, 303);
        assert.equal(answer.headers.location, `/cases/${number}/receipts/2`);
    }
    const history = (await who.csp.history(number)).json.events;
    assert.equal(history.length, 2, "two clicks file once");
    const receipt = await visitors.csp.get(answers[0].headers.location);
    assertStatus(receipt, 200);
    for (const shown of [`${number}-2`, history[1].hash, "日本時間", "受け付けました", "見本 花子"])
        assert.ok(plain(main(receipt.text)).includes(shown), `the receipt shows ${shown}`);
    const data = (await who.csp.get(`/api/v1/cases/${number}/events/2/restricted`)).json.body;
    assert.deepEqual(data.capital_relations, example("application").capital_relations);
    for (const place of [answers[0].headers.location, path])
        assertStatus(await visitors.other.get(place), 404);
    assertStatus(await visitors.csp.get(`/cases/${number}/receipts/99`), 404);
    assertStatus(await visitors.csp.get(`/cases/${number}/events/no-such-event`), 404);
    assertStatus(await visitors.ops1.get(path), 409);
});

test("a draft is kept whole, begins the form again, and takes no pledge for granted", async () => {
    const { number } = await opened("下書きのサービス");
    const { applicant_name, officers, representative, domestic } = example("application");
    const part = { applicant_name, officers, representative, domestic, pledge_3_5_1: true };
    const page = filing(await visitors.csp.get(`/cases/${number}/events/submit`));
    const saved = await press(visitors.csp, page, "draft", { ...fieldsOf(part), "f/corporate_number": "" });
    assertStatus(saved, 303);
    assert.equal(saved.headers.location, `/cases/${number}/receipts/2`);
    assert.equal((await who.csp.history(number)).json.events[1].name, "save");
    const again = await visitors.csp.get(`/cases/${number}/events/submit`);
    const fields = filing(again).fields;
    for (const [name, value] of Object.entries(fieldsOf({ applicant_name, officers, representative, domestic })))
        assert.equal(fields[name], value, name);
    const pledges = [...again.text.matchAll(/<input type="checkbox"[^>]*>/g)].map(([tag]) => tag);
    assert.ok(pledges.length > 0 && pledges.every((tag) => !tag.includes("checked")));
    const wrong = await press(visitors.csp, filing(again), "draft", { "f/corporate_number": "12" });
    assertStatus(wrong, 422);
    assert.ok(wrong.text.includes('<a href="#f/corporate_number">'), "what is there must be right");
});

test("a file is kept when the form is refused, and filed with it", async () => {
    const { number } = await opened("文書のサービス");
    const page = filing(await visitors.other.get("/cases/new") && await visitors.csp.get(`/cases/${number}/events/submit`));
    assert.equal(page.enctype, "multipart/form-data");
    const bytes = Buffer.from(`statement of ${number}`), boundary = "----filing";
    const data = example("application");
    const file = Object.entries(data).find(([, value]) => value?.sha256)[0];
    const typed = { ...page.fields, ...fieldsOf({ ...data, [file]: undefined, applicant_address: "" }), do: "check" };
    const body = Buffer.concat([...Object.entries(typed).filter(([name]) => !name.startsWith(`f/${file}`)).map(([name, value]) =>
        Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)),
        Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="f/${file}/file"; filename="言明 書.txt"\r\n` +
            "content-type: text/plain\r\n\r\n"), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
    const wrong = await visitors.csp.send("POST", page.action, { body, headers: { "sec-fetch-site": "same-origin",
        "content-type": `multipart/form-data; boundary=${boundary}`, origin: `http://127.0.0.1:${daemon.port}` } });
    assertStatus(wrong, 422);
    const kept = filing(wrong).fields;
    assert.equal(kept[`f/${file}/sha256`], sha256(bytes));
    assert.equal(kept[`f/${file}/name`], "言明 書.txt");
    const check = await press(visitors.csp, filing(wrong), "check", { "f/applicant_address": "東京都" });
    assertStatus(check, 200);
    const filed = await press(visitors.csp, filing(check), "file");
    assertStatus(filed, 303);
    const document = await who.csp.get(`/api/v1/documents/${sha256(bytes)}`);
    assertStatus(document, 200);
    assert.equal(document.text, bytes.toString());
});

test("a document that nobody put is a finding of its field", async () => {
    const { number } = await opened("偽の文書");
    const data = example("application");
    const file = Object.entries(data).find(([, value]) => value?.sha256)[0];
    const check = await press(visitors.csp, filing(await visitors.csp.get(`/cases/${number}/events/submit`)), "check",
        fieldsOf({ ...data, [file]: { ...data[file], sha256: "0".repeat(64) } }));
    const refused = await press(visitors.csp, filing(check), "file");
    assertStatus(refused, 422);
    assert.ok(refused.text.includes(`id="f/${file}-finding"`));
    assert.equal((await who.csp.read(number)).json.seq, 1);
});

test("two people decide at once: one decision stands, the other sees what changed and loses nothing", async () => {
    const { number } = await submitted("同時のサービス");
    const returning = filing(await visitors.ops1.get(`/cases/${number}/events/return`));
    const words = `${HOSTILE} 資本関係の記載を補正してください。`;
    const request = fieldsOf(example("correction-request"));
    const long = Object.keys(request).find((name) => typeof request[name] === "string" && !/rows|\d{4}/.test(request[name]));
    const first = await press(visitors.ops1, returning, "check", { ...request, [long]: words });
    const second = await visitors.ops2.get(`/cases/${number}/events/accept`);
    assertStatus(first, 200);
    assertStatus(second, 200);
    const [back, accepted] = await Promise.all([press(visitors.ops1, filing(first), "file"),
        press(visitors.ops2, filing(second), "file")]);
    const statuses = [back.status, accepted.status];
    const loser = statuses.findIndex((status) => status !== 303);
    assert.equal(statuses.filter((status) => status === 303).length, 1, `one stands: ${statuses}`);
    const events = (await who.csp.history(number)).json.events;
    assert.equal(events.length, 3, "and one alone");
    const shown = [back, accepted][loser];
    assertStatus(shown, 412);
    const text = plain(main(shown.text));
    assert.match(text, /その間に案件が変わりました/);
    assert.ok(text.includes(["ops2", "ops1"][loser]), "who changed it");
    assert.equal(filing(shown).fields.version, "3");
    if (loser === 0)
        assert.ok(JSON.stringify(JSON.parse(filing(shown).fields.data)).includes(JSON.stringify(words).slice(1, -1)));
});

test("what was typed is filed against the new version when the case still takes it", async () => {
    const { number, version } = await submitted("追い越しのサービス");
    const inReview = await raise(who.ops1, number, version, "accept");
    const report = example("review-report"), path = `/cases/${number}/events/complete`;
    const check = await press(visitors.ops2, filing(await visitors.ops2.get(path)), "check", fieldsOf(report));
    assertStatus(check, 200);
    await raise(who.ops3, number, inReview, "assess", example("risk-assessment"));
    const late = await press(visitors.ops2, filing(check), "file");
    assertStatus(late, 412);
    assert.match(plain(main(late.text)), /入力を始めた後に、この案件は変わりました.*ops3/);
    assert.deepEqual(JSON.parse(filing(late).fields.data), report);
    const filed = await press(visitors.ops2, filing(late), "file");
    assertStatus(filed, 303);
    assert.equal(filed.headers.location, `/cases/${number}/receipts/${inReview + 2}`);
});

test("hostile carriers file nothing", async () => {
    const { number } = await opened("細工のサービス");
    const form = filing(await visitors.csp.get(`/cases/${number}/events/submit`));
    for (const data of ["[]", "{", '{"a":1.5}', '{"zzz":"<script>alert(1)</script>"}', '{"officers":"<script>"}',
        `{"officers":${"[".repeat(40)}${"]".repeat(40)}}`, '{"applicant_name":{"ja":"<script>"}}']) {
        const answer = await press(visitors.csp, form, "file", { data, key: "00" });
        assertStatus(answer, 422);
        assert.doesNotMatch(answer.text, /<script/);
    }
    for (const version of ["-1", "999999999999", "x"]) {
        const check = await press(visitors.csp, form, "check", fieldsOf(example("application")));
        const answer = await press(visitors.csp, filing(check), "file", { version });
        assert.ok([200, 409, 412].includes(answer.status), `version ${version}: ${answer.status}`);
    }
    assert.equal((await who.csp.read(number)).json.seq, 1);
});

test("whoever is not signed in keeps what was typed", async () => {
    const { number } = await opened("切れたサインイン");
    const visitor = new Visitor(daemon);
    await visitor.signIn("csp", PASSWORD);
    const form = filing(await visitor.get(`/cases/${number}/events/submit`));
    visitor.cookies.clear();
    const answer = await press(visitor, form, "check", { "f/applicant_name": "失われない名称" });
    assertStatus(answer, 403);
    assert.ok(answer.text.includes("失われない名称"));
});

test("both languages say the whole form", async () => {
    const { number } = await opened("二か国語");
    for (const [lang, words] of [["ja", ["必須", "任意", "公開され得る", "内容の確認へ進む"]],
        ["en", ["required", "optional", "May be published", "Continue to check your answers"]]]) {
        const page = await visitors.csp.get(`/cases/${number}/events/submit`, language(lang));
        assert.match(page.text, new RegExp(`<html lang="${lang}">`));
        for (const word of words)
            assert.ok(plain(main(page.text)).includes(word), `${lang}: ${word}`);
        if (lang === "en")
            assert.doesNotMatch(plain(main(page.text)).replaceAll(/二か国語|見本/g, ""), /[ぁ-ん]/, "no Japanese left");
    }
});
