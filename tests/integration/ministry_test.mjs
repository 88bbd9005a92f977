// The figures for oversight: each is counted here again from the histories that the API gives, apart from the
// statements that the daemon sends. The cases are made under a virtual clock in the year up to now, by definitions of
// the test's own (figures/), so that every kind of stay, target and turn is among them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { assertProblem, assertStatus } from "../support/client.mjs";
import { Installation } from "../support/daemon.mjs";
import { dayOf, textOf } from "../support/civil.mjs";
import { top } from "../support/postgres.mjs";
import { Visitor } from "../support/visitor.mjs";
import { CASES, dayAt, FORMULA, INCIDENTS, installation, today } from "./ministry_scenario.mjs";

const DAY = 86400000, HOUR = 3600000;
const password = "a password for the tests of figures";

// What the definitions of figures/ say, once more: whose turn each state is, which deadlines run in it, in which named
// states it lies; which deadlines are limits.
const STATES = {
    asked: { turn: "owner" },
    desk: { turn: "opsup", due: ["desk_target", "whole_target"], within: ["handled"] },
    fixing: { turn: "owner", due: ["fix_target", "whole_target"], within: ["handled"] },
    paper_open: { turn: "opsup", due: ["whole_target"], within: ["work", "handled"] },
    paper_done: { within: ["work", "handled"] },
    site_open: { turn: "opsup", due: ["whole_target"], within: ["site", "work", "handled"] },
    site_asked: { turn: "owner", due: ["answer_target", "whole_target"], within: ["site", "work", "handled"] },
    site_done: { within: ["site", "work", "handled"] },
    board: { turn: "committee", due: ["whole_target"], within: ["handled"] },
    granted: { turn: "owner", due: ["expiry"] },
    expired: {}, given_up: {},
    reported: { turn: "opsup", due: ["triage_target"] },
    answering: { turn: "owner", due: ["final_target"] },
    finished: {},
};
const LIMITS = ["expiry"];
const ORDER = ["asked", "handled", "desk", "fixing", "work", "paper_open", "paper_done", "site", "site_open", "site_asked",
    "site_done", "board", "granted", "expired", "given_up", "reported", "answering", "finished"];

let it, daemon, ministry, cases;

// Every case with its history, by the API as the secretariat sees it.
async function readCases() {
    const all = [];
    for (let next = ""; ;) {
        const page = await ministry.get(`/api/v1/cases?limit=50${next && `&after=${next}`}`);
        assertStatus(page, 200);
        for (const { case: number } of page.json.cases) {
            const [one, history] = await Promise.all([ministry.read(number), ministry.history(number)]);
            all.push({ ...one.json, events: history.json.events.map((e) => ({ ...e, ms: Date.parse(e.at) })) });
        }
        if (!page.json.next)
            return all;
        next = page.json.next;
    }
}

before(async () => {
    it = await installation();
    for (const login of ["ministry", "csp"])
        await it.password(login, password);
    daemon = await it.serve();
    ministry = daemon.as("ministry");
    cases = await readCases();
    assert.equal(cases.length, CASES);
});

after(() => it.remove());

async function figure(id, query = "") {
    const answer = await ministry.get(`/api/v1/figures/${id}${query}`);
    assertStatus(answer, 200);
    return answer.json;
}

const count = (map, key, by = 1) => map.set(key, (map.get(key) ?? 0) + by);
// Rows as texts of the members named, so that a difference shows where it is.
const texts = (rows, ...ids) => rows.map((row) => ids.map((id) => row[id] ?? "-").join(" | ")).sort();
// The shortest value that at least this share of the values do not exceed.
const percentile = (values, share) =>
    [...values].sort((x, y) => x - y)[Math.max(0, Math.ceil(share * values.length) - 1)];
const tenths = (days) => (days === undefined ? undefined : (Math.round(days * 10) / 10).toFixed(1));

const closed = new Set(readFileSync(join(top, "workflows/calendars/jp-government.yaml"), "utf8")
    .match(/^- \{date: \d{4}-\d\d-\d\d/gm).map((line) => dayOf(line.slice(-10))));
function isOpen(day) {
    const weekday = (((day + 4) % 7) + 7) % 7; // 0: Sunday
    return weekday !== 0 && weekday !== 6 && !closed.has(day) && !/-(12-29|12-30|12-31|01-02|01-03)$/.test(textOf(day));
}
function openDays(after_, until) {
    let n = 0;
    for (let day = after_ + 1; day <= until; day++)
        n += isOpen(day);
    return n;
}
const around = (states) => new Set(states.flatMap((state) => [state, ...(STATES[state].within ?? [])]));
const durations = (stays) => ({
    median_days: tenths(percentile(stays.map((s) => s.days), 0.5)),
    p85_days: tenths(percentile(stays.map((s) => s.days), 0.85)),
    longest_days: tenths(percentile(stays.map((s) => s.days), 1)),
    median_business: percentile(stays.map((s) => s.business), 0.5),
    p85_business: percentile(stays.map((s) => s.business), 0.85),
    longest_business: percentile(stays.map((s) => s.business), 1),
});
const DURATIONS = ["median_days", "p85_days", "longest_days", "median_business", "p85_business", "longest_business"];

test("cases by workflow and state", async () => {
    const expected = new Map(), totals = new Map();
    for (const c of cases) {
        count(totals, c.workflow);
        for (const state of c.states)
            count(expected, `${c.workflow} | ${state} | ${c.closed}`);
    }
    const got = await figure("cases");
    assert.deepEqual(texts(got.rows, "workflow", "state", "closed", "cases"),
        [...expected].map(([key, n]) => `${key} | ${n}`).sort());
    assert.deepEqual(texts(got.totals, "workflow", "cases"),
        [`- | ${CASES}`, ...[...totals].map(([key, n]) => `${key} | ${n}`)].sort());
    assert.ok(expected.size > 10, "many states are among them");
    const desk = got.rows.find((row) => row.state === "desk");
    assert.deepEqual([desk.state_ja, desk.state_en, desk.workflow_ja], ["窓口", "Desk", "用務"]);
    assert.equal(got.period, null);
    assert.ok(Math.abs(Date.parse(got.at) - Date.now()) < 60000);
});

// Whose turn, and the nearest deadline, from the deadlines of the case and what runs in its states.
function turnsOf(c) {
    const nearest = new Map();
    for (const { turn, due = [] } of c.states.map((state) => STATES[state])) {
        if (!turn)
            continue;
        const all = c.deadlines.filter((d) => due.includes(d.deadline) && d.due);
        for (const d of [{ deadline: null, due: null }, ...all]) {
            const old = nearest.get(turn);
            if (!old || (d.due && (!old.due || Date.parse(d.due) < Date.parse(old.due))))
                nearest.set(turn, { case: c.case, workflow: c.workflow, role: turn, ...d });
        }
    }
    return [...nearest.values()].map((t) => ({ ...t,
        kind: !t.due ? "none" : LIMITS.includes(t.deadline) ? "limit" : "target" }));
}

test("what is overdue and what is due soon, targets and limits apart", async () => {
    const got = await figure("due"), at = Date.parse(got.at);
    const column = (t) => {
        const left = t.due && Date.parse(t.due) - at;
        return !t.due ? "never" : left <= 0 ? "overdue" : left <= 7 * DAY ? "week" : left <= 30 * DAY ? "month" : "later";
    };
    const expected = new Map(), all = {};
    for (const turn of cases.flatMap(turnsOf)) {
        const key = [turn.workflow, turn.role, turn.kind].join(" | ");
        const row = expected.get(key) ?? { turns: 0, overdue: 0, week: 0, month: 0, later: 0, never: 0 };
        for (const name of ["turns", column(turn)]) {
            row[name]++;
            all[name] = (all[name] ?? 0) + 1;
        }
        if (turn.due && (!row.nearest || Date.parse(turn.due) < Date.parse(row.nearest)))
            row.nearest = turn.due;
        expected.set(key, row);
    }
    const names = ["turns", "overdue", "week", "month", "later", "never"];
    assert.deepEqual(texts(got.rows, "workflow", "role", "kind", ...names, "nearest"),
        [...expected].map(([key, row]) => [key, ...names.map((n) => row[n]), row.nearest ?? "-"].join(" | ")).sort());
    for (const name of names)
        assert.ok(all[name] > 0 && got.totals[0][name] === all[name], `${name}: ${all[name]}`);
    assert.ok(got.rows.some((row) => row.kind === "limit"));

    const list = await figure("attention");
    const urgent = cases.flatMap(turnsOf).filter((t) => ["overdue", "week"].includes(column(t)));
    assert.deepEqual(texts(list.rows, "case", "role", "deadline", "kind", "due"),
        texts(urgent, "case", "role", "deadline", "kind", "due"));
    assert.equal(list.totals[0].turns, urgent.length);
    assert.equal(list.totals[0].overdue, got.totals[0].overdue, "the same as where they are counted");
    assert.deepEqual(list.rows.map((row) => row.due), list.rows.map((row) => row.due).sort());
    for (const row of list.rows) {
        assert.equal(row.days_left, ((ms) => (Math.sign(ms) * Math.round(Math.abs(ms / DAY) * 10) / 10).toFixed(1))(
            Date.parse(row.due) - Date.parse(list.at)).replace("-0.0", "0.0"));
        assert.equal(row.owner_ja, "依頼者");
        assert.equal(row.rule_is_default, true);
    }
});

test("incidents by severity and state", async () => {
    const from = textOf(today - 20), to = textOf(today - 5);
    const got = await figure("incidents", `?from=${from}&to=${to}`), at = Date.parse(got.at);
    const expected = new Map();
    let opened = 0;
    for (const c of cases.filter((one) => one.workflow === "incident-report")) {
        const key = [c.data.severity ?? "-", c.states[0], c.closed].join(" | "), due = turnsOf(c)[0]?.due;
        const row = expected.get(key) ?? { cases: 0, opened: 0, overdue: 0 };
        const day = dayAt(c.events[0].ms), within = day >= today - 20 && day <= today - 5;
        row.cases++;
        row.opened += within;
        opened += within;
        row.overdue += due !== undefined && Date.parse(due) <= at;
        if (due && (!row.due || Date.parse(due) < Date.parse(row.due)))
            row.due = due;
        expected.set(key, row);
    }
    assert.deepEqual(texts(got.rows, "severity", "state", "closed", "cases", "opened", "overdue", "due", "hours"),
        [...expected].map(([key, row]) => [key, row.cases, row.opened, row.overdue, row.due ?? "-",
            row.due ? Math.floor((Date.parse(row.due) - at) / HOUR) : "-"].join(" | ")).sort());
    assert.equal(got.totals[0].cases, INCIDENTS);
    assert.equal(got.totals[0].opened, opened);
    assert.ok(opened > 0 && opened < INCIDENTS);
    assert.deepEqual(got.period, { from, to, zone: "Asia/Tokyo" });
    const severities = got.rows.filter((row) => !row.closed).map((row) => row.severity);
    assert.equal(severities[0], "critical", "the most severe first");
    assert.equal(got.rows.find((row) => row.severity === "high").severity_ja, "重い");
});

// Every stay that ended, and every entry and exit.
function stays() {
    const found = [];
    for (const c of cases) {
        let standing = new Map();
        for (const event of c.events) {
            const next = new Map(), active = around(event.states);
            for (const state of active)
                next.set(state, standing.get(state) ?? event.ms);
            for (const state of active)
                if (!standing.has(state))
                    found.push({ workflow: c.workflow, state, entered: event.ms });
            for (const [state, since] of standing)
                if (!active.has(state))
                    found.push({ workflow: c.workflow, state, left: event.ms, days: (event.ms - since) / DAY,
                        business: openDays(dayAt(since), dayAt(event.ms)) });
            standing = next;
        }
    }
    return found;
}

for (const [name, first, last] of [["of all time", -400, 0], ["of a month", -100, -70], ["of a day", -100, -100]])
    test(`the time in each stage ${name}`, async () => {
        const got = await figure("stages", `?from=${textOf(today + first)}&to=${textOf(today + last)}`);
        const within = (ms) => ms !== undefined && dayAt(ms) >= today + first && dayAt(ms) <= today + last;
        const groups = new Map();
        for (const stay of stays().filter((s) => within(s.entered) || within(s.left)))
            groups.set(`${stay.workflow} ${stay.state}`, [...(groups.get(`${stay.workflow} ${stay.state}`) ?? []), stay]);
        const expected = [...groups.values()].map((all) => ({ workflow: all[0].workflow, state: all[0].state,
            entered: all.filter((s) => s.entered).length, left: all.filter((s) => s.left).length,
            ...durations(all.filter((s) => s.left)) }));
        const columns = ["workflow", "state", "entered", "left", ...DURATIONS];
        assert.deepEqual(texts(got.rows, ...columns), texts(expected, ...columns));
        assert.ok(got.rows.length > 0);
        const places = got.rows.map((row) => ORDER.indexOf(row.state));
        assert.deepEqual(places, [...places].sort((x, y) => x - y), "in the order of the definition");
        assert.ok(!got.rows.some((row) => row.state === "paper"), "a state without a name is no stage");
    });

// How opsup kept its targets, from what each event says of deadlines.
function targets() {
    const found = [];
    const turn = (states, id) => states.some((state) => STATES[state].turn === "opsup" && STATES[state].due.includes(id));
    for (const c of cases) {
        const live = new Map(), passed = new Map();
        let before_ = [];
        for (const event of c.events) {
            for (const { id, due, gone } of event.deadlines ?? []) {
                if (LIMITS.includes(id))
                    continue;
                if (gone) {
                    if (passed.has(id))
                        passed.get(id).until = event.ms;
                    else if (turn(before_, id) && event.ms < live.get(id) / 1000)
                        found.push({ workflow: c.workflow, deadline: id, met: event.ms });
                    passed.delete(id);
                } else if (event.kind === "due" && event.name === id && event.ms === due / 1000) {
                    passed.set(id, { workflow: c.workflow, deadline: id, passed: event.ms });
                    if (turn(event.states, id))
                        found.push(passed.get(id));
                }
                live.set(id, due);
            }
            before_ = event.states;
        }
    }
    return found;
}

for (const [name, first, last] of [["of all time", -400, 0], ["of two months", -160, -100]])
    test(`the lateness of the operation body ${name}`, async () => {
        const got = await figure("lateness", `?from=${textOf(today + first)}&to=${textOf(today + last)}`);
        const at = Date.parse(got.at);
        const within = (ms) => ms !== undefined && dayAt(ms) >= today + first && dayAt(ms) <= today + last;
        const all = targets().filter((t) => within(t.met) || within(t.passed));
        const row = (rows) => {
            const late = rows.filter((t) => t.passed).map((t) => ({ days: ((t.until ?? at) - t.passed) / DAY,
                business: openDays(dayAt(t.passed - 1), dayAt(t.until ?? at)) }));
            return { workflow: rows[0].workflow, deadline: rows[0].deadline, targets: rows.length,
                met: rows.length - late.length, passed: late.length,
                open: rows.filter((t) => t.passed && !t.until).length, ...durations(late) };
        };
        const groups = Map.groupBy ? Map.groupBy(all, (t) => t.deadline)
            : all.reduce((m, t) => m.set(t.deadline, [...(m.get(t.deadline) ?? []), t]), new Map());
        const columns = ["workflow", "deadline", "targets", "met", "passed", "open", ...DURATIONS];
        assert.deepEqual(texts(got.rows, ...columns), texts([...groups.values()].map(row), ...columns));
        assert.deepEqual(texts(got.totals, ...columns.slice(2)), texts([row(all)], ...columns.slice(2)));
        for (const name_ of ["met", "passed"])
            assert.ok(got.totals[0][name_] > 0);
        if (first === -400) {
            assert.ok(got.totals[0].open > 0 && got.totals[0].open < got.totals[0].passed);
            assert.ok(cases.some((c) => c.flags.whole_late && c.states.includes("board")),
                "some passed in the turn of another role");
            assert.deepEqual([...groups.keys()].sort(), ["desk_target", "triage_target", "whole_target"]);
        }
    });

// RFC 4180, every cell.
function parseCsv(text) {
    const rows = [];
    let row = [];
    const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
    while (cell.lastIndex < text.length) {
        const found = cell.exec(text);
        assert.ok(found, "well-formed to its end");
        row.push(found[1] !== undefined ? found[1].replaceAll('""', '"') : found[2]);
        if (found[3] !== ",")
            rows.push(row.splice(0));
    }
    return rows;
}

async function signIn(login) {
    const visitor = new Visitor(daemon);
    assertStatus(await visitor.signIn(login, password), 303);
    return visitor;
}

const FIGURES = ["cases", "due", "attention", "incidents", "stages", "lateness"];

test("the files hold the rows of the figure, and no formula", async () => {
    const visitor = await signIn("ministry"), period = `?from=${textOf(today - 200)}&to=${textOf(today)}`;
    for (const id of FIGURES) {
        const csv = await visitor.get(`/ministry/${id}.csv${period}`), json = await visitor.get(`/ministry/${id}.json${period}`);
        assertStatus(csv, 200);
        assertStatus(json, 200);
        assert.equal(csv.type, "text/csv; charset=utf-8; header=present");
        assert.equal(csv.headers["content-disposition"],
            `attachment; filename="${id}_${textOf(today - 200)}_${textOf(today)}.csv"`);
        assert.deepEqual([...csv.bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf], "a byte order mark");
        const [head, ...rows] = parseCsv(csv.text.slice(1));
        assert.equal(rows.length, json.json.rows.length);
        rows.forEach((row, i) => {
            const object = Object.fromEntries(head.map((name, n) => [name, row[n]]));
            assert.equal(row.length, head.length);
            assert.equal(object.period_from, json.json.period?.from ?? "");
            for (const [name, value] of Object.entries(json.json.rows[i]))
                if (head.includes(name) && !["days_left", "hours"].includes(name))
                    assert.equal(object[name], name === "subject" && value === FORMULA ? `'${FORMULA}` : `${value ?? ""}`);
        });
        for (const column of json.json.columns)
            assert.ok(head.includes(column.id));
    }
    const attention = await visitor.get("/ministry/attention.csv");
    assert.ok(attention.text.includes(`"'${FORMULA.replaceAll('"', '""')}"`), "the formula is among them");
});

const untagged = (html) => html.replace(/<svg.*?<\/svg>/gs, "").replace(/<[^>]*>/g, "").replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

test("the page shows each figure with its definition, period and instant, in both languages", async () => {
    const visitor = await signIn("ministry");
    for (const language of ["ja", "en"]) {
        const page = await visitor.get(`/ministry?from=${textOf(today - 300)}&to=${textOf(today)}&lang=${language}`);
        assertStatus(page, 200);
        assert.match(page.text, new RegExp(`<html lang="${language}">`));
        assert.doesNotMatch(page.text, /\sstyle=|<script|\son[a-z]+=/);
        for (const id of FIGURES) {
            const json = await figure(id, ["cases", "due", "attention"].includes(id) ? ""
                : `?from=${textOf(today - 300)}&to=${textOf(today)}`);
            const section = new RegExp(`<section class="figure" aria-labelledby="${id}">.*?</section>`, "s").exec(page.text)[0];
            assert.ok(untagged(section).includes(json.definition[language]), `${id}: ${section}`);
            assert.ok(section.includes(`<caption>${json.title[language]}</caption>`));
            assert.ok(section.includes(`href="/ministry/${id}.csv${json.period ? `?from=` : '"'}`));
            const rows = [...section.matchAll(/<tr role="row">(?!<th scope="col")(.*?)<\/tr>/gs)].map(([, row]) =>
                [...row.matchAll(/<t[hd] [^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => untagged(cell)));
            assert.equal(rows.length, Math.min(json.rows.length, id === "attention" ? 50 : Infinity));
            rows.forEach((cells, i) => json.columns.forEach(({ id: column }, n) => {
                const value = json.rows[i][`${column}_${language}`] ?? json.rows[i][column];
                if (["due", "nearest", "closed", "days_left", "hours"].includes(column))
                    return;
                assert.ok(column === "deadline" ? cells[n].startsWith(value) : cells[n] === `${value ?? "–"}`,
                    `${id} ${column} ${i}: ${cells[n]} is not ${value}`);
            }));
        }
    }
});

test("a period that is none is refused and said so", async () => {
    for (const query of ["?from=2026-13-01", "?to=yesterday", "?from=2026-02-01&to=2026-01-01", "?since=2026-01-01"])
        assertProblem(await ministry.get(`/api/v1/figures/stages${query}`), 400, "invalid");
    const open = await figure("stages", "?from=&to=");
    assert.match(open.period.from, /-04-01$/, "without days: the fiscal year until today");
    assert.equal(open.period.to, textOf(dayAt(Date.now())));
});

test("whom the figures are for, and that to all others there is nothing", async () => {
    for (const login of ["ministry", "sec", "ops1", "com"])
        assertStatus(await daemon.as(login).get("/api/v1/figures/cases"), 200);
    for (const login of ["csp", "procurer"]) {
        assertProblem(await daemon.as(login).get("/api/v1/figures/cases"), 404, "not-found");
        const [there, nowhere] = await Promise.all(["/api/v1/figures/cases", "/api/v1/figure/cases"]
            .map((path) => daemon.as(login).get(path)));
        assert.equal(there.text, nowhere.text);
    }
    const visitor = await signIn("csp"), nowhere = await visitor.get("/minister");
    assertStatus(nowhere, 404);
    for (const path of ["/ministry", "/ministry/stages.csv", "/ministry/stages.json", "/ministry/nothing.csv"]) {
        const answer = await visitor.get(path);
        assertStatus(answer, 404);
        assert.equal(answer.text.replaceAll(path, "PATH"), nowhere.text.replaceAll("/minister", "PATH"));
        assert.deepEqual(Object.keys(answer.headers).sort(), Object.keys(nowhere.headers).sort());
    }
    assertStatus(await (await signIn("ministry")).get("/ministry/nothing.csv"), 404);
});

test("nothing to count is shown as such, with the definitions as they are", async () => {
    const empty = await Installation.create();
    try {
        await empty.password("ministry", password);
        const fresh = await empty.serve(), visitor = new Visitor(fresh);
        assertStatus(await visitor.signIn("ministry", password), 303);
        const page = await visitor.get("/ministry?lang=en");
        assertStatus(page, 200);
        assert.equal(page.text.split("There is none.").length, FIGURES.length + 1);
        for (const id of FIGURES)
            assert.equal(parseCsv((await visitor.get(`/ministry/${id}.csv`)).text.slice(1)).length, 1);
    } finally {
        await empty.remove();
    }
});
