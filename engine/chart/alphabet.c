#include "engine/chart/alphabet.h"

#include "engine/chart/configuration.h"

#include <string.h>

static void alphabet_add(struct alphabet *a, enum happening_kind kind, const char *name, int deadline,
                         const struct chart_answers *answers)
{
    struct happening h = {.kind = kind, .name = name, .deadline = deadline, .takes = &answers->takes};

    h.raised = g_array_new(FALSE, FALSE, sizeof(struct raising));
    if (deadline != CHART_NONE)
        alphabet_raise(a->chart, &a->chart->deadlines[deadline].due, h.raised);
    /* A deadline without rows may still change data, so that a row without an event comes to be taken. */
    if (h.takes->count > 0 || h.raised->len > 0 || (deadline != CHART_NONE && a->chart->eventless.takes.count > 0))
        g_array_append_val(a->outer, h);
    else
        g_array_unref(h.raised);
}

struct alphabet *alphabet_new(const struct chart *chart)
{
    struct alphabet *a = g_new0(struct alphabet, 1);

    a->chart = chart;
    a->outer = g_array_new(FALSE, FALSE, sizeof(struct happening));
    for (int i = 0; i < chart->command_count; i++)
        alphabet_add(a, HAPPENING_COMMAND, chart->commands[i].name, CHART_NONE, &chart->commands[i]);
    for (int i = 0; i < chart->signal_count; i++)
        alphabet_add(a, HAPPENING_SIGNAL, chart->signals[i].name, CHART_NONE, &chart->signals[i]);
    for (int d = 0; d < chart->deadline_count; d++)
        alphabet_add(a, HAPPENING_DUE, chart->deadlines[d].id, d, &chart->dues[d]);
    a->moves = chart->eventless.takes.count > 0;
    for (int i = 0; i < chart->internal_count; i++)
        a->moves = a->moves || chart->internals[i].takes.count > 0;
    return a;
}

void alphabet_free(struct alphabet *alphabet)
{
    if (alphabet == NULL)
        return;
    for (guint i = 0; i < alphabet->outer->len; i++)
        g_array_unref(g_array_index(alphabet->outer, struct happening, i).raised);
    g_array_unref(alphabet->outer);
    g_free(alphabet);
}

static void raised_add(const struct chart *chart, int event, bool maybe, GArray *raised)
{
    struct raising raising = {.event = event, .maybe = maybe};

    if (event != CHART_NONE && chart->internals[event].takes.count > 0)
        g_array_append_val(raised, raising);
}

void alphabet_raise(const struct chart *chart, const struct range *actions, GArray *raised)
{
    for (int i = actions->first; i < actions->first + actions->count; i++) {
        const struct chart_action *action = &chart->actions[i];

        if (action->kind == ACTION_RAISE)
            raised_add(chart, action->event, action->guard != CHART_NONE, raised);
    }
}

void alphabet_raise_done(const struct chart *chart, int state, GArray *raised)
{
    raised_add(chart, chart->states[state].done_event, false, raised);
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

bool alphabet_is_gated(const struct chart *chart, int index)
{
    const struct chart_take *take = &chart->takes[index];

    return !chart->lenient && (take->by.count > 0 || take->not_by != NULL || take->form != CHART_NONE);
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

bool alphabet_lets_through(const struct chart *chart, int index, int weaker_index)
{
    const struct chart_take *take = &chart->takes[index], *weaker = &chart->takes[weaker_index];

    if (!alphabet_is_gated(chart, index))
        return true;
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
