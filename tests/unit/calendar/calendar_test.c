#include "engine/calendar/calendar.h"

#include "engine/error.h"
#include "tests/unit/calendar/support.h"

static const struct calendar_reason reason = {"理由", "Reason"};

static const struct day_row {
    const char *day, *closed; /* NULL: open */
    bool provisional;
} day_rows[] = {
    {"2026-05-01", NULL, false},
    {"2026-05-02", "週末", false},
    {"2026-05-03", "憲法記念日", false}, /* a Sunday: the day's own name comes first */
    {"2026-05-06", "こどもの日 振替休日", false},
    {"2026-05-07", NULL, false},
    {"2026-09-21", "敬老の日", false},
    {"2026-09-22", "休日", false},
    {"2026-09-23", "秋分の日", false},
    {"2026-12-28", NULL, false},
    {"2026-12-29", "年末年始", false},
    {"2026-12-31", "年末年始", false},
    {"2027-01-01", "元日", true},
    {"2027-01-02", "年末年始", true}, /* a Saturday: the year's reason before the week's */
    {"2027-01-04", NULL, true},
    {"2050-11-23", "勤労感謝の日", true},
    {"2051-01-01", "週末", true}, /* a Sunday, after the last listed day */
    {"2051-01-02", "年末年始", true},
    {"2051-05-03", NULL, true},
    {"1992-12-31", "年末年始", true},
    {"1992-12-28", NULL, true},
    {"9999-12-31", "年末年始", true},
};

Test(calendar, tells_open_days_and_why_others_are_closed)
{
    struct calendar *calendar = government_calendar(TOROKU_SOURCE_DIR, true);

    for (size_t i = 0; i < G_N_ELEMENTS(day_rows); i++) {
        const struct day_row *row = &day_rows[i];
        civil_day day = day_of(row->day);
        const struct calendar_reason *why = calendar_why_closed(calendar, day);

        cr_expect_eq(calendar_is_open(calendar, day), row->closed == NULL, "%s", row->day);
        cr_expect(row->closed == NULL ? why == NULL : why != NULL && strcmp(why->ja, row->closed) == 0, "%s: %s",
                  row->day, why == NULL ? "open" : why->ja);
        cr_expect_eq(calendar_is_provisional(calendar, day), row->provisional, "%s", row->day);
    }
    cr_expect_str_eq(calendar_name(calendar), "jp-government");
    cr_expect_str_eq(calendar_version(calendar), "test");
    calendar_free(calendar);
}

Test(calendar, a_forecast_inside_the_covered_range_is_provisional)
{
    struct calendar *calendar = calendar_new("c", "1");

    calendar_close_day(calendar, 10, reason, true);
    calendar_close_day(calendar, 5, reason, false);
    cr_assert(calendar_finish(calendar, 0, 20, NULL));
    cr_expect(calendar_is_provisional(calendar, 10));
    cr_expect(!calendar_is_provisional(calendar, 5) && !calendar_is_provisional(calendar, 11));
    cr_expect(calendar_is_open(calendar, 9) && !calendar_is_open(calendar, 10) && !calendar_is_open(calendar, 5));
    calendar_free(calendar);
}

static void close_twice(struct calendar *calendar)
{
    calendar_close_day(calendar, 10, reason, false);
    calendar_close_day(calendar, 10, reason, false);
}

static void close_no_day(struct calendar *calendar)
{
    calendar_close_day(calendar, CIVIL_DAY_NONE, reason, false);
}

static void close_april_31(struct calendar *calendar)
{
    calendar_close_yearly(calendar, 4, 31, reason);
}

static void close_every_weekday(struct calendar *calendar)
{
    for (int weekday = MONDAY; weekday <= SUNDAY; weekday++)
        calendar_close_weekday(calendar, (enum weekday)weekday, reason);
}

Test(calendar, contradictions_are_refused)
{
    static void (*const faults[])(struct calendar *) = {close_twice, close_no_day, close_april_31, close_every_weekday};
    GError *error = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        struct calendar *calendar = calendar_new("c", "1");

        faults[i](calendar);
        cr_expect(!calendar_finish(calendar, 0, 20, &error), "fault %zu", i);
        cr_expect(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_INVALID));
        g_clear_error(&error);
        calendar_free(calendar);
    }
    struct calendar *calendar = calendar_new("c", "1"); /* the covered range ends before it begins */

    cr_expect(!calendar_finish(calendar, 20, 19, &error));
    g_clear_error(&error);
    calendar_free(calendar);
    calendar_free(NULL);
}

/*
 * The second opinion on the file of holidays: the rules of the Act on National Holidays since 1990, and the days of
 * special Acts, computed. Changes of the Act: 1996 Marine Day; 2000 Coming of Age Day and Health and Sports Day on
 * Mondays; 2003 Marine Day and Respect for the Aged Day on Mondays; 2007 Greenery Day on 4 May, 29 April is Showa Day,
 * and a holiday in lieu may lie after further holidays; 2016 Mountain Day; 2019 the Emperor's Birthday leaves 23
 * December and comes to 23 February in 2020; 2020 Health and Sports Day is Sports Day. Special days: the enthronement
 * of 1990, the wedding of 1993, the accession and its ceremony in 2019 (with the days between holidays, 30 April and 2
 * May), and the days moved for the Olympic Games in 2020 and 2021.
 */
static int nth_monday(int year, int month, int n)
{
    int weekday = (int)civil_weekday(civil_day_of((struct civil_date){year, month, 1}));

    return (8 - weekday) % 7 + 1 + 7 * (n - 1);
}

static int equinox(int year, double base)
{
    return (int)(base + 0.242194 * (year - 1980)) - (year - 1980) / 4;
}

static bool is_olympic_day(struct civil_date date, bool *decided)
{
    static const struct {
        struct civil_date date;
        bool holiday;
    } moved[] = {
        {{2020, 7, 20}, false}, {{2020, 7, 23}, true},  {{2020, 7, 24}, true},   {{2020, 8, 10}, true},
        {{2020, 8, 11}, false}, {{2021, 7, 19}, false}, {{2021, 7, 22}, true},   {{2021, 7, 23}, true},
        {{2021, 8, 8}, true},   {{2021, 8, 11}, false}, {{2020, 10, 12}, false}, {{2021, 10, 11}, false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(moved); i++) {
        *decided = memcmp(&moved[i].date, &date, sizeof date) == 0;
        if (*decided)
            return moved[i].holiday;
    }
    return false;
}

static bool is_once(struct civil_date date)
{
    return (date.year == 1990 && date.month == 11 && date.day == 12) ||
           (date.year == 1993 && date.month == 6 && date.day == 9) ||
           (date.year == 2019 && ((date.month == 5 && date.day == 1) || (date.month == 10 && date.day == 22)));
}

static bool is_named_holiday(civil_day day)
{
    struct civil_date date = civil_date_of(day);
    int y = date.year, d = date.day;
    bool decided, olympic = is_olympic_day(date, &decided);

    if (decided || is_once(date))
        return olympic || !decided;
    switch (date.month) {
    case 1:
        return d == 1 || d == (y < 2000 ? 15 : nth_monday(y, 1, 2));
    case 2:
        return d == 11 || (y >= 2020 && d == 23);
    case 3:
        return d == equinox(y, 20.8431);
    case 4:
        return d == 29;
    case 5:
        return d == 3 || d == 5 || (y >= 2007 && d == 4);
    case 7:
        return y >= 1996 && d == (y < 2003 ? 20 : nth_monday(y, 7, 3));
    case 8:
        return y >= 2016 && d == 11;
    case 9:
        return d == equinox(y, 23.2488) || d == (y < 2003 ? 15 : nth_monday(y, 9, 3));
    case 10:
        return d == (y < 2000 ? 10 : nth_monday(y, 10, 2));
    case 11:
        return d == 3 || d == 23;
    case 12:
        return y <= 2018 && d == 23;
    default:
        return false;
    }
}

/* Is ${day} a holiday in lieu: since 2007 the next day that is no holiday, before that the Monday only? */
static bool is_in_lieu(civil_day day)
{
    bool since_2007 = civil_date_of(day).year >= 2007;

    if (is_named_holiday(day))
        return false;
    for (civil_day before = day - 1; is_named_holiday(before); before--) {
        if (civil_weekday(before) == SUNDAY)
            return true;
        if (!since_2007)
            return false;
    }
    return false;
}

static bool is_holiday(civil_day day)
{
    if (is_named_holiday(day) || is_in_lieu(day))
        return true;
    return is_named_holiday(day - 1) && is_named_holiday(day + 1) && civil_weekday(day) != SUNDAY;
}

/* Is ${day} in the list of the file, on whatever day of the week it falls? */
static bool is_listed(const struct calendar *calendar, civil_day day)
{
    const struct calendar_reason *why = calendar_why_closed(calendar, day);

    return why != NULL && strcmp(why->ja, "週末") != 0 && strcmp(why->ja, "年末年始") != 0;
}

Test(calendar, the_file_of_holidays_agrees_with_the_acts)
{
    struct calendar *table = government_calendar(TOROKU_SOURCE_DIR, true),
                    *regular = government_calendar(TOROKU_SOURCE_DIR, false);
    char text[CIVIL_TEXT_SIZE];

    for (civil_day day = day_of("1990-01-01"); day <= day_of("2050-12-31"); day++) {
        bool open = calendar_is_open(regular, day) && !is_holiday(day);

        civil_print(day, text);
        cr_expect_eq(is_listed(table, day), is_holiday(day), "%s", text);
        cr_expect_eq(calendar_is_open(table, day), open, "%s", text);
    }
    calendar_free(regular);
    calendar_free(table);
}
