#include "engine/calendar/instant.h"

#include "tests/unit/calendar/support.h"

static const struct text_row {
    const char *text, *printed;
} text_rows[] = {
    {"2020-04-26T15:00:00Z", "2020-04-26T15:00:00Z"},
    {"2020-04-27T00:00:00+09:00", "2020-04-26T15:00:00Z"},
    {"2020-04-26T23:59:59.999999+09:00", "2020-04-26T14:59:59.999999Z"},
    {"2020-04-26t15:00:00z", "2020-04-26T15:00:00Z"},
    {"2020-04-26T15:00:00.5Z", "2020-04-26T15:00:00.500000Z"},
    {"2020-04-26T15:00:00.9999999999Z", "2020-04-26T15:00:00.999999Z"},
    {"2020-04-26T15:00:00.0000009Z", "2020-04-26T15:00:00Z"},
    {"2020-04-26T15:00:00-00:00", "2020-04-26T15:00:00Z"},
    {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
    {"2016-12-31T23:59:60.75Z", "2017-01-01T00:00:00Z"},
    {"2017-01-01T08:59:60+09:00", "2017-01-01T00:00:00Z"},
    {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
    {"1960-06-30T23:59:60Z", "1960-07-01T00:00:00Z"},
    {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
    {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
};

Test(instant, rfc_3339_is_read_and_printed_in_utc)
{
    for (size_t i = 0; i < G_N_ELEMENTS(text_rows); i++) {
        char text[INSTANT_TEXT_SIZE];

        instant_print(instant_of(text_rows[i].text), text);
        cr_expect_str_eq(text, text_rows[i].printed, "%s gave %s", text_rows[i].text, text);
    }
    cr_expect_eq(instant_of("2020-04-26T15:00:00Z"), INT64_C(1587913200) * INSTANT_SECOND);
    cr_expect_eq(instant_of("0001-01-01T00:00:00Z"), INSTANT_MIN);
    cr_expect_eq(instant_of("9999-12-31T23:59:59.999999Z"), INSTANT_MAX);
}

Test(instant, everything_else_is_refused)
{
    static const char *const bad[] = {"",
                                      "2020-04-26",
                                      "2020-04-26T15:00:00",
                                      "2020-04-26 15:00:00Z",
                                      "2020-04-26T15:00Z",
                                      "2020-04-26T24:00:00Z",
                                      "2020-04-26T15:60:00Z",
                                      "2020-04-26T15:00:61Z",
                                      "2020-04-26T15:00:60Z",
                                      "2020-04-26T23:59:60Z",
                                      "2016-12-31T23:59:60+09:00",
                                      "2020-04-26T15:00:00.Z",
                                      "2020-04-26T15:00:00,5Z",
                                      "2020-04-26T15:00:00+0900",
                                      "2020-04-26T15:00:00+24:00",
                                      "2020-04-26T15:00:00+09:60",
                                      "2020-04-26T15:00:00Zjunk",
                                      "2020-04-26T15:00:00+09:00Z",
                                      "2020-02-30T15:00:00Z",
                                      "0001-01-01T00:00:00+09:00",
                                      "9999-12-31T23:59:59-01:00",
                                      "9999-12-31T23:59:60Z",
                                      "-001-01-01T00:00:00Z"};

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        instant at = 42;

        cr_expect(!instant_parse(bad[i], &at), "'%s' was read", bad[i]);
        cr_expect_eq(at, 42, "'%s' left a result", bad[i]);
    }
}

Test(instant, what_is_printed_reads_back)
{
    uint64_t seed = test_seed(), state = seed;

    for (int i = 0; i < 20000; i++) {
        instant at = INSTANT_MIN + test_random(&state, INSTANT_MAX - INSTANT_MIN), back = 0;
        char text[INSTANT_TEXT_SIZE];

        instant_print(at, text);
        cr_assert(instant_parse(text, &back) && back == at, "seed %" G_GUINT64_FORMAT ": %s", seed, text);
    }
}
