/*
 * The deadline rule and its computation: the counting of the Japanese Civil Code (民法) art. 138 to 143, business
 * days, and a clock that may stand still. A pure function of the rule, the anchor and the stops.
 *
 * A span has one unit. Hours, minutes and seconds (art. 139) run at once and exactly, on the time line; stopped time
 * is added exactly. Years and months, days, and business days are civil: they count whole days of the rule's zone.
 * Forward:
 *   - the anchor's day is the first day; it is not counted unless the anchor is 00:00 exactly (art. 140) or the rule
 *     counts it; a day given as the anchor is counted only if the rule says so;
 *   - years and months end on the day before the corresponding day, or on the last day of the month that has none
 *     (art. 143); business days count the days that the calendar has open;
 *   - a day at whose end the clock stood is skipped: the last day moves on by one for each. The clock stood at the end
 *     of a day when a stop began before that end and lasted at least until it;
 *   - with ROLL_NEXT_OPEN a last day that is closed moves to the next open one (art. 142), and with ROLL_NEXT_OPEN_AT
 *     to a time of the next open one (noon of the next working day), or to its end when the clock stood at that time;
 *   - due is the end of the last day (art. 141), which is the start of the day after: an act at `due` is late;
 *   - with a cut-off a day ends at that time: the last day, which is due then; every day, for the stops; and the first
 *     day, which the rule counts only when its cut-off lies after the anchor.
 * Backward (`30 business days before`):
 *   - the anchor's day is not counted unless the rule counts it; months reach the corresponding day, or the last day
 *     of a month that has none, so that the notice is never shorter than the rule says;
 *   - last_day is the day reached and due is its 00:00: from there to the start of the anchor's day the whole span
 *     lies. Stops, rolls, cut-offs and the corresponding-day flag do not apply to it.
 * Hours roll too, though art. 142 is of days: when they end on a closed day (half-open: 00:00 ends the day before), due
 * is the end, or the rule's time, of the next open one.
 */
#ifndef TOROKU_CALENDAR_PERIOD_H
#define TOROKU_CALENDAR_PERIOD_H

#include "engine/calendar/calendar.h"
#include "engine/calendar/derivation.h"
#include "engine/calendar/instant.h"
#include "engine/calendar/span.h"
#include "engine/calendar/zone.h"

enum period_direction { PERIOD_AFTER, PERIOD_BEFORE };
enum period_first_day { FIRST_DAY_NOT_COUNTED, FIRST_DAY_COUNTED }; /* Civil Code 140 */
enum period_roll { ROLL_NONE, ROLL_NEXT_OPEN, ROLL_NEXT_OPEN_AT };  /* Civil Code 142 */

struct period_rule {
    struct span span;
    enum period_direction direction;
    enum period_first_day first_day;
    enum period_roll roll;
    bool include_corresponding_day;  /* years and months end one day later: the other reading of "N months after" */
    int64_t cutoff_us;               /* the time of day at which a day ends, in µs; 0: with the day */
    int64_t roll_us;                 /* ROLL_NEXT_OPEN_AT: due at this time of the day it moved to; 0: at its end */
    const struct zone *zone;         /* for civil spans and rolling; borrowed */
    const struct calendar *calendar; /* for business days and rolling; borrowed */
};

/* Half-open; the clock stood still. `to` is INSTANT_NEVER while it still stands. */
struct interval {
    instant from, to;
};

struct period_result {
    instant due;         /* INSTANT_NEVER while an open stop keeps it from coming */
    civil_day first_day; /* civil spans: the first counted day; otherwise CIVIL_DAY_NONE */
    civil_day last_day;  /* civil spans: the last counted day; hours: the one rolled to; else, and while the clock
                            stands, NONE */
    bool provisional;    /* a day on which the calendar is not certain was asked for */
};

/* Could any anchor be computed with ${rule}? For the loader: TOROKU_ERROR_INVALID names what does not fit. */
bool period_rule_check(const struct period_rule *rule, GError **error);

/*
 * Computes when the period of ${rule} that starts from ${anchor} is due. ${stops}, ${stop_count} of them, may overlap
 * and come in any order; parts before the anchor or after the due instant change nothing. ${derivation} (nullable) is
 * emptied and filled. TOROKU_ERROR_INVALID, with ${result} undefined, for a rule that does not fit, an anchor that is
 * no instant, a stop that ends before it begins, and a result outside the years 0001 to 9999.
 */
bool period_from_instant(const struct period_rule *rule, instant anchor, const struct interval *stops,
                         size_t stop_count, struct period_result *result, struct derivation *derivation,
                         GError **error);

/* The same from a day of the rule's zone. Hours do not run from a day: TOROKU_ERROR_INVALID. */
bool period_from_day(const struct period_rule *rule, civil_day anchor, const struct interval *stops, size_t stop_count,
                     struct period_result *result, struct derivation *derivation, GError **error);

#endif
