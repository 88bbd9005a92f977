#include "engine/calendar/recurrence.h"

#include "engine/error.h"
#include "tests/unit/calendar/support.h"

struct world {
    struct zone *tokyo, *new_york;
    struct calendar *government;
};

static struct world world;

static void world_init(void)
{
    world.tokyo = zone_of("Asia/Tokyo");
    world.new_york = zone_of("America/New_York");
    world.government = government_calendar(TOROKU_SOURCE_DIR, true);
}

static void world_release(void)
{
    calendar_free(world.government);
    zone_free(world.new_york);
    zone_free(world.tokyo);
}

TestSuite(recurrence, .init = world_init, .fini = world_release);

/* D5, D13, D14: the days of occurrences 0 to 5, before any rolling. */
static const struct days_row {
    const char *name, *anchor;
    struct span every;
    bool month_end;
    const char *days[6];
} days_rows[] = {
    {"each day",
     "2024-02-27",
     {.days = 1},
     false,
     {"2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02", "2024-03-03"}},
    {"each week",
     "2026-12-21",
     {.days = 7},
     false,
     {"2026-12-21", "2026-12-28", "2027-01-04", "2027-01-11", "2027-01-18", "2027-01-25"}},
    {"each month from the 31st",
     "2023-12-31",
     {.months = 1},
     false,
     {"2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"}},
    {"each month from the 30th",
     "2023-01-30",
     {.months = 1},
     false,
     {"2023-01-30", "2023-02-28", "2023-03-30", "2023-04-30", "2023-05-30", "2023-06-30"}},
    {"each month end from 28 February",
     "2023-02-28",
     {.months = 1},
     true,
     {"2023-02-28", "2023-03-31", "2023-04-30", "2023-05-31", "2023-06-30", "2023-07-31"}},
    {"each quarter",
     "2024-11-30",
     {.months = 3},
     false,
     {"2024-11-30", "2025-02-28", "2025-05-30", "2025-08-30", "2025-11-30", "2026-02-28"}},
    {"each quarter's end",
     "2026-03-31",
     {.months = 3},
     true,
     {"2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31", "2027-03-31", "2027-06-30"}},
    {"each year from 29 February",
     "2024-02-29",
     {.years = 1},
     false,
     {"2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"}},
    {"each half year and year",
     "2024-08-31",
     {.years = 1, .months = 6},
     false,
     {"2024-08-31", "2026-02-28", "2027-08-31", "2029-02-28", "2030-08-31", "2032-02-29"}},
};

Test(recurrence, days)
{
    for (size_t i = 0; i < G_N_ELEMENTS(days_rows); i++)
        for (int n = 0; n < 6; n++) {
            const struct days_row *row = &days_rows[i];
            struct recurrence_rule rule = {.every = row->every, .month_end = row->month_end, .zone = world.tokyo};
            char text[CIVIL_TEXT_SIZE];
            civil_day day;

            cr_assert(recurrence_day(&rule, day_of(row->anchor), n, &day, NULL), "%s", row->name);
            civil_print(day, text);
            cr_expect_str_eq(text, row->days[n], "%s, %d: found %s, expected %s", row->name, n, text, row->days[n]);
        }
}

/* With rolling and cut-offs. 30 April each year (a register by the end of a month of the fiscal year) is D14. */
static const struct due_row {
    const char *name, *anchor;
    struct span every;
    int n;
    enum period_roll roll;
    int64_t cutoff_us, roll_us;
    const char *due, *kinds; /* the derivation's steps */
} due_rows[] = {
    {"30 April",
     "2025-04-30",
     {.years = 1},
     1,
     ROLL_NONE,
     0,
     0,
     "2026-04-30T15:00:00Z",
     "anchor corresponding_day last_day due"},
    {"the anchor's own day",
     "2025-04-30",
     {.years = 1},
     0,
     ROLL_NONE,
     0,
     0,
     "2025-04-30T15:00:00Z",
     "anchor last_day due"},
    {"a month end that is missing",
     "2026-01-31",
     {.months = 1},
     1,
     ROLL_NONE,
     0,
     0,
     "2026-02-28T15:00:00Z",
     "anchor month_end last_day due"},
    {"3 May rolls",
     "2026-01-03",
     {.months = 1},
     4,
     ROLL_NEXT_OPEN,
     0,
     0,
     "2026-05-07T15:00:00Z",
     "anchor corresponding_day closed closed closed closed rolled last_day due"},
    {"the one after it is not moved",
     "2026-01-03",
     {.months = 1},
     5,
     ROLL_NEXT_OPEN,
     0,
     0,
     "2026-06-03T15:00:00Z",
     "anchor corresponding_day last_day due"},
    {"rolls to noon",
     "2026-04-26",
     {.days = 7},
     1,
     ROLL_NEXT_OPEN_AT,
     0,
     12 * INSTANT_HOUR,
     "2026-05-07T03:00:00Z",
     "anchor closed closed closed closed rolled last_day cutoff due"},
    {"a cut-off",
     "2026-05-01",
     {.days = 1},
     6,
     ROLL_NONE,
     17 * INSTANT_HOUR,
     0,
     "2026-05-07T08:00:00Z",
     "anchor last_day cutoff due"},
};

static char *kinds_of(const struct derivation *derivation)
{
    GString *kinds = g_string_new(NULL);

    for (guint i = 0; i < derivation->steps->len; i++)
        g_string_append_printf(kinds, "%s%s", i == 0 ? "" : " ",
                               derivation_name(derivation_step_at(derivation, i)->kind));
    return g_string_free(kinds, FALSE);
}

Test(recurrence, dues_and_why)
{
    for (size_t i = 0; i < G_N_ELEMENTS(due_rows); i++) {
        const struct due_row *row = &due_rows[i];
        struct recurrence_rule rule = {.every = row->every,
                                       .roll = row->roll,
                                       .cutoff_us = row->cutoff_us,
                                       .roll_us = row->roll_us,
                                       .zone = world.tokyo,
                                       .calendar = world.government};
        struct derivation derivation;
        struct period_result result, plain;
        g_autofree char *kinds = NULL;
        char text[INSTANT_TEXT_SIZE];

        derivation_init(&derivation);
        cr_assert(recurrence_compute(&rule, day_of(row->anchor), row->n, &result, &derivation, NULL), "%s", row->name);
        cr_assert(recurrence_compute(&rule, day_of(row->anchor), row->n, &plain, NULL, NULL), "%s", row->name);
        instant_print(result.due, text);
        cr_expect_str_eq(text, row->due, "%s: found %s, expected %s", row->name, text, row->due);
        cr_expect_eq(plain.due, result.due, "%s", row->name);
        kinds = kinds_of(&derivation);
        cr_expect_str_eq(kinds, row->kinds, "%s: %s", row->name, kinds);
        cr_expect_eq(derivation_step_at(&derivation, 0)->day, day_of(row->anchor), "%s", row->name);
        cr_expect_eq(derivation_step_at(&derivation, derivation.steps->len - 1)->at, result.due, "%s", row->name);
        derivation_release(&derivation);
    }
}

/* FedRAMP incident updates, D5: each day in the zone of whoever reports, also the one of 23 hours. */
Test(recurrence, each_day_has_the_length_that_it_has)
{
    struct recurrence_rule rule = {.every = {.days = 1}, .zone = world.new_york};
    struct period_result before, after;

    cr_assert(recurrence_compute(&rule, day_of("2026-03-07"), 0, &before, NULL, NULL));
    cr_assert(recurrence_compute(&rule, day_of("2026-03-07"), 1, &after, NULL, NULL));
    cr_expect_eq(after.due - before.due, 23 * INSTANT_HOUR);
}

Test(recurrence, the_number_of_the_next_agrees_with_going_through_them)
{
    uint64_t seed = test_seed(), state = seed;

    for (int run = 0; run < 3000; run++) {
        bool months = test_random(&state, 2) == 0;
        struct recurrence_rule rule = {.zone = world.tokyo};
        civil_day anchor = day_of("2015-01-01") + (civil_day)test_random(&state, 4000), found;
        civil_day day = anchor - 40 + (civil_day)test_random(&state, 4000);
        int64_t n = 0;

        rule.every = months ? (struct span){.months = 1 + (int)test_random(&state, 14)}
                            : (struct span){.days = 1 + (int)test_random(&state, 40)};
        rule.month_end = months && test_random(&state, 2) == 0;
        while (rule.month_end && civil_date_of(anchor + 1).day != 1)
            anchor++;
        while (recurrence_day(&rule, anchor, n, &found, NULL) && found <= day)
            n++;
        cr_assert_eq(recurrence_after(&rule, anchor, day), n, "seed %" G_GUINT64_FORMAT " run %d", seed, run);
    }
}

Test(recurrence, what_does_not_fit_is_refused)
{
    static const struct {
        const char *name;
        struct recurrence_rule rule;
    } rows[] = {
        {"no span", {.every = {0}}},
        {"days and months", {.every = {.days = 1, .months = 1}}},
        {"negative days", {.every = {.days = -1}}},
        {"negative months within a year", {.every = {.years = 1, .months = -1}}},
        {"business days", {.every = {.business_days = 1}}},
        {"hours", {.every = {.us = INSTANT_HOUR}}},
        {"days with a month's end", {.every = {.days = 1}, .month_end = true}},
        {"rolling without a calendar", {.every = {.days = 1}, .roll = ROLL_NEXT_OPEN}},
        {"a cut-off at 24:00", {.every = {.days = 1}, .cutoff_us = INSTANT_DAY}},
    };
    struct recurrence_rule fine = {.every = {.months = 1}, .month_end = true, .zone = world.tokyo};
    struct period_result result;
    civil_day day;

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct recurrence_rule rule = rows[i].rule;
        GError *error = NULL;

        rule.zone = world.tokyo;
        cr_expect(!recurrence_rule_check(&rule, &error), "%s", rows[i].name);
        cr_expect(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_INVALID), "%s", rows[i].name);
        g_clear_error(&error);
    }
    cr_expect(recurrence_compute(&fine, day_of("2026-02-28"), 1, &result, NULL, NULL));
    cr_expect(!recurrence_compute(&fine, day_of("2024-02-28"), 1, &result, NULL, NULL), "no month's end");
    cr_expect(!recurrence_compute(&fine, day_of("2026-02-28"), -1, &result, NULL, NULL), "before its anchor");
    cr_expect(!recurrence_compute(&fine, day_of("2026-02-28"), INT64_MAX, &result, NULL, NULL), "beyond all years");
    cr_expect(!recurrence_compute(&fine, CIVIL_DAY_NONE, 0, &result, NULL, NULL), "no anchor");
    fine = (struct recurrence_rule){.every = {.days = 7}, .zone = world.tokyo};
    cr_expect(!recurrence_day(&fine, CIVIL_DAY_MAX - 6, 1, &day, NULL));
    cr_expect(recurrence_day(&fine, CIVIL_DAY_MAX - 7, 1, &day, NULL) && day == CIVIL_DAY_MAX);
    fine.zone = NULL;
    cr_expect(!recurrence_rule_check(&fine, NULL), "no zone");
}
