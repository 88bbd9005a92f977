/*
 * Civil dates of the proleptic Gregorian calendar, years 0001 to 9999, and their day numbers. Pure arithmetic: which
 * day an instant belongs to is a question for zone.h.
 */
#ifndef TOROKU_CALENDAR_CIVIL_H
#define TOROKU_CALENDAR_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

/* Days since 1970-01-01. */
typedef int32_t civil_day;

#define CIVIL_DAY_MIN (-719162) /* 0001-01-01 */
#define CIVIL_DAY_MAX 2932896   /* 9999-12-31 */
#define CIVIL_DAY_NONE INT32_MIN

/* "9999-12-31" and its NUL. */
#define CIVIL_TEXT_SIZE 11

struct civil_date {
    int year, month, day; /* month and day from 1 */
};

/* ISO 8601 numbers. */
enum weekday { MONDAY = 1, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

/* Is there such a date between CIVIL_DAY_MIN and CIVIL_DAY_MAX? */
bool civil_date_is_valid(struct civil_date date);

/* Days of ${month} (1 to 12) in ${year}. */
int civil_month_length(int year, int month);

/* The day number of a valid ${date}. */
civil_day civil_day_of(struct civil_date date);

/* The date of ${day}. */
struct civil_date civil_date_of(civil_day day);

enum weekday civil_weekday(civil_day day);

/*
 * The corresponding day (応当日) of ${day} ${months} months later, or earlier when negative. A month that has no such
 * day gives its last day, and ${exists} (nullable) tells false. False when the result lies outside the years covered.
 */
bool civil_add_months(civil_day day, int64_t months, civil_day *out, bool *exists);

/*
 * The last day of a period of ${months} > 0 months whose first counted day is ${first} (Civil Code art. 143): the day
 * before the corresponding day; the last day of the last month when that has none, and then ${exists} (nullable) tells
 * false. False when the result lies outside the years covered.
 */
bool civil_months_end(civil_day first, int64_t months, civil_day *last, bool *exists);

/*
 * Fiscal years (年度) begin with the first day of ${first_month}, 1 to 12, and have the number of the year in which
 * they begin: with 4, 31 March 2026 is of 2025. The one that ${day} is of; its first day and its last, for years whose
 * days are covered.
 */
int civil_fiscal_year(civil_day day, int first_month);
civil_day civil_fiscal_first(int fiscal_year, int first_month);
civil_day civil_fiscal_last(int fiscal_year, int first_month);

/* Reads the whole of ${text} as `YYYY-MM-DD`. False, with ${day} untouched, when it is no such date. */
bool civil_parse(const char *text, civil_day *day);

/* Writes the last ${width} digits of ${number}, with leading zeros and without a NUL; answers the place behind them. */
char *civil_print_digits(char *at, int number, int width);

/* Writes ${day}, between CIVIL_DAY_MIN and CIVIL_DAY_MAX, as `YYYY-MM-DD`. */
void civil_print(civil_day day, char buf[CIVIL_TEXT_SIZE]);

#endif
