#include "engine/calendar/zone.h"

#include "engine/error.h"
#include "tests/unit/calendar/support.h"

static const struct zone_row {
    const char *zone, *day;
    int hour, minute;
    const char *at;
    bool returns; /* the instant shows the same day and time */
} zone_rows[] = {
    {"Asia/Tokyo", "2020-04-27", 0, 0, "2020-04-26T15:00:00Z", true},
    {"Asia/Tokyo", "2050-01-01", 12, 30, "2050-01-01T03:30:00Z", true},
    {"UTC", "2020-04-27", 23, 59, "2020-04-27T23:59:00Z", true},
    {"+09:00", "2020-04-27", 0, 0, "2020-04-26T15:00:00Z", true},
    {"America/New_York", "2026-07-01", 0, 0, "2026-07-01T04:00:00Z", true},
    {"America/New_York", "2026-01-01", 0, 0, "2026-01-01T05:00:00Z", true},
    {"America/New_York", "2060-07-01", 0, 0, "2060-07-01T04:00:00Z", true},
    /* 2026-03-08 02:00 to 03:00 were skipped: the first instant after the gap */
    {"America/New_York", "2026-03-08", 1, 59, "2026-03-08T06:59:00Z", true},
    {"America/New_York", "2026-03-08", 2, 0, "2026-03-08T07:00:00Z", false},
    {"America/New_York", "2026-03-08", 2, 30, "2026-03-08T07:00:00Z", false},
    {"America/New_York", "2026-03-08", 3, 0, "2026-03-08T07:00:00Z", true},
    /* 2026-11-01 01:00 to 02:00 came twice: the first */
    {"America/New_York", "2026-11-01", 0, 59, "2026-11-01T04:59:00Z", true},
    {"America/New_York", "2026-11-01", 1, 30, "2026-11-01T05:30:00Z", true},
    {"America/New_York", "2026-11-01", 2, 0, "2026-11-01T07:00:00Z", true},
    /* midnight itself was skipped on 2018-11-04, and a whole day, 2011-12-30, in Apia */
    {"America/Sao_Paulo", "2018-11-04", 0, 0, "2018-11-04T03:00:00Z", false},
    {"Pacific/Apia", "2011-12-30", 0, 0, "2011-12-30T10:00:00Z", false},
    {"Pacific/Apia", "2011-12-31", 0, 0, "2011-12-30T10:00:00Z", true},
};

Test(zone, wall_clocks_become_instants)
{
    for (size_t i = 0; i < G_N_ELEMENTS(zone_rows); i++) {
        const struct zone_row *row = &zone_rows[i];
        struct zone *zone = zone_of(row->zone);
        int64_t time = row->hour * INSTANT_HOUR + row->minute * INSTANT_MINUTE, us;
        instant at = zone_instant(zone, day_of(row->day), time);
        char text[INSTANT_TEXT_SIZE];
        civil_day day;

        instant_print(at, text);
        cr_expect_str_eq(text, row->at, "%s %s %02d:%02d gave %s", row->zone, row->day, row->hour, row->minute, text);
        zone_day(zone, at, &day, &us);
        cr_expect_eq(day == day_of(row->day) && us == time, row->returns, "%s %s", row->zone, row->day);
        zone_free(zone);
    }
}

Test(zone, an_unknown_name_is_an_error)
{
    static const char *const bad[] = {"", "Asia/Nowhere", "JST-9JDT?"};

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        GError *error = NULL;

        cr_expect_null(zone_new(bad[i], &error));
        cr_expect(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND));
        g_clear_error(&error);
    }
    zone_free(NULL);
}

Test(zone, keeps_its_name_and_the_release_it_was_told)
{
    struct zone *zone = zone_of("Asia/Tokyo");

    cr_expect_str_eq(zone_name(zone), "Asia/Tokyo");
    cr_expect_null(zone_tzdata_version(zone));
    zone_set_tzdata_version(zone, "2025b");
    zone_set_tzdata_version(zone, "2026a");
    cr_expect_str_eq(zone_tzdata_version(zone), "2026a");
    zone_free(zone);
}

/* GLib's own conversion, asked directly, is the second opinion. */
Test(zone, agrees_with_glib_at_random_instants)
{
    static const char *const names[] = {"Asia/Tokyo", "America/New_York", "Europe/London", "Australia/Lord_Howe",
                                        "Asia/Kathmandu"};
    uint64_t seed = test_seed(), state = seed;

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        struct zone *zone = zone_of(names[i]);
        GTimeZone *tz = g_time_zone_new_identifier(names[i]);

        for (int n = 0; n < 2000; n++) {
            instant at = instant_of("1900-01-01T00:00:00Z") + test_random(&state, 200 * 366 * INSTANT_DAY), back;
            int interval = g_time_zone_find_interval(tz, G_TIME_TYPE_UNIVERSAL, (at - (at < 0 ? 999999 : 0)) / 1000000);
            int64_t offset = g_time_zone_get_offset(tz, interval) * INSTANT_SECOND, us;
            civil_day day;

            zone_day(zone, at, &day, &us);
            cr_assert_eq(day * INSTANT_DAY + us, at + offset, "seed %" G_GUINT64_FORMAT " %s at %" G_GINT64_FORMAT,
                         seed, names[i], at);
            back = zone_instant(zone, day, us);
            cr_assert(back == at || (back < at && at - back <= 2 * INSTANT_HOUR), "seed %" G_GUINT64_FORMAT " %s", seed,
                      names[i]);
        }
        g_time_zone_unref(tz);
        zone_free(zone);
    }
}

/* The days of a zone follow each other without gap or overlap. */
Test(zone, every_day_begins_where_the_one_before_ends)
{
    static const char *const names[] = {"Asia/Tokyo", "America/Sao_Paulo", "America/New_York", "Africa/Cairo"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        struct zone *zone = zone_of(names[i]);

        for (civil_day day = day_of("1980-01-01"); day < day_of("2040-01-01"); day++) {
            instant start = zone_instant(zone, day, 0);
            civil_day found, before;

            zone_day(zone, start, &found, NULL);
            zone_day(zone, start - 1, &before, NULL);
            cr_assert(found == day && before == day - 1, "%s day %d", names[i], day);
        }
        zone_free(zone);
    }
}
