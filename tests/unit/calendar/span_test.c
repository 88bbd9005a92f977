#include "engine/calendar/span.h"

#include "tests/unit/calendar/support.h"

static const struct span_row {
    const char *text;
    struct span span;
    const char *printed;
} span_rows[] = {
    {"P1Y4M", {.years = 1, .months = 4}, "P1Y4M"},
    {"P16M", {.months = 16}, "P16M"},
    {"P20D", {.days = 20}, "P20D"},
    {"P2W", {.days = 14}, "P14D"},
    {"P1W3D", {.days = 10}, "P10D"},
    {"PT24H", {.us = 24 * INSTANT_HOUR}, "PT24H"},
    {"PT90M", {.us = 90 * INSTANT_MINUTE}, "PT1H30M"},
    {"PT0.5S", {.us = INSTANT_SECOND / 2}, "PT0.500000S"},
    {"PT1H0.000001S", {.us = INSTANT_HOUR + 1}, "PT1H0.000001S"},
    {"P1DT12H", {.days = 1, .us = 12 * INSTANT_HOUR}, "P1DT12H"},
    {"P1MT1M", {.months = 1, .us = INSTANT_MINUTE}, "P1MT1M"},
    {"P0D", {0}, "P0D"},
    {"P999999999Y999999999M999999999DT999999999H999999999M999999999.999999S",
     {.years = 999999999,
      .months = 999999999,
      .days = 999999999,
      .us = 999999999 * (INSTANT_HOUR + INSTANT_MINUTE + INSTANT_SECOND) + 999999},
     "P999999999Y999999999M999999999DT1016944443H25M39.999999S"},
};

Test(span, iso_durations_round_trip)
{
    for (size_t i = 0; i < G_N_ELEMENTS(span_rows); i++) {
        const struct span_row *row = &span_rows[i];
        struct span span, again;
        char text[SPAN_TEXT_SIZE];

        cr_assert(span_parse(row->text, &span), "%s", row->text);
        cr_expect(memcmp(&span, &row->span, sizeof span) == 0, "%s", row->text);
        cr_expect(span_print(&span, text));
        cr_expect_str_eq(text, row->printed);
        if (i + 1 < G_N_ELEMENTS(span_rows))
            cr_expect(span_parse(text, &again) && memcmp(&span, &again, sizeof span) == 0, "%s", text);
    }
}

Test(span, everything_else_is_refused)
{
    static const char *const bad[] = {"",
                                      "P",
                                      "PT",
                                      "P1",
                                      "1D",
                                      "P1DT",
                                      "-P1D",
                                      "P-1D",
                                      "P1H",
                                      "PT1D",
                                      "P1D1M",
                                      "P1M1M",
                                      "PT1S1M",
                                      "P1.5D",
                                      "PT1.5H",
                                      "PT.5S",
                                      "PT1.S",
                                      "P1D ",
                                      " P1D",
                                      "p1d",
                                      "PT1HT1M",
                                      "P1,5D",
                                      "P1234567890D",
                                      "PT1.1234567S",
                                      "P1Y T1H",
                                      "20 business days"};

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        struct span span = {.days = 42};

        cr_expect(!span_parse(bad[i], &span), "'%s' was read", bad[i]);
        cr_expect_eq(span.days, 42, "'%s' left a result", bad[i]);
    }
}

Test(span, too_many_weeks_do_not_wrap)
{
    struct span span;

    cr_expect(!span_parse("P999999999W", &span));
}

Test(span, business_days_have_no_iso_form)
{
    char text[SPAN_TEXT_SIZE] = "x";

    cr_expect(!span_print(&(struct span){.business_days = 20}, text));
    cr_expect_str_eq(text, "");
    cr_expect(!span_print(&(struct span){.days = -1}, text));
    cr_expect(span_is_empty(&(struct span){0}) && !span_is_empty(&(struct span){.business_days = 1}));
}
