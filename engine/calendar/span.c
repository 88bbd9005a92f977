#include "engine/calendar/span.h"

#include "engine/calendar/instant.h"

#include <glib.h>

/* The designators of ISO 8601 in their order: those of the date first, then those after the T. */
enum span_unit { SPAN_YEARS, SPAN_MONTHS, SPAN_WEEKS, SPAN_DAYS, SPAN_HOURS, SPAN_MINUTES, SPAN_SECONDS, SPAN_UNITS };
static const char span_letters[] = "YMWDHMS";

/* A number and its fraction in millionths; moves ${at} behind them. */
static bool span_read_number(const char **at, int64_t *number, int64_t *fraction, bool *has_fraction)
{
    int64_t unit = INSTANT_SECOND;
    int digits = 0;

    *number = *fraction = 0;
    for (; g_ascii_isdigit(**at); (*at)++, digits++) {
        if (digits == 9)
            return false;
        *number = *number * 10 + (**at - '0');
    }
    *has_fraction = **at == '.';
    if (*has_fraction) {
        for ((*at)++; g_ascii_isdigit(**at); (*at)++) {
            unit /= 10;
            if (unit == 0)
                return false;
            *fraction += unit * (**at - '0');
        }
    }
    return digits > 0 && (!*has_fraction || unit < INSTANT_SECOND);
}

/* The unit that ${letter} designates at or after ${next}, on its side of the T; SPAN_UNITS when there is none. */
static enum span_unit span_unit_of(char letter, int next, bool after_t)
{
    int end = after_t ? SPAN_UNITS : SPAN_HOURS;

    for (int unit = MAX(next, after_t ? SPAN_HOURS : SPAN_YEARS); unit < end; unit++)
        if (span_letters[unit] == letter)
            return (enum span_unit)unit;
    return SPAN_UNITS;
}

static bool span_add(struct span *span, enum span_unit unit, int64_t number, int64_t fraction)
{
    int64_t days;

    switch (unit) {
    case SPAN_YEARS:
        span->years = (int)number;
        return true;
    case SPAN_MONTHS:
        span->months = (int)number;
        return true;
    case SPAN_WEEKS:
    case SPAN_DAYS:
        days = span->days + number * (unit == SPAN_WEEKS ? 7 : 1);
        span->days = (int)days;
        return days <= INT32_MAX;
    case SPAN_HOURS:
        span->us += number * INSTANT_HOUR;
        return true;
    case SPAN_MINUTES:
        span->us += number * INSTANT_MINUTE;
        return true;
    case SPAN_SECONDS:
        span->us += number * INSTANT_SECOND + fraction;
        return true;
    case SPAN_UNITS:
        break;
    }
    return false;
}

bool span_parse(const char *text, struct span *out)
{
    struct span span = {0};
    bool after_t = false, any = false;
    int next = SPAN_YEARS;

    if (*text++ != 'P')
        return false;
    while (*text != '\0') {
        int64_t number, fraction;
        enum span_unit unit;
        bool has_fraction;

        if (*text == 'T') {
            if (after_t)
                return false;
            after_t = true;
            any = false;
            text++;
        }
        if (!span_read_number(&text, &number, &fraction, &has_fraction) || *text == '\0')
            return false;
        unit = span_unit_of(*text++, next, after_t);
        if (unit == SPAN_UNITS || (has_fraction && unit != SPAN_SECONDS) || !span_add(&span, unit, number, fraction))
            return false;
        next = (int)unit + 1;
        any = true;
    }
    if (!any)
        return false;
    *out = span;
    return true;
}

static void span_append(GString *text, int64_t number, const char *designator)
{
    if (number != 0)
        g_string_append_printf(text, "%" G_GINT64_FORMAT "%s", number, designator);
}

bool span_print(const struct span *span, char buf[SPAN_TEXT_SIZE])
{
    g_autoptr(GString) text = g_string_new("P");
    int64_t seconds = span->us % INSTANT_MINUTE / INSTANT_SECOND, fraction = span->us % INSTANT_SECOND;

    buf[0] = '\0';
    if (span->business_days != 0 || span->years < 0 || span->months < 0 || span->days < 0 || span->us < 0)
        return false;
    span_append(text, span->years, "Y");
    span_append(text, span->months, "M");
    span_append(text, span->days, "D");
    if (span->us != 0)
        g_string_append_c(text, 'T');
    span_append(text, span->us / INSTANT_HOUR, "H");
    span_append(text, span->us % INSTANT_HOUR / INSTANT_MINUTE, "M");
    if (fraction != 0)
        g_string_append_printf(text, "%d.%06dS", (int)seconds, (int)fraction);
    else
        span_append(text, seconds, "S");
    if (span_is_empty(span))
        g_string_append(text, "0D");
    g_strlcpy(buf, text->str, SPAN_TEXT_SIZE);
    return true;
}

bool span_is_empty(const struct span *span)
{
    return span->years == 0 && span->months == 0 && span->days == 0 && span->business_days == 0 && span->us == 0;
}
