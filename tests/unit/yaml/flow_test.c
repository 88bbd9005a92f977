/* One YAML value, as on a command line. */
#include "adapters/yaml/flow.h"

#include <criterion/criterion.h>
#include <string.h>

Test(flow, values_of_a_command_line)
{
    static const struct {
        const char *text, *json;
    } rows[] = {
        {"{from: day, business_days: 10}", "{\"business_days\":10,\"from\":\"day\"}"},
        {"{before: {days: 3}, at: \"10:00\"}", "{\"at\":\"10:00\",\"before\":{\"days\":3}}"},
        {"[a, [], {}]", "[\"a\",[],{}]"},
        {"from: day\ndays: 3\n", "{\"days\":3,\"from\":\"day\"}"},
        {"{\"a\": true, b: false, c: null, d: , e: \"true\"}",
         "{\"a\":true,\"b\":false,\"c\":null,\"d\":null,\"e\":\"true\"}"},
        {"9223372036854775807", "9223372036854775807"},
        {"-3", "\"-3\""},
        {"'10'", "\"10\""},
        {"2026-05-01", "\"2026-05-01\""},
        {"休日", "\"休日\""},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) json = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        struct value *v = flow_parse(rows[i].text, &error);

        cr_assert_not_null(v, "%s: %s", rows[i].text, error == NULL ? "" : error->message);
        value_print(v, json);
        cr_expect_str_eq(json->str, rows[i].json, "%s", rows[i].text);
        value_unref(v);
    }
}

Test(flow, what_is_no_value_is_refused)
{
    static const struct {
        const char *text, *what;
    } rows[] = {
        {"", "nothing"},
        {"# nothing", "nothing"},
        {"[", "did not find"},
        {"{a: 1, a: 2}", "the key a comes twice"},
        {"{[a]: 1}", "no name"},
        {"{休: 1}", "no name"},
        {"{a: &x [1], b: *x}", "an alias"},
        {"&x [*x]", "an alias"},
        {"9223372036854775808", "beyond 64 bits"},
        {"a: 1\n---\nb: 2\n", "more than one document"},
        {"\"\\0\"", "a NUL"},
        {"\xff", "no UTF-8"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        struct value *v = flow_parse(rows[i].text, &error);

        cr_assert_null(v, "%s", rows[i].text);
        cr_expect_not_null(strstr(error->message, rows[i].what), "%s: %s", rows[i].text, error->message);
    }
}
