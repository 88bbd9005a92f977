/*
 * Deadlines that come again: every so many days, or months (3 a quarter, 12 a year), from an anchor day. Occurrence 0
 * is the anchor's day. Each is counted from the anchor itself, never from the one before, so that a month too short for
 * the anchor's day (31 January, 28 February, 31 March) does not shift those after it. A pure function, as period.h.
 */
#ifndef TOROKU_CALENDAR_RECURRENCE_H
#define TOROKU_CALENDAR_RECURRENCE_H

#include "engine/calendar/period.h"

struct recurrence_rule {
    struct span every;               /* days, or years and months */
    bool month_end;                  /* every occurrence is the last day of its month, as the anchor must be */
    enum period_roll roll;           /* when an occurrence is closed; the ones after it are not moved */
    int64_t cutoff_us, roll_us;      /* as of a period */
    const struct zone *zone;         /* borrowed */
    const struct calendar *calendar; /* for rolling; borrowed */
};

/* Could any anchor be computed with ${rule}? For the loader: TOROKU_ERROR_INVALID names what does not fit. */
bool recurrence_rule_check(const struct recurrence_rule *rule, GError **error);

/*
 * The day of occurrence ${n} >= 0 from ${anchor}, before any rolling. ${exists} (nullable) tells false when its month
 * has no such day and gave its last one. False when it lies outside the years covered. The rule must fit.
 */
bool recurrence_day(const struct recurrence_rule *rule, civil_day anchor, int64_t n, civil_day *day, bool *exists);

/*
 * The number of the first occurrence whose day, before any rolling, lies after ${day}. So many have come until the end
 * of ${day}: what a policy of catching up asks. It may lie outside the years covered. The rule must fit.
 */
int64_t recurrence_after(const struct recurrence_rule *rule, civil_day anchor, civil_day day);

/*
 * When occurrence ${n} is due: the end, or the cut-off, of its day or of the one that it rolls to. ${derivation}
 * (nullable) is emptied and filled. TOROKU_ERROR_INVALID, with ${result} undefined, for a rule that does not fit, an
 * anchor that is no month's end though the rule wants one, and a day outside the years 0001 to 9999.
 */
bool recurrence_compute(const struct recurrence_rule *rule, civil_day anchor, int64_t n, struct period_result *result,
                        struct derivation *derivation, GError **error);

#endif
