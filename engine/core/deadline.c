#include "engine/core/deadline.h"

#include "engine/calendar/recurrence.h"

#include <string.h>

/* Days of all years that there are. */
#define ROUND_MAX 4000000

/* A reminder and when it comes; the due instant stands last whatever the others compute to. */
struct occurrence {
    instant at;
    int reminder;
};

static int occurrence_compare(const void *a, const void *b)
{
    const struct occurrence *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->reminder - y->reminder;
}

static instant reminder_at(const struct chart *chart, const struct deadline_state *d, const struct chart_reminder *r)
{
    const struct period_rule *due = &chart->deadlines[d->deadline].rule;
    const struct period_rule rule = {
        .span = r->before, .direction = PERIOD_BEFORE, .zone = due->zone, .calendar = due->calendar};
    struct period_result result;

    if (r->at_us < 0)
        return d->due - r->before.us;
    if (!period_from_day(&rule, d->last_day, NULL, 0, &result, NULL, NULL))
        return d->due;
    return zone_instant(chart->zone, result.last_day, r->at_us);
}

/* The reminders of ${d} in the order of their instants: as many as the chart declares. */
static void occurrences_sort(const struct chart *chart, const struct deadline_state *d, struct occurrence *list)
{
    const struct chart_deadline *rule = &chart->deadlines[d->deadline];

    for (int i = 0; i < rule->reminder_count; i++)
        list[i] = (struct occurrence){.at = reminder_at(chart, d, &rule->reminders[i]), .reminder = i};
    qsort(list, (size_t)rule->reminder_count, sizeof *list, occurrence_compare);
}

static void deadline_set_next(const struct chart *chart, struct deadline_state *d)
{
    int count = chart->deadlines[d->deadline].reminder_count;
    g_autofree struct occurrence *list = NULL;

    if (d->due == INSTANT_NEVER || d->occurrence > count) {
        d->next = INSTANT_NEVER;
        return;
    }
    if (d->occurrence == count) {
        d->next = d->due;
        return;
    }
    list = g_new(struct occurrence, (gsize)count);
    occurrences_sort(chart, d, list);
    d->next = list[d->occurrence].at;
}

static struct value *step_to_value(const struct derivation_step *step)
{
    struct value *v = value_new_map();
    char day[CIVIL_TEXT_SIZE], at[INSTANT_TEXT_SIZE];

    value_map_set_text(v, "is", derivation_name(step->kind));
    value_map_set_text(v, "basis", derivation_clause(step->kind));
    if (step->day != CIVIL_DAY_NONE) {
        civil_print(step->day, day);
        value_map_set_text(v, "day", day);
    }
    if (step->until != CIVIL_DAY_NONE) {
        civil_print(step->until, day);
        value_map_set_text(v, "until", day);
    }
    if (step->at != INSTANT_NEVER) {
        instant_print(step->at, at);
        value_map_set_text(v, "at", at);
    }
    if (step->to != INSTANT_NEVER) {
        instant_print(step->to, at);
        value_map_set_text(v, "to", at);
    }
    value_map_set_text(v, "why", step->reason.ja);
    return v;
}

/* The derivation in the form that is kept: the rule it applied, the calendar's version, every step. */
static struct value *derivation_to_value(const struct chart *chart, const struct chart_deadline *rule,
                                         const struct deadline_state *d, const struct derivation *derivation)
{
    struct value *why = value_new_map(), *steps = value_new_list();

    for (guint i = 0; i < derivation->steps->len; i++)
        value_list_add(steps, step_to_value(derivation_step_at(derivation, i)));
    value_map_set(why, "steps", steps);
    if (rule->member_count > 0)
        value_map_set_int(why, "choice", d->choice);
    if (d->round > 0)
        value_map_set_int(why, "round", d->round);
    if (rule->basis != CHART_NONE)
        value_map_set_text(why, "rule", g_array_index(chart->book->rules, struct chart_rule, rule->basis).id);
    value_map_set_text(why, "zone", zone_name(chart->zone));
    value_map_set_text(why, "tzdata", zone_tzdata_version(chart->zone));
    if (rule->rule.calendar != NULL) {
        value_map_set_text(why, "calendar", calendar_name(rule->rule.calendar));
        value_map_set_text(why, "calendar_version", calendar_version(rule->rule.calendar));
    }
    return why;
}

void deadline_skip(const struct chart *chart, struct deadline_state *d, instant since)
{
    int count = chart->deadlines[d->deadline].reminder_count;
    g_autofree struct occurrence *list = NULL;

    if (d->due != INSTANT_NEVER && d->occurrence < count) {
        list = g_new(struct occurrence, (gsize)count);
        occurrences_sort(chart, d, list);
        while (d->occurrence < count && list[d->occurrence].at <= since)
            d->occurrence++;
    }
    deadline_set_next(chart, d);
}

static struct recurrence_rule deadline_recurrence(const struct chart_deadline *rule)
{
    return (struct recurrence_rule){.every = rule->every,
                                    .roll = rule->rule.roll,
                                    .cutoff_us = rule->rule.cutoff_us,
                                    .roll_us = rule->rule.roll_us,
                                    .zone = rule->rule.zone,
                                    .calendar = rule->rule.calendar};
}

static bool period_compute(const struct period_rule *rule, const struct deadline_state *d, struct period_result *result,
                           struct derivation *derivation, GError **error)
{
    const struct interval *stops = d->stops == NULL ? NULL : (const struct interval *)(void *)d->stops->data;
    size_t stop_count = d->stops == NULL ? 0 : d->stops->len;

    if (d->by_day)
        return period_from_day(rule, d->anchor_day, stops, stop_count, result, derivation, error);
    return period_from_instant(rule, d->anchor, stops, stop_count, result, derivation, error);
}

/* The first last day, before it rolls: from which those that come again are counted. */
static bool round_anchor(const struct chart_deadline *rule, const struct deadline_state *d,
                         struct period_result *result, struct derivation *derivation, GError **error)
{
    struct period_rule straight = rule->rule;

    straight.roll = ROLL_NONE;
    straight.roll_us = 0;
    return period_compute(&straight, d, result, derivation, error);
}

static int span_part(int part, int every, int round)
{
    return (int)MIN((int64_t)part + (int64_t)every * round, INT_MAX);
}

/* The period of round ${d->round} from the anchor itself, when what comes again is counted as the period is: so that a
 * month too short shifts none after it. */
static bool round_period(const struct chart_deadline *rule, const struct deadline_state *d, struct period_rule *period)
{
    const struct span *every = &rule->every;
    bool months = rule->rule.span.years != 0 || rule->rule.span.months != 0;

    *period = rule->rule;
    period->span.years = span_part(period->span.years, every->years, d->round);
    period->span.months = span_part(period->span.months, every->months, d->round);
    period->span.days = span_part(period->span.days, every->days, d->round);
    return months ? every->days == 0 : period->span.business_days == 0 && every->days != 0;
}

/* The one of ${d->round}. */
static bool round_compute(const struct chart_deadline *rule, const struct deadline_state *d,
                          struct period_result *result, struct derivation *derivation, GError **error)
{
    struct recurrence_rule every = deadline_recurrence(rule);
    struct period_rule period;
    struct derivation again;
    bool ok;

    if (round_period(rule, d, &period))
        return period_compute(&period, d, result, derivation, error);
    if (!round_anchor(rule, d, result, derivation, error))
        return false;
    if (result->due == INSTANT_NEVER)
        return true;
    derivation_init(&again);
    ok = recurrence_compute(&every, result->last_day, d->round, result, derivation == NULL ? NULL : &again, error);
    if (ok && derivation != NULL) {
        g_array_set_size(derivation->steps, derivation->steps->len - 1); /* the first one's due instant */
        g_array_append_vals(derivation->steps, again.steps->data, again.steps->len);
    }
    derivation_release(&again);
    return ok;
}

void deadline_first_round(const struct chart *chart, struct deadline_state *d, instant since)
{
    const struct chart_deadline *rule = &chart->deadlines[d->deadline];
    struct recurrence_rule every = deadline_recurrence(rule);
    struct period_result result;
    civil_day day;
    int64_t after;

    d->round = 0;
    if (span_is_empty(&rule->every) || rule->catch_up || !round_anchor(rule, d, &result, NULL, NULL) ||
        result.due == INSTANT_NEVER)
        return;
    zone_day(rule->rule.zone, since, &day, NULL);
    after = recurrence_after(&every, result.last_day, day - 1);
    d->round = (int)CLAMP(after - 1, 0, ROUND_MAX);
    while (d->round < ROUND_MAX && round_compute(rule, d, &result, NULL, NULL) && result.due <= since)
        d->round++;
}

bool deadline_compute(const struct chart *chart, struct deadline_state *d, instant since, struct value **why,
                      GError **error)
{
    const struct chart_deadline *rule = &chart->deadlines[d->deadline];
    const struct chart_deadline *goes_by = rule->member_count == 0 ? rule : &rule->members[d->choice];
    struct period_result result;
    struct derivation derivation;
    bool ok;

    derivation_init(&derivation);
    if (d->round > 0)
        ok = round_compute(rule, d, &result, why ? &derivation : NULL, error);
    else
        ok = period_compute(&goes_by->rule, d, &result, why ? &derivation : NULL, error);
    if (ok) {
        d->due = result.due;
        d->last_day = result.last_day;
        if (goes_by->rule.direction == PERIOD_BEFORE) /* due is 00:00 of the day reached: the day before is the last */
            d->last_day--;
        if (result.due != INSTANT_NEVER && result.last_day == CIVIL_DAY_NONE)
            zone_day(chart->zone, result.due, &d->last_day, NULL);
        if (why != NULL)
            *why = derivation_to_value(chart, rule, d, &derivation);
        deadline_skip(chart, d, since);
    }
    derivation_release(&derivation);
    return ok;
}

void deadline_advance(const struct chart *chart, struct deadline_state *d)
{
    d->occurrence++;
    deadline_set_next(chart, d);
}

int deadline_reminder(const struct chart *chart, const struct deadline_state *d)
{
    int count = chart->deadlines[d->deadline].reminder_count;
    g_autofree struct occurrence *list = NULL;

    if (d->occurrence >= count)
        return CHART_NONE;
    list = g_new(struct occurrence, (gsize)count);
    occurrences_sort(chart, d, list);
    return list[d->occurrence].reminder;
}

struct value *deadline_to_value(const struct chart *chart, const struct deadline_state *d)
{
    struct value *v = value_new_map();

    value_map_set_text(v, "id", chart->deadlines[d->deadline].id);
    value_map_set_int(v, "arming", d->arming);
    if (d->by_day)
        value_map_set_int(v, "anchor_day", d->anchor_day);
    else
        value_map_set_int(v, "anchor", d->anchor);
    if (d->round > 0)
        value_map_set_int(v, "round", d->round);
    if (chart->deadlines[d->deadline].member_count > 0) {
        value_map_set_int(v, "choice", d->choice);
        value_map_set_int(v, "entry", d->entry);
    }
    if (d->due != INSTANT_NEVER) {
        value_map_set_int(v, "due", d->due);
        value_map_set_int(v, "last_day", d->last_day);
    }
    value_map_set_int(v, "occurrence", d->occurrence);
    if (d->next != INSTANT_NEVER)
        value_map_set_int(v, "next", d->next);
    if (d->stops != NULL && d->stops->len > 0) {
        struct value *stops = value_new_list();

        for (guint i = 0; i < d->stops->len; i++) {
            const struct interval *stop = &g_array_index(d->stops, struct interval, i);
            struct value *pair = value_new_list();

            value_list_add(pair, value_new_int(stop->from));
            value_list_add(pair, stop->to == INSTANT_NEVER ? value_new_null() : value_new_int(stop->to));
            value_list_add(stops, pair);
        }
        value_map_set(v, "stops", stops);
    }
    return v;
}

static instant instant_or_never(const struct value *v)
{
    return value_kind(v) == VALUE_INT ? value_int(v) : INSTANT_NEVER;
}

bool deadline_from_value(const struct chart *chart, const struct value *v, struct deadline_state *d)
{
    const char *id = value_text(value_get(v, "id"));
    const struct value *stops = value_get(v, "stops"), *day = value_get(v, "anchor_day");

    *d = (struct deadline_state){.deadline = id == NULL ? CHART_NONE : chart_deadline_index(chart, id)};
    if (d->deadline == CHART_NONE)
        return false;
    d->arming = (int)value_int(value_get(v, "arming"));
    d->by_day = value_kind(day) == VALUE_INT;
    d->anchor_day = (civil_day)value_int(day);
    d->anchor = value_int(value_get(v, "anchor"));
    d->choice = (int)value_int(value_get(v, "choice"));
    d->entry = value_int(value_get(v, "entry"));
    d->round = (int)value_int(value_get(v, "round"));
    if (d->round < 0 || d->round > ROUND_MAX || d->choice < 0 ||
        d->choice >= MAX(chart->deadlines[d->deadline].member_count, 1))
        return false;
    d->due = instant_or_never(value_get(v, "due"));
    d->last_day = d->due == INSTANT_NEVER ? CIVIL_DAY_NONE : (civil_day)value_int(value_get(v, "last_day"));
    d->occurrence = (int)value_int(value_get(v, "occurrence"));
    if (d->occurrence < 0 || d->occurrence > chart->deadlines[d->deadline].reminder_count + 1)
        return false;
    d->next = instant_or_never(value_get(v, "next"));
    if (value_size(stops) > 0)
        d->stops = g_array_new(FALSE, FALSE, sizeof(struct interval));
    for (size_t i = 0; i < value_size(stops); i++) {
        const struct value *pair = value_at(stops, i);
        struct interval stop = {.from = value_int(value_at(pair, 0)), .to = instant_or_never(value_at(pair, 1))};

        g_array_append_val(d->stops, stop);
    }
    return true;
}
