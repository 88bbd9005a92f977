#!/usr/bin/env node
// Writes jp-government.yaml from the package @holiday-jp/holiday_jp.
//
//   tests/browser/install tests/calendars
//   cd workflows/calendars
//   node update.mjs ../../tests/calendars/node_modules/@holiday-jp/holiday_jp 2026 > jp-government.yaml
//
// The second argument is the last year that the government has announced (each February for the year after). Days after
// it are the package's forecast. EDITS below are ours: raise EDIT with each change to them, or to what is written here.
// tests/calendars holds the file to the package and to the Act.

import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const EDIT = 2;
const EDITS = {}; // "YYYY-MM-DD": {ja, en} to add or rename a day, null to drop one
const FIRST_DAY = "1993-01-01"; // every Saturday is closed since May 1992: the weekdays below hold from here on

const [folder, announced] = process.argv.slice(2);
if (!folder || !/^\d{4}$/.test(announced ?? "")) {
    process.stderr.write("usage: update.mjs PACKAGE-FOLDER LAST-ANNOUNCED-YEAR\n");
    process.exit(2);
}

const load = createRequire(import.meta.url);
const { version, name } = load(join(resolve(folder), "package.json"));
const source = load(join(resolve(folder), "lib", "holidays.js"));

const days = new Map(Object.values(source).map(({ date, name: ja, name_en: en }) => [date, { ja, en }]));
for (const [date, names] of Object.entries(EDITS))
    names ? days.set(date, names) : days.delete(date);

const rows = [...days].sort(([a], [b]) => (a < b ? -1 : 1));
const text = (value) => JSON.stringify(value);

process.stdout.write(`# Days on which Japanese government offices are closed (行政機関の休日): Saturdays, Sundays, national holidays,
# 29 December to 3 January. Written by update.mjs; change it there. Every day after announced_until is provisional: the
# holidays listed for it are a forecast that a new law or an announced equinox day may change. So is every day before
# first_day, when some Saturdays were working days.
calendar: jp-government
version: ${text(`${version}+${EDIT}`)}
title: {ja: 行政機関の休日, en: Government holidays}
source: ${text(`${name} ${version}`)}
first_day: ${FIRST_DAY}
announced_until: ${announced}-12-31
weekend: [saturday, sunday]
yearly:
- {month: 12, day: 29, ja: 年末の休日, en: Year-end closure}
- {month: 12, day: 30, ja: 年末の休日, en: Year-end closure}
- {month: 12, day: 31, ja: 年末の休日, en: Year-end closure}
- {month: 1, day: 2, ja: 年始の休日, en: New Year closure}
- {month: 1, day: 3, ja: 年始の休日, en: New Year closure}
holidays:
`);
for (const [date, { ja, en }] of rows)
    process.stdout.write(`- {date: ${date}, ja: ${text(ja)}, en: ${text(en)}}\n`);
