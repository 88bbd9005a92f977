#include "adapters/cli/try_effects.h"

#include "engine/core/deadline.h"

static struct value *effect_new(const char *kind, const char *name)
{
    struct value *effect = value_new_map();

    value_map_set_text(effect, kind, name);
    return effect;
}

static void effect_add(struct value *list, const char *kind, const char *name, const char *key, const struct value *v)
{
    struct value *effect = effect_new(kind, name);

    if (v != NULL)
        value_map_set(effect, key, value_ref(v));
    value_list_add(list, effect);
}

static bool is_number(const struct event *event, const char *name)
{
    return value_get(event->numbers, name) != NULL;
}

static void effects_data(const struct event *event, const struct value *set, struct value *list)
{
    for (size_t i = 0; i < value_size(set); i++) {
        const char *name = value_key_at(set, i);
        const struct value *v = value_member_at(set, i);

        if (value_is_null(v))
            effect_add(list, "clear", name, NULL, NULL);
        else
            effect_add(list, is_number(event, name) ? "allocate" : "set", name, "to", v);
    }
}

static void effects_flags(const struct value *flags, struct value *list)
{
    for (size_t i = 0; i < value_size(flags); i++)
        effect_add(list, value_is_null(value_member_at(flags, i)) ? "unflag" : "flag", value_key_at(flags, i), NULL,
                   NULL);
}

static void effects_map(const char *kind, const struct value *map, struct value *list)
{
    for (size_t i = 0; i < value_size(map); i++)
        effect_add(list, kind, value_key_at(map, i), "to", value_member_at(map, i));
}

/* What became of a live deadline; NULL: nothing that is worth a word. */
static const char *deadline_change(const struct event *event, const struct deadline_state *was,
                                   const struct deadline_state *is, const struct chart_deadline *rule)
{
    bool fired = event->kind == EVENT_DUE && was != NULL && was->deadline == event->deadline;

    if (fired && (is == NULL || is->arming == was->arming))
        return event->occurrence < rule->reminder_count ? "reminded" : "fired";
    if (was == NULL)
        return is == NULL ? NULL : "armed";
    if (is == NULL)
        return "cancelled";
    if (is->arming != was->arming)
        return "armed";
    if ((is->due == INSTANT_NEVER) != (was->due == INSTANT_NEVER))
        return is->due == INSTANT_NEVER ? "stopped" : "resumed";
    return is->due == was->due ? NULL : "moved";
}

static void effects_deadlines(const struct snapshot *before, const struct event *event, const struct snapshot *after,
                              struct value *list)
{
    const struct chart *chart = before->chart;

    for (int i = 0; i < chart->deadline_count; i++) {
        const struct deadline_state *is = snapshot_deadline(after, i);
        const char *change = deadline_change(event, snapshot_deadline(before, i), is, &chart->deadlines[i]);
        struct value *effect;

        if (change == NULL)
            continue;
        effect = effect_new("deadline", chart->deadlines[i].id);
        value_map_set_text(effect, "is", change);
        value_map_set_text(effect, "kind", chart->deadlines[i].kind == DEADLINE_LIMIT ? "limit" : "target");
        if (is != NULL && is->due != INSTANT_NEVER) {
            char due[INSTANT_TEXT_SIZE];

            instant_print(is->due, due);
            value_map_set_text(effect, "due", due);
        }
        value_list_add(list, effect);
    }
}

static void effects_links(const struct chart *chart, const GArray *links, struct value *list)
{
    for (guint i = 0; i < links->len; i++) {
        const struct link_effect *link = &g_array_index(links, struct link_effect, i);
        struct value *to = value_new_int(link->to);

        if (link->to != 0)
            effect_add(list, "link", chart->relations[link->relation].id, "to", to);
        value_unref(to);
    }
}

/* A row of the record whose member ${kind} (or "is") says what it is. */
static void effects_registers(const struct value *registers, struct value *list)
{
    for (size_t i = 0; i < value_size(registers); i++) {
        const struct value *row = value_at(registers, i);
        struct value *effect = value_map_copy(row);

        value_map_unset(effect, "is");
        value_map_unset(effect, "register");
        value_map_set_text(effect, value_text(value_get(row, "is")), value_text(value_get(row, "register")));
        value_list_add(list, effect);
    }
}

/* Rows of the record that read as they stand: {"notice": x, "to": y} becomes {"notify": x, "to": y}. */
static void effects_rows(const struct value *rows, const char *key, const char *kind, struct value *list)
{
    for (size_t i = 0; i < value_size(rows); i++) {
        const struct value *row = value_at(rows, i);
        struct value *effect = value_map_copy(row);

        value_map_unset(effect, key);
        value_map_set_text(effect, kind, value_text(value_get(row, key)));
        value_list_add(list, effect);
    }
}

/* What the record has beside all that is named here, so that nothing an event did stays unsaid. */
static void effects_rest(const struct value *record, struct value *list)
{
    static const char *const told[] = {"states",    "rows",    "set",     "flags",     "persons", "history",
                                       "deadlines", "notices", "signals", "registers", "links",   NULL};

    for (size_t i = 0; i < value_size(record); i++)
        if (!g_strv_contains(told, value_key_at(record, i))) {
            struct value *effect = value_new_map();

            value_map_set(effect, value_key_at(record, i), value_ref(value_member_at(record, i)));
            value_list_add(list, effect);
        }
}

void try_effects(const struct snapshot *before, const struct event *event, const struct outcome *o, struct value *list)
{
    const struct value *record = o->record, *rows = value_get(record, "rows");

    for (size_t i = 0; i < value_size(rows); i++)
        effect_add(list, "row", value_text(value_at(rows, i)), NULL, NULL);
    effects_data(event, value_get(record, "set"), list);
    effects_flags(value_get(record, "flags"), list);
    effects_map("history", value_get(record, "history"), list);
    effects_deadlines(before, event, o->after, list);
    effects_rows(value_get(record, "notices"), "notice", "notify", list);
    effects_rows(value_get(record, "signals"), "signal", "signal", list);
    effects_registers(value_get(record, "registers"), list);
    effects_links(before->chart, o->links, list);
    effects_rest(record, list);
}
