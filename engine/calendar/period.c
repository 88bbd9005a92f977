#include "engine/calendar/period.h"

#include "engine/error.h"

#include <stdlib.h>

/* A stop that is not empty and overlaps no other. In days: those at whose end the clock stood, `until` not included. */
struct period_stop {
    instant from, to;
    civil_day day, until;
};

/* One computation. Few stops are kept in place, so that computing without a derivation allocates nothing. */
struct period_work {
    const struct period_rule *rule;
    struct period_stop few[8], *stops; /* ascending; allocated when more than fit into few */
    size_t stop_count;
    int64_t end_us; /* when a day ends for the stops: at its cut-off; 0: with the day */
    struct period_result *result;
    struct derivation *derivation; /* nullable */
    bool stands;                   /* an open stop was reached */
};

static const struct derivation_step period_no_step = {
    .day = CIVIL_DAY_NONE, .until = CIVIL_DAY_NONE, .at = INSTANT_NEVER, .to = INSTANT_NEVER};

static void period_say(struct period_work *work, enum derivation_kind kind, civil_day day, instant at)
{
    struct derivation_step step = period_no_step;

    if (work->derivation == NULL)
        return;
    step.kind = kind;
    step.day = day;
    step.at = at;
    g_array_append_val(work->derivation->steps, step);
}

static void period_say_closed(struct period_work *work, civil_day day)
{
    struct derivation_step step = period_no_step;

    if (work->derivation == NULL)
        return;
    step.kind = DERIVED_CLOSED;
    step.day = day;
    step.reason = *calendar_why_closed(work->rule->calendar, day);
    g_array_append_val(work->derivation->steps, step);
}

static void period_say_stopped(struct period_work *work, enum derivation_kind kind, const struct period_stop *stop)
{
    struct derivation_step step = period_no_step;

    if (work->derivation == NULL)
        return;
    step.kind = kind;
    step.day = stop->day;
    step.until = stop->until == CIVIL_DAY_NONE ? CIVIL_DAY_NONE : stop->until - 1;
    step.at = stop->from;
    step.to = stop->to;
    g_array_append_val(work->derivation->steps, step);
}

static bool period_refuse(GError **error, const char *what)
{
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "period: %s", what);
    return false;
}

static bool period_refuse_range(GError **error)
{
    return period_refuse(error, "it reaches beyond the years 0001 to 9999; shorten the span or correct the anchor");
}

static int64_t period_months(const struct span *span)
{
    return INT64_C(12) * span->years + span->months;
}

bool period_rule_check(const struct period_rule *rule, GError **error)
{
    const struct span *span = &rule->span;
    int units = (period_months(span) != 0) + (span->days != 0) + (span->business_days != 0) + (span->us != 0);

    if (span->years < 0 || span->months < 0 || span->days < 0 || span->business_days < 0 || span->us < 0)
        return period_refuse(error, "the span is negative; use a positive span and the direction before or after");
    if (units == 0)
        return period_refuse(error, "the span is empty; to end with the anchor's day, count one day from it");
    if (units > 1)
        return period_refuse(error, "the span mixes units; use years and months, or days, or business days, or hours");
    if (span->us != 0 && (rule->first_day != FIRST_DAY_NOT_COUNTED || rule->cutoff_us != 0))
        return period_refuse(error, "hours run at once and exactly; no first day is counted and no day has a cut-off");
    if (rule->zone == NULL && (span->us == 0 || rule->roll != ROLL_NONE))
        return period_refuse(error, "days, months and rolling need a zone");
    if (rule->cutoff_us < 0 || rule->cutoff_us >= INSTANT_DAY || rule->roll_us < 0 || rule->roll_us >= INSTANT_DAY)
        return period_refuse(error, "a time of day lies outside 00:00 to 23:59");
    if (rule->roll_us != 0 && rule->roll != ROLL_NEXT_OPEN_AT)
        return period_refuse(error, "only rolling to a time of the next open day has that time");
    if (rule->calendar == NULL && (span->business_days != 0 || rule->roll != ROLL_NONE))
        return period_refuse(error, "business days and rolling need a calendar");
    if (rule->include_corresponding_day && period_months(span) == 0)
        return period_refuse(error, "only years and months have a corresponding day to include");
    if (rule->direction == PERIOD_BEFORE &&
        (rule->roll != ROLL_NONE || rule->include_corresponding_day || rule->cutoff_us != 0))
        return period_refuse(
            error, "a period before its anchor has no cut-off, neither rolls nor includes a corresponding day");
    return true;
}

static int period_stop_compare(const void *a, const void *b)
{
    const struct period_stop *left = a, *right = b;

    return (left->from > right->from) - (left->from < right->from);
}

/* Copies the stops that are not empty, ascending, those that touch or overlap as one. */
static bool period_take_stops(struct period_work *work, const struct interval *stops, size_t count, GError **error)
{
    struct period_stop *all = count > G_N_ELEMENTS(work->few) ? g_new(struct period_stop, count) : work->few;
    size_t taken = 0;

    work->stops = all;
    for (size_t i = 0; i < count; i++) {
        struct period_stop stop = {stops[i].from, stops[i].to, CIVIL_DAY_NONE, CIVIL_DAY_NONE};

        if (stop.from < INSTANT_MIN || stop.from > stop.to || (stop.to > INSTANT_MAX && stop.to != INSTANT_NEVER) ||
            stop.from == INSTANT_NEVER)
            return period_refuse(error, "a stop ends before it begins, or is no stretch of time");
        if (stop.from < stop.to)
            all[taken++] = stop;
    }
    if (taken > 1)
        qsort(all, taken, sizeof *all, period_stop_compare);
    for (size_t i = 0; i < taken; i++) {
        if (work->stop_count > 0 && all[i].from <= all[work->stop_count - 1].to)
            all[work->stop_count - 1].to = MAX(all[work->stop_count - 1].to, all[i].to);
        else
            all[work->stop_count++] = all[i];
    }
    return true;
}

/* When ${day} ends. */
static instant period_day_end(const struct period_work *work, civil_day day)
{
    return work->end_us == 0 ? zone_instant(work->rule->zone, day + 1, 0)
                             : zone_instant(work->rule->zone, day, work->end_us);
}

/* The first day that ends after ${at}. */
static civil_day period_day_after(const struct period_work *work, instant at)
{
    civil_day day;

    zone_day(work->rule->zone, at, &day, NULL);
    return work->end_us != 0 && at >= period_day_end(work, day) ? day + 1 : day;
}

/* Stop ${i} in the days of the zone; NULL after the last. */
static struct period_stop *period_stop_days(struct period_work *work, size_t i)
{
    struct period_stop *stop = &work->stops[i];

    if (i >= work->stop_count)
        return NULL;
    if (stop->day != CIVIL_DAY_NONE)
        return stop;
    /* A stop that begins where a day ends leaves that day untouched; one that ends there took it. */
    stop->day = period_day_after(work, stop->from);
    stop->until = stop->to == INSTANT_NEVER ? CIVIL_DAY_MAX : period_day_after(work, stop->to);
    return stop;
}

/* From here on days end at ${end_us} for the stops. */
static void period_end_days_at(struct period_work *work, int64_t end_us)
{
    work->end_us = end_us;
    for (size_t i = 0; i < work->stop_count; i++)
        work->stops[i].day = CIVIL_DAY_NONE;
}

/* Skips the days of ${stop} from ${from} on; false when it is still open, and the period with it. */
static bool period_skip(struct period_work *work, const struct period_stop *stop, civil_day from)
{
    struct period_stop skipped = *stop;

    if (stop->to == INSTANT_NEVER) {
        work->stands = true;
        period_say(work, DERIVED_STANDS, from, stop->from);
        return false;
    }
    skipped.day = from;
    period_say_stopped(work, DERIVED_STOPPED_DAYS, &skipped);
    return true;
}

/* The last day when the period was to run from ${first} to ${last} and skips the days at whose end the clock stood. */
static int64_t period_stretch(struct period_work *work, civil_day first, int64_t last)
{
    struct period_stop *stop;

    for (size_t i = 0; (stop = period_stop_days(work, i)) != NULL && stop->day <= last; i++) {
        civil_day from = MAX(stop->day, first);

        if (stop->until <= from)
            continue;
        if (!period_skip(work, stop, from))
            break;
        last += stop->until - from;
    }
    return last;
}

static void period_ask_calendar(struct period_work *work, civil_day day)
{
    if (work->result->provisional || !calendar_is_provisional(work->rule->calendar, day))
        return;
    work->result->provisional = true;
    period_say(work, DERIVED_PROVISIONAL, day, INSTANT_NEVER);
}

/* period_walk_open() where nobody asks why: counts whole stretches between the stops at once. */
static civil_day period_find_open(struct period_work *work, civil_day day, int count)
{
    const struct calendar *calendar = work->rule->calendar;

    for (size_t i = 0;; i++) {
        const struct period_stop *stop = period_stop_days(work, i);
        civil_day found, end;

        if (stop != NULL && stop->until <= day)
            continue;
        found = calendar_nth_open(calendar, day, count);
        found = found == CIVIL_DAY_NONE ? CIVIL_DAY_MAX : found;
        end = stop != NULL && stop->day <= found ? stop->day - 1 : found;
        work->result->provisional |= calendar_first_provisional(calendar, day, end) != CIVIL_DAY_NONE;
        if (end == found)
            return found;
        if (stop->to == INSTANT_NEVER) {
            work->stands = true;
            return day;
        }
        count -= calendar_count_open(calendar, day, end);
        day = stop->until;
    }
}

/* The ${count}th day from ${day} on that is open and at whose end the clock ran. */
static civil_day period_walk_open(struct period_work *work, civil_day day, int count)
{
    struct period_stop *stop;
    size_t i = 0;

    if (work->derivation == NULL)
        return period_find_open(work, day, count);
    for (; day < CIVIL_DAY_MAX; day++) {
        while ((stop = period_stop_days(work, i)) != NULL && stop->until <= day)
            i++;
        if (stop != NULL && stop->day <= day) {
            if (!period_skip(work, stop, day))
                break;
            day = stop->until - 1;
            continue;
        }
        period_ask_calendar(work, day);
        if (!calendar_is_open(work->rule->calendar, day))
            period_say_closed(work, day);
        else if (--count == 0)
            break;
    }
    return day;
}

/* The last day of years and months before any stop. */
static bool period_months_end(struct period_work *work, civil_day first, civil_day *last)
{
    const struct period_rule *rule = work->rule;
    bool exists;

    if (!civil_months_end(first, period_months(&rule->span), last, &exists))
        return false;
    if (exists)
        period_say(work, DERIVED_CORRESPONDING_DAY, *last + 1, INSTANT_NEVER);
    else
        period_say(work, DERIVED_MONTH_END, *last, INSTANT_NEVER);
    if (rule->include_corresponding_day)
        period_say(work, DERIVED_CORRESPONDING_DAY_INCLUDED, ++*last, INSTANT_NEVER);
    return true;
}

static bool period_end(struct period_work *work, instant due)
{
    work->result->due = due;
    period_say(work, DERIVED_DUE, CIVIL_DAY_NONE, due);
    return true;
}

/* The instant at which a period is due whose last day is ${day}; ${at_us}: a time of that day, 0: its end. */
static bool period_end_day(struct period_work *work, civil_day day, int64_t at_us)
{
    const struct zone *zone = work->rule->zone;

    work->result->last_day = day;
    period_say(work, DERIVED_LAST_DAY, day, INSTANT_NEVER);
    if (at_us == 0)
        return period_end(work, zone_instant(zone, day + 1, 0));
    period_say(work, DERIVED_CUTOFF, day, zone_instant(zone, day, at_us));
    return period_end(work, zone_instant(zone, day, at_us));
}

static bool period_stand(struct period_work *work)
{
    work->result->due = INSTANT_NEVER;
    return true;
}

/* The first open day from ${day} on at whose ${end_us} the clock ran; CIVIL_DAY_MAX when it stands. */
static civil_day period_first_running(struct period_work *work, civil_day day, int64_t end_us)
{
    civil_day found;

    period_end_days_at(work, end_us);
    found = period_find_open(work, day, 1);
    if (!work->stands)
        return found;
    work->stands = false;
    return CIVIL_DAY_MAX;
}

/*
 * The time at which a period is due that rolls from ${day}, where days end at ${at_us}. When the clock stood at the
 * rule's time of an open day but ran at its end, that is the end: a longer period could end there too.
 */
static int64_t period_roll_time(struct period_work *work, civil_day day, int64_t at_us)
{
    int64_t roll_us = work->rule->roll_us;
    bool provisional = work->result->provisional, at_end;

    if (work->rule->roll != ROLL_NEXT_OPEN_AT)
        return at_us;
    if (work->stop_count == 0 || roll_us == 0 || (at_us != 0 && at_us <= roll_us))
        return roll_us;
    at_end = period_first_running(work, day, at_us) < period_first_running(work, day, roll_us);
    work->result->provisional = provisional;
    return at_end ? at_us : roll_us;
}

/* The period would end with ${last}, which ${at_us} tells more of: the day and time that the rule moves it to. */
static bool period_roll(struct period_work *work, int64_t last, int64_t at_us, GError **error)
{
    const struct period_rule *rule = work->rule;

    if (last < CIVIL_DAY_MAX) {
        period_ask_calendar(work, (civil_day)last);
        if (calendar_is_open(rule->calendar, (civil_day)last))
            return period_end_day(work, (civil_day)last, at_us);
        at_us = period_roll_time(work, (civil_day)last, at_us);
        period_end_days_at(work, at_us);
        last = period_walk_open(work, (civil_day)last, 1);
    }
    if (work->stands)
        return period_stand(work);
    if (last >= CIVIL_DAY_MAX)
        return period_refuse_range(error);
    period_say(work, DERIVED_ROLLED, (civil_day)last, INSTANT_NEVER);
    return period_end_day(work, (civil_day)last, at_us);
}

static bool period_days_after(struct period_work *work, civil_day first, GError **error)
{
    const struct period_rule *rule = work->rule;
    civil_day end;
    int64_t last;

    work->result->first_day = first;
    if (rule->span.business_days > 0) {
        last = period_walk_open(work, first, rule->span.business_days);
    } else if (rule->span.days > 0) {
        last = period_stretch(work, first, INT64_C(-1) + first + rule->span.days);
    } else {
        if (!period_months_end(work, first, &end))
            return period_refuse_range(error);
        last = period_stretch(work, first, end);
    }
    if (work->stands)
        return period_stand(work);
    if (rule->roll != ROLL_NONE)
        return period_roll(work, last, rule->cutoff_us, error);
    if (last >= CIVIL_DAY_MAX)
        return period_refuse_range(error);
    return period_end_day(work, (civil_day)last, rule->cutoff_us);
}

/* The ${count}th open day before ${boundary}. */
static int64_t period_walk_open_back(struct period_work *work, civil_day boundary, int count)
{
    const struct calendar *calendar = work->rule->calendar;
    int64_t last = boundary;

    if (work->derivation == NULL) {
        last = MAX(calendar_nth_open_back(calendar, boundary - 1, count), CIVIL_DAY_MIN);
        work->result->provisional =
            calendar_first_provisional(calendar, (civil_day)last, boundary - 1) != CIVIL_DAY_NONE;
        return last;
    }
    while (count > 0 && last > CIVIL_DAY_MIN) {
        civil_day day = (civil_day)--last;

        period_ask_calendar(work, day);
        if (calendar_is_open(calendar, day))
            count--;
        else
            period_say_closed(work, day);
    }
    return last;
}

/* ${boundary}: the day at whose 00:00 the period ends, going back from it. */
static bool period_days_before(struct period_work *work, civil_day boundary, GError **error)
{
    const struct period_rule *rule = work->rule;
    int64_t last = boundary;
    civil_day day;
    bool exists;

    work->result->first_day = boundary - 1;
    if (rule->span.business_days > 0) {
        last = period_walk_open_back(work, boundary, rule->span.business_days);
    } else if (rule->span.days > 0) {
        last -= rule->span.days;
    } else {
        if (!civil_add_months(boundary, -period_months(&rule->span), &day, &exists))
            return period_refuse_range(error);
        period_say(work, exists ? DERIVED_CORRESPONDING_DAY : DERIVED_MONTH_END, day, INSTANT_NEVER);
        last = day;
    }
    if (last <= CIVIL_DAY_MIN)
        return period_refuse_range(error);
    work->result->last_day = (civil_day)last;
    period_say(work, DERIVED_LAST_DAY, work->result->last_day, INSTANT_NEVER);
    return period_end(work, zone_instant(rule->zone, work->result->last_day, 0));
}

/* Hours that end at ${due}: on the day that it lies in, or that it ends. */
static bool period_exact_end(struct period_work *work, instant due, GError **error)
{
    const struct period_rule *rule = work->rule;
    civil_day day;

    if (rule->roll == ROLL_NONE)
        return period_end(work, due);
    zone_day(rule->zone, due - 1, &day, NULL);
    period_ask_calendar(work, day);
    if (calendar_is_open(rule->calendar, day))
        return period_end(work, due);
    return period_roll(work, day, 0, error);
}

/* Hours, minutes and seconds. */
static bool period_exact(struct period_work *work, instant anchor, GError **error)
{
    int64_t left = work->rule->span.us;
    instant at = anchor;

    period_say(work, DERIVED_RUNS_AT_ONCE, CIVIL_DAY_NONE, anchor);
    if (work->rule->direction == PERIOD_BEFORE) {
        if (left > anchor - INSTANT_MIN)
            return period_refuse_range(error);
        return period_end(work, anchor - left);
    }
    for (size_t i = 0; i < work->stop_count; i++) {
        struct period_stop stop = work->stops[i];

        if (stop.to <= at)
            continue;
        stop.from = MAX(stop.from, at);
        if (stop.from - at >= left)
            break;
        if (stop.to == INSTANT_NEVER) {
            period_say(work, DERIVED_STANDS, CIVIL_DAY_NONE, stop.from);
            work->result->due = INSTANT_NEVER;
            return true;
        }
        left -= stop.from - at;
        period_say_stopped(work, DERIVED_STOPPED_TIME, &stop);
        at = stop.to;
    }
    if (left > INSTANT_MAX - at)
        return period_refuse_range(error);
    return period_exact_end(work, at + left, error);
}

/* From the anchor's day; ${midnight}: the anchor is the very start of it, ${late}: its cut-off had passed. */
static bool period_civil(struct period_work *work, civil_day anchor, bool midnight, bool late, GError **error)
{
    bool backward = work->rule->direction == PERIOD_BEFORE;
    bool rule_counts = work->rule->first_day == FIRST_DAY_COUNTED;
    bool counted = !late && (rule_counts || (midnight && !backward));

    if (anchor <= CIVIL_DAY_MIN || anchor >= CIVIL_DAY_MAX)
        return period_refuse_range(error);
    if (rule_counts && late)
        period_say(work, DERIVED_CUTOFF_PASSED, anchor, zone_instant(work->rule->zone, anchor, work->rule->cutoff_us));
    else if (rule_counts)
        period_say(work, DERIVED_FIRST_DAY_COUNTED, anchor, INSTANT_NEVER);
    else if (counted)
        period_say(work, DERIVED_FIRST_DAY_FROM_MIDNIGHT, anchor, INSTANT_NEVER);
    else
        period_say(work, DERIVED_FIRST_DAY_NOT_COUNTED, anchor, INSTANT_NEVER);
    if (backward)
        return period_days_before(work, counted ? anchor + 1 : anchor, error);
    return period_days_after(work, counted ? anchor : anchor + 1, error);
}

/* Everything that must hold before counting begins. Release with period_work_release(), also after a failure. */
static bool period_work_init(struct period_work *work, const struct period_rule *rule, const struct interval *stops,
                             size_t stop_count, struct period_result *result, struct derivation *derivation,
                             GError **error)
{
    work->rule = rule;
    work->stops = work->few;
    work->stop_count = 0;
    work->end_us = rule->cutoff_us;
    work->result = result;
    work->derivation = derivation;
    work->stands = false;
    *result = (struct period_result){
        .due = INSTANT_NEVER, .first_day = CIVIL_DAY_NONE, .last_day = CIVIL_DAY_NONE, .provisional = false};
    if (derivation != NULL)
        g_array_set_size(derivation->steps, 0);
    if (!period_rule_check(rule, error))
        return false;
    if (rule->direction == PERIOD_BEFORE && stop_count > 0)
        return period_refuse(error, "no clock can be stopped in a period before its anchor; pass no stops");
    return period_take_stops(work, stops, stop_count, error);
}

static void period_work_release(struct period_work *work)
{
    if (work->stops != work->few)
        g_free(work->stops);
}

static bool period_run_instant(struct period_work *work, instant anchor, GError **error)
{
    const struct zone *zone = work->rule->zone;
    civil_day day = CIVIL_DAY_NONE;

    if (anchor < INSTANT_MIN || anchor > INSTANT_MAX)
        return period_refuse(error, "the anchor is no instant of the years 0001 to 9999");
    if (zone != NULL)
        zone_day(zone, anchor, &day, NULL);
    period_say(work, DERIVED_ANCHOR, day, anchor);
    if (work->rule->span.us != 0)
        return period_exact(work, anchor, error);
    return period_civil(work, day, zone_instant(zone, day, 0) == anchor,
                        work->rule->cutoff_us != 0 && anchor >= zone_instant(zone, day, work->rule->cutoff_us), error);
}

static bool period_run_day(struct period_work *work, civil_day anchor, GError **error)
{
    if (work->rule->span.us != 0)
        return period_refuse(error, "hours run from an instant, not from a day; anchor the rule at an instant");
    period_say(work, DERIVED_ANCHOR, anchor, INSTANT_NEVER);
    return period_civil(work, anchor, false, false, error);
}

bool period_from_instant(const struct period_rule *rule, instant anchor, const struct interval *stops,
                         size_t stop_count, struct period_result *result, struct derivation *derivation, GError **error)
{
    struct period_work work;
    bool ok = period_work_init(&work, rule, stops, stop_count, result, derivation, error) &&
              period_run_instant(&work, anchor, error);

    period_work_release(&work);
    return ok;
}

bool period_from_day(const struct period_rule *rule, civil_day anchor, const struct interval *stops, size_t stop_count,
                     struct period_result *result, struct derivation *derivation, GError **error)
{
    struct period_work work;
    bool ok = period_work_init(&work, rule, stops, stop_count, result, derivation, error) &&
              period_run_day(&work, anchor, error);

    period_work_release(&work);
    return ok;
}
