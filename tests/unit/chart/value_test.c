#include "engine/chart/value.h"

#include <criterion/criterion.h>
#include <glib.h>

/* RFC 8785, 3.2.2.2: what is escaped, and how; everything else stands as it is. */
static const struct {
    const char *text, *json;
} texts[] = {
    {"", "\"\""},
    {"plain", "\"plain\""},
    {"\"", "\"\\\"\""},
    {"\\", "\"\\\\\""},
    {"/", "\"/\""},
    {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
    {"\x01\x0b\x1f", "\"\\u0001\\u000b\\u001f\""},
    {"\x7f", "\"\x7f\""},
    {"a\"b\\c\nd", "\"a\\\"b\\\\c\\nd\""},
    {"登録", "\"登録\""},
    {"\xe2\x80\xa8", "\"\xe2\x80\xa8\""},         /* U+2028 */
    {"\xf0\xa0\xae\xb7", "\"\xf0\xa0\xae\xb7\""}, /* beyond the basic plane */
};

Test(value, texts_print_in_their_canonical_form)
{
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        struct value *v = value_new_text(texts[i].text);

        value_print(v, out);
        cr_expect_str_eq(out->str, texts[i].json);
        value_unref(v);
    }
}

static const struct {
    int64_t number;
    const char *json;
} numbers[] = {{0, "0"}, {-1, "-1"}, {INT64_MAX, "9223372036854775807"}, {INT64_MIN, "-9223372036854775808"}};

Test(value, numbers_print_in_digits)
{
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        struct value *v = value_new_int(numbers[i].number);

        value_print(v, out);
        cr_expect_str_eq(out->str, numbers[i].json);
        value_unref(v);
    }
}

Test(value, maps_print_with_their_keys_sorted_by_bytes)
{
    g_autoptr(GString) out = g_string_new(NULL);
    struct value *map = value_new_map(), *list = value_new_list();

    value_list_add(list, value_new_null());
    value_list_add(list, value_new_bool(true));
    value_list_add(list, value_new_map());
    value_map_set_int(map, "b", 2);
    value_map_set_int(map, "a_b", 1);
    value_map_set(map, "a", list);
    value_map_set_text(map, "B", "x");
    value_map_set_int(map, "ab", 3);
    value_map_set_text(map, "absent", NULL);
    value_print(map, out);
    cr_expect_str_eq(out->str, "{\"B\":\"x\",\"a\":[null,true,{}],\"a_b\":1,\"ab\":3,\"b\":2}");
    value_unref(map);
}

Test(value, paths_follow_dots_and_end_at_what_is_no_map)
{
    struct value *map = value_new_map(), *period = value_new_map();

    value_map_set_text(period, "end", "2026-03-31");
    value_map_set(map, "period", period);
    value_map_set_int(map, "n", 7);
    cr_expect_str_eq(value_text(value_path(map, "period.end")), "2026-03-31");
    cr_expect_null(value_path(map, "period.start"));
    cr_expect_null(value_path(map, "perio.end"));
    cr_expect_null(value_path(map, "n.end"));
    cr_expect_null(value_path(NULL, "n"));
    cr_expect_eq(value_int(value_path(map, "n")), 7);
    value_unref(map);
}

Test(value, a_copy_of_a_map_changes_alone)
{
    struct value *map = value_new_map(), *copy;

    value_map_set_int(map, "n", 1);
    value_map_set_int(map, "m", 2);
    copy = value_map_copy(map);
    cr_expect(value_equal(map, copy));
    value_map_set_int(copy, "n", 3);
    value_map_unset(copy, "m");
    cr_expect_not(value_equal(map, copy));
    cr_expect_eq(value_int(value_get(map, "n")), 1);
    cr_expect_eq(value_size(map), 2u);
    cr_expect_eq(value_size(copy), 1u);
    value_unref(map);
    value_unref(copy);
}

/* What value_print prints is read as itself; every other text is refused. */
static const struct {
    const char *text;
    size_t depth;
    bool canonical;
} readings[] = {
    {"null", 0, true},
    {"true", 0, true},
    {"false", 0, true},
    {"0", 0, true},
    {"-1", 0, true},
    {"9223372036854775807", 0, true},
    {"-9223372036854775808", 0, true},
    {"\"\"", 0, true},
    {"\"登録 \\\" \\\\ \\b\\f\\n\\r\\t \\u0001 \\u001f / \x7f\"", 0, true},
    {"[]", 1, true},
    {"{}", 1, true},
    {"[[],{\"a\":[1,\"x\",null]}]", 3, true},
    {"{\"a\":1,\"a.b\":{},\"ab\":[true,false]}", 2, true},
    {"[[]]", 1, false},
    {"{\"a\":{}}", 1, false},
    {"", 8, false},
    {" 1", 8, false},
    {"1 ", 8, false},
    {"[1, 2]", 8, false},
    {"[1,]", 8, false},
    {"[,1]", 8, false},
    {"[1", 8, false},
    {"{\"a\":1,}", 8, false},
    {"{\"a\" :1}", 8, false},
    {"{\"a\":}", 8, false},
    {"{\"a\"}", 8, false},
    {"{\"b\":1,\"a\":2}", 8, false},
    {"{\"a\":1,\"a\":2}", 8, false},
    {"{\"\xe7\x99\xbb\":1}", 8, false},
    {"{1:1}", 8, false},
    {"-0", 8, false},
    {"01", 8, false},
    {"-", 8, false},
    {"+1", 8, false},
    {"1.0", 8, false},
    {"1e3", 8, false},
    {"9223372036854775808", 8, false},
    {"-9223372036854775809", 8, false},
    {"99999999999999999999", 8, false},
    {"nul", 8, false},
    {"True", 8, false},
    {"\"a", 8, false},
    {"\"\\u0041\"", 8, false},
    {"\"\\u000a\"", 8, false},
    {"\"\\u001F\"", 8, false},
    {"\"\\u0000\"", 8, false},
    {"\"\\u00\"", 8, false},
    {"\"\\/\"", 8, false},
    {"\"\\", 8, false},
    {"\"\n\"", 8, false},
    {"\"\xff\"", 8, false},
    {"\"\xe7\x99\"", 8, false},
};

Test(value, what_is_printed_is_read_and_nothing_else)
{
    for (size_t i = 0; i < G_N_ELEMENTS(readings); i++) {
        struct value *v = value_read(readings[i].text, strlen(readings[i].text), readings[i].depth);
        GString *out = g_string_new(NULL);

        cr_expect_eq(v != NULL, readings[i].canonical, "%s", readings[i].text);
        if (v != NULL) {
            value_print(v, out);
            cr_expect_str_eq(out->str, readings[i].text);
        }
        value_unref(v);
        g_string_free(out, TRUE);
    }
    cr_expect_null(value_read("1\0", 2, 8), "a zero byte behind the value");
}

/* Bytes of a good text changed at random: read as what prints as the same bytes again, or refused. */
Test(value, a_changed_text_is_refused_or_prints_as_itself)
{
    static const char text[] = "{\"a\":[1,-20,\"\xe7\x99\xbb\\n\"],\"b\":{\"c\":null,\"d\":true},\"e\":\"\\u0001x\"}";
    GRand *rand = g_rand_new_with_seed(20260401);

    for (int round = 0; round < 20000; round++) {
        char changed[sizeof text];
        GString *out = g_string_new(NULL);
        struct value *v;

        memcpy(changed, text, sizeof text);
        for (int n = g_rand_int_range(rand, 1, 4); n > 0; n--)
            changed[g_rand_int_range(rand, 0, sizeof text - 1)] =
                "{}[]\",:\\un0129af-\x01\xe7"[g_rand_int_range(rand, 0, 20)];
        v = value_read(changed, sizeof text - 1, 8);
        if (v != NULL) {
            value_print(v, out);
            cr_assert_str_eq(out->str, changed);
        }
        value_unref(v);
        g_string_free(out, TRUE);
    }
    g_rand_free(rand);
}
