#include "engine/chart/graph.h"

static struct value *text_value(const char *ja, const char *en)
{
    struct value *v = value_new_map();

    value_map_set_text(v, "ja", ja);
    value_map_set_text(v, "en", en);
    return v;
}

static void text_set(struct value *map, const char *key, const struct chart_text *text)
{
    if (text->ja != NULL || text->en != NULL)
        value_map_set(map, key, text_value(text->ja, text->en));
}

static void basis_set(const struct chart *chart, struct value *map, int basis)
{
    const struct chart_rule *rule;
    struct value *v;

    if (basis == CHART_NONE)
        return;
    rule = &g_array_index(chart->book->rules, struct chart_rule, basis);
    v = value_new_map();
    value_map_set_text(v, "id", rule->id);
    value_map_set_text(v, "kind", rule->is_default ? "default" : "rule");
    text_set(v, "title", &rule->title);
    value_map_set_text(v, "source", rule->source);
    value_map_set(map, "basis", v);
}

static const struct chart_role *role_at(const struct chart *chart, int role)
{
    return &g_array_index(chart->book->roles, struct chart_role, role);
}

static void roles_set(const struct chart *chart, struct value *map, const char *key, const struct index_list *roles)
{
    struct value *list;

    if (roles->count == 0)
        return;
    list = value_new_list();
    for (int i = 0; i < roles->count; i++)
        value_list_add(list, value_new_text(role_at(chart, roles->items[i])->id));
    value_map_set(map, key, list);
}

static void states_set(const struct chart *chart, struct value *map, const char *key, const struct index_list *states)
{
    struct value *list;

    if (states->count == 0)
        return;
    list = value_new_list();
    for (int i = 0; i < states->count; i++)
        value_list_add(list, value_new_text(chart->states[states->items[i]].id));
    value_map_set(map, key, list);
}

static void deadlines_set(const struct chart *chart, struct value *map, const char *key, const int *items, int count)
{
    struct value *list;

    if (count == 0)
        return;
    list = value_new_list();
    for (int i = 0; i < count; i++)
        value_list_add(list, value_new_text(chart->deadlines[items[i]].id));
    value_map_set(map, key, list);
}

static const char *kind_name(enum state_kind kind)
{
    switch (kind) {
    case STATE_ATOMIC:
        return "atomic";
    case STATE_COMPOUND:
        return "compound";
    case STATE_PARALLEL:
        return "parallel";
    case STATE_FINAL:
        return "final";
    case STATE_HISTORY_SHALLOW:
        return "shallow_history";
    case STATE_HISTORY_DEEP:
        return "deep_history";
    }
    g_assert_not_reached();
}

static struct value *state_value(const struct chart *chart, int index)
{
    const struct chart_state *state = &chart->states[index];
    struct value *v = value_new_map();
    g_autoptr(GArray) deadlines = g_array_new(FALSE, FALSE, sizeof(int));

    for (int d = state->deadlines.first; d < state->deadlines.first + state->deadlines.count; d++)
        g_array_append_val(deadlines, d);
    value_map_set_text(v, "id", state->id);
    value_map_set_text(v, "kind", kind_name(state->kind));
    text_set(v, "label", &state->label);
    value_map_set_text(v, "parent", chart->states[state->parent].id);
    states_set(chart, v, "initial", &state->first);
    roles_set(chart, v, "turn", &state->turn);
    if (state->turn_none)
        value_map_set_bool(v, "nobody", true);
    value_map_set_text(v, "waits", state->waits_forever);
    deadlines_set(chart, v, "deadlines", (const int *)(const void *)deadlines->data, (int)deadlines->len);
    deadlines_set(chart, v, "stops", state->stops.items, state->stops.count);
    deadlines_set(chart, v, "holds", state->holds.items, state->holds.count);
    basis_set(chart, v, state->basis);
    return v;
}

static struct value *take_value(const struct chart *chart, const struct chart_take *take)
{
    struct value *v = value_new_map(), *not_by = value_new_list();

    for (char **event = take->not_by; event != NULL && *event != NULL; event++)
        value_list_add(not_by, value_new_text(*event));
    value_map_set_text(v, "row", take->row);
    value_map_set_text(v, "from", chart->states[take->source].id);
    value_map_set_text(v, "trigger", graph_trigger(take));
    value_map_set_text(v, take->trigger == TRIGGER_SIGNAL ? "signal" : "event", take->name);
    if (take->trigger == TRIGGER_DUE)
        value_map_set_text(v, "deadline", chart->deadlines[take->deadline].id);
    text_set(v, "label", &take->label);
    roles_set(chart, v, "by", &take->by);
    if (value_size(not_by) > 0)
        value_map_set(v, "not_by", value_ref(not_by));
    if (take->guard != CHART_NONE)
        value_map_set_bool(v, "guarded", true);
    if (take->internal)
        value_map_set_bool(v, "internal", true);
    states_set(chart, v, "to", &take->to);
    basis_set(chart, v, take->basis);
    value_unref(not_by);
    return v;
}

static struct value *deadline_value(const struct chart *chart, int index)
{
    const struct chart_deadline *d = &chart->deadlines[index];
    g_autofree char *ja = graph_period(chart, index, GRAPH_JA), *en = graph_period(chart, index, GRAPH_EN);
    struct value *v = value_new_map();

    value_map_set_text(v, "id", d->id);
    value_map_set_text(v, "state", chart->states[d->state].id);
    value_map_set_text(v, "kind", d->kind == DEADLINE_LIMIT ? "limit" : "target");
    text_set(v, "label", &d->label);
    value_map_set(v, "words", text_value(ja, en));
    value_map_set_int(v, "reminders", d->reminder_count);
    basis_set(chart, v, d->basis);
    return v;
}

static void role_labels(const struct chart *chart, const struct index_list *roles, struct value *labels)
{
    for (int i = 0; i < roles->count; i++) {
        const struct chart_role *role = role_at(chart, roles->items[i]);

        text_set(labels, role->id, &role->label);
    }
}

struct value *graph_json(const struct chart *chart)
{
    struct value *v = value_new_map(), *states = value_new_list(), *takes = value_new_list();
    struct value *deadlines = value_new_list(), *roles = value_new_map();
    char effective[CIVIL_TEXT_SIZE];

    for (int i = 1; i < chart->state_count; i++) {
        value_list_add(states, state_value(chart, i));
        role_labels(chart, &chart->states[i].turn, roles);
    }
    for (int i = 0; i < chart->take_count; i++) {
        value_list_add(takes, take_value(chart, &chart->takes[i]));
        role_labels(chart, &chart->takes[i].by, roles);
    }
    for (int i = 0; i < chart->deadline_count; i++)
        value_list_add(deadlines, deadline_value(chart, i));
    civil_print(chart->effective, effective);
    value_map_set_text(v, "workflow", chart->workflow);
    value_map_set_int(v, "version", chart->version);
    value_map_set_text(v, "effective", effective);
    text_set(v, "title", &chart->title);
    states_set(chart, v, "initial", &chart->states[0].first);
    value_map_set(v, "roles", roles);
    value_map_set(v, "states", states);
    value_map_set(v, "transitions", takes);
    value_map_set(v, "deadlines", deadlines);
    return v;
}
