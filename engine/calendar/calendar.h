/*
 * A business calendar: which days are open, and why a day is closed.
 *
 * A loader makes one in steps (weekdays, days of every year, single days) and finishes it; from then on it is
 * immutable and shared. Single days are certain for a covered range only. Outside it the weekdays, the days of every
 * year and any single days forecast there still hold, and every day is provisional: a later version may answer
 * otherwise. A day closed in several ways gives its single day's reason first, then by the year, then by the weekday.
 */
#ifndef TOROKU_CALENDAR_CALENDAR_H
#define TOROKU_CALENDAR_CALENDAR_H

#include "engine/calendar/civil.h"

#include <glib.h>

struct calendar;

/* Why a day is closed, for people: 憲法記念日, Constitution Memorial Day. A calendar's texts are never freed. */
struct calendar_reason {
    const char *ja, *en;
};

/* An empty calendar, to be filled and finished. All texts are copied. */
struct calendar *calendar_new(const char *name, const char *version);
void calendar_free(struct calendar *calendar);

const char *calendar_name(const struct calendar *calendar);
const char *calendar_version(const struct calendar *calendar);

/* Closes every ${weekday}. */
void calendar_close_weekday(struct calendar *calendar, enum weekday weekday, struct calendar_reason reason);

/* Closes a month and day of every year; 29 February closes in leap years only. */
void calendar_close_yearly(struct calendar *calendar, int month, int day, struct calendar_reason reason);

/* Closes one day, also outside the covered range. ${provisional}: forecast, not announced. */
void calendar_close_day(struct calendar *calendar, civil_day day, struct calendar_reason reason, bool provisional);

/*
 * Ends the filling; single days are certain from ${first} to ${last}. Fails with TOROKU_ERROR_INVALID when the range is
 * empty, a single day came twice or is no day of the years covered, a date of every year does not exist, or no weekday
 * is open. A calendar that failed may only be freed.
 */
bool calendar_finish(struct calendar *calendar, civil_day first, civil_day last, GError **error);

/* The questions below are for finished calendars and any day between CIVIL_DAY_MIN and CIVIL_DAY_MAX. */

bool calendar_is_open(const struct calendar *calendar, civil_day day);

/* Why ${day} is closed, owned by the calendar; NULL when it is open. */
const struct calendar_reason *calendar_why_closed(const struct calendar *calendar, civil_day day);

/* May a later version answer otherwise: ${day} is outside the covered range, or was entered as provisional? */
bool calendar_is_provisional(const struct calendar *calendar, civil_day day);

/* The first day from ${from} to ${to} that is provisional; CIVIL_DAY_NONE when all are certain, or there is none. */
civil_day calendar_first_provisional(const struct calendar *calendar, civil_day from, civil_day to);

/*
 * The ${count}th open day, ${count} > 0, from ${day} on, ${day} itself included; CIVIL_DAY_NONE when the years covered
 * end before it. Among the days listed it takes the same time however many are counted; beyond them it walks.
 */
civil_day calendar_nth_open(const struct calendar *calendar, civil_day day, int count);

/* The same counting back from ${day}, ${day} itself included. */
civil_day calendar_nth_open_back(const struct calendar *calendar, civil_day day, int count);

/* How many days from ${from} to ${to} are open; 0 when ${to} lies before ${from}. Costs as calendar_nth_open. */
int calendar_count_open(const struct calendar *calendar, civil_day from, civil_day to);

#endif
