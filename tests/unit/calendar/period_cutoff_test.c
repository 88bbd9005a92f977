/* Cut-off times, rolling to a time of day, and zones whose clocks are moved. */
#include "engine/calendar/period.h"

#include "engine/error.h"
#include "tests/unit/calendar/support.h"

#define AT(hour, minute) ((hour)*INSTANT_HOUR + (minute)*INSTANT_MINUTE)

struct world {
    struct zone *tokyo, *new_york, *sao_paulo;
    struct calendar *government;
};

static struct world world;

static void world_init(void)
{
    world.tokyo = zone_of("Asia/Tokyo");
    world.new_york = zone_of("America/New_York");
    world.sao_paulo = zone_of("America/Sao_Paulo");
    world.government = government_calendar(TOROKU_SOURCE_DIR, true);
}

static void world_release(void)
{
    calendar_free(world.government);
    zone_free(world.sao_paulo);
    zone_free(world.new_york);
    zone_free(world.tokyo);
}

TestSuite(period_cutoff, .init = world_init, .fini = world_release);

/* Computes with and without a derivation: its last step and the result must be the same instant. */
static bool compute(const struct period_rule *rule, const char *anchor, const struct interval *stops, size_t count,
                    struct period_result *result, struct derivation *derivation)
{
    struct period_result plain;
    const struct derivation_step *end;

    if (strchr(anchor, 'T') == NULL) {
        if (!period_from_day(rule, day_of(anchor), stops, count, result, derivation, NULL) ||
            !period_from_day(rule, day_of(anchor), stops, count, &plain, NULL, NULL))
            return false;
    } else if (!period_from_instant(rule, instant_of(anchor), stops, count, result, derivation, NULL) ||
               !period_from_instant(rule, instant_of(anchor), stops, count, &plain, NULL, NULL)) {
        return false;
    }
    end = derivation_step_at(derivation, derivation->steps->len - 1);
    cr_expect(plain.due == result->due && plain.last_day == result->last_day &&
                  plain.provisional == result->provisional,
              "%s: computed otherwise without a derivation", anchor);
    cr_expect(result->due == INSTANT_NEVER ? end->kind == DERIVED_STANDS
                                           : end->kind == DERIVED_DUE && end->at == result->due,
              "%s: the derivation ends elsewhere", anchor);
    return true;
}

static bool says(const struct derivation *derivation, enum derivation_kind kind)
{
    for (guint i = 0; i < derivation->steps->len; i++)
        if (derivation_step_at(derivation, i)->kind == kind)
            return true;
    return false;
}

static void expect_due(const struct period_rule *rule, const char *anchor, const struct interval *stops, size_t count,
                       const char *due, const char *what)
{
    char text[INSTANT_TEXT_SIZE] = "never";
    struct period_result result;
    struct derivation derivation;

    derivation_init(&derivation);
    cr_assert(compute(rule, anchor, stops, count, &result, &derivation), "%s", what);
    if (result.due != INSTANT_NEVER)
        instant_print(result.due, text);
    cr_expect_str_eq(text, due, "%s: found %s, expected %s", what, text, due);
    cr_expect_eq(says(&derivation, DERIVED_CUTOFF),
                 result.due != INSTANT_NEVER && result.last_day != CIVIL_DAY_NONE &&
                     result.due != zone_instant(rule->zone, result.last_day + 1, 0),
                 "%s: a cut-off is told of exactly where the day does not run out", what);
    derivation_release(&derivation);
}

/* D9: 15:00 on the Nth business day; D17: a time of a named day. The calendar is the government's in every zone. */
static const struct cutoff_row {
    const char *name, *zone, *anchor;
    struct span span;
    enum period_first_day first_day;
    int64_t cutoff_us;
    const char *due;
} cutoff_rows[] = {
    {"D9 second business day",
     "ny",
     "2026-06-04T09:00:00-04:00",
     {.business_days = 2},
     0,
     AT(15, 0),
     "2026-06-08T19:00:00Z"},
    {"D9 third business day",
     "ny",
     "2026-06-04T09:00:00-04:00",
     {.business_days = 3},
     0,
     AT(15, 0),
     "2026-06-09T19:00:00Z"},
    {"D9 winter time", "ny", "2026-12-03T09:00:00-05:00", {.business_days = 2}, 0, AT(15, 0), "2026-12-07T20:00:00Z"},
    {"D9 the clock moves on the way",
     "ny",
     "2026-10-30T09:00:00-04:00",
     {.business_days = 1},
     0,
     AT(15, 0),
     "2026-11-02T20:00:00Z"},
    {"D9 not counted, sent after the cut-off",
     "jp",
     "2026-09-18T16:00:00+09:00",
     {.business_days = 1},
     0,
     AT(15, 0),
     "2026-09-24T06:00:00Z"},
    {"counted, before its cut-off",
     "jp",
     "2026-09-18T14:59:59+09:00",
     {.business_days = 1},
     FIRST_DAY_COUNTED,
     AT(15, 0),
     "2026-09-18T06:00:00Z"},
    {"counted, at its cut-off",
     "jp",
     "2026-09-18T15:00:00+09:00",
     {.business_days = 1},
     FIRST_DAY_COUNTED,
     AT(15, 0),
     "2026-09-24T06:00:00Z"},
    {"counted from midnight", "jp", "2026-09-18T00:00:00+09:00", {.days = 1}, 0, AT(15, 0), "2026-09-18T06:00:00Z"},
    {"D17 a time of a named day",
     "jp",
     "2026-03-02",
     {.days = 1},
     FIRST_DAY_COUNTED,
     AT(15, 0),
     "2026-03-02T06:00:00Z"},
    {"months", "jp", "2024-01-31", {.months = 1}, 0, AT(17, 0), "2024-02-29T08:00:00Z"},
    /* 2026-03-08 02:00 to 03:00 were skipped in New York: the first instant after the gap */
    {"a cut-off in a gap", "ny", "2026-03-07T09:00:00-05:00", {.days = 1}, 0, AT(2, 30), "2026-03-08T07:00:00Z"},
    /* 2026-11-01 01:00 to 02:00 came twice: the first */
    {"a cut-off that came twice", "ny", "2026-10-31T09:00:00-04:00", {.days = 1}, 0, AT(1, 30), "2026-11-01T05:30:00Z"},
    {"a day of 23 hours", "ny", "2026-03-07T09:00:00-05:00", {.days = 1}, 0, 0, "2026-03-09T04:00:00Z"},
    {"a day of 25 hours", "ny", "2026-10-31T09:00:00-04:00", {.days = 1}, 0, 0, "2026-11-02T05:00:00Z"},
    {"a midnight that was skipped", "br", "2018-11-02T09:00:00-03:00", {.days = 1}, 0, 0, "2018-11-04T03:00:00Z"},
    {"hours do not care: 24 over a gap",
     "ny",
     "2026-03-07T09:00:00-05:00",
     {.us = 24 * INSTANT_HOUR},
     0,
     0,
     "2026-03-08T14:00:00Z"},
    {"hours do not care: 24 over an overlap",
     "ny",
     "2026-10-31T09:00:00-04:00",
     {.us = 24 * INSTANT_HOUR},
     0,
     0,
     "2026-11-01T13:00:00Z"},
    {"hours run through Golden Week",
     "jp",
     "2026-05-01T18:00:00+09:00",
     {.us = 72 * INSTANT_HOUR},
     0,
     0,
     "2026-05-04T09:00:00Z"},
    {"hours run through the year end",
     "jp",
     "2026-12-28T18:00:00+09:00",
     {.us = 120 * INSTANT_HOUR},
     0,
     0,
     "2027-01-02T09:00:00Z"},
    {"from a leap second, hours", "jp", "2016-12-31T23:59:60Z", {.us = INSTANT_HOUR}, 0, 0, "2017-01-01T01:00:00Z"},
    {"from a leap second, days: 09:00 in Tokyo",
     "jp",
     "2016-12-31T23:59:60Z",
     {.days = 1},
     0,
     0,
     "2017-01-02T15:00:00Z"},
    {"29 February, a year", "jp", "2024-02-29", {.years = 1}, 0, 0, "2025-02-28T15:00:00Z"},
    {"29 February, four years", "jp", "2024-02-29", {.years = 4}, 0, 0, "2028-02-29T15:00:00Z"},
    {"29 February, counted", "jp", "2024-02-29", {.years = 1}, FIRST_DAY_COUNTED, 0, "2025-02-28T15:00:00Z"},
    {"to 29 February by days", "jp", "2024-02-28", {.days = 1}, 0, 0, "2024-02-29T15:00:00Z"},
    {"over the year end by months", "jp", "2026-12-31", {.months = 2}, 0, 0, "2027-02-28T15:00:00Z"},
    {"a substitute holiday", "jp", "2026-05-01", {.business_days = 1}, 0, 0, "2026-05-07T15:00:00Z"},
};

static struct period_rule a_rule(struct span span, const char *zone)
{
    const struct zone *zones[] = {world.tokyo, world.new_york, world.sao_paulo};

    return (struct period_rule){.span = span,
                                .zone = zones[*zone == 'j'   ? 0
                                              : *zone == 'n' ? 1
                                                             : 2],
                                .calendar = world.government};
}

Test(period_cutoff, vectors)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cutoff_rows); i++) {
        const struct cutoff_row *row = &cutoff_rows[i];
        struct period_rule rule = a_rule(row->span, row->zone);

        rule.first_day = row->first_day;
        rule.cutoff_us = row->cutoff_us;
        expect_due(&rule, row->anchor, NULL, 0, row->due, row->name);
    }
}

Test(period_cutoff, a_first_day_past_its_cut_off_is_told_of)
{
    struct period_rule rule = a_rule((struct span){.days = 1}, "jp");
    struct period_result result;
    struct derivation derivation;

    derivation_init(&derivation);
    rule.first_day = FIRST_DAY_COUNTED;
    rule.cutoff_us = AT(15, 0);
    cr_assert(compute(&rule, "2026-06-03T15:00:00+09:00", NULL, 0, &result, &derivation));
    cr_expect(says(&derivation, DERIVED_CUTOFF_PASSED) && !says(&derivation, DERIVED_FIRST_DAY_COUNTED));
    cr_expect_eq(derivation_step_at(&derivation, 1)->at, instant_of("2026-06-03T06:00:00Z"));
    cr_assert(compute(&rule, "2026-06-03T14:59:59.999999+09:00", NULL, 0, &result, &derivation));
    cr_expect(says(&derivation, DERIVED_FIRST_DAY_COUNTED) && !says(&derivation, DERIVED_CUTOFF_PASSED));
    derivation_release(&derivation);
}

/* D26: none, the next open day, noon of the next open day; civil periods and hours. */
static const struct roll_row {
    const char *name, *anchor;
    struct span span;
    int64_t cutoff_us, roll_us;
    const char *due[3];
} roll_rows[] = {
    {"days that end on Sunday, a holiday",
     "2026-04-28",
     {.days = 5},
     0,
     AT(12, 0),
     {"2026-05-03T15:00:00Z", "2026-05-07T15:00:00Z", "2026-05-07T03:00:00Z"}},
    {"days that end on an open day",
     "2026-05-08",
     {.days = 5},
     0,
     AT(12, 0),
     {"2026-05-13T15:00:00Z", "2026-05-13T15:00:00Z", "2026-05-13T15:00:00Z"}},
    {"a cut-off on an open day",
     "2026-05-08",
     {.days = 5},
     AT(17, 0),
     AT(12, 0),
     {"2026-05-13T08:00:00Z", "2026-05-13T08:00:00Z", "2026-05-13T08:00:00Z"}},
    {"a cut-off on a closed day",
     "2026-04-28",
     {.days = 5},
     AT(17, 0),
     AT(12, 0),
     {"2026-05-03T08:00:00Z", "2026-05-07T08:00:00Z", "2026-05-07T03:00:00Z"}},
    {"a month that ends in the year-end closure",
     "2026-11-30",
     {.months = 1},
     0,
     AT(12, 0),
     {"2026-12-31T15:00:00Z", "2027-01-04T15:00:00Z", "2027-01-04T03:00:00Z"}},
    {"the end of the day that it moves to",
     "2026-04-28",
     {.days = 5},
     AT(17, 0),
     0,
     {"2026-05-03T08:00:00Z", "2026-05-07T08:00:00Z", "2026-05-07T15:00:00Z"}},
    {"DORA: 24 hours end on Saturday",
     "2026-06-05T10:00:00+09:00",
     {.us = 24 * INSTANT_HOUR},
     0,
     AT(12, 0),
     {"2026-06-06T01:00:00Z", "2026-06-08T15:00:00Z", "2026-06-08T03:00:00Z"}},
    {"DORA: 4 hours end on Friday",
     "2026-06-05T10:00:00+09:00",
     {.us = 4 * INSTANT_HOUR},
     0,
     AT(12, 0),
     {"2026-06-05T05:00:00Z", "2026-06-05T05:00:00Z", "2026-06-05T05:00:00Z"}},
    {"hours that end with Friday",
     "2026-06-05T20:00:00+09:00",
     {.us = 4 * INSTANT_HOUR},
     0,
     AT(12, 0),
     {"2026-06-05T15:00:00Z", "2026-06-05T15:00:00Z", "2026-06-05T15:00:00Z"}},
    {"hours that end 1 µs into Saturday",
     "2026-06-05T20:00:00.000001+09:00",
     {.us = 4 * INSTANT_HOUR},
     0,
     AT(12, 0),
     {"2026-06-05T15:00:00.000001Z", "2026-06-08T15:00:00Z", "2026-06-08T03:00:00Z"}},
};

Test(period_cutoff, a_closed_last_day_rolls_as_the_rule_says)
{
    static const enum period_roll rolls[] = {ROLL_NONE, ROLL_NEXT_OPEN, ROLL_NEXT_OPEN_AT};

    for (size_t i = 0; i < G_N_ELEMENTS(roll_rows); i++)
        for (int roll = 0; roll < 3; roll++) {
            const struct roll_row *row = &roll_rows[i];
            struct period_rule rule = a_rule(row->span, "jp");
            g_autofree char *what = g_strdup_printf("%s, roll %d", row->name, roll);

            rule.cutoff_us = row->cutoff_us;
            rule.roll = rolls[roll];
            rule.roll_us = roll == 2 ? row->roll_us : 0;
            expect_due(&rule, row->anchor, NULL, 0, row->due[roll], what);
        }
}

/* A day at whose cut-off the clock stood is skipped, one through whose midnight it stood is not. */
static const struct stop_row {
    const char *name;
    int days;
    const char *from, *to; /* to NULL: open */
    enum period_roll roll;
    const char *due;
} stop_rows[] = {
    {"over the cut-off of the last day", 10, "2026-06-11T14:00:00+09:00", "2026-06-11T16:00:00+09:00", ROLL_NONE,
     "2026-06-12T06:00:00Z"},
    {"over a midnight", 10, "2026-06-10T16:00:00+09:00", "2026-06-11T10:00:00+09:00", ROLL_NONE,
     "2026-06-11T06:00:00Z"},
    {"up to the cut-off", 10, "2026-06-10T10:00:00+09:00", "2026-06-10T15:00:00+09:00", ROLL_NONE,
     "2026-06-12T06:00:00Z"},
    {"from the cut-off on", 10, "2026-06-10T15:00:00+09:00", "2026-06-10T23:00:00+09:00", ROLL_NONE,
     "2026-06-11T06:00:00Z"},
    {"open before the cut-off", 10, "2026-06-11T14:59:59+09:00", NULL, ROLL_NONE, "never"},
    {"open at the cut-off is too late", 10, "2026-06-11T15:00:00+09:00", NULL, ROLL_NONE, "2026-06-11T06:00:00Z"},
    /* 13 June is a Saturday, which rolls to noon on Monday */
    {"two days, rolled", 10, "2026-06-10T10:00:00+09:00", "2026-06-11T15:00:00+09:00", ROLL_NEXT_OPEN_AT,
     "2026-06-15T03:00:00Z"},
    {"over the noon that it rolled to", 12, "2026-06-15T11:00:00+09:00", "2026-06-15T12:00:00+09:00", ROLL_NEXT_OPEN_AT,
     "2026-06-15T06:00:00Z"},
    {"over the noon that it rolled to and the cut-off", 12, "2026-06-15T11:00:00+09:00", "2026-06-15T15:00:00+09:00",
     ROLL_NEXT_OPEN_AT, "2026-06-16T03:00:00Z"},
    {"after the noon that it rolled to", 12, "2026-06-15T12:00:00+09:00", NULL, ROLL_NEXT_OPEN_AT,
     "2026-06-15T03:00:00Z"},
    {"open before the noon that it rolls to", 12, "2026-06-13T16:00:00+09:00", NULL, ROLL_NEXT_OPEN_AT, "never"},
};

Test(period_cutoff, the_clock_stands_at_a_cut_off)
{
    for (size_t i = 0; i < G_N_ELEMENTS(stop_rows); i++) {
        const struct stop_row *row = &stop_rows[i];
        struct period_rule rule = a_rule((struct span){.days = row->days}, "jp");
        struct interval stop = {instant_of(row->from), row->to == NULL ? INSTANT_NEVER : instant_of(row->to)};

        rule.cutoff_us = AT(15, 0);
        rule.roll = row->roll;
        rule.roll_us = row->roll == ROLL_NONE ? 0 : AT(12, 0);
        expect_due(&rule, "2026-06-01T09:00:00+09:00", &stop, 1, row->due, row->name);
    }
}

Test(period_cutoff, what_does_not_fit_is_refused)
{
    static const struct {
        const char *name;
        struct period_rule rule;
    } rows[] = {
        {"hours with a cut-off", {.span = {.us = 1}, .cutoff_us = 1}},
        {"a cut-off at 24:00", {.span = {.days = 1}, .cutoff_us = INSTANT_DAY}},
        {"a cut-off before 00:00", {.span = {.days = 1}, .cutoff_us = -1}},
        {"a time to roll to and no such roll", {.span = {.days = 1}, .roll = ROLL_NEXT_OPEN, .roll_us = 1}},
        {"rolling to 24:00", {.span = {.days = 1}, .roll = ROLL_NEXT_OPEN_AT, .roll_us = INSTANT_DAY}},
        {"a cut-off backward", {.span = {.days = 1}, .direction = PERIOD_BEFORE, .cutoff_us = 1}},
    };
    struct period_rule hours = {.span = {.us = 1}, .roll = ROLL_NEXT_OPEN, .calendar = world.government};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct period_rule rule = rows[i].rule;

        rule.zone = world.tokyo;
        rule.calendar = world.government;
        cr_expect(!period_rule_check(&rule, NULL), "%s", rows[i].name);
    }
    cr_expect(!period_rule_check(&hours, NULL), "hours that roll need a zone");
    hours.zone = world.tokyo;
    cr_expect(period_rule_check(&hours, NULL));
    hours.calendar = NULL;
    cr_expect(!period_rule_check(&hours, NULL), "hours that roll need a calendar");
}
