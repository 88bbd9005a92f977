/*
 * An instant is a point on the UTC time line: microseconds since 1970-01-01T00:00:00Z, without leap seconds (POSIX).
 * Every `now`, receipt, due time and history entry is one. Civil dates belong to a zone and live in civil.h.
 */
#ifndef TOROKU_CALENDAR_INSTANT_H
#define TOROKU_CALENDAR_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

typedef int64_t instant;

#define INSTANT_MS INT64_C(1000)
#define INSTANT_SECOND INT64_C(1000000)
#define INSTANT_MINUTE (60 * INSTANT_SECOND)
#define INSTANT_HOUR (60 * INSTANT_MINUTE)
#define INSTANT_DAY (24 * INSTANT_HOUR)

/* Later than any instant that may occur: a deadline that waits for a hold or a stop to end. */
#define INSTANT_NEVER INT64_MAX

/* The instants that have a text: the years 0001 to 9999. */
#define INSTANT_MIN (INT64_C(-719162) * INSTANT_DAY)
#define INSTANT_MAX (INT64_C(2932897) * INSTANT_DAY - 1)

/* "9999-12-31T23:59:59.999999Z" and its NUL. */
#define INSTANT_TEXT_SIZE 28

/*
 * Reads the whole of ${text} as an RFC 3339 date-time with `Z` or a numeric offset. Digits after the sixth of a
 * fraction are dropped, never rounded up. The leap second 23:59:60Z at the end of a month is the start of the next
 * second, whatever its fraction. False, with ${out} untouched, for anything else.
 */
bool instant_parse(const char *text, instant *out);

/* Writes ${at}, between INSTANT_MIN and INSTANT_MAX, in UTC: six digits of fraction when there is one, else none. */
void instant_print(instant at, char buf[INSTANT_TEXT_SIZE]);

#endif
