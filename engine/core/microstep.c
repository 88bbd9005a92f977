#include "engine/core/machine.h"

#include <string.h>

/* A macrostep that has not come to rest by then is a chart that never does. */
#define MICROSTEPS_MAX 1000

/* ---- what histories remember ---- */

struct state_set *machine_memory(struct machine *m)
{
    const struct chart *chart = m->chart;

    if (m->memory != NULL || chart->history_count == 0)
        return m->memory;
    m->memory = g_new0(struct state_set, (gsize)chart->history_count);
    for (int h = state_set_next(&chart->histories, 0); h >= 0; h = state_set_next(&chart->histories, h + 1)) {
        const struct value *ids = value_get(m->s->history, chart->states[h].id);

        for (size_t i = 0; i < value_size(ids); i++)
            state_set_add(&m->memory[chart->states[h].history], chart_state_index(chart, value_text(value_at(ids, i))));
    }
    return m->memory;
}

void machine_remember(struct machine *m, const struct state_set *exits)
{
    const struct chart *chart = m->chart;

    if (!state_set_meets(exits, &chart->remembered))
        return;
    configuration_remember(chart, &m->s->states, exits, machine_memory(m));
    for (int h = state_set_next(&chart->histories, 0); h >= 0; h = state_set_next(&chart->histories, h + 1)) {
        const struct state_set *remembered = &m->memory[chart->states[h].history];
        struct value *ids;

        if (!state_set_has(exits, chart->states[h].parent))
            continue;
        ids = value_new_list();
        for (int i = state_set_next(remembered, 0); i >= 0; i = state_set_next(remembered, i + 1))
            value_list_add(ids, value_new_text(chart->states[i].id));
        value_map_set(value_own(&m->s->history), chart->states[h].id, value_ref(ids));
        value_map_set(machine_changed(&m->changes->history), chart->states[h].id, ids);
    }
}

/* ---- leaving and entering ---- */

void actions_run(struct machine *m, const struct range *actions, int deadline)
{
    for (int i = actions->first; i < actions->first + actions->count; i++)
        action_run(m, &m->chart->actions[i], deadline);
}

void machine_raise(struct machine *m, int event)
{
    if (m->raised == NULL)
        m->raised = g_array_new(FALSE, FALSE, sizeof(int));
    g_array_append_val(m->raised, event);
}

static void state_exit(struct machine *m, int state)
{
    const struct chart_state *s = &m->chart->states[state];

    actions_run(m, &s->exit, CHART_NONE);
    for (guint i = s->deadlines.count == 0 ? 0 : m->s->deadlines->len; i-- > 0;) {
        int deadline = g_array_index(m->s->deadlines, struct deadline_state, i).deadline;

        if (m->chart->deadlines[deadline].state != state)
            continue;
        g_array_remove_index(m->s->deadlines, i);
        outcome_trace(m->out, TRACE_LEAVE, deadline);
    }
    state_set_remove(&m->s->states, state);
}

/* A final state completes what is around it; at the top it ends the case. */
static void final_enter(struct machine *m, int state)
{
    int completed[CHART_STATES_MAX];
    int count = configuration_completed(m->chart, &m->s->states, state, completed);

    for (int i = 0; i < count; i++)
        machine_raise(m, m->chart->states[completed[i]].done_event);
}

/* SCXML: enterStates for one state: its own actions, then those of the first transition of a compound state, then
 * those of the default of a history that it has. */
static void state_enter(struct machine *m, int state, const struct configuration_entry *entry)
{
    const struct chart_state *s = &m->chart->states[state];

    state_set_add(&m->s->states, state);
    if (s->kind == STATE_FINAL && s->parent == 0)
        m->s->closed = true;
    actions_run(m, &s->enter, CHART_NONE);
    for (int i = s->deadlines.first; i < s->deadlines.first + s->deadlines.count; i++)
        deadline_arm(m, i);
    if (state_set_has(&entry->firsts, state))
        actions_run(m, &s->first_do, CHART_NONE);
    for (int h = state_set_next(&entry->histories, state); h >= 0; h = state_set_next(&entry->histories, h + 1))
        if (m->chart->states[h].parent == state)
            actions_run(m, &m->chart->states[h].first_do, CHART_NONE);
    if (s->kind == STATE_FINAL)
        final_enter(m, state);
}

static void states_enter(struct machine *m, const struct configuration_entry *entry)
{
    for (int i = state_set_next(&entry->states, 0); i >= 0; i = state_set_next(&entry->states, i + 1))
        state_enter(m, i, entry);
}

void microstep_initial(struct machine *m)
{
    struct configuration_entry entry;

    configuration_initial(m->chart, &entry);
    states_enter(m, &entry);
}

void microstep(struct machine *m, const int *takes, int count)
{
    struct state_set exits = {0};
    struct configuration_entry entry;
    bool fixed = true;

    for (int i = 0; i < count; i++)
        fixed = fixed && m->chart->moves[takes[i]].fixed;
    for (int i = 0; i < count; i++) {
        struct state_set some =
            configuration_exits(m->chart, &m->s->states, fixed ? NULL : machine_memory(m), takes[i]);

        state_set_join(&exits, &some);
    }
    machine_remember(m, &exits);
    for (int i = state_set_last(&exits, m->chart->state_count); i >= 0; i = state_set_last(&exits, i))
        state_exit(m, i);
    for (int i = 0; i < count; i++) {
        const struct chart_take *take = &m->chart->takes[takes[i]];

        g_array_append_val(m->changes->rows, takes[i]);
        outcome_trace(m->out, TRACE_ROW, takes[i]);
        actions_run(m, &take->actions, take->trigger == TRIGGER_DUE ? take->deadline : CHART_NONE);
    }
    configuration_entries(m->chart, fixed ? NULL : machine_memory(m), takes, count, &entry);
    states_enter(m, &entry);
}

/* ---- to rest ---- */

/* The rows that were taken again and again, in document order: those of the last half. */
static void macrostep_restless(struct machine *m)
{
    g_autoptr(GString) rows = g_string_new(NULL);
    const GArray *taken = m->changes->rows;

    for (int t = 0; t < m->chart->take_count; t++) {
        bool again = false;

        for (guint i = taken->len / 2; i < taken->len && !again; i++)
            again = g_array_index(taken, int, i) == t;
        if (again)
            g_string_append_printf(rows, "%s%s", rows->len == 0 ? "" : ", ", m->chart->takes[t].row);
    }
    if (m->error != NULL)
        return;
    m->restless = true;
    g_set_error(&m->error, TOROKU_ERROR, TOROKU_ERROR_INTERNAL,
                "the workflow %s@%d does not come to rest: after %d steps the rows %s are still taken in turn; "
                "expected a guard that ends the round, or a state that none of them leaves",
                m->chart->workflow, m->chart->version, MICROSTEPS_MAX, rows->str);
}

void macrostep(struct machine *m)
{
    guint next = 0;

    for (int steps = 0; !m->s->closed;) {
        struct selection sel;

        selection_init(&sel);
        if (m->chart->eventless.takes.count > 0)
            selection_fill(m, &sel, &m->chart->eventless);
        if (sel.count == 0 && (m->raised == NULL || next == m->raised->len))
            return;
        if (sel.count == 0)
            selection_fill(m, &sel, &m->chart->internals[g_array_index(m->raised, int, next++)]);
        if (sel.count == 0)
            continue;
        if (steps++ == MICROSTEPS_MAX) {
            macrostep_restless(m);
            return;
        }
        microstep(m, sel.takes, sel.count);
    }
}
