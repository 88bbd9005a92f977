// The pages about cases, as each person sees them: what needs them now, the queue, the list, one case, the inbox.
// Whose turn it is, by when, under which rule and what follows is read off the page and held against the API.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { assertStatus, sha256 } from "../support/client.mjs";
import { example, exampleDocument, Installation, until } from "../support/daemon.mjs";
import { cells, links, plain, section } from "../support/page.mjs";
import { openApplication, people, putDocuments, raise } from "../support/walk.mjs";
import { Visitor } from "../support/visitor.mjs";

const PEOPLE = ["csp", "other", "ops1", "ops2", "sec", "ministry"];
const RESTRICTED = ["見本ホールディングス株式会社", "見本セキュリティ合同会社", "statement.txt"];
const PERSONAL = ["見本 太郎", "見本 花子"];
const MORE = 53; // cases beside those that are looked at: the queue of their owner takes two pages

let it, daemon, who;
const at = {}; // visitors, signed in
let asked, corrected, preparing; // numbers of cases of CSP-1, by what is awaited of it

before(async () => {
    it = await Installation.create();
    for (const login of PEOPLE)
        await it.password(login, `pages-of-${login}`);
    daemon = await it.serve();
    who = people(daemon);
    for (const login of PEOPLE) {
        at[login] = new Visitor(daemon);
        assertStatus(await at[login].signIn(login, `pages-of-${login}`), 303);
    }
    await putDocuments(who.csp);
    preparing = (await openApplication(it, who.csp, "準備クラウド")).number;
    corrected = await bring("補正クラウド", ["submit", "application"], ["return", "correction-request", "ops1"]);
    asked = await bring("照会クラウド", ["submit", "application"], ["accept", null, "ops1"], ["ask", "inquiry", "ops2"]);
});

after(() => it.remove());

// An application about a service, led through these steps: event, example, by whom.
async function bring(service, ...steps) {
    let { number, version } = await openApplication(it, who.csp, service);
    for (const [event, form, by = "csp"] of steps)
        version = await raise(who[by], number, version, event, form && example(form));
    return number;
}

async function page(login, path, language = "ja") {
    const answer = await at[login].get(path, { "accept-language": language });
    assertStatus(answer, 200);
    wellFormed(answer.text, path);
    return answer.text;
}

// What every page must be, whoever looks.
function wellFormed(html, path) {
    assert.doesNotMatch(html, /<script|javascript:|\son[a-z]+="/, `${path}: no script`);
    assert.equal(html.match(/<h1/g)?.length, 1, `${path}: one h1`);
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length, `${path}: ids are unique`);
    for (const [, id] of html.matchAll(/\sfor="([^"]+)"/g))
        assert.ok(ids.includes(id), `${path}: a label for ${id}`);
    const open = [];
    for (const [, end, tag] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
        if (["meta", "link", "br", "input", "hr"].includes(tag))
            continue;
        if (end)
            assert.equal(open.pop(), tag, `${path}: </${tag}>`);
        else
            open.push(tag);
    }
    assert.deepEqual(open, [], `${path}: every element ends`);
}

const day = (iso) => {
    const [year, month, date] = iso.split("-").map(Number);
    return `${year}年${month}月${date}日`;
};
const view = async (number, login = "ops1") => (await who[login].read(number)).json;

test("without a session the home page leads to signing in and to the register, other pages to signing in", async () => {
    const nobody = new Visitor(daemon);
    const home = await nobody.get("/");
    assertStatus(home, 200);
    assert.ok(links(home.text).includes("/sign-in") && links(home.text).includes("/register"));
    for (const path of ["/queue", "/cases", `/cases/${asked}`, "/notices", `/documents/${sha256("x")}`]) {
        const answer = await nobody.get(path);
        assertStatus(answer, 303);
        assert.match(answer.headers.location, /^\/sign-in\?next=/);
    }
});

test("home: whose turn, by when, under which rule, and what happens if it passes; the nearest first", async () => {
    const rows = cells(await page("csp", "/"));
    assert.deepEqual(rows.map((row) => row["案件"]), [asked, corrected, preparing]);
    const [first, second] = rows;
    const answer = (await view(asked)).deadlines.find((d) => d.deadline === "inquiry_answer");
    assert.equal(first["手番"], "申請者（当該案件の事業者）");
    assert.match(first["件名"], /クラウドサービス登録申請.*照会クラウド.*見本株式会社/);
    assert.match(first["状態"], /国外の法令によるリスクの評価：回答待ち/);
    assert.ok(first["期限"].startsWith(day(answer.last_day)), `${first["期限"]} names ${answer.last_day}`);
    assert.match(first["期限"], /終日まで あと\d+日 ?回答の期限 目標/);
    assert.match(first["根拠"], /照会への回答の期間 default\.inquiry 本システムの既定/);
    assert.match(first["過ぎた場合"], /自動では何も決まりません。通知先：申請者（当該案件の事業者）（連絡先）、運用支援機関（受付窓口）。/);
    assert.match(second["期限"], /補正の期限/);
    const [english] = cells(await page("csp", "/", "en"));
    assert.equal(english["Turn"], "Applicant (the case's own organisation)");
    assert.match(english["Due"], /\(end of day\) \d+ days left ?Answer due Target/);
    assert.match(english["Rule"], /This installation's default/);
    assert.match(english["If it passes"], /Nothing is decided by itself\. Told: /);
});

test("home: each sees what waits for them, and nobody else's", async () => {
    assert.deepEqual(cells(await page("ops1", "/")).map((row) => row["案件"]), [asked]);
    for (const login of ["other", "ministry", "sec"])
        assert.match(await page(login, "/"), /今、あなたの対応を待っている案件はありません。/);
});

test("a target that marks and tells is described, with the body that is told", async () => {
    const text = plain(section(await page("ops1", `/cases/${asked}`), "deadlines"));
    assert.match(text, /審査・決定の目標/);
    assert.match(text, /期間は停止中/);
    assert.match(text, /案件に印 review_late が付きます。通知先：運用支援機関（責任者）、制度所管省庁（連絡先）。/);
});

test("a case page explains each deadline step by step", async () => {
    const html = await page("csp", `/cases/${asked}`), text = plain(section(html, "deadlines"));
    const answer = (await view(asked)).deadlines.find((d) => d.deadline === "inquiry_answer");
    assert.match(text, /起算の基準：/);
    assert.match(text, /初日の.*は数えません。（民法第140条）/);
    assert.match(text, /休日は数えません：.*「土曜日」/);
    assert.ok(text.includes(`期間の末日は${day(answer.last_day)}`));
    assert.match(text, /時間帯 Asia\/Tokyo。暦 jp-government/);
    const english = plain(section(await page("csp", `/cases/${asked}`, "en"), "deadlines"));
    assert.match(english, /is not counted\. \(Civil Code, article 140\)/);
    assert.match(english, /Closed days are not counted: .*"Saturday"/);
    assert.doesNotMatch(english.replaceAll("jp-government", ""), /[぀-ヿ]/, "no Japanese among the reasons");
});

test("a case offers exactly what this person may do", async () => {
    const offers = {
        csp: ["answer", "replace_auditor", "withdraw"], // its auditor is not registered, which marks it
        ops1: ["return"], ops2: ["complete", "proceed", "return"], sec: ["rectify"], ministry: [],
    };
    for (const [login, events] of Object.entries(offers)) {
        const part = section(await page(login, `/cases/${asked}`), "offers");
        const offered = links(part).map((href) => href.replace(new RegExp(`^/cases/${asked}/(events/)?`), ""));
        const barred = login === "ops1" ? ["proceed"] : [];
        assert.deepEqual(offered.sort(), [...events, ...barred].sort(), login);
    }
    const four = plain(section(await page("ops1", `/cases/${asked}`), "offers"));
    assert.match(four, /審査報告 同じ案件の前の段階に関わった人はこの操作を行えません。/);
    // The engine agrees: what is offered is at most found wanting, what is not offered is refused.
    const { seq } = await view(asked);
    for (const [login, event, code] of [["ops1", "complete", "forbidden"], ["ministry", "complete", "forbidden"],
        ["csp", "accept", "not-taken"], ["ops2", "complete", "unprocessable"]]) {
        const answer = await who[login].event(asked, seq, event, {});
        assert.equal(answer.json.code, code, `${login} ${event}`);
    }
});

test("what was filed is shown by class: all to its owner and the reviewers, the public one to ministries", async () => {
    const shown = async (login) => plain(section(await page(login, `/cases/${corrected}`), "data"));
    for (const login of ["csp", "ops1", "sec"]) {
        const text = await shown(login);
        for (const value of [...RESTRICTED, ...PERSONAL, "7999901000001", "見本株式会社"])
            assert.ok(text.includes(value), `${login} sees ${value}`);
    }
    const text = await shown("ministry");
    for (const value of [...RESTRICTED, ...PERSONAL])
        assert.ok(!text.includes(value), `the ministry does not see ${value}`);
    assert.match(text, /見本株式会社/);
    assert.match(text, /閲覧の権限がない項目は表示していません。/);
    assert.match(text, /申請者の所在地 東京都千代田区見本町1-2-3/, "labels beside values");
    assert.match(text, /監査対象期間 2025年4月1日（火） から 2026年3月31日（火） まで/);
    assert.match(text, /受付番号 R\d{4}-0000\d/);
    assert.match(text, /補正を求める理由/);
});

test("documents are fetched with the session, by those who may", async () => {
    const path = `/documents/${sha256(exampleDocument("statement.txt"))}`;
    assert.ok(links(await page("csp", `/cases/${corrected}`)).includes(path));
    for (const login of ["csp", "ops1"]) {
        const got = await at[login].get(path);
        assertStatus(got, 200);
        assert.deepEqual(got.bytes, exampleDocument("statement.txt"));
        assert.match(got.headers["content-disposition"], /^attachment/);
        assert.match(got.headers["content-security-policy"], /sandbox/);
    }
    assertStatus(await at.ministry.get(path), 403);
    assertStatus(await at.other.get(path), 404);
});

test("the history tells each event: what, when, who, under which row and rule, and its hash", async () => {
    const html = await page("csp", `/cases/${asked}`), history = section(html, "history");
    const events = (await who.csp.history(asked)).json.events;
    const items = history.split('<li id="event-').slice(1);
    assert.equal(items.length, events.length);
    for (const [i, event] of events.entries()) {
        const item = items[events.length - 1 - i], text = plain(item);
        assert.ok(item.startsWith(`${event.seq}"`), "newest first");
        assert.ok(item.includes(`datetime="${event.at}"`));
        assert.ok(text.includes(event.hash));
        for (const row of event.rows ?? [])
            assert.ok(text.includes(row), row);
        assert.ok(text.includes(event.org === "OPS" ? "運用支援機関" : "見本株式会社 csp"), text);
        assert.equal(item.includes(`/cases/${asked}/receipts/${event.seq}"`), event.org === "CSP-1", "own receipts");
    }
    assert.match(plain(items[0]), /照会.*A321 .*csp_rules\.3\.4\.2 制度の規程/);
    const staff = plain(section(await page("ops1", `/cases/${asked}`), "history"));
    assert.match(staff, /運用支援機関 ops2/, "staff see the person too");
    assert.doesNotMatch(plain(history), /ops2/, "the applicant sees the body, not the person");
});

test("notices: an organisation finds what it was sent, in either language, and whether it was delivered", async () => {
    const mails = await until("all mail of CSP-1", async () => {
        const list = (await it.mailbox.mails()).filter((mail) => mail.to === "contacts@csp-1.example");
        return list.length >= 5 && list;
    });
    const inbox = await until("the evidence", async () => {
        const html = await page("csp", "/notices");
        return !html.includes("送信中") && html;
    });
    const titles = [...inbox.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => plain(title));
    assert.deepEqual(titles.sort(), mails.map((mail) => mail.subject).sort());
    assert.match(plain(inbox), /相手方のサーバーに配達済み/);
    assert.match(plain(await page("csp", "/notices", "en")), /\[SA-\d+\] Please answer an inquiry \(見本クラウド\)/);
    assert.match(plain(await page("other", "/notices")), /全0件中0件/);
    assert.match(plain(await page("ops1", "/notices")), /受理確認をお願いします/);
    const about = plain(section(await page("csp", `/cases/${asked}`), "notices"));
    assert.match(about, /照会への回答をお願いします/);
    assert.doesNotMatch(about, /受理確認をお願いします/, "nor, on a case, what others were sent");
    assert.match(plain(section(await page("ops1", `/cases/${asked}`), "notices")), /受理確認をお願いします/);
});

test("the queue is filtered, sorted and counted, and its filters can be removed", async () => {
    const all = await page("ops1", "/queue?role=owner");
    assert.deepEqual(cells(all).map((row) => row["案件"]), [asked, corrected, preparing]);
    assert.match(plain(all), /全3件中3件、期限の近い順/);
    assert.ok(links(all).includes("/queue?sort=due"), "remove the role");
    const newest = cells(await page("ops1", "/queue?role=owner&sort=newest")).map((row) => row["案件"]);
    assert.deepEqual(newest, [asked, corrected, preparing].sort((a, b) => b.split("-")[1] - a.split("-")[1]));
    const waiting = cells(await page("ops1", "/queue?role=owner&sort=waiting")).map((row) => row["案件"]);
    assert.deepEqual(waiting, [preparing, corrected, asked]);
    const one = await page("ops1", "/queue?role=owner&state=correcting_intake&workflow=service-application");
    assert.deepEqual(cells(one).map((row) => row["案件"]), [corrected]);
    assert.ok(links(one).includes("/queue?role=owner&workflow=service-application&sort=due"), "remove the state");
    assert.match(plain(await page("ops1", "/queue?role=owner&workflow=committee-decision")), /該当する案件はありません。/);
    assertStatus(await at.ops1.get("/queue?role=nobody"), 404);
    assertStatus(await at.ops1.get("/queue?rule=owner"), 400);
    assertStatus(await at.ops1.get("/queue?role=owner&after=nonsense"), 400);
    assertStatus(await at.csp.get("/queue?role=opsup"), 404);
    assert.deepEqual(cells(await page("csp", "/queue?role=owner")).length, 3);
    assert.deepEqual(cells(await page("other", "/queue?role=owner")).length, 0);
});

test("the list is searched by number, service and organisation, and by who asks", async () => {
    const found = async (login, query) => cells(await page(login, `/cases${query}`)).map((row) => row["案件"]);
    const search = (text) => `?search=${encodeURIComponent(text)}`;
    const three = [asked, corrected, preparing];
    assert.deepEqual(await found("csp", ""), three);
    assert.deepEqual(await found("ops1", search(asked)), [asked]);
    const wide = (digit) => String.fromCharCode(0xfee0 + digit.charCodeAt());
    const typed = ` ${asked.toLowerCase().replace(/[0-9]/g, wide)} `;
    assert.deepEqual(await found("ops1", search(typed)), [asked], "as people type");
    assert.deepEqual(await found("ops1", search("照会")), [asked]);
    assert.deepEqual(await found("ops1", search("sample corp")), three);
    assert.deepEqual(await found("ops1", search("%")), []);
    assert.deepEqual(await found("ops1", "?workflow=service-registration"), []);
    assert.deepEqual(await found("ops1", "?standing=closed"), []);
    assert.deepEqual(await found("other", ""), []);
    assert.deepEqual(await found("other", search(asked)), []);
    const may = (html) => links(html).filter((href) => href.startsWith("/cases/new/"));
    assert.ok(may(await page("csp", "/cases")).includes("/cases/new/service-application"));
    assert.ok(!may(await page("csp", "/cases")).includes("/cases/new/committee-decision"));
    assert.ok(may(await page("sec", "/cases")).includes("/cases/new/committee-decision"));
    assert.deepEqual(may(await page("ministry", "/cases")), []);
});

test("a case that is another's, that is none, or that has another prefix is the same page: not found", async () => {
    const pages = [];
    for (const number of [asked, "SA-999999", asked.replace("SA", "SR"), "SA-0", "x"]) {
        const answer = await at.other.get(`/cases/${number}`);
        assertStatus(answer, 404);
        pages.push(answer.text.replaceAll(`/cases/${number}`, "?"));
    }
    assert.deepEqual([...new Set(pages)].length, 1);
    const wrong = await at.csp.get(`/cases/${asked.replace("SA", "SR")}`);
    assertStatus(wrong, 404);
});

test("a target that demands a reason says so beforehand", async () => {
    const opened = await who.csp.open("incident-report", { subject: await it.subject("事故クラウド"), data: {
        ...example("incident-recognition"), recognised_at: new Date(Date.now() - 3600e3).toISOString() } });
    assertStatus(opened, 201);
    const number = opened.json.case, [row] = cells(await page("csp", "/")).filter((r) => r["案件"] === number);
    assert.match(row["期限"], /日本時間） (本日まで|明日まで) ?.* 目標/, "a target in hours is told to the second");
    assert.match(row["過ぎた場合"], /過ぎた後は「[^」]*理由[^」]*」の記入が必要です。/);
    assert.match(plain(section(await page("csp", `/cases/${number}`), "deadlines")), /時間で定めた期間なので、.*直ちに起算/);
});

test("long lists go on from page to page without a gap", async () => {
    for (let i = 0; i < MORE; i++)
        await openApplication(it, who.csp, `続きのクラウド${i}`);
    const total = MORE + 4;
    const queues = ["due", "newest", "waiting"].map((sort) => `/queue?role=owner&sort=${sort}`);
    for (const path of [...queues, "/cases"]) {
        const seen = [];
        for (let next = path; next !== undefined;) {
            const html = await page("csp", next);
            seen.push(...cells(html).map((row) => row["案件"]));
            assert.match(plain(html), new RegExp(`全${total}件中`));
            next = /<a href="([^"]+)" rel="next">/.exec(html)?.[1].replaceAll("&amp;", "&");
        }
        assert.equal(seen.length, total, path);
        assert.equal(new Set(seen).size, total, path);
    }
    assert.match(plain(await page("csp", "/")), /全57件中50件.*すべて見る/);
});
