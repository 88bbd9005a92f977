/*
 * An instant is a point on the UTC time line: microseconds since 1970-01-01T00:00:00Z, without leap seconds (POSIX).
 * Every `now`, receipt, due time and history entry is one. Civil dates belong to a zone and live in civil.h.
 */
#ifndef TOROKU_CALENDAR_INSTANT_H
#define TOROKU_CALENDAR_INSTANT_H

#include <stdint.h>

typedef int64_t instant;

#define INSTANT_MS INT64_C(1000)
#define INSTANT_SECOND INT64_C(1000000)
#define INSTANT_MINUTE (60 * INSTANT_SECOND)
#define INSTANT_HOUR (60 * INSTANT_MINUTE)
#define INSTANT_DAY (24 * INSTANT_HOUR)

/* Later than any instant that may occur: a deadline that waits for a hold or a stop to end. */
#define INSTANT_NEVER INT64_MAX

#endif
