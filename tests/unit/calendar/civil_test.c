#include "engine/calendar/civil.h"

#include "tests/unit/calendar/support.h"

/* Counts every day from 0001-01-01 on with nothing but the lengths of months. */
Test(civil, days_and_dates_agree_with_plain_counting)
{
    struct civil_date date = {1, 1, 1};
    int weekday = MONDAY; /* 0001-01-01 in the proleptic Gregorian calendar */

    for (civil_day day = CIVIL_DAY_MIN; day <= CIVIL_DAY_MAX; day++) {
        struct civil_date found = civil_date_of(day);
        bool leap = (date.year % 4 == 0 && date.year % 100 != 0) || date.year % 400 == 0;
        int length = date.month == 2                                                             ? 28 + leap
                     : date.month == 4 || date.month == 6 || date.month == 9 || date.month == 11 ? 30
                                                                                                 : 31;

        cr_assert(found.year == date.year && found.month == date.month && found.day == date.day, "day %d", day);
        cr_assert_eq(civil_day_of(date), day);
        cr_assert_eq(civil_month_length(date.year, date.month), length);
        cr_assert_eq((int)civil_weekday(day), weekday, "weekday of day %d", day);
        weekday = weekday % 7 + 1;
        if (date.day++ < length)
            continue;
        date.day = 1;
        if (date.month++ < 12)
            continue;
        date.month = 1;
        date.year++;
    }
    cr_assert_eq(date.year, 10000);
    cr_assert_eq(day_of("1970-01-01"), 0);
}

Test(civil, text_is_strict)
{
    static const char *const bad[] = {
        "",           "2024",       "2024-1-01",   "2024-01-1",   "2024-13-01", "2024-00-10", "2024-02-30",
        "2023-02-29", "1900-02-29", "2024-01-01 ", " 2024-01-01", "2024/01/01", "0000-01-01", "2024-01-00",
        "20240101",   "+024-01-01", "2024-01-0x",  "2024-01-32",  "12024-01-01"};
    static const char *const good[] = {"0001-01-01", "1970-01-01", "2000-02-29", "2024-02-29", "9999-12-31"};

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        civil_day day = 42;

        cr_expect(!civil_parse(bad[i], &day), "'%s' was read", bad[i]);
        cr_expect_eq(day, 42, "'%s' left a result", bad[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        char text[CIVIL_TEXT_SIZE];

        civil_print(day_of(good[i]), text);
        cr_expect_str_eq(text, good[i]);
    }
}

static const struct months_row {
    const char *first;
    int months;
    const char *last;
    bool exists;
} months_rows[] = {
    {"2023-01-31", 1, "2023-02-28", false},  {"2024-01-31", 1, "2024-02-29", false},
    {"2023-01-31", 2, "2023-03-30", true},   {"2024-01-01", 16, "2025-04-30", true},
    {"2024-10-31", 16, "2026-02-28", false}, {"2022-10-30", 16, "2024-02-29", false},
    {"2023-02-01", 12, "2024-01-31", true},  {"2023-03-01", 12, "2024-02-29", true},
    {"2024-02-29", 12, "2025-02-28", false}, {"2024-02-29", 48, "2028-02-28", true},
    {"2023-12-31", 1, "2024-01-30", true},   {"2023-11-30", 3, "2024-02-29", false},
};

Test(civil, months_end_as_article_143_says)
{
    for (size_t i = 0; i < G_N_ELEMENTS(months_rows); i++) {
        const struct months_row *row = &months_rows[i];
        char text[CIVIL_TEXT_SIZE];
        civil_day last;
        bool exists;

        cr_assert(civil_months_end(day_of(row->first), row->months, &last, &exists));
        civil_print(last, text);
        cr_expect_str_eq(text, row->last, "%s + %d months ends %s, not %s", row->first, row->months, text, row->last);
        cr_expect_eq(exists, row->exists, "%s + %d months", row->first, row->months);
    }
}

Test(civil, months_outside_the_years_covered_are_refused)
{
    civil_day out;

    cr_expect(!civil_add_months(CIVIL_DAY_MAX, 1, &out, NULL));
    cr_expect(!civil_add_months(CIVIL_DAY_MIN, -1, &out, NULL));
    cr_expect(!civil_add_months(0, INT64_MAX, &out, NULL));
    cr_expect(!civil_add_months(0, INT64_MIN, &out, NULL));
    cr_expect(civil_add_months(CIVIL_DAY_MIN, 9999 * 12 - 1, &out, NULL) && out == day_of("9999-12-01"));
    cr_expect(civil_add_months(day_of("2024-03-31"), -1, &out, NULL) && out == day_of("2024-02-29"));
}

Test(civil, fiscal_years_have_the_number_of_the_year_they_begin_in)
{
    static const struct {
        const char *day;
        int first_month, year;
        const char *first, *last;
    } rows[] = {
        {"2026-03-31", 4, 2025, "2025-04-01", "2026-03-31"},  {"2026-04-01", 4, 2026, "2026-04-01", "2027-03-31"},
        {"2024-02-29", 3, 2023, "2023-03-01", "2024-02-29"},  {"2024-03-01", 3, 2024, "2024-03-01", "2025-02-28"},
        {"2026-12-31", 1, 2026, "2026-01-01", "2026-12-31"},  {"2026-09-30", 10, 2025, "2025-10-01", "2026-09-30"},
        {"2026-12-01", 12, 2026, "2026-12-01", "2027-11-30"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        int year = civil_fiscal_year(day_of(rows[i].day), rows[i].first_month);

        cr_expect_eq(year, rows[i].year, "%s", rows[i].day);
        cr_expect_eq(civil_fiscal_first(year, rows[i].first_month), day_of(rows[i].first), "%s", rows[i].day);
        cr_expect_eq(civil_fiscal_last(year, rows[i].first_month), day_of(rows[i].last), "%s", rows[i].day);
    }
}
