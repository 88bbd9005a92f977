#include "engine/core/machine.h"

static bool state_is_history(const struct chart *chart, int state)
{
    return chart->states[state].kind == STATE_HISTORY_SHALLOW || chart->states[state].kind == STATE_HISTORY_DEEP;
}

/* What a target stands for: itself, or what its history has recorded, or the history's default. */
static void targets_resolve(const struct machine *m, int target, struct state_set *out)
{
    const struct value *recorded;

    if (!state_is_history(m->chart, target)) {
        state_set_add(out, target);
        return;
    }
    recorded = value_get(m->s->history, m->chart->states[target].id);
    if (value_size(recorded) == 0) {
        targets_resolve(m, m->chart->states[target].initial, out);
        return;
    }
    for (size_t i = 0; i < value_size(recorded); i++)
        state_set_add(out, chart_state_index(m->chart, value_text(value_at(recorded, i))));
}

static bool set_lies_within(const struct chart *chart, const struct state_set *set, int ancestor)
{
    for (int i = 0; i < chart->state_count; i++)
        if (state_set_has(set, i) && !chart_is_descendant(chart, i, ancestor))
            return false;
    return true;
}

/* SCXML: getTransitionDomain. The least compound ancestor that contains source and targets; the root at the last. */
static int take_domain(const struct machine *m, const struct chart_take *take)
{
    struct state_set targets = {0};
    int domain;

    for (int i = 0; i < take->to.count; i++)
        targets_resolve(m, take->to.items[i], &targets);
    if (take->internal && m->chart->states[take->source].kind == STATE_COMPOUND &&
        set_lies_within(m->chart, &targets, take->source))
        return take->source;
    for (domain = m->chart->states[take->source].parent; domain > 0; domain = m->chart->states[domain].parent)
        if (m->chart->states[domain].kind == STATE_COMPOUND && set_lies_within(m->chart, &targets, domain))
            return domain;
    return 0;
}

struct state_set configuration_exits(const struct machine *m, const struct chart_take *take)
{
    struct state_set exits = {0};
    int domain;

    if (take->to.count == 0)
        return exits;
    domain = take_domain(m, take);
    for (int i = domain + 1; i < m->chart->states[domain].end; i++)
        if (state_set_has(&m->s->states, i))
            state_set_add(&exits, i);
    return exits;
}

static bool set_has_within(const struct chart *chart, const struct state_set *set, int state)
{
    for (int i = state; i < chart->states[state].end; i++)
        if (state_set_has(set, i))
            return true;
    return false;
}

static void entries_add_descendants(const struct machine *m, int state, struct state_set *set);

static void entries_add_children(const struct machine *m, int parallel, struct state_set *set)
{
    const struct chart_state *states = m->chart->states;

    for (int child = parallel + 1; child < states[parallel].end; child = states[child].end)
        if (!state_is_history(m->chart, child) && !set_has_within(m->chart, set, child))
            entries_add_descendants(m, child, set);
}

/* What lies between ${state} and ${ancestor}; nothing when ${state} is that ancestor itself. */
static void entries_add_ancestors(const struct machine *m, int state, int ancestor, struct state_set *set)
{
    if (state == ancestor)
        return;
    for (int i = m->chart->states[state].parent; i != ancestor && i != CHART_NONE; i = m->chart->states[i].parent) {
        state_set_add(set, i);
        if (m->chart->states[i].kind == STATE_PARALLEL)
            entries_add_children(m, i, set);
    }
}

static void entries_add_descendants(const struct machine *m, int state, struct state_set *set)
{
    const struct chart_state *s = &m->chart->states[state];

    if (state_is_history(m->chart, state)) {
        struct state_set targets = {0};

        targets_resolve(m, state, &targets);
        for (int i = 0; i < m->chart->state_count; i++)
            if (state_set_has(&targets, i)) {
                entries_add_descendants(m, i, set);
                entries_add_ancestors(m, i, s->parent, set);
            }
        return;
    }
    state_set_add(set, state);
    if (s->kind == STATE_COMPOUND) {
        entries_add_descendants(m, s->initial, set);
        entries_add_ancestors(m, s->initial, state, set);
    } else if (s->kind == STATE_PARALLEL) {
        entries_add_children(m, state, set);
    }
}

struct state_set configuration_entries(const struct machine *m, const int *takes, int count)
{
    struct state_set set = {0};

    for (int t = 0; t < count; t++) {
        const struct chart_take *take = &m->chart->takes[takes[t]];
        struct state_set targets = {0};
        int domain;

        if (take->to.count == 0)
            continue;
        domain = take_domain(m, take);
        for (int i = 0; i < take->to.count; i++)
            entries_add_descendants(m, take->to.items[i], &set);
        for (int i = 0; i < take->to.count; i++)
            targets_resolve(m, take->to.items[i], &targets);
        for (int i = 0; i < m->chart->state_count; i++)
            if (state_set_has(&targets, i))
                entries_add_ancestors(m, i, domain, &set);
    }
    return set;
}

struct state_set configuration_initial(const struct machine *m)
{
    struct state_set set = {0};

    entries_add_descendants(m, 0, &set);
    return set;
}

void configuration_remember(struct machine *m, int state)
{
    const struct chart_state *states = m->chart->states;

    for (int child = state + 1; child < states[state].end; child = states[child].end) {
        struct value *recorded;

        if (!state_is_history(m->chart, child))
            continue;
        recorded = value_new_list();
        for (int i = state + 1; i < states[state].end; i++) {
            bool wanted = states[child].kind == STATE_HISTORY_SHALLOW
                              ? states[i].parent == state
                              : states[i].kind == STATE_ATOMIC || states[i].kind == STATE_FINAL;

            if (wanted && state_set_has(&m->s->states, i))
                value_list_add(recorded, value_new_text(states[i].id));
        }
        value_map_set(value_own(&m->s->history), states[child].id, value_ref(recorded));
        value_map_set(m->history, states[child].id, recorded);
    }
}

bool configuration_done(const struct machine *m, int state)
{
    const struct chart_state *states = m->chart->states;

    if (states[state].kind == STATE_COMPOUND) {
        for (int child = state + 1; child < states[state].end; child = states[child].end)
            if (states[child].kind == STATE_FINAL && state_set_has(&m->s->states, child))
                return true;
        return false;
    }
    if (states[state].kind != STATE_PARALLEL)
        return false;
    for (int child = state + 1; child < states[state].end; child = states[child].end)
        if (!state_is_history(m->chart, child) && !configuration_done(m, child))
            return false;
    return true;
}
