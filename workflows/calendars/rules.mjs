#!/usr/bin/env node
// Writes the calendars whose days follow from rules.
//
//   cd workflows/calendars
//   node rules.mjs us-federal > us-federal.yaml
//   node rules.mjs target > target.yaml
//
// Raise a calendar's version with each change to its days. tests/calendars holds the files to published days.

const DAY = 86400000;
const at = (year, month, day) => new Date(Date.UTC(year, month - 1, day));
const plus = (date, days) => new Date(date.getTime() + days * DAY);
const text = (date) => date.toISOString().slice(0, 10);

/** The n-th weekday (0 is Sunday) of a month; 0: the last. */
function nth(year, month, weekday, n) {
    const border = at(year, n > 0 ? month : month + 1, n > 0 ? 1 : 0), off = weekday - border.getUTCDay();
    return plus(border, n > 0 ? (7 + off) % 7 + 7 * (n - 1) : -((7 - off) % 7));
}

/** Easter Sunday of the Gregorian calendar: the Sunday after the ecclesiastical full moon (Meeus, Jones, Butcher). */
function easter(year) {
    const golden = year % 19, century = Math.floor(year / 100), rest = year % 100;
    const moon = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
    const epact = (19 * golden + century - Math.floor(century / 4) - moon + 15) % 30;
    const week = (32 + 2 * (century % 4) + 2 * Math.floor(rest / 4) - epact - (rest % 4)) % 7;
    const late = Math.floor((golden + 11 * epact + 22 * week) / 451);
    const days = epact + week - 7 * late + 114;
    return at(year, Math.floor(days / 31), days % 31 + 1);
}

const years = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

// 5 U.S.C. 6103(a). The years are those since which the law has the day; the others are older than the calendar.
const FEDERAL = [
    ["元日", "New Year's Day", (y) => at(y, 1, 1)],
    ["キング牧師誕生日", "Birthday of Martin Luther King, Jr.", (y) => nth(y, 1, 1, 3)],
    ["ワシントン誕生日", "Washington's Birthday", (y) => nth(y, 2, 1, 3)],
    ["戦没将兵追悼記念日", "Memorial Day", (y) => nth(y, 5, 1, 0)],
    ["ジューンティーンス", "Juneteenth National Independence Day", (y) => at(y, 6, 19), 2021],
    ["独立記念日", "Independence Day", (y) => at(y, 7, 4)],
    ["労働者の日", "Labor Day", (y) => nth(y, 9, 1, 1)],
    ["コロンブス記念日", "Columbus Day", (y) => nth(y, 10, 1, 2)],
    ["退役軍人の日", "Veterans Day", (y) => at(y, 11, 11)],
    ["感謝祭", "Thanksgiving Day", (y) => nth(y, 11, 4, 4)],
    ["クリスマス", "Christmas Day", (y) => at(y, 12, 25)],
];

function federalDays(first, last) {
    const rows = [];
    for (const [ja, en, day, since = 0] of FEDERAL)
        for (const year of years(Math.max(first, since), last + 1)) {
            const date = day(year), weekday = date.getUTCDay();
            rows.push({ date, ja, en });
            if (weekday === 0 || weekday === 6)
                rows.push({ date: plus(date, weekday === 0 ? 1 : -1), ja: `${ja} 振替休日`, en: `${en} (observed)` });
        }
    return rows;
}

const CALENDARS = {
    "us-federal": {
        about: `# Days on which offices of the United States federal government are closed: Saturdays, Sundays and the public
# holidays of 5 U.S.C. 6103(a). A holiday on a Saturday is observed on the Friday before (6103(b)), one on a Sunday on
# the Monday after (Executive Order 11582). Not listed: Inauguration Day, which is of the Washington area alone, and
# single days by executive order.`,
        version: "1",
        title: "{ja: アメリカ合衆国連邦政府の休日, en: US federal holidays}",
        source: "5 U.S.C. 6103; Executive Order 11582",
        first: 2011, certain: 2030, last: 2050,
        yearly: [],
        days: federalDays,
    },
    target: {
        about: `# Closing days of TARGET, the euro's settlement system: Saturdays, Sundays, and the six days of the long-term calendar
# that the European Central Bank applies since 2002 until further notice.`,
        version: "1",
        title: "{ja: TARGET休業日, en: TARGET closing days}",
        source: "European Central Bank, TARGET long-term calendar, from 2002",
        first: 2002, certain: 2050, last: 2050,
        yearly: [
            [1, 1, "元日", "New Year's Day"],
            [5, 1, "メーデー", "Labour Day"],
            [12, 25, "クリスマス", "Christmas Day"],
            [12, 26, "クリスマスの翌日", "Christmas Holiday"],
        ],
        days: (first, last) => years(first, last).flatMap((year) => [
            { date: plus(easter(year), -2), ja: "聖金曜日", en: "Good Friday" },
            { date: plus(easter(year), 1), ja: "復活祭の月曜日", en: "Easter Monday" },
        ]),
    },
};

const [name] = process.argv.slice(2);
const calendar = CALENDARS[name];
if (!calendar || process.argv.length !== 3) {
    process.stderr.write(`usage: rules.mjs ${Object.keys(CALENDARS).join("|")}\n`);
    process.exit(2);
}

const { about, version, title, source, first, certain, last, yearly, days } = calendar;
process.stdout.write(`${about}
# Written by rules.mjs; change it there. Every day after announced_until is provisional: a new law may change it.
calendar: ${name}
version: "${version}"
title: ${title}
source: ${JSON.stringify(source)}
first_day: ${first}-01-01
announced_until: ${certain}-12-31
weekend: [saturday, sunday]
`);
if (yearly.length > 0)
    process.stdout.write("yearly:\n");
for (const [month, day, ja, en] of yearly)
    process.stdout.write(`- {month: ${month}, day: ${day}, ja: ${JSON.stringify(ja)}, en: ${JSON.stringify(en)}}\n`);
process.stdout.write("holidays:\n");
const rows = days(first, last).map((row) => ({ ...row, date: text(row.date) }))
    .filter(({ date }) => date >= `${first}-01-01` && date <= `${last}-12-31`).sort((a, b) => (a.date < b.date ? -1 : 1));
for (const { date, ja, en } of rows)
    process.stdout.write(`- {date: ${date}, ja: ${JSON.stringify(ja)}, en: ${JSON.stringify(en)}}\n`);
