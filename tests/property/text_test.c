/*
 * What is printed reads back as what it was, whatever it was: days, instants, spans, values. Snapshots are read back
 * from their print after every event of walk_test.c.
 */
#include "adapters/json/json.h"
#include "engine/calendar/span.h"
#include "engine/chart/value.h"
#include "tests/unit/calendar/support.h"

#define ROUNDS 20000

static uint64_t seed, state;

static void text_setup(void)
{
    state = seed = test_seed();
}

TestSuite(text, .init = text_setup);

static int64_t pick(int64_t below)
{
    return test_random(&state, below);
}

Test(text, days)
{
    for (int i = 0; i < ROUNDS; i++) {
        civil_day day = CIVIL_DAY_MIN + (civil_day)pick(CIVIL_DAY_MAX - CIVIL_DAY_MIN + 1), back = CIVIL_DAY_NONE;
        char text[CIVIL_TEXT_SIZE];

        civil_print(day, text);
        cr_assert(civil_parse(text, &back) && back == day, "TEST_SEED=%" G_GUINT64_FORMAT ": %s", seed, text);
    }
}

/* Also as people write them: with the offset of where they are. */
Test(text, instants)
{
    for (int i = 0; i < ROUNDS; i++) {
        instant at = INSTANT_MIN + INSTANT_DAY + pick(INSTANT_MAX - INSTANT_MIN - 2 * INSTANT_DAY),
                back = INSTANT_NEVER;
        int offset = (int)pick(24 * 60) - 12 * 60;
        char text[INSTANT_TEXT_SIZE], local[INSTANT_TEXT_SIZE];
        g_autofree char *written = NULL;

        instant_print(at, text);
        cr_assert(instant_parse(text, &back) && back == at, "TEST_SEED=%" G_GUINT64_FORMAT ": %s", seed, text);
        instant_print(at + offset * INSTANT_MINUTE, local);
        written = g_strdup_printf("%.*s%c%02d:%02d", (int)strcspn(local, "Z"), local, offset < 0 ? '-' : '+',
                                  abs(offset) / 60, abs(offset) % 60);
        cr_assert(instant_parse(written, &back) && back == at, "TEST_SEED=%" G_GUINT64_FORMAT ": %s", seed, written);
    }
}

/* A number of up to nine digits, as durations have them; often none. */
static int any_part(void)
{
    static const int64_t tops[] = {1, 2, 100, 1000000000};

    return (int)pick(tops[pick(4)]);
}

Test(text, spans)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct span span = {.years = any_part(), .months = any_part(), .days = any_part()}, back;
        char text[SPAN_TEXT_SIZE];

        span.us = any_part() * INSTANT_MINUTE + (pick(2) == 0 ? 0 : pick(60 * INSTANT_SECOND));
        cr_assert(span_print(&span, text));
        cr_assert(span_parse(text, &back), "TEST_SEED=%" G_GUINT64_FORMAT ": %s", seed, text);
        cr_assert(back.years == span.years && back.months == span.months && back.days == span.days &&
                      back.us == span.us && back.business_days == 0,
                  "TEST_SEED=%" G_GUINT64_FORMAT ": %s", seed, text);
    }
}

/* Any characters that Unicode has, control characters and quotes more often than their share. */
static char *any_characters(void)
{
    GString *text = g_string_new(NULL);

    for (int64_t n = pick(12); n > 0; n--) {
        gunichar c = (gunichar)(1 + pick(pick(3) == 0 ? 0x10ffff : 0x7f));

        if (g_unichar_validate(c))
            g_string_append_unichar(text, c);
    }
    return g_string_free(text, FALSE);
}

static struct value *any_value(int depth)
{
    struct value *v;
    int64_t kind = pick(depth == 0 ? 4 : 6);

    switch (kind) {
    case 0:
        return value_new_null();
    case 1:
        return value_new_bool(pick(2) == 0);
    case 2:
        return value_new_int(pick(3) == 0 ? pick(INT64_MAX) - pick(INT64_MAX) : pick(200) - 100);
    case 3: {
        g_autofree char *text = any_characters();

        return value_new_text(text);
    }
    case 4:
        v = value_new_list();
        for (int64_t n = pick(5); n > 0; n--)
            value_list_add(v, any_value(depth - 1));
        return v;
    default:
        v = value_new_map();
        for (int64_t n = pick(5); n > 0; n--) {
            char key[] = {(char)('a' + pick(26)), (char)('_' + pick(2)), '\0'};

            value_map_set(v, key, any_value(depth - 1));
        }
        return v;
    }
}

static void reads_back(const struct value *v, const struct value *back, const char *text)
{
    g_autoptr(GString) again = g_string_new(NULL);

    cr_assert_not_null(back, "TEST_SEED=%" G_GUINT64_FORMAT ": %s", seed, text);
    value_print(back, again);
    cr_assert(value_equal(v, back), "TEST_SEED=%" G_GUINT64_FORMAT ": %s", seed, text);
    cr_assert_str_eq(again->str, text, "TEST_SEED=%" G_GUINT64_FORMAT ": %s", seed, text);
}

/* By the reader of our own bytes, and by the reader of what comes from elsewhere. */
Test(text, values)
{
    for (int i = 0; i < ROUNDS / 4; i++) {
        struct value *v = any_value(5), *own, *foreign;
        g_autoptr(GString) text = g_string_new(NULL);

        value_print(v, text);
        own = value_read(text->str, text->len, JSON_DEPTH_MAX);
        foreign = json_parse(text->str, text->len, JSON_DEPTH_MAX, NULL);
        reads_back(v, own, text->str);
        reads_back(v, foreign, text->str);
        value_unref(v);
        value_unref(own);
        value_unref(foreign);
    }
}
