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
