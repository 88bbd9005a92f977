#include "engine/app/history.h"

#include <string.h>

static void history_event_free(gpointer p)
{
    struct history_event *event = p;

    if (event->text != NULL)
        g_string_free(event->text, TRUE);
    value_unref(event->record);
    value_unref(event->input);
    g_array_unref(event->parts);
    g_free(event);
}

struct history_event *history_event_new(void)
{
    struct history_event *event = g_new0(struct history_event, 1);

    event->parts = g_array_new(FALSE, TRUE, sizeof(struct part));
    g_array_set_clear_func(event->parts, part_release);
    return event;
}

struct history_case *history_case_new(void)
{
    struct history_case *c = g_new0(struct history_case, 1);

    c->events = g_ptr_array_new_with_free_func(history_event_free);
    return c;
}

void history_case_free(gpointer p)
{
    struct history_case *c = p;

    g_free(c->workflow);
    if (c->body != NULL)
        g_string_free(c->body, TRUE);
    if (c->data != NULL)
        g_string_free(c->data, TRUE);
    g_ptr_array_unref(c->events);
    g_free(c);
}

/* A map that lies in several parts, as what a rectification sets does, is put together again. */
static void history_event_add_member(struct value *input, const char *key, const struct value *member)
{
    const struct value *known = value_get(input, key);
    struct value *all;

    if (value_kind(known) != VALUE_MAP || value_kind(member) != VALUE_MAP) {
        value_map_set(input, key, value_ref(member));
        return;
    }
    all = value_map_copy(known);
    for (size_t i = 0; i < value_size(member); i++)
        value_map_set(all, value_key_at(member, i), value_ref(value_member_at(member, i)));
    value_map_set(input, key, all);
}

void history_event_add_input(struct history_event *event, const struct value *members)
{
    if (event->input == NULL)
        event->input = value_new_map();
    for (size_t i = 0; i < value_size(members); i++)
        history_event_add_member(event->input, value_key_at(members, i), value_member_at(members, i));
}

const struct chart *history_version(const struct chart_set *charts, const char *name)
{
    for (guint i = 0; name != NULL && i < charts->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(charts->charts, i);
        g_autofree char *is = g_strdup_printf("%s@%d", chart->workflow, chart->version);

        if (strcmp(is, name) == 0)
            return chart;
    }
    return NULL;
}

const struct chart *history_first_chart(const struct chart_set *charts, const struct history_case *c)
{
    const struct history_event *first = c->events->len == 0 ? NULL : g_ptr_array_index(c->events, 0);
    const char *name = first == NULL ? NULL : value_text(value_get(first->record, "chart"));

    return name == NULL ? history_chart(charts, c) : history_version(charts, name);
}

const struct chart *history_chart(const struct chart_set *charts, const struct history_case *c)
{
    for (guint i = 0; i < charts->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(charts->charts, i);

        if (chart->version == c->version && strcmp(chart->workflow, c->workflow) == 0)
            return chart;
    }
    return NULL;
}
