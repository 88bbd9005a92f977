#include "engine/calendar/instant.h"

#include "engine/calendar/civil.h"

#include <glib.h>
#include <string.h>

/* What is left of a text that is being read. */
struct instant_reader {
    const char *at;
};

static bool instant_read_char(struct instant_reader *reader, const char *any_of)
{
    if (*reader->at == '\0' || strchr(any_of, *reader->at) == NULL)
        return false;
    reader->at++;
    return true;
}

static bool instant_read_two(struct instant_reader *reader, int most, int *value)
{
    const char *at = reader->at;

    if (!g_ascii_isdigit(at[0]) || !g_ascii_isdigit(at[1]))
        return false;
    *value = (at[0] - '0') * 10 + (at[1] - '0');
    reader->at += 2;
    return *value <= most;
}

static bool instant_read_day(struct instant_reader *reader, civil_day *day)
{
    char date[CIVIL_TEXT_SIZE];

    g_strlcpy(date, reader->at, sizeof date);
    if (!civil_parse(date, day))
        return false;
    reader->at += CIVIL_TEXT_SIZE - 1;
    return true;
}

/* The fraction of a second in µs; none is 0. */
static bool instant_read_fraction(struct instant_reader *reader, int64_t *us)
{
    int64_t unit = INSTANT_SECOND / 10;

    *us = 0;
    if (!instant_read_char(reader, "."))
        return true;
    if (!g_ascii_isdigit(*reader->at))
        return false;
    for (; g_ascii_isdigit(*reader->at); reader->at++) {
        *us += unit * (*reader->at - '0');
        unit /= 10;
    }
    return true;
}

static bool instant_read_offset(struct instant_reader *reader, int64_t *us)
{
    int hours, minutes;
    bool west;

    *us = 0;
    if (instant_read_char(reader, "Zz"))
        return true;
    west = *reader->at == '-';
    if (!instant_read_char(reader, "+-") || !instant_read_two(reader, 23, &hours) || !instant_read_char(reader, ":") ||
        !instant_read_two(reader, 59, &minutes))
        return false;
    *us = hours * INSTANT_HOUR + minutes * INSTANT_MINUTE;
    if (west)
        *us = -*us;
    return true;
}

bool instant_parse(const char *text, instant *out)
{
    struct instant_reader reader = {text};
    int hour, minute, second;
    int64_t fraction, offset;
    civil_day day;
    instant at;

    if (!instant_read_day(&reader, &day) || !instant_read_char(&reader, "Tt") ||
        !instant_read_two(&reader, 23, &hour) || !instant_read_char(&reader, ":") ||
        !instant_read_two(&reader, 59, &minute) || !instant_read_char(&reader, ":") ||
        !instant_read_two(&reader, 60, &second) || !instant_read_fraction(&reader, &fraction) ||
        !instant_read_offset(&reader, &offset) || *reader.at != '\0')
        return false;
    at = day * INSTANT_DAY + hour * INSTANT_HOUR + minute * INSTANT_MINUTE + second * INSTANT_SECOND - offset;
    if (second < 60)
        at += fraction;
    if (at < INSTANT_MIN || at > INSTANT_MAX)
        return false;
    /* Leap seconds are inserted before 00:00 UTC of the first day of a month, and nowhere else. */
    if (second == 60 && (at % INSTANT_DAY != 0 || civil_date_of((civil_day)(at / INSTANT_DAY)).day != 1))
        return false;
    *out = at;
    return true;
}

void instant_print(instant at, char buf[INSTANT_TEXT_SIZE])
{
    int64_t us = (at % INSTANT_DAY + INSTANT_DAY) % INSTANT_DAY;
    int hour = (int)(us / INSTANT_HOUR), minute = (int)(us / INSTANT_MINUTE % 60);
    int second = (int)(us / INSTANT_SECOND % 60), fraction = (int)(us % INSTANT_SECOND);
    char *end = buf + CIVIL_TEXT_SIZE - 1;

    g_assert(at >= INSTANT_MIN && at <= INSTANT_MAX);
    civil_print((civil_day)((at - us) / INSTANT_DAY), buf);
    *end++ = 'T';
    end = civil_print_digits(end, hour, 2);
    *end++ = ':';
    end = civil_print_digits(end, minute, 2);
    *end++ = ':';
    end = civil_print_digits(end, second, 2);
    if (fraction != 0) {
        *end++ = '.';
        end = civil_print_digits(end, fraction, 6);
    }
    *end++ = 'Z';
    *end = '\0';
}
