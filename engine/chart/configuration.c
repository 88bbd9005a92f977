#include "engine/chart/configuration.h"

#include <string.h>

/* What ${history} remembers, or NULL. */
static const struct state_set *history_memory(const struct chart *chart, const struct state_set *memory, int history)
{
    const struct state_set *set = memory == NULL ? NULL : &memory[chart->states[history].history];

    return set == NULL || state_set_is_empty(set) ? NULL : set;
}

/* SCXML: getEffectiveTargetStates. A target stands for itself, a history for its memory or its default. */
static void targets_add(const struct chart *chart, const struct state_set *memory, const struct index_list *targets,
                        struct state_set *out)
{
    for (int i = 0; i < targets->count; i++) {
        int target = targets->items[i];
        const struct state_set *remembered;

        if (!configuration_is_history(chart, target)) {
            state_set_add(out, target);
            continue;
        }
        remembered = history_memory(chart, memory, target);
        if (remembered != NULL)
            state_set_join(out, remembered);
        else
            targets_add(chart, memory, &chart->states[target].first, out);
    }
}

int configuration_domain(const struct chart *chart, const struct state_set *memory, int take)
{
    const struct chart_take *row = &chart->takes[take];
    struct state_set targets = {0};
    int domain;

    if (row->to.count == 0)
        return CHART_NONE;
    if (chart->moves[take].fixed)
        return chart->moves[take].domain;
    targets_add(chart, memory, &row->to, &targets);
    if (row->internal && chart->states[row->source].kind == STATE_COMPOUND &&
        state_set_covers(&chart->states[row->source].within, &targets))
        return row->source;
    for (domain = chart->states[row->source].parent; domain > 0; domain = chart->states[domain].parent)
        if (chart->states[domain].kind == STATE_COMPOUND && state_set_covers(&chart->states[domain].within, &targets))
            return domain;
    return 0;
}

struct state_set configuration_exits(const struct chart *chart, const struct state_set *active,
                                     const struct state_set *memory, int take)
{
    int domain = configuration_domain(chart, memory, take);

    if (domain == CHART_NONE)
        return (struct state_set){0};
    return state_set_common(active, &chart->states[domain].within);
}

int configuration_choose(const struct chart *chart, const struct state_set *active, const struct state_set *memory,
                         int *takes, int count)
{
    struct state_set exits[CHART_STATES_MAX];
    int chosen = 0;

    for (int i = 0; i < count; i++) {
        struct state_set mine = configuration_exits(chart, active, memory, takes[i]);
        int kept[CHART_STATES_MAX], kept_count = 0;
        bool preempted = false;

        for (int j = 0; j < chosen && !preempted; j++) {
            bool same = takes[j] == takes[i];

            if (!same && !state_set_meets(&mine, &exits[j]))
                kept[kept_count++] = j;
            else if (same || !chart_is_descendant(chart, chart->takes[takes[i]].source, chart->takes[takes[j]].source))
                preempted = true; /* and then pre-empts nothing itself */
        }
        if (preempted)
            continue;
        for (int j = 0; j < kept_count; j++) {
            takes[j] = takes[kept[j]];
            exits[j] = exits[kept[j]];
        }
        takes[kept_count] = takes[i];
        exits[kept_count] = mine;
        chosen = kept_count + 1;
    }
    return chosen;
}

void configuration_remember(const struct chart *chart, const struct state_set *active, const struct state_set *exits,
                            struct state_set *memory)
{
    for (int h = state_set_next(&chart->histories, 0); h >= 0; h = state_set_next(&chart->histories, h + 1)) {
        int around = chart->states[h].parent;
        struct state_set *remembered = &memory[chart->states[h].history];

        if (!state_set_has(exits, around))
            continue;
        *remembered = state_set_common(active, &chart->states[around].within);
        if (chart->states[h].kind == STATE_HISTORY_DEEP) {
            *remembered = state_set_common(remembered, &chart->atomic);
            continue;
        }
        for (int i = state_set_next(remembered, 0); i >= 0; i = state_set_next(remembered, i + 1))
            if (chart->states[i].parent != around)
                state_set_remove(remembered, i);
    }
}

/* ---- what is entered ---- */

struct entering {
    const struct chart *chart;
    const struct state_set *memory;
    struct configuration_entry *entry;
};

static void entering_add_descendants(const struct entering *e, int state);

/* The regions of ${parallel} in which nothing is entered yet begin by default. */
static void entering_add_regions(const struct entering *e, int parallel)
{
    const struct chart_state *states = e->chart->states;

    for (int child = parallel + 1; child < states[parallel].end; child = states[child].end)
        if (!configuration_is_history(e->chart, child) && !state_set_has(&e->entry->states, child) &&
            !state_set_meets(&e->entry->states, &states[child].within))
            entering_add_descendants(e, child);
}

/* What lies between ${state} and ${ancestor}; nothing when ${state} is that ancestor itself. */
static void entering_add_ancestors(const struct entering *e, int state, int ancestor)
{
    const struct chart_state *states = e->chart->states;

    if (state == ancestor)
        return;
    for (int i = states[state].parent; i != ancestor && i != CHART_NONE; i = states[i].parent) {
        state_set_add(&e->entry->states, i);
        if (states[i].kind == STATE_PARALLEL)
            entering_add_regions(e, i);
    }
}

/* All targets with what lies in them come before the states around them, whose other regions begin by default. */
static void entering_add_targets(const struct entering *e, const struct index_list *targets, int ancestor)
{
    for (int i = 0; i < targets->count; i++)
        entering_add_descendants(e, targets->items[i]);
    for (int i = 0; i < targets->count; i++)
        entering_add_ancestors(e, targets->items[i], ancestor);
}

static void entering_add_set(const struct entering *e, const struct state_set *set, int ancestor)
{
    for (int i = state_set_next(set, 0); i >= 0; i = state_set_next(set, i + 1))
        entering_add_descendants(e, i);
    for (int i = state_set_next(set, 0); i >= 0; i = state_set_next(set, i + 1))
        entering_add_ancestors(e, i, ancestor);
}

/* SCXML: addDescendantStatesToEnter. */
static void entering_add_descendants(const struct entering *e, int state)
{
    const struct chart_state *s = &e->chart->states[state];

    if (configuration_is_history(e->chart, state)) {
        const struct state_set *remembered = history_memory(e->chart, e->memory, state);

        e->entry->remembers = true;
        if (remembered != NULL) {
            entering_add_set(e, remembered, s->parent);
        } else {
            state_set_add(&e->entry->histories, state);
            entering_add_targets(e, &s->first, s->parent);
        }
        return;
    }
    state_set_add(&e->entry->states, state);
    if (s->kind == STATE_COMPOUND) {
        state_set_add(&e->entry->firsts, state);
        entering_add_targets(e, &s->first, state);
    } else if (s->kind == STATE_PARALLEL) {
        entering_add_regions(e, state);
    }
}

void configuration_entries(const struct chart *chart, const struct state_set *memory, const int *takes, int count,
                           struct configuration_entry *entry)
{
    const struct entering e = {.chart = chart, .memory = memory, .entry = entry};

    *entry = (struct configuration_entry){.remembers = false};
    for (int t = 0; t < count; t++) {
        const struct chart_take *take = &chart->takes[takes[t]];
        const struct chart_move *move = &chart->moves[takes[t]];
        struct state_set targets = {0};
        int domain = configuration_domain(chart, memory, takes[t]);

        if (domain == CHART_NONE)
            continue;
        if (move->fixed) { /* what the others enter lies in other domains: they leave no common state */
            state_set_join(&entry->states, &move->states);
            state_set_join(&entry->firsts, &move->firsts);
            continue;
        }
        for (int i = 0; i < take->to.count; i++)
            entering_add_descendants(&e, take->to.items[i]);
        targets_add(chart, memory, &take->to, &targets);
        for (int i = state_set_next(&targets, 0); i >= 0; i = state_set_next(&targets, i + 1))
            entering_add_ancestors(&e, i, domain);
    }
}

void configuration_initial(const struct chart *chart, struct configuration_entry *entry)
{
    const struct entering e = {.chart = chart, .entry = entry};

    *entry = (struct configuration_entry){.remembers = false};
    entering_add_descendants(&e, 0);
}

void configuration_move(const struct chart *chart, struct state_set *active, struct state_set *memory, const int *takes,
                        int count)
{
    struct state_set exits = {0};
    struct configuration_entry entry;

    for (int i = 0; i < count; i++) {
        struct state_set some = configuration_exits(chart, active, memory, takes[i]);

        state_set_join(&exits, &some);
    }
    if (memory != NULL)
        configuration_remember(chart, active, &exits, memory);
    configuration_entries(chart, memory, takes, count, &entry);
    state_set_drop(active, &exits);
    state_set_join(active, &entry.states);
}

/* ---- what has ended ---- */

bool configuration_done(const struct chart *chart, const struct state_set *active, int state)
{
    const struct chart_state *states = chart->states;

    if (states[state].kind == STATE_COMPOUND) {
        for (int child = state + 1; child < states[state].end; child = states[child].end)
            if (states[child].kind == STATE_FINAL && state_set_has(active, child))
                return true;
        return false;
    }
    if (states[state].kind != STATE_PARALLEL)
        return false;
    for (int child = state + 1; child < states[state].end; child = states[child].end)
        if (!configuration_is_history(chart, child) && !configuration_done(chart, active, child))
            return false;
    return true;
}

int configuration_completed(const struct chart *chart, const struct state_set *active, int final,
                            int completed[CHART_STATES_MAX])
{
    int count = 0, state = chart->states[final].parent;

    if (state <= 0)
        return 0;
    do {
        completed[count++] = state;
        state = chart->states[state].parent;
    } while (state > 0 && chart->states[state].kind == STATE_PARALLEL && configuration_done(chart, active, state));
    return count;
}
