// Civil dates as Japan's Civil Code counts them, written apart from engine/calendar so that a test can hold one to the
// other. A day is a number: days since 1970-01-01.

const DAY_MS = 86400000;
const JST_MS = 9 * 3600000;

export const dayOf = (text) => Date.parse(`${text}T00:00:00Z`) / DAY_MS;
export const textOf = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);

const parts = (day) => textOf(day).split("-").map(Number);
const monthLength = (year, month) => new Date(Date.UTC(year, month, 0)).getUTCDate();

// The day with the same number n months on, or the last of that month; whether it is the same number.
function corresponding(day, months) {
    const [year, month, date] = parts(day);
    const total = year * 12 + month - 1 + months;
    const [y, m] = [Math.floor(total / 12), (((total % 12) + 12) % 12) + 1];
    const length = monthLength(y, m);
    return { day: Date.UTC(y, m - 1, Math.min(date, length)) / DAY_MS, exists: date <= length };
}

export const monthsOn = (day, months) => corresponding(day, months).day;

// The last day of a period of months that begins with `first`: the eve of the corresponding day, or, where the month
// has no such day, the month's last (articles 140 and 143).
export function lastDayOf(first, months) {
    const end = corresponding(first, months);
    return end.exists ? end.day - 1 : end.day;
}

// The last day on which a registration is valid: one year and four months from the day after its audit period.
export const lastValidDay = (periodEnd) => lastDayOf(periodEnd + 1, 16);

// Instants, in milliseconds and as text; "hh:mm" is Japan's time, "24:00" the end of the day.
export function jst(day, time) {
    const [hours, minutes] = time.split(":").map(Number);
    return day * DAY_MS + (hours * 60 + minutes) * 60000 - JST_MS;
}

export const jstText = (ms) => `${new Date(ms + JST_MS).toISOString().slice(0, 19)}+09:00`;
