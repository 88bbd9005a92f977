#include "engine/chart/alphabet.h"

#include "engine/chart/configuration.h"

#include <string.h>

#define DONE_PREFIX "done.state."

/* SCXML 3.12.1: a descriptor takes the events whose first tokens are its own; ".*" at its end changes nothing. */
static size_t descriptor_size(const char *descriptor)
{
    size_t size = strlen(descriptor);

    return g_str_has_suffix(descriptor, ".*") ? size - 2 : size;
}

static bool descriptor_takes(const char *descriptor, const char *name)
{
    size_t size = descriptor_size(descriptor);

    if (strcmp(descriptor, "*") == 0)
        return true;
    return strncmp(descriptor, name, size) == 0 && (name[size] == '\0' || name[size] == '.');
}

static enum happening_kind take_kind(const struct chart_take *take)
{
    switch (take->trigger) {
    case TRIGGER_EVENT:
        return HAPPENING_COMMAND;
    case TRIGGER_SIGNAL:
        return HAPPENING_SIGNAL;
    case TRIGGER_DUE:
        return HAPPENING_DUE;
    case TRIGGER_DONE:
    case TRIGGER_INTERNAL:
        return HAPPENING_INTERNAL;
    case TRIGGER_EVENTLESS:
        return HAPPENING_NOTHING;
    }
    g_assert_not_reached();
}

static bool take_takes(const struct chart *chart, const struct chart_take *take, const struct happening *h)
{
    if (take_kind(take) != h->kind)
        return false;
    switch (h->kind) {
    case HAPPENING_COMMAND:
    case HAPPENING_SIGNAL:
        return descriptor_takes(take->name, h->name);
    case HAPPENING_DUE:
        return take->deadline == h->deadline;
    case HAPPENING_INTERNAL:
        if (take->trigger == TRIGGER_DONE)
            return g_str_has_prefix(h->name, DONE_PREFIX) &&
                   strcmp(h->name + strlen(DONE_PREFIX), chart->states[take->source].id) == 0;
        return descriptor_takes(take->name, h->name);
    case HAPPENING_NOTHING:
        return true;
    }
    g_assert_not_reached();
}

static bool action_raises(const struct chart_action *action)
{
    return action->kind == ACTION_RAISE;
}

/* ---- the alphabet ---- */

static void happening_free(gpointer data)
{
    struct happening *h = data;

    g_free(h->name);
    g_array_unref(h->takes);
    g_array_unref(h->raised);
    g_free(h);
}

static struct happening *happening_new(enum happening_kind kind, const char *name, int deadline)
{
    struct happening *h = g_new(struct happening, 1);

    *h = (struct happening){.kind = kind,
                            .name = g_strdup(name),
                            .deadline = deadline,
                            .takes = g_array_new(FALSE, FALSE, sizeof(int)),
                            .raised = g_array_new(FALSE, FALSE, sizeof(struct raising))};
    return h;
}

static int happening_find(const GPtrArray *list, enum happening_kind kind, const char *name, int deadline)
{
    for (guint i = 0; i < list->len; i++) {
        const struct happening *h = g_ptr_array_index(list, i);

        if (h->kind == kind && g_strcmp0(h->name, name) == 0 && h->deadline == deadline)
            return (int)i;
    }
    return CHART_NONE;
}

static void happening_add(GPtrArray *list, enum happening_kind kind, const char *name, int deadline)
{
    if (happening_find(list, kind, name, deadline) == CHART_NONE)
        g_ptr_array_add(list, happening_new(kind, name, deadline));
}

/* Gives ${h} its rows: states in document order, `take` before `done`. */
static void happening_gather(const struct chart *chart, struct happening *h)
{
    for (int s = 0; s < chart->state_count; s++) {
        const struct chart_state *state = &chart->states[s];

        for (int t = state->takes.first; t < state->takes.first + state->takes.count; t++)
            if (take_takes(chart, &chart->takes[t], h))
                g_array_append_val(h->takes, t);
        if (state->done != CHART_NONE && take_takes(chart, &chart->takes[state->done], h))
            g_array_append_val(h->takes, state->done);
    }
}

static void alphabet_add_take(struct alphabet *a, const struct chart_take *take)
{
    enum happening_kind kind = take_kind(take);
    g_autofree char *name = NULL;

    switch (kind) {
    case HAPPENING_COMMAND:
    case HAPPENING_SIGNAL:
        name = g_strndup(take->name, descriptor_size(take->name));
        happening_add(a->outer, kind, name, CHART_NONE);
        break;
    case HAPPENING_DUE:
        happening_add(a->outer, kind, NULL, take->deadline);
        break;
    case HAPPENING_INTERNAL:
    case HAPPENING_NOTHING:
        break;
    }
}

/* Internal events are those that something raises. */
static void alphabet_add_inner(struct alphabet *a)
{
    for (int s = 1; s < a->chart->state_count; s++) {
        g_autofree char *name = NULL;

        if (a->chart->states[s].kind != STATE_COMPOUND && a->chart->states[s].kind != STATE_PARALLEL)
            continue;
        name = g_strconcat(DONE_PREFIX, a->chart->states[s].id, NULL);
        happening_add(a->inner, HAPPENING_INTERNAL, name, CHART_NONE);
    }
    for (int i = 0; i < a->chart->action_count; i++)
        if (action_raises(&a->chart->actions[i]))
            happening_add(a->inner, HAPPENING_INTERNAL, a->chart->actions[i].name, CHART_NONE);
}

/* Deadlines whose own actions raise fall due whether or not a row waits for it. */
static void alphabet_add_dues(struct alphabet *a)
{
    for (int d = 0; d < a->chart->deadline_count; d++) {
        const struct range *actions = &a->chart->deadlines[d].due;

        for (int i = actions->first; i < actions->first + actions->count; i++)
            if (action_raises(&a->chart->actions[i]))
                happening_add(a->outer, HAPPENING_DUE, NULL, d);
    }
}

static void alphabet_gather(struct alphabet *a)
{
    for (guint i = 0; i < a->outer->len; i++)
        happening_gather(a->chart, g_ptr_array_index(a->outer, i));
    for (guint i = a->inner->len; i-- > 0;) {
        struct happening *h = g_ptr_array_index(a->inner, i);

        happening_gather(a->chart, h);
        if (h->takes->len == 0)
            g_ptr_array_remove_index(a->inner, i);
    }
    happening_gather(a->chart, a->nothing);
    for (guint i = 0; i < a->outer->len; i++) {
        struct happening *h = g_ptr_array_index(a->outer, i);

        if (h->kind == HAPPENING_DUE)
            alphabet_raise(a, &a->chart->deadlines[h->deadline].due, h->raised);
    }
}

struct alphabet *alphabet_new(const struct chart *chart)
{
    struct alphabet *a = g_new0(struct alphabet, 1);

    a->chart = chart;
    a->outer = g_ptr_array_new_with_free_func(happening_free);
    a->inner = g_ptr_array_new_with_free_func(happening_free);
    a->nothing = happening_new(HAPPENING_NOTHING, NULL, CHART_NONE);
    for (int t = 0; t < chart->take_count; t++)
        alphabet_add_take(a, &chart->takes[t]);
    alphabet_add_dues(a);
    alphabet_add_inner(a);
    alphabet_gather(a);
    return a;
}

void alphabet_free(struct alphabet *alphabet)
{
    if (alphabet == NULL)
        return;
    g_ptr_array_unref(alphabet->outer);
    g_ptr_array_unref(alphabet->inner);
    happening_free(alphabet->nothing);
    g_free(alphabet);
}

static void raised_add(const struct alphabet *alphabet, const char *name, bool maybe, GArray *raised)
{
    struct raising raising = {.event = happening_find(alphabet->inner, HAPPENING_INTERNAL, name, CHART_NONE),
                              .maybe = maybe};

    if (raising.event != CHART_NONE)
        g_array_append_val(raised, raising);
}

void alphabet_raise(const struct alphabet *alphabet, const struct range *actions, GArray *raised)
{
    for (int i = actions->first; i < actions->first + actions->count; i++) {
        const struct chart_action *action = &alphabet->chart->actions[i];

        if (action_raises(action))
            raised_add(alphabet, action->name, action->guard != CHART_NONE, raised);
    }
}

void alphabet_raise_done(const struct alphabet *alphabet, int state, GArray *raised)
{
    g_autofree char *name = g_strconcat(DONE_PREFIX, alphabet->chart->states[state].id, NULL);

    raised_add(alphabet, name, false, raised);
}

bool alphabet_may_fall_due(const struct chart *chart, const struct state_set *active, int deadline)
{
    if (!state_set_has(active, chart->deadlines[deadline].state))
        return false;
    for (int s = state_set_next(active, 0); s >= 0; s = state_set_next(active, s + 1))
        for (int i = 0; i < chart->states[s].holds.count; i++)
            if (chart->states[s].holds.items[i] == deadline)
                return false;
    return true;
}

/* ---- what decides beside the guard ---- */

bool alphabet_is_gated(const struct chart_take *take)
{
    return take->by.count > 0 || take->not_by != NULL || take->form != CHART_NONE;
}

static bool roles_include(const struct index_list *roles, const struct index_list *part)
{
    for (int i = 0; i < part->count; i++) {
        bool found = false;

        for (int j = 0; j < roles->count; j++)
            found = found || roles->items[j] == part->items[i];
        if (!found)
            return false;
    }
    return true;
}

bool alphabet_lets_through(const struct chart_take *take, const struct chart_take *weaker)
{
    if (!roles_include(&take->by, &weaker->by))
        return false;
    if (take->form != CHART_NONE && (take->form != weaker->form || take->partial != weaker->partial))
        return false;
    for (char **name = take->not_by; name != NULL && *name != NULL; name++)
        if (weaker->not_by == NULL || !g_strv_contains((const char *const *)weaker->not_by, *name))
            return false;
    return true;
}

bool alphabet_guard_is_open(const struct chart *chart, int guard)
{
    const struct chart_guard *g;

    if (guard == CHART_NONE)
        return false;
    g = &chart->guards[guard];
    if (g->kind == GUARD_IN_STATE)
        return false;
    if (g->kind != GUARD_ALL && g->kind != GUARD_ANY && g->kind != GUARD_NOT)
        return true;
    for (int i = 0; i < g->children.count; i++)
        if (alphabet_guard_is_open(chart, g->children.items[i]))
            return true;
    return false;
}
