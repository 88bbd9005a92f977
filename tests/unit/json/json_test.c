#include "adapters/json/json.h"

#include "engine/error.h"

#include <criterion/criterion.h>
#include <string.h>

/* What a text is read as, in its canonical form; or, with a space in front, a part of the message that refuses it. */
struct row {
    const char *text, *result;
};

static const struct row rows[] = {
    {"null", "null"},
    {" [1, -1, true, false, \"\\u3042\"] ", "[1,-1,true,false,\"\xe3\x81\x82\"]"},
    {"{\"b\":1,\"a\":{}}", "{\"a\":{},\"b\":1}"},
    {"9223372036854775807", "9223372036854775807"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"\"1.5e3 [[[[[\"", "\"1.5e3 [[[[[\""},
    {"\"\\\\\\\" 1.5\"", "\"\\\\\\\" 1.5\""},
    {"9223372036854775808", " line 1"},
    {"1.0", " line 1, column 2: a number with a fraction"},
    {"[1,\n 2e3]", " line 2, column 3: a number with a fraction"},
    {"{\"a\":1,\"a\":2}", " line 1"},
    {"[[[[1]]]]", "[[[[1]]]]"},
    {"[[[[[1]]]]]", " line 1, column 5: lists and maps are nested too deeply"},
    {"[1] 2", " line 1"},
    {"", " line 1"},
    {"[1,]", " line 1"},
    {"01", " line 1"},
    {"\"\\u0000\"", " line 1"},
    {"\"\xff\"", " line 1"},
    {"\"\\ud800\"", " line 1"},
    {"{\"\xe3\x81\x82\":1}", " is not ASCII"},
    {"\"open", " line 1"},
    {"NaN", " line 1"},
    {"-", " line 1"},
    {"\"", " line 1"},
};

Test(json, rows)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        GError *error = NULL;
        /* an exact copy, so that a read beyond the end is found */
        char *copy = g_memdup2(rows[i].text, strlen(rows[i].text));
        struct value *v = json_parse(copy, strlen(rows[i].text), 4, &error);
        GString *out = g_string_new(NULL);

        if (rows[i].result[0] == ' ') {
            cr_expect_null(v, "row %zu", i);
            cr_expect(error != NULL && strstr(error->message, rows[i].result) != NULL, "row %zu: %s", i,
                      error != NULL ? error->message : "no error");
            cr_expect(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_INVALID), "row %zu", i);
        } else {
            value_print(v, out);
            cr_expect_str_eq(out->str, rows[i].result, "row %zu", i);
        }
        g_clear_error(&error);
        g_string_free(out, TRUE);
        value_unref(v);
        g_free(copy);
    }
}

Test(json, a_zero_byte_ends_nothing)
{
    GError *error = NULL;

    cr_expect_null(json_parse("1\0", 2, 4, &error));
    cr_expect_not_null(error);
    g_clear_error(&error);
}
