// The files of workflows/calendars are what their scripts write, and these write what the sources say. The rules of the
// Japanese Act are computed a second time, from 1990 to 2050, in tests/unit/calendar/calendar_test.c.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { parse } from "yaml";

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, "..", "..", "workflows", "calendars");
const source = (name) => readFileSync(join(folder, `${name}.yaml`), "utf8");
const calendar = (name) => parse(source(name));
const written = (script, ...words) =>
    execFileSync(process.execPath, [join(folder, script), ...words], { encoding: "utf8" });

const DAY = 86400000;
const text = (time) => new Date(time).toISOString().slice(0, 10);
function* days(first, last) {
    for (let time = Date.parse(first); time <= Date.parse(last); time += DAY)
        yield text(time);
}

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
function closed({ weekend, yearly = [], holidays }) {
    const single = new Set(holidays.map(({ date }) => date));
    const regular = new Set(yearly.map(({ month, day }) => `${month}-${day}`));
    return (date) => single.has(date) || regular.has(`${Number(date.slice(5, 7))}-${Number(date.slice(8))}`) ||
        weekend.includes(weekdays[new Date(date).getUTCDay()]);
}

const holidayJp = createRequire(import.meta.url)("@holiday-jp/holiday_jp");
const packageFolder = join(here, "node_modules", "@holiday-jp", "holiday_jp");

test("jp-government.yaml is what update.mjs writes from the package that it names", () => {
    const { version, source: from, announced_until: until } = calendar("jp-government");
    assert.equal(from, `@holiday-jp/holiday_jp ${holidayJp.VERSION}`);
    assert.match(version, new RegExp(`^${holidayJp.VERSION.replaceAll(".", "\\.")}\\+\\d+$`));
    assert.equal(written("update.mjs", packageFolder, until.slice(0, 4)), source("jp-government"));
});

test("jp-government.yaml has the holidays of the package, every day that the package covers", () => {
    const { holidays, yearly, weekend, first_day: first, announced_until: until } = calendar("jp-government");
    const listed = new Map(holidays.map((row) => [row.date, row]));
    const covered = Object.keys(holidayJp.holidays).sort();
    assert.equal(covered[0], "1970-01-01");
    assert.equal(covered.at(-1), "2050-11-23");
    let count = 0;
    for (const date of days("1970-01-01", "2050-12-31")) {
        assert.equal(listed.has(date), holidayJp.isHoliday(date), date);
        assert.equal(listed.get(date)?.ja, holidayJp.holidays[date]?.name, date);
        count += listed.has(date);
    }
    assert.equal(count, holidays.length);
    assert.deepEqual(yearly.map(({ month, day }) => [month, day]), [[12, 29], [12, 30], [12, 31], [1, 2], [1, 3]]);
    assert.deepEqual(weekend, ["saturday", "sunday"]);
    assert.ok(first === "1993-01-01" && until >= "2026-12-31" && until < "2050");
});

test("update.mjs tells how it is called", () => {
    for (const words of [[], [packageFolder], [packageFolder, "soon"]])
        assert.throws(() => execFileSync(process.execPath, [join(folder, "update.mjs"), ...words], { stdio: "pipe" }),
            ({ status, stderr }) => status === 2 && String(stderr).startsWith("usage: update.mjs"));
});

for (const name of ["us-federal", "target"])
    test(`${name}.yaml is what rules.mjs writes`, () => assert.equal(written("rules.mjs", name), source(name)));

// The days that are closed and no Saturday or Sunday, as the authorities publish them; 2038 has the latest Easter.
const PUBLISHED = {
    "us-federal": {
        2011: "01-17 02-21 05-30 07-04 09-05 10-10 11-11 11-24 12-26",
        2020: "01-01 01-20 02-17 05-25 07-03 09-07 10-12 11-11 11-26 12-25",
        2021: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
        2022: "01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26",
        2023: "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
        2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    },
    target: {
        2002: "01-01 03-29 04-01 05-01 12-25 12-26",
        2008: "01-01 03-21 03-24 05-01 12-25 12-26",
        2011: "04-22 04-25 12-26",
        2023: "04-07 04-10 05-01 12-25 12-26",
        2024: "01-01 03-29 04-01 05-01 12-25 12-26",
        2025: "01-01 04-18 04-21 05-01 12-25 12-26",
        2026: "01-01 04-03 04-06 05-01 12-25",
        2038: "01-01 04-23 04-26",
    },
};

for (const [name, years] of Object.entries(PUBLISHED))
    for (const [year, expected] of Object.entries(years))
        test(`${name}: the days of ${year}`, () => {
            const isClosed = closed(calendar(name));
            const found = [...days(`${year}-01-01`, `${year}-12-31`)].filter((date) =>
                isClosed(date) && ![0, 6].includes(new Date(date).getUTCDay()));
            assert.equal(found.map((date) => date.slice(5)).join(" "), expected);
        });

test("Juneteenth begins in 2021", () => {
    const dates = calendar("us-federal").holidays.filter(({ en }) => en.startsWith("Juneteenth")).map(({ date }) => date);
    assert.deepEqual(dates.slice(0, 3), ["2021-06-18", "2021-06-19", "2022-06-19"]);
});
