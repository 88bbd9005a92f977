#include "engine/chart/guard_states.h"

static enum guard_truth guards_over_states(const struct chart *chart, const struct chart_guard *guard,
                                           const struct state_set *states)
{
    bool all = guard->kind == GUARD_ALL;
    enum guard_truth truth = all ? GUARD_TRUE : GUARD_FALSE;

    for (int i = 0; i < guard->children.count; i++) {
        enum guard_truth child = guard_over_states(chart, guard->children.items[i], states);

        truth = all ? MIN(truth, child) : MAX(truth, child);
    }
    return truth;
}

enum guard_truth guard_over_states(const struct chart *chart, int index, const struct state_set *states)
{
    const struct chart_guard *guard;

    if (index == CHART_NONE)
        return GUARD_TRUE;
    guard = &chart->guards[index];
    if (guard->kind == GUARD_ALL || guard->kind == GUARD_ANY)
        return guards_over_states(chart, guard, states);
    if (guard->kind == GUARD_NOT)
        return (enum guard_truth)(GUARD_TRUE - guard_over_states(chart, guard->children.items[0], states));
    if (guard->kind == GUARD_IN_STATE)
        return state_set_has(states, guard->state) ? GUARD_TRUE : GUARD_FALSE;
    if (guard->kind == GUARD_PASSED && !state_set_has(states, chart->deadlines[guard->deadline_index].state))
        return GUARD_FALSE;
    return GUARD_UNKNOWN;
}
