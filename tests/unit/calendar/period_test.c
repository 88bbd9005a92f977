#include "engine/calendar/period.h"

#include "engine/error.h"
#include "tests/unit/calendar/support.h"

struct world {
    struct zone *tokyo;
    struct calendar *government;
};

static struct world world;

static void world_init(void)
{
    world.tokyo = zone_of("Asia/Tokyo");
    world.government = government_calendar(TOROKU_SOURCE_DIR, true);
}

static void world_release(void)
{
    calendar_free(world.government);
    zone_free(world.tokyo);
}

TestSuite(period, .init = world_init, .fini = world_release);

static struct period_rule a_rule(struct span span)
{
    return (struct period_rule){.span = span, .zone = world.tokyo, .calendar = world.government};
}

/* What the steps alone lead to: the day reached by counting every day that no step takes out, and its due instant. */
static void expect_explained(const struct period_rule *rule, const struct period_result *result,
                             const struct derivation *derivation, const char *what)
{
    const struct derivation_step *end = derivation_step_at(derivation, derivation->steps->len - 1);
    civil_day last = CIVIL_DAY_NONE, month_end = CIVIL_DAY_NONE;
    int64_t skipped = 0, stopped_us = 0;
    instant start = INSTANT_NEVER;

    if (result->due == INSTANT_NEVER) {
        cr_expect_eq(end->kind, DERIVED_STANDS, "%s", what);
        return;
    }
    cr_expect(end->kind == DERIVED_DUE && end->at == result->due, "%s", what);
    for (guint i = 0; i < derivation->steps->len; i++) {
        const struct derivation_step *step = derivation_step_at(derivation, i);

        if (step->kind == DERIVED_CLOSED)
            skipped++;
        else if (step->kind == DERIVED_STOPPED_DAYS)
            skipped += step->until - step->day + 1;
        else if (step->kind == DERIVED_STOPPED_TIME)
            stopped_us += step->to - step->at;
        else if (step->kind == DERIVED_RUNS_AT_ONCE)
            start = step->at;
        else if (step->kind == DERIVED_MONTH_END)
            month_end = step->day;
        else if (step->kind == DERIVED_CORRESPONDING_DAY)
            month_end = rule->direction == PERIOD_AFTER ? step->day - 1 : step->day;
        else if (step->kind == DERIVED_CORRESPONDING_DAY_INCLUDED)
            month_end = step->day;
        else if (step->kind == DERIVED_LAST_DAY)
            last = step->day;
    }
    if (rule->span.us != 0) {
        cr_expect_eq(result->due, start + stopped_us + (rule->direction == PERIOD_AFTER ? 1 : -1) * rule->span.us, "%s",
                     what);
        return;
    }
    cr_expect_eq(last, result->last_day, "%s", what);
    cr_expect_eq(result->due, zone_instant(rule->zone, last + (rule->direction == PERIOD_AFTER), 0), "%s", what);
    if (month_end != CIVIL_DAY_NONE)
        cr_expect_eq(last, month_end + skipped, "%s", what);
    else if (rule->direction == PERIOD_AFTER)
        cr_expect_eq(last, result->first_day + rule->span.days + rule->span.business_days + skipped - 1, "%s", what);
    else
        cr_expect_eq(last, result->first_day - rule->span.days - rule->span.business_days - skipped + 1, "%s", what);
}

static struct period_result compute_day(const struct period_rule *rule, const char *anchor,
                                        const struct interval *stops, size_t count)
{
    struct derivation derivation;
    struct period_result result, again;
    GError *error = NULL;

    derivation_init(&derivation);
    cr_assert(period_from_day(rule, day_of(anchor), stops, count, &result, &derivation, &error), "%s: %s", anchor,
              error == NULL ? "" : error->message);
    expect_explained(rule, &result, &derivation, anchor);
    cr_expect(period_from_day(rule, day_of(anchor), stops, count, &again, NULL, NULL) && again.due == result.due);
    derivation_release(&derivation);
    return result;
}

static struct period_result compute_instant(const struct period_rule *rule, const char *anchor,
                                            const struct interval *stops, size_t count)
{
    struct derivation derivation;
    struct period_result result;
    GError *error = NULL;

    derivation_init(&derivation);
    cr_assert(period_from_instant(rule, instant_of(anchor), stops, count, &result, &derivation, &error), "%s: %s",
              anchor, error == NULL ? "" : error->message);
    expect_explained(rule, &result, &derivation, anchor);
    derivation_release(&derivation);
    return result;
}

static void expect_day(civil_day found, const char *expected, const char *what)
{
    char text[CIVIL_TEXT_SIZE] = "none";

    if (found != CIVIL_DAY_NONE)
        civil_print(found, text);
    cr_expect_str_eq(text, expected, "%s: found %s, expected %s", what, text, expected);
}

static void expect_due(instant found, const char *expected, const char *what)
{
    char text[INSTANT_TEXT_SIZE] = "never";

    if (found != INSTANT_NEVER)
        instant_print(found, text);
    cr_expect_str_eq(text, expected, "%s: found %s, expected %s", what, text, expected);
}

/* Shapes of deadlines with their published or computed vectors: D6, D7, D10, D11, D15, D18 and the Civil Code. */
static const struct day_vector {
    const char *name, *anchor;
    struct span span;
    enum period_first_day first_day;
    enum period_direction direction;
    const char *last_day;
} day_vectors[] = {
    {"D10 year end", "2024-01-01", {.months = 16}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2025-04-30"},
    {"D10 1 year 4 months", "2024-01-01", {.years = 1, .months = 4}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2025-04-30"},
    {"D10 March end", "2024-04-01", {.months = 16}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2025-07-31"},
    {"D10 September end", "2023-10-01", {.months = 16}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2025-01-31"},
    {"D10 leap day", "2024-03-01", {.months = 16}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2025-06-30"},
    {"D10 June end", "2023-07-01", {.months = 16}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2024-10-31"},
    {"D10 no day in 2026", "2024-10-31", {.months = 16}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2026-02-28"},
    {"D10 no day in 2024", "2022-10-30", {.months = 16}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2024-02-29"},
    {"D10 mid-month", "2024-06-16", {.months = 16}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2025-10-15"},
    {"art. 143, 1 month", "2023-01-31", {.months = 1}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2023-02-28"},
    {"art. 143, leap year", "2024-01-31", {.months = 1}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2024-02-29"},
    {"art. 143, 2 months", "2023-01-31", {.months = 2}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2023-03-30"},
    {"D11", "2020-08-20", {.years = 2}, FIRST_DAY_NOT_COUNTED, PERIOD_AFTER, "2022-08-20"},
    {"D11, other reading", "2020-08-20", {.years = 2}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2022-08-19"},
    {"D6 year end", "2024-12-27", {.business_days = 5}, FIRST_DAY_NOT_COUNTED, PERIOD_AFTER, "2025-01-10"},
    {"D6 Golden Week", "2026-04-28", {.business_days = 10}, FIRST_DAY_NOT_COUNTED, PERIOD_AFTER, "2026-05-18"},
    {"D6 citizens' holiday", "2026-09-18", {.business_days = 1}, FIRST_DAY_NOT_COUNTED, PERIOD_AFTER, "2026-09-24"},
    {"D6 from a closed day", "2026-05-03", {.business_days = 1}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2026-05-07"},
    {"D6 counted", "2026-04-28", {.business_days = 1}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2026-04-28"},
    {"D7 initial plan", "2026-10-01", {.business_days = 30}, FIRST_DAY_NOT_COUNTED, PERIOD_BEFORE, "2026-08-17"},
    {"D7 final plan", "2026-10-01", {.business_days = 10}, FIRST_DAY_NOT_COUNTED, PERIOD_BEFORE, "2026-09-14"},
    {"D7 counted", "2026-10-01", {.business_days = 1}, FIRST_DAY_COUNTED, PERIOD_BEFORE, "2026-10-01"},
    {"D15 a named day", "2020-04-26", {.days = 1}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2020-04-26"},
    {"D18 30 days", "2020-03-27", {.days = 30}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2020-04-25"},
    {"D18 the period of 31", "2020-03-27", {.days = 31}, FIRST_DAY_COUNTED, PERIOD_AFTER, "2020-04-26"},
    {"30 days before", "2025-05-01", {.days = 30}, FIRST_DAY_NOT_COUNTED, PERIOD_BEFORE, "2025-04-01"},
    {"2 months before", "2026-10-01", {.months = 2}, FIRST_DAY_NOT_COUNTED, PERIOD_BEFORE, "2026-08-01"},
    {"1 month before, none", "2026-03-31", {.months = 1}, FIRST_DAY_NOT_COUNTED, PERIOD_BEFORE, "2026-02-28"},
};

Test(period, vectors_from_days)
{
    for (size_t i = 0; i < G_N_ELEMENTS(day_vectors); i++) {
        const struct day_vector *row = &day_vectors[i];
        struct period_rule rule = a_rule(row->span);
        struct period_result result;

        rule.first_day = row->first_day;
        rule.direction = row->direction;
        result = compute_day(&rule, row->anchor, NULL, 0);
        expect_day(result.last_day, row->last_day, row->name);
        cr_expect(!result.provisional, "%s", row->name);
    }
}

/* Instants are UTC; midnight in Tokyo is 15:00Z of the day before. */
static const struct instant_vector {
    const char *name, *anchor;
    struct span span;
    const char *due;
} instant_vectors[] = {
    {"139: hours run at once", "2026-05-01T14:59:59.5Z", {.us = 24 * INSTANT_HOUR}, "2026-05-02T14:59:59.500000Z"},
    {"139: an hour", "2026-05-01T00:00:00Z", {.us = INSTANT_HOUR}, "2026-05-01T01:00:00Z"},
    {"140: first day not counted", "2026-05-01T03:00:00Z", {.days = 10}, "2026-05-11T15:00:00Z"},
    {"140: midnight counts", "2026-04-30T15:00:00Z", {.days = 10}, "2026-05-10T15:00:00Z"},
    {"140: 1 µs before midnight", "2026-04-30T14:59:59.999999Z", {.days = 10}, "2026-05-10T15:00:00Z"},
    {"140: 1 µs after midnight", "2026-04-30T15:00:00.000001Z", {.days = 10}, "2026-05-11T15:00:00Z"},
    {"143: from the day after", "2023-06-30T01:00:00Z", {.months = 1}, "2023-07-31T15:00:00Z"},
    {"143: month end", "2023-01-30T01:00:00Z", {.months = 1}, "2023-02-28T15:00:00Z"},
    {"D11 in force at noon", "2020-08-20T03:00:00Z", {.years = 2}, "2022-08-20T15:00:00Z"},
    {"D6 filed in the evening", "2024-12-27T14:00:00Z", {.business_days = 5}, "2025-01-10T15:00:00Z"},
    {"D6 filed at midnight", "2026-04-27T15:00:00Z", {.business_days = 1}, "2026-04-28T15:00:00Z"},
};

Test(period, vectors_from_instants)
{
    for (size_t i = 0; i < G_N_ELEMENTS(instant_vectors); i++) {
        struct period_rule rule = a_rule(instant_vectors[i].span);

        expect_due(compute_instant(&rule, instant_vectors[i].anchor, NULL, 0).due, instant_vectors[i].due,
                   instant_vectors[i].name);
    }
}

/* D15: "26 April" ends where 27 April begins in Japan; what arrives at that instant is late. */
Test(period, a_named_day_ends_at_the_next_midnight)
{
    struct period_rule rule = a_rule((struct span){.days = 1});
    instant due;

    rule.first_day = FIRST_DAY_COUNTED;
    due = compute_day(&rule, "2020-04-26", NULL, 0).due;
    cr_expect_eq(due, instant_of("2020-04-26T15:00:00Z"));
    cr_expect(instant_of("2020-04-26T23:59:59.999999+09:00") < due);
    cr_expect(instant_of("2020-04-27T00:00:00+09:00") >= due);
}

Test(period, before_an_instant_is_the_start_of_the_day_reached)
{
    struct period_rule rule = a_rule((struct span){.days = 30});

    rule.direction = PERIOD_BEFORE;
    expect_due(compute_instant(&rule, "2025-04-30T15:00:00Z", NULL, 0).due, "2025-03-31T15:00:00Z", "from midnight");
    expect_due(compute_instant(&rule, "2025-05-01T03:00:00Z", NULL, 0).due, "2025-03-31T15:00:00Z", "from noon");
    rule.span = (struct span){.us = 36 * INSTANT_HOUR};
    expect_due(compute_instant(&rule, "2025-04-30T15:00:00Z", NULL, 0).due, "2025-04-29T03:00:00Z", "hours are exact");
}

Test(period, the_other_reading_of_months_ends_one_day_later)
{
    struct period_rule rule = a_rule((struct span){.months = 16});

    rule.first_day = FIRST_DAY_COUNTED;
    rule.include_corresponding_day = true;
    expect_day(compute_day(&rule, "2024-01-01", NULL, 0).last_day, "2025-05-01", "corresponding day included");
}

Test(period, a_closed_last_day_rolls_to_the_next_open_one)
{
    struct period_rule rule = a_rule((struct span){.days = 5});

    rule.roll = ROLL_NEXT_OPEN;
    expect_day(compute_day(&rule, "2026-04-28", NULL, 0).last_day, "2026-05-07", "3 May, a holiday and a Sunday");
    expect_day(compute_day(&rule, "2026-05-08", NULL, 0).last_day, "2026-05-13", "an open day stays");
}

Test(period, a_day_the_calendar_is_not_certain_of_marks_the_result)
{
    struct period_rule rule = a_rule((struct span){.business_days = 5});

    cr_expect(compute_day(&rule, "2026-12-28", NULL, 0).provisional);
    cr_expect(!compute_day(&rule, "2026-12-18", NULL, 0).provisional);
}

static const struct stop_vector {
    const char *name;
    struct span span;
    const char *anchor, *stops[3][2]; /* to NULL: open; in the zone's offset */
    const char *due;
} stop_vectors[] = {
    {"hours: added exactly",
     {.us = 10 * INSTANT_HOUR},
     "2026-06-01T09:00:00+09:00",
     {{"2026-06-01T12:00:00+09:00", "2026-06-01T12:00:01.5+09:00"}},
     "2026-06-01T10:00:01.500000Z"},
    {"hours: overlapping stops once",
     {.us = 10 * INSTANT_HOUR},
     "2026-06-01T09:00:00+09:00",
     {{"2026-06-01T13:00:00+09:00", "2026-06-01T15:00:00+09:00"},
      {"2026-06-01T12:00:00+09:00", "2026-06-01T14:00:00+09:00"}},
     "2026-06-01T13:00:00Z"},
    {"hours: from before the anchor",
     {.us = INSTANT_HOUR},
     "2026-06-01T09:00:00+09:00",
     {{"2026-05-01T00:00:00+09:00", "2026-06-01T10:00:00+09:00"}},
     "2026-06-01T02:00:00Z"},
    {"hours: a stop at the due instant is too late",
     {.us = INSTANT_HOUR},
     "2026-06-01T09:00:00+09:00",
     {{"2026-06-01T10:00:00+09:00", NULL}},
     "2026-06-01T01:00:00Z"},
    {"hours: still open",
     {.us = INSTANT_HOUR},
     "2026-06-01T09:00:00+09:00",
     {{"2026-06-01T09:59:59+09:00", NULL}},
     "never"},
    {"days: over one midnight",
     {.days = 10},
     "2026-06-01T09:00:00+09:00",
     {{"2026-06-03T23:59:59+09:00", "2026-06-04T00:00:00+09:00"}},
     "2026-06-12T15:00:00Z"},
    {"days: within a day",
     {.days = 10},
     "2026-06-01T09:00:00+09:00",
     {{"2026-06-03T00:00:00+09:00", "2026-06-03T23:59:59+09:00"}},
     "2026-06-11T15:00:00Z"},
    {"days: exactly two days",
     {.days = 10},
     "2026-06-01T09:00:00+09:00",
     {{"2026-06-03T00:00:00+09:00", "2026-06-05T00:00:00+09:00"}},
     "2026-06-13T15:00:00Z"},
    {"days: the first day's end does not count",
     {.days = 10},
     "2026-06-01T09:00:00+09:00",
     {{"2026-06-01T10:00:00+09:00", "2026-06-02T10:00:00+09:00"}},
     "2026-06-11T15:00:00Z"},
    {"days: a stop in the time won by another",
     {.days = 10},
     "2026-06-01T09:00:00+09:00",
     {{"2026-06-11T10:00:00+09:00", "2026-06-12T10:00:00+09:00"},
      {"2026-06-12T12:00:00+09:00", "2026-06-13T01:00:00+09:00"}},
     "2026-06-13T15:00:00Z"},
    {"days: at the end of the last day is too late",
     {.days = 10},
     "2026-06-01T09:00:00+09:00",
     {{"2026-06-12T00:00:00+09:00", NULL}},
     "2026-06-11T15:00:00Z"},
    {"days: still open", {.days = 10}, "2026-06-01T09:00:00+09:00", {{"2026-06-11T23:59:59+09:00", NULL}}, "never"},
    {"months",
     {.months = 6},
     "2026-06-01T09:00:00+09:00",
     {{"2026-07-01T09:00:00+09:00", "2026-07-11T17:00:00+09:00"}},
     "2026-12-11T15:00:00Z"},
    {"business days: Friday to Tuesday",
     {.business_days = 5},
     "2026-06-03T09:00:00+09:00",
     {{"2026-06-05T12:00:00+09:00", "2026-06-09T12:00:00+09:00"}},
     "2026-06-12T15:00:00Z"},
    {"business days: a weekend costs nothing",
     {.business_days = 5},
     "2026-06-03T09:00:00+09:00",
     {{"2026-06-06T00:00:00+09:00", "2026-06-08T00:00:00+09:00"}},
     "2026-06-10T15:00:00Z"},
    {"business days: still open",
     {.business_days = 5},
     "2026-06-03T09:00:00+09:00",
     {{"2026-06-06T00:00:00+09:00", NULL}},
     "never"},
    {"an empty stop",
     {.days = 10},
     "2026-06-01T09:00:00+09:00",
     {{"2026-06-04T00:00:00+09:00", "2026-06-04T00:00:00+09:00"}},
     "2026-06-11T15:00:00Z"},
};

Test(period, the_clock_stands_still)
{
    for (size_t i = 0; i < G_N_ELEMENTS(stop_vectors); i++) {
        const struct stop_vector *row = &stop_vectors[i];
        struct period_rule rule = a_rule(row->span);
        struct interval stops[3];
        size_t count = 0;

        for (; count < 3 && row->stops[count][0] != NULL; count++) {
            stops[count].from = instant_of(row->stops[count][0]);
            stops[count].to = row->stops[count][1] == NULL ? INSTANT_NEVER : instant_of(row->stops[count][1]);
        }
        expect_due(compute_instant(&rule, row->anchor, stops, count).due, row->due, row->name);
    }
}

Test(period, the_derivation_names_what_it_skipped)
{
    struct period_rule rule = a_rule((struct span){.business_days = 1});
    struct period_result result;
    struct derivation derivation;
    static const enum derivation_kind kinds[] = {DERIVED_ANCHOR, DERIVED_FIRST_DAY_NOT_COUNTED,
                                                 DERIVED_CLOSED, DERIVED_CLOSED,
                                                 DERIVED_CLOSED, DERIVED_CLOSED,
                                                 DERIVED_CLOSED, DERIVED_LAST_DAY,
                                                 DERIVED_DUE};

    derivation_init(&derivation);
    for (int twice = 0; twice < 2; twice++)
        cr_assert(period_from_day(&rule, day_of("2026-09-18"), NULL, 0, &result, &derivation, NULL));
    cr_assert_eq(derivation.steps->len, G_N_ELEMENTS(kinds));
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        cr_expect_str_eq(derivation_name(derivation_step_at(&derivation, i)->kind), derivation_name(kinds[i]));
    cr_expect_eq(derivation_step_at(&derivation, 4)->day, day_of("2026-09-21"));
    cr_expect_str_eq(derivation_step_at(&derivation, 4)->reason.ja, "敬老の日");
    cr_expect_str_eq(derivation_step_at(&derivation, 5)->reason.en, "Citizen's Holiday");
    cr_expect_str_eq(derivation_clause(DERIVED_FIRST_DAY_NOT_COUNTED), "civil_code.140");
    cr_expect_null(derivation_clause(DERIVED_CLOSED));
    derivation_release(&derivation);
}

static const struct refused_row {
    const char *name;
    struct period_rule rule;
    bool needs_zone;
} refused_rows[] = {
    {"nothing to count", {.span = {0}}, true},
    {"hours and days", {.span = {.days = 1, .us = 1}}, true},
    {"months and days", {.span = {.months = 1, .days = 1}}, true},
    {"days and business days", {.span = {.days = 1, .business_days = 1}}, true},
    {"negative days", {.span = {.days = -1}}, true},
    {"negative months within a year", {.span = {.years = 1, .months = -1}}, true},
    {"days without a zone", {.span = {.days = 1}}, false},
    {"business days without a calendar", {.span = {.business_days = 1}}, true},
    {"rolling without a calendar", {.span = {.days = 1}, .roll = ROLL_NEXT_OPEN}, true},
    {"hours with a first day", {.span = {.us = 1}, .first_day = FIRST_DAY_COUNTED}, true},
    {"a corresponding day of days", {.span = {.days = 1}, .include_corresponding_day = true}, true},
    {"backward with a corresponding day",
     {.span = {.months = 1}, .direction = PERIOD_BEFORE, .include_corresponding_day = true},
     true},
    {"years without end", {.span = {.years = INT32_MAX}}, true},
    {"days without end", {.span = {.days = INT32_MAX}}, true},
    {"hours without end", {.span = {.us = INT64_MAX}}, true},
    {"days before all years", {.span = {.days = INT32_MAX}, .direction = PERIOD_BEFORE}, true},
    {"months before all years", {.span = {.months = INT32_MAX}, .direction = PERIOD_BEFORE}, true},
    {"hours before all years", {.span = {.us = INT64_MAX}, .direction = PERIOD_BEFORE}, true},
};

Test(period, what_cannot_be_counted_is_refused)
{
    for (size_t i = 0; i < G_N_ELEMENTS(refused_rows); i++) {
        struct period_rule rule = refused_rows[i].rule;
        struct period_result result;
        GError *error = NULL;

        rule.zone = refused_rows[i].needs_zone ? world.tokyo : NULL;
        cr_expect(!period_from_instant(&rule, 0, NULL, 0, &result, NULL, &error), "%s", refused_rows[i].name);
        cr_expect(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_INVALID), "%s", refused_rows[i].name);
        g_clear_error(&error);
    }
}

Test(period, anchors_and_stops_out_of_order_are_refused)
{
    static const struct interval backward[] = {{2, 1}}, never[] = {{INSTANT_NEVER, INSTANT_NEVER}}, fine[] = {{1, 2}};
    struct period_rule days = a_rule((struct span){.days = 1}), hours = a_rule((struct span){.us = 1});
    struct period_result result;

    cr_expect(!period_from_instant(&days, 0, backward, 1, &result, NULL, NULL));
    cr_expect(!period_from_instant(&days, 0, never, 1, &result, NULL, NULL));
    cr_expect(!period_from_instant(&days, INSTANT_NEVER, NULL, 0, &result, NULL, NULL));
    cr_expect(!period_from_instant(&days, INSTANT_MAX, NULL, 0, &result, NULL, NULL));
    cr_expect(!period_from_instant(&hours, INSTANT_MAX, NULL, 0, &result, NULL, NULL));
    cr_expect(!period_from_day(&days, CIVIL_DAY_NONE, NULL, 0, &result, NULL, NULL));
    cr_expect(!period_from_day(&days, CIVIL_DAY_MAX - 1, NULL, 0, &result, NULL, NULL));
    cr_expect(!period_from_day(&hours, 0, NULL, 0, &result, NULL, NULL));
    days.direction = PERIOD_BEFORE;
    cr_expect(!period_from_instant(&days, 0, fine, 1, &result, NULL, NULL));
    cr_expect(period_from_instant(&days, 0, NULL, 0, &result, NULL, NULL));
}
