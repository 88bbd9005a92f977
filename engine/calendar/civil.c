#include "engine/calendar/civil.h"

#include <glib.h>

#define CIVIL_YEAR_MAX 9999
#define DAYS_PER_ERA 146097 /* 400 years */
#define MARCH_0000 719468   /* days from 0000-03-01 to 1970-01-01 */

static bool civil_is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int civil_month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    g_assert(month >= 1 && month <= 12);
    return month == 2 && civil_is_leap(year) ? 29 : lengths[month - 1];
}

bool civil_date_is_valid(struct civil_date date)
{
    return date.year >= 1 && date.year <= CIVIL_YEAR_MAX && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
           date.day <= civil_month_length(date.year, date.month);
}

/* Years are taken to begin in March, so that the leap day is the last of its year and months follow one formula. */
civil_day civil_day_of(struct civil_date date)
{
    int year = date.month > 2 ? date.year : date.year - 1;
    int month = date.month > 2 ? date.month - 3 : date.month + 9;
    int era, year_of_era, day_of_year;

    g_assert(civil_date_is_valid(date));
    era = year / 400;
    year_of_era = year % 400;
    day_of_year = (153 * month + 2) / 5 + date.day - 1;
    return era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - MARCH_0000;
}

struct civil_date civil_date_of(civil_day day)
{
    int since, era, day_of_era, year_of_era, day_of_year, month;
    struct civil_date date;

    g_assert(day >= CIVIL_DAY_MIN && day <= CIVIL_DAY_MAX);
    since = day + MARCH_0000;
    era = since / DAYS_PER_ERA;
    day_of_era = since % DAYS_PER_ERA;
    year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (DAYS_PER_ERA - 1)) / 365;
    day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    month = (5 * day_of_year + 2) / 153;
    date.day = day_of_year - (153 * month + 2) / 5 + 1;
    date.month = month < 10 ? month + 3 : month - 9;
    date.year = era * 400 + year_of_era + (date.month <= 2);
    return date;
}

enum weekday civil_weekday(civil_day day)
{
    /* 1970-01-01 was a Thursday. */
    return (enum weekday)(((day + 3) % 7 + 7) % 7 + 1);
}

bool civil_add_months(civil_day day, int64_t months, civil_day *out, bool *exists)
{
    struct civil_date date = civil_date_of(day);
    int64_t month, limit = INT64_C(12) * (CIVIL_YEAR_MAX + 1);
    int length;

    if (months < -limit || months > limit)
        return false;
    month = INT64_C(12) * date.year + date.month - 1 + months;
    if (month < 12 || month >= limit)
        return false;
    date.year = (int)(month / 12);
    date.month = (int)(month % 12) + 1;
    length = civil_month_length(date.year, date.month);
    if (exists != NULL)
        *exists = date.day <= length;
    date.day = MIN(date.day, length);
    *out = civil_day_of(date);
    return true;
}

bool civil_months_end(civil_day first, int64_t months, civil_day *last, bool *exists)
{
    civil_day corresponding;
    bool found;

    if (!civil_add_months(first, months, &corresponding, &found))
        return false;
    *last = found ? corresponding - 1 : corresponding;
    if (exists != NULL)
        *exists = found;
    return *last >= CIVIL_DAY_MIN;
}

int civil_fiscal_year(civil_day day, int first_month)
{
    struct civil_date date = civil_date_of(day);

    g_assert(first_month >= 1 && first_month <= 12);
    return date.month >= first_month ? date.year : date.year - 1;
}

civil_day civil_fiscal_first(int fiscal_year, int first_month)
{
    return civil_day_of((struct civil_date){fiscal_year, first_month, 1});
}

civil_day civil_fiscal_last(int fiscal_year, int first_month)
{
    int year = first_month == 1 ? fiscal_year : fiscal_year + 1, month = first_month == 1 ? 12 : first_month - 1;

    return civil_day_of((struct civil_date){year, month, civil_month_length(year, month)});
}

/* Reads exactly ${count} digits of ${text}; -1 when there are fewer. */
static int civil_digits(const char *text, int count)
{
    int value = 0;

    for (int i = 0; i < count; i++) {
        if (!g_ascii_isdigit(text[i]))
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool civil_parse(const char *text, civil_day *day)
{
    struct civil_date date;

    date.year = civil_digits(text, 4);
    if (date.year < 0 || text[4] != '-')
        return false;
    date.month = civil_digits(text + 5, 2);
    if (date.month < 0 || text[7] != '-')
        return false;
    date.day = civil_digits(text + 8, 2);
    if (date.day < 0 || text[10] != '\0' || !civil_date_is_valid(date))
        return false;
    *day = civil_day_of(date);
    return true;
}

char *civil_print_digits(char *at, int number, int width)
{
    for (unsigned rest = (unsigned)number, i = (unsigned)width; i-- > 0; rest /= 10)
        at[i] = (char)('0' + rest % 10);
    return at + width;
}

void civil_print(civil_day day, char buf[CIVIL_TEXT_SIZE])
{
    struct civil_date date = civil_date_of(day);
    char *at = civil_print_digits(buf, date.year, 4);

    *at++ = '-';
    at = civil_print_digits(at, date.month, 2);
    *at++ = '-';
    *civil_print_digits(at, date.day, 2) = '\0';
}
