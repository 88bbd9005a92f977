/* What the tests of this room share: the government calendar from its file, dates from text, seeded random numbers. */
#ifndef TOROKU_TESTS_CALENDAR_SUPPORT_H
#define TOROKU_TESTS_CALENDAR_SUPPORT_H

#include "engine/calendar/calendar.h"
#include "engine/calendar/instant.h"
#include "engine/calendar/zone.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline civil_day day_of(const char *text)
{
    civil_day day = CIVIL_DAY_NONE;

    cr_assert(civil_parse(text, &day), "not a date: %s", text);
    return day;
}

static inline instant instant_of(const char *text)
{
    instant at = INSTANT_NEVER;

    cr_assert(instant_parse(text, &at), "not an instant: %s", text);
    return at;
}

static inline struct zone *zone_of(const char *name)
{
    GError *error = NULL;
    struct zone *zone = zone_new(name, &error);

    cr_assert_null(error, "%s", error == NULL ? "" : error->message);
    return zone;
}

/* Weekends and the year-end closure; the days of the file in the checkout ${root} are added when ${with_holidays}. */
static inline struct calendar *government_calendar(const char *root, bool with_holidays)
{
    static const struct calendar_reason weekend = {"週末", "Weekend"}, year_end = {"年末年始", "Year end"};
    static const int yearly[][2] = {{12, 29}, {12, 30}, {12, 31}, {1, 2}, {1, 3}};
    struct calendar *calendar = calendar_new("jp-government", "test");
    g_autofree char *path = g_build_filename(root, "workflows", "calendars", "jp-government.yaml", NULL);
    FILE *file = fopen(path, "r");
    char line[512], date[11], ja[128], en[128];
    int days = 0;

    cr_assert_not_null(file);
    calendar_close_weekday(calendar, SATURDAY, weekend);
    calendar_close_weekday(calendar, SUNDAY, weekend);
    for (size_t i = 0; i < G_N_ELEMENTS(yearly); i++)
        calendar_close_yearly(calendar, yearly[i][0], yearly[i][1], year_end);
    while (with_holidays && fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "- {date: %10[0-9-], ja: \"%127[^\"]\", en: \"%127[^\"]\"}", date, ja, en) == 3) {
            calendar_close_day(calendar, day_of(date), (struct calendar_reason){ja, en}, strcmp(date, "2027") > 0);
            days++;
        }
    }
    fclose(file);
    cr_assert(!with_holidays || days > 900, "only %d holidays read", days);
    cr_assert(calendar_finish(calendar, day_of("1993-01-01"), day_of("2026-12-31"), NULL));
    return calendar;
}

/* The seed of a property: TEST_SEED to repeat a run, printed by the test's messages. */
static inline uint64_t test_seed(void)
{
    const char *given = getenv("TEST_SEED");

    return given != NULL ? strtoull(given, NULL, 10) : (uint64_t)g_get_real_time();
}

/* splitmix64: from 0 to under ${below}. */
static inline int64_t test_random(uint64_t *state, int64_t below)
{
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (int64_t)((mixed ^ (mixed >> 31)) % (uint64_t)below);
}

#endif
