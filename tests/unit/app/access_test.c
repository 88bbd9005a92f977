#include "engine/app/access.h"

#include <criterion/criterion.h>

/* Two forms: the first has a field of each class, the second has one of them again, of a stricter class. */
static char open_[] = "open", shared[] = "shared", closed[] = "closed", person[] = "person";
static struct chart_field fields[] = {
    {.id = open_, .access = ACCESS_PUBLIC},      {.id = shared, .access = ACCESS_CASE},
    {.id = closed, .access = ACCESS_RESTRICTED}, {.id = person, .access = ACCESS_PERSONAL},
    {.id = shared, .access = ACCESS_RESTRICTED},
};
static struct chart_form forms[] = {{.fields = {0, 4}}, {.fields = {4, 1}}};

static char *readable(const char *role, int64_t org, const struct chart *chart)
{
    const char *names[] = {role, NULL};
    struct actor actor = {.person = 1, .org = org, .roles = role == NULL ? names + 1 : names};
    struct value *data = value_new_map(), *left;
    GString *keys = g_string_new(NULL);

    for (size_t i = 0; i < 4; i++)
        value_map_set_int(data, fields[i].id, 1);
    value_map_set_int(data, "number", 1);
    left = access_readable(&actor, chart, data);
    for (size_t i = 0; i < value_size(left); i++)
        g_string_append_printf(keys, "%s ", value_key_at(left, i));
    cr_expect_eq(access_is_partial(&actor), value_size(left) < 5);
    value_unref(left);
    value_unref(data);
    return g_string_free(keys, FALSE);
}

Test(access, data_are_cut_to_what_the_actor_may_read)
{
    const struct chart chart = {.forms = forms, .form_count = 2, .fields = fields, .field_count = 5};
    static const struct {
        const char *role;
        const char *keys;
    } rows[] = {
        {"opsup", "closed number open person shared "},
        {"secretariat", "closed number open person shared "},
        {"committee", "closed number open shared "},
        {"ministry", "number open "},
        {"operator", "open "},
        {NULL, "closed number open person shared "},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *keys = readable(rows[i].role, 7, &chart);

        cr_expect_str_eq(keys, rows[i].keys, "%s", rows[i].role);
    }
}

Test(access, without_the_chart_nothing_is_readable)
{
    const char *roles[] = {"ministry", NULL};
    const struct actor actor = {.person = 1, .org = 7, .roles = roles};
    struct value *data = value_new_map(), *left;

    value_map_set_int(data, "open", 1);
    left = access_readable(&actor, NULL, data);
    cr_expect_eq(value_size(left), 0);
    value_unref(left);
    value_unref(data);
}
