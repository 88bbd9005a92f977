#include "engine/chart/verify_parts.h"

/* Does ${take} lead out of ${state} when a case is there? */
static bool take_leaves(const struct chart *chart, int take, int state)
{
    const struct chart_take *row = &chart->takes[take];
    int domain = chart->moves[take].domain;

    if (row->to.count == 0 || !verify_together(chart, row->source, state))
        return false;
    /* The state's own region or compound has not ended while the case is in it. */
    if (verify_is_done(chart, take) && verify_is_within(chart, state, row->source))
        return false;
    return chart_is_descendant(chart, state, domain);
}

static void verify_dead_ends(const struct chart *chart, GPtrArray *findings)
{
    for (int s = 1; s < chart->state_count; s++) {
        bool leaves = false, waits = false;

        for (int up = s; up != CHART_NONE; up = chart->states[up].parent)
            waits = waits || chart->states[up].waits_forever != NULL;
        for (int t = 0; t < chart->take_count && !leaves; t++)
            leaves = take_leaves(chart, t, s);
        if (chart->states[s].kind == STATE_ATOMIC && !leaves && !waits)
            verify_find_state(
                chart, FINDING_DEAD_END, s, "", findings,
                "is a dead end: nothing leads out of it; expected a transition with `to`, final: true, or "
                "waits: {forever: why}");
    }
}

static bool list_has(const struct index_list *list, int index)
{
    for (int i = 0; i < list->count; i++)
        if (list->items[i] == index)
            return true;
    return false;
}

/*
 * Wherever a case may be inside ${state}, does a row answer ${deadline}, or is it held or stopped there? Where not,
 * *missing is such a place.
 */
static bool due_is_answered(const struct chart *chart, int deadline, int state, int *missing)
{
    const struct chart_state *row = &chart->states[state];
    bool some = false, every = row->kind == STATE_COMPOUND;

    if (list_has(&row->holds, deadline) || list_has(&row->stops, deadline))
        return true;
    for (int t = row->takes.first; t < row->takes.first + row->takes.count; t++)
        if (chart->takes[t].trigger == TRIGGER_DUE && chart->takes[t].deadline == deadline)
            return true;
    for (int i = state + 1; i < row->end; i = chart->states[i].end) {
        enum state_kind kind = chart->states[i].kind;

        if (kind == STATE_HISTORY_SHALLOW || kind == STATE_HISTORY_DEEP)
            continue;
        /* Whoever ends here goes on at once by the row for what is done. */
        if (kind == STATE_FINAL && row->done != CHART_NONE)
            continue;
        if (due_is_answered(chart, deadline, i, missing))
            some = true;
        else
            every = false;
    }
    if (row->kind == STATE_COMPOUND ? every : some)
        return true;
    if (row->kind != STATE_COMPOUND)
        *missing = state;
    return false;
}

static bool guard_reads_passed(const struct chart *chart, int deadline)
{
    for (int g = 0; g < chart->guard_count; g++)
        if (chart->guards[g].kind == GUARD_PASSED && chart->guards[g].deadline_index == deadline)
            return true;
    return false;
}

static void verify_due(const struct chart *chart, int d, GPtrArray *findings)
{
    const struct chart_deadline *deadline = &chart->deadlines[d];
    int missing = CHART_NONE;
    bool taken = false;

    for (int t = 0; t < chart->take_count; t++) {
        if (chart->takes[t].trigger != TRIGGER_DUE || chart->takes[t].deadline != d)
            continue;
        taken = true;
        if (deadline->kind == DEADLINE_TARGET)
            verify_find_take(chart, FINDING_TARGET_DECIDES, t, ".due", findings,
                             "a target never decides; expected a deadline of kind limit");
    }
    if (deadline->kind == DEADLINE_TARGET && deadline->due.count == 0 && !guard_reads_passed(chart, d))
        verify_find_deadline(chart, FINDING_IDLE_TARGET, d, "", findings,
                             "nothing happens when the target \"%s\" has passed; expected `due` with flag, notify or "
                             "signal, or a guard with passed: %s",
                             deadline->id, deadline->id);
    if (deadline->kind != DEADLINE_LIMIT)
        return;
    if (!taken)
        verify_find_deadline(chart, FINDING_UNHANDLED_LIMIT, d, "", findings,
                             "nothing happens when the limit \"%s\" is due; expected a transition with due: %s",
                             deadline->id, deadline->id);
    else if (!due_is_answered(chart, d, deadline->state, &missing))
        verify_find_deadline(chart, FINDING_UNHANDLED_LIMIT, d, "", findings,
                             "nothing happens when the limit \"%s\" is due in the state \"%s\"; expected a transition "
                             "with due: %s there or around it, or `holds` or `stops`",
                             deadline->id, chart->states[missing].id, deadline->id);
}

void verify_ends(const struct chart *chart, GPtrArray *findings)
{
    verify_dead_ends(chart, findings);
    for (int d = 0; d < chart->deadline_count; d++)
        verify_due(chart, d, findings);
}
