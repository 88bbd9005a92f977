/* The calendars of workflows/ as the loader reads them: other countries are files, and no code knows them. */
#include "adapters/yaml/library.h"
#include "engine/calendar/period.h"

#include <criterion/criterion.h>

static struct library *library;

static void calendars_init(void)
{
    library = library_lenient(TOROKU_SOURCE_DIR "/workflows");
    cr_assert_not_null(library);
}

static void calendars_release(void)
{
    library_free(library);
}

TestSuite(calendars, .init = calendars_init, .fini = calendars_release);

static const struct calendar *calendar_of(const char *name)
{
    const struct calendar *calendar = rulebook_calendar(library->book, name);

    cr_assert_not_null(calendar, "%s", name);
    return calendar;
}

static civil_day day_of(const char *text)
{
    civil_day day = CIVIL_DAY_NONE;

    cr_assert(civil_parse(text, &day), "%s", text);
    return day;
}

static const struct day_row {
    const char *calendar, *day, *closed; /* NULL: open */
    bool provisional;
} day_rows[] = {
    {"us-federal", "2026-07-03", "Independence Day (observed)", false},
    {"us-federal", "2026-07-04", "Independence Day", false},
    {"us-federal", "2026-07-06", NULL, false},
    {"us-federal", "2026-05-05", NULL, false},
    {"us-federal", "2027-12-31", "New Year's Day (observed)", false},
    {"us-federal", "2031-01-01", "New Year's Day", true},
    {"us-federal", "2010-12-31", NULL, true},
    {"target", "2026-04-03", "Good Friday", false},
    {"target", "2026-04-06", "Easter Monday", false},
    {"target", "2026-05-01", "Labour Day", false},
    {"target", "2026-12-28", NULL, false},
    {"target", "2051-01-02", NULL, true},
    {"jp-government", "2026-12-28", NULL, false},
    {"jp-government", "2026-12-29", "Year-end closure", false},
    {"jp-government", "2027-01-01", "New Year's Day", true},
    {"jp-government", "1990-11-12", "The Ceremony of the Enthronement of His Majesty the Emperor (at the Seiden)",
     true},
};

Test(calendars, days)
{
    for (size_t i = 0; i < G_N_ELEMENTS(day_rows); i++) {
        const struct day_row *row = &day_rows[i];
        const struct calendar *calendar = calendar_of(row->calendar);
        const struct calendar_reason *why = calendar_why_closed(calendar, day_of(row->day));

        cr_expect_str_eq(why == NULL ? "open" : why->en, row->closed == NULL ? "open" : row->closed, "%s %s: %s",
                         row->calendar, row->day, why == NULL ? "open" : why->en);
        cr_expect_eq(calendar_is_provisional(calendar, day_of(row->day)), row->provisional, "%s %s", row->calendar,
                     row->day);
    }
}

static const struct due_row {
    const char *name, *calendar, *zone, *anchor;
    struct period_rule rule;
    const char *due;
} due_rows[] = {
    {"15:00 Eastern on the second business day, over Independence Day",
     "us-federal",
     "America/New_York",
     "2026-07-01T18:00:00Z",
     {.span = {.business_days = 2}, .cutoff_us = 15 * INSTANT_HOUR},
     "2026-07-06T19:00:00Z"},
    {"15:00 Eastern on the third business day, over Thanksgiving",
     "us-federal",
     "America/New_York",
     "2026-11-24T18:00:00Z",
     {.span = {.business_days = 3}, .cutoff_us = 15 * INSTANT_HOUR},
     "2026-11-30T20:00:00Z"},
    {"10 business days after an adaptive change",
     "us-federal",
     "America/New_York",
     "2025-12-19T18:00:00Z",
     {.span = {.business_days = 10}},
     "2026-01-07T05:00:00Z"},
    {"30 business days before a transformative change",
     "us-federal",
     "America/New_York",
     "2026-10-01T04:00:00Z",
     {.span = {.business_days = 30}, .direction = PERIOD_BEFORE},
     "2026-08-19T04:00:00Z"},
    {"72 hours that end on Good Friday: noon of the next working day",
     "target",
     "Europe/Berlin",
     "2026-03-31T10:00:00Z",
     {.span = {.us = 72 * INSTANT_HOUR}, .roll = ROLL_NEXT_OPEN_AT, .roll_us = 12 * INSTANT_HOUR},
     "2026-04-07T10:00:00Z"},
    {"a month that ends on Labour Day",
     "target",
     "Europe/Berlin",
     "2026-04-01T10:00:00Z",
     {.span = {.months = 1}, .roll = ROLL_NEXT_OPEN},
     "2026-05-04T22:00:00Z"},
};

Test(calendars, deadlines)
{
    for (size_t i = 0; i < G_N_ELEMENTS(due_rows); i++) {
        const struct due_row *row = &due_rows[i];
        struct zone *zone = zone_new(row->zone, NULL);
        struct period_rule rule = row->rule;
        struct period_result result;
        char text[INSTANT_TEXT_SIZE];
        instant anchor;

        rule.zone = zone;
        rule.calendar = calendar_of(row->calendar);
        cr_assert(instant_parse(row->anchor, &anchor));
        cr_assert(period_from_instant(&rule, anchor, NULL, 0, &result, NULL, NULL), "%s", row->name);
        instant_print(result.due, text);
        cr_expect_str_eq(text, row->due, "%s: found %s, expected %s", row->name, text, row->due);
        zone_free(zone);
    }
}
