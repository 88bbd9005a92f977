/*
 * The length of a period, as a rule states it. Civil lengths (years, months, days) are counted on the calendar,
 * business days on a business calendar, hours and shorter on the time line: they are kept apart and never converted.
 */
#ifndef TOROKU_CALENDAR_SPAN_H
#define TOROKU_CALENDAR_SPAN_H

#include <stdbool.h>
#include <stdint.h>

struct span {
    int years, months, days, business_days;
    int64_t us; /* hours, minutes and seconds, in µs */
};

/* Room for any span's text and its NUL. */
#define SPAN_TEXT_SIZE 96

/*
 * Reads the whole of ${text} as an ISO 8601 duration: "P1Y4M", "P20D", "PT24H", "P2W" (14 days), "PT0.5S". Numbers
 * have up to nine digits, only seconds a fraction of up to six. False, with ${out} untouched, for anything else.
 */
bool span_parse(const char *text, struct span *out);

/*
 * Writes ${span} so that span_parse() reads the same span back. ISO 8601 has no business days and no mixed signs:
 * false, and ${buf} empty, for business days and for a negative part.
 */
bool span_print(const struct span *span, char buf[SPAN_TEXT_SIZE]);

bool span_is_empty(const struct span *span);

#endif
