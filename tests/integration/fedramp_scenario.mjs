// The lives of the authorised services of the FedRAMP Marketplace (real names, dates and assessors) as a scenario of
// ISMAP: each files, is reviewed and listed on the day on which it was authorised, and is renewed for every audit
// period up to the end of the scenario. This file says when they act; what has to follow is counted in the test.
//
//   node fedramp_scenario.mjs SERVICES.CSV >SCENARIO.JSONL

import { readFileSync } from "node:fs";

import { dayOf, jst, jstText, lastDayOf, lastValidDay, monthsOn, textOf } from "../support/civil.mjs";

export const END = jst(dayOf("2026-12-01"), "00:00") - 1000;
const AGENDA_MAX = 200;
const UNKNOWN_ASSESSOR = "(assessor not published)";

// RFC 4180, as far as it is used there: quoted fields, doubled quotes, no line breaks within.
function csvRow(line) {
    return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)]
        .map(([, quoted, plain]) => quoted === undefined ? plain : quoted.replaceAll('""', '"'));
}

// The authorised services of services.csv, in the order of their authorisation.
export function readServices(path) {
    const [head, ...rows] = readFileSync(path, "utf8").trim().split(/\r?\n/).map(csvRow);
    return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i]])))
        .filter((row) => row.status === "FedRAMP Authorized")
        .map((row) => ({ id: row.id, provider: row.provider, name: row.offering, authorized: dayOf(row.authorized_date),
            annual: row.annual_assessment_mm_dd.replace("/", "-"), assessor: row.assessor || UNKNOWN_ASSESSOR }))
        .sort((a, b) => a.authorized - b.authorized || (a.id < b.id ? -1 : 1));
}

// The end of the audit period after the one that ended on ${end}: the day of the annual assessment where that makes a
// period of three months to a year, a full year otherwise.
function nextPeriodEnd(service, end) {
    const year = lastDayOf(end + 1, 12);
    if (!service.annual)
        return year;
    const [y] = textOf(end).split("-").map(Number);
    const days = [y, y + 1].map((n) => dayOf(`${n}-${service.annual}`));
    return days.find((day) => day >= lastDayOf(end + 1, 3) && day <= year) ?? year;
}

// What happens to one application besides filing, acceptance and review. In the plain course no target or reminder
// comes near; the intake target of a late one (10 business days) is passed by weeks.
const COURSES = ["plain", "plain", "corrected", "plain", "asked", "plain", "plain", "late"];
const WAIT = { plain: 2, corrected: 9, asked: 2, late: 51 };
// So many days after its filing the target of a late one, and the reminder before it, are past whatever holidays there
// are; none is late that would not get so far.
export const LATE = 35;

// Applicants act on Mondays and offices on Wednesdays, so that many act at one instant.
const MONDAY = 1, WEDNESDAY = 3;
const weekdayOf = (day) => (day + 4) % 7;
const atOrAfter = (day, weekday) => day + ((weekday - weekdayOf(day) + 7) % 7);

// The days of an application that is filed on a Monday.
function review(course, submitted) {
    const accepted = submitted + WAIT[course];
    return {
        course, submitted, accepted,
        opened: submitted - 7,
        ...(course === "corrected" && { returned: submitted + 2, resubmitted: submitted + 7 }),
        ...(course === "asked" && { asked: accepted + 7, answered: accepted + 12 }),
        assessed: accepted + 21,
        completed: accepted + 28,
    };
}

// The committee meets about renewals on the 15th of each month.
function meetingAfter(day) {
    const [year, month] = textOf(day).split("-").map(Number);
    const here = Date.UTC(year, month - 1, 15) / 86400000;
    return here >= day ? here : Date.UTC(year, month, 15) / 86400000;
}

// Every application of a service, the first decided on the day of its authorisation.
function planService(service, index) {
    const applications = [];
    let end = monthsOn(service.authorized, -4);
    let start = monthsOn(end, -12) + 1;
    for (let k = 0; ; k++) {
        let course = COURSES[(index + 3 * k) % COURSES.length];
        let application;
        if (k === 0) {
            const submitted = atOrAfter(service.authorized - 46 - WAIT[course], MONDAY);
            application = { ...review(course, submitted), decided: service.authorized };
        } else {
            const submitted = atOrAfter(monthsOn(end, 2) + ((7 * index + 11 * k) % 40), MONDAY);
            if (course === "late" && jst(submitted + LATE, "24:00") > END)
                course = "plain";
            application = review(course, submitted);
            application.decided = meetingAfter(application.completed + 10);
        }
        if (jst(application.opened, "10:00") > END)
            return { ...service, applications };
        applications.push({ ...application, alias: `a${index}-${k}`, period: [start, end], renewal: k > 0 });
        start = end + 1;
        end = nextPeriodEnd(service, end);
        if (applications.length > 1 && jst(application.submitted, "10:00") >= jst(lastValidDay(start - 1), "24:00"))
            throw new Error(`${service.name}: the chain of its audit periods breaks`);
    }
}

// One decision for all that is decided on one day, new or renewal.
function planDecisions(services) {
    const byDay = new Map();
    for (const service of services)
        for (const application of service.applications) {
            const key = `${application.decided} ${application.renewal}`;
            byDay.set(key, [...(byDay.get(key) ?? []), application]);
        }
    return [...byDay.values()].flatMap((all) => {
        const lots = [];
        for (let i = 0; i < all.length; i += AGENDA_MAX)
            lots.push(all.slice(i, i + AGENDA_MAX));
        return lots;
    }).map((applications, i) => ({ alias: `d${i}`, day: applications[0].decided, applications }))
        .filter((decision) => jst(decision.day - 7, "10:00") <= END);
}

// Who there is. A provider with several services has two addresses, every third provider reads English.
function planWorld(services) {
    const providers = new Map(), assessors = new Map();
    for (const service of services) {
        const provider = providers.get(service.provider) ??
            { code: `csp-${providers.size + 1}`, login: `csp${providers.size + 1}`, services: 0 };
        providers.set(service.provider, provider);
        provider.services++;
        if (!assessors.has(service.assessor))
            assessors.set(service.assessor, { code: `AUD-${assessors.size + 1}`, name: service.assessor });
    }
    for (const [i, provider] of [...providers.values()].entries())
        Object.assign(provider, { addresses: provider.services > 1 ? 2 : 1, language: i % 3 === 0 ? "en" : "ja" });
    return { providers, assessors };
}

export function makePlan(path) {
    const services = readServices(path).map(planService);
    return { services, decisions: planDecisions(services), ...planWorld(services) };
}

function worldLines(plan) {
    const organisation = (code, name, roles, contacts) =>
        ({ organisation: code, name: { ja: name, en: name }, ...(roles && { roles }), contacts });
    const mail = (kind, email, language = "ja") => ({ kind, email, language });
    const person = (login, organisation, role) =>
        ({ person: login, name: login, organisation, ...(role && { roles: [role] }) });
    const lines = [
        organisation("support", "Operation support body", ["opsup"],
            [mail("queue", "desk@support.example"), mail("lead", "lead@support.example")]),
        organisation("office", "Secretariat", ["secretariat"], [mail("queue", "office@secretariat.example")]),
        organisation("board", "Steering Committee", ["committee"], [mail("contacts", "board@committee.example")]),
        organisation("oversight", "Responsible ministries", ["ministry"], [mail("contacts", "ismap@ministry.example")]),
        organisation("buyer", "Procuring ministry", ["procurer"], [mail("contacts", "it@procurer.example")]),
        person("desk", "support", "opsup"), person("reviewer", "support", "opsup"),
        person("clerk", "office", "secretariat"), person("chair", "board", "committee"),
        person("member", "board", "committee"),
    ];
    for (const { code, name } of plan.assessors.values())
        lines.push(organisation(code, name, null, [mail("contacts", `audit@${code.toLowerCase()}.example`)]));
    for (const [name, { code, login, addresses, language }] of plan.providers)
        lines.push(organisation(code, name, null, ["ismap", "legal"].slice(0, addresses)
            .map((box) => mail("contacts", `${box}@${code}.example`, language))), person(login, code));
    for (const { id, name, provider } of plan.services)
        lines.push({ subject: id, organisation: plan.providers.get(provider).code, name });
    return lines;
}

function applicationSteps(plan, service, application) {
    const { alias, period: [start, end] } = application;
    const login = plan.providers.get(service.provider).login;
    const step = (day, time, as, event, rest = {}) => ({ ms: jst(day, time), as, case: alias, event, ...rest });
    const form = {
        with_file: "../examples/application.json",
        set: { applicant_name: service.provider, applicant_name_en: service.provider, service_name: service.name,
            service_name_en: service.name, audit_period: { start: textOf(start), end: textOf(end) },
            auditor: plan.assessors.get(service.assessor).code, audit_report_date: textOf(application.opened - 1),
            domestic: false, corporate_number: null },
    };
    const steps = [
        { ms: jst(application.opened, "10:00"), as: login, open: "service-application", subject: service.id,
            case: alias, with: { service_name: service.name } },
        step(application.submitted, "10:00", login, "submit", form),
        step(application.accepted, "10:00", "desk", "accept"),
        step(application.assessed, "10:00", "reviewer", "assess", { with_file: "../examples/risk-assessment.json" }),
        step(application.completed, "10:00", "reviewer", "complete", { with_file: "../examples/review-report.json" }),
    ];
    if (application.returned)
        steps.push(step(application.returned, "10:00", "desk", "return",
            { with_file: "../examples/correction-request.json" }),
        step(application.resubmitted, "10:00", login, "resubmit", form));
    if (application.asked)
        steps.push(step(application.asked, "10:00", "reviewer", "ask", { with_file: "../examples/inquiry.json" }),
            step(application.answered, "10:00", login, "answer", { with_file: "../examples/answer.json" }));
    return steps;
}

function decisionSteps(decision, i) {
    const on = textOf(decision.day);
    return [
        { ms: jst(decision.day - 7, "10:00"), as: "clerk", open: "committee-decision", case: decision.alias,
            with: { meeting_no: String(i + 1), title: `Decision of ${on}`,
                agenda: decision.applications.map(({ alias }) => `$case:${alias}`) } },
        { ms: jst(decision.day, "15:00"), as: "chair", case: decision.alias, event: "approve",
            with: { decided_on: on, deciders: ["$person:chair", "$person:member"] } },
    ];
}

// Every step up to the end, in the order of instants: {ms, as, open or event, ...}.
export function planSteps(plan) {
    return [...plan.services.flatMap((s) => s.applications.flatMap((a) => applicationSteps(plan, s, a))),
        ...plan.decisions.flatMap(decisionSteps)].filter(({ ms }) => ms <= END).sort((a, b) => a.ms - b.ms);
}

// The scenario as adapters/cli/scenario.h describes it.
export function scenarioText(plan) {
    const steps = planSteps(plan).map(({ ms, ...step }) => ({ at: jstText(ms), ...step }));
    return [...worldLines(plan), ...steps, { until: jstText(END) }].map((line) => `${JSON.stringify(line)}\n`).join("");
}

if (process.argv[1] === new URL(import.meta.url).pathname)
    process.stdout.write(scenarioText(makePlan(process.argv[2])));
