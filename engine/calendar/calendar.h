/*
 * A business calendar: which days are open, and the name under which a day is closed.
 *
 * A loader makes one in steps (weekdays, days of every year, single days) and finishes it; from then on it is
 * immutable and shared. Single days are known for a covered range only. Outside it the weekdays and the days of every
 * year still hold, and every day there is provisional: a later version of the calendar may answer otherwise.
 * A day closed in several ways is named by its single day first, then by the year, then by the weekday.
 */
#ifndef TOROKU_CALENDAR_CALENDAR_H
#define TOROKU_CALENDAR_CALENDAR_H

#include "engine/calendar/civil.h"

#include <glib.h>

struct calendar;

/* An empty calendar, to be filled and finished. All texts are copied. */
struct calendar *calendar_new(const char *name, const char *version);
void calendar_free(struct calendar *calendar);

const char *calendar_name(const struct calendar *calendar);
const char *calendar_version(const struct calendar *calendar);

/* Closes every ${weekday}. */
void calendar_close_weekday(struct calendar *calendar, enum weekday weekday, const char *name);

/* Closes a month and day of every year; 29 February closes in leap years only. */
void calendar_close_yearly(struct calendar *calendar, int month, int day, const char *name);

/* Closes one day. ${provisional}: by a formula, not yet announced. */
void calendar_close_day(struct calendar *calendar, civil_day day, const char *name, bool provisional);

/*
 * Ends the filling; single days are known from ${first} to ${last}. Fails with TOROKU_ERROR_INVALID when the range is
 * empty, a single day lies outside it or came twice, a date of every year does not exist, or no weekday is open. A
 * calendar that failed may only be freed.
 */
bool calendar_finish(struct calendar *calendar, civil_day first, civil_day last, GError **error);

/* The questions below are for finished calendars; any day may be asked. */

bool calendar_is_open(const struct calendar *calendar, civil_day day);

/* The name under which ${day} is closed, owned by the calendar; NULL when it is open. */
const char *calendar_why_closed(const struct calendar *calendar, civil_day day);

/* May a later version answer otherwise: ${day} is outside the covered range, or was entered as provisional? */
bool calendar_is_provisional(const struct calendar *calendar, civil_day day);

#endif
