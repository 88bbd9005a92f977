#include "engine/chart/compiler.h"
#include "engine/chart/configuration.h"

/* The first child that is a place of its own, or CHART_NONE. */
static int first_child(const struct chart *chart, int state)
{
    for (int i = state + 1; i < chart->states[state].end; i = chart->states[i].end)
        if (!configuration_is_history(chart, i))
            return i;
    return CHART_NONE;
}

static struct index_list targets_of(struct compiler *c, int target)
{
    g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(int));

    if (target != CHART_NONE)
        g_array_append_val(targets, target);
    return compiler_indices(c, targets);
}

/* A compound state begins in states inside it, or in a history of its own that says itself where to begin. */
static void first_check_compound(struct compiler *c, const char *suffix, int target, int index)
{
    const struct chart *chart = c->chart;

    if (!chart_is_descendant(chart, target, index))
        compiler_find(c, FINDING_WRONG_INITIAL, suffix,
                      "\"%s\" does not lie in this state, which can only begin in an inner state",
                      chart->states[target].id);
    else if (configuration_is_history(chart, target) && chart->states[target].parent != index)
        compiler_find(c, FINDING_WRONG_INITIAL, suffix,
                      "\"%s\" is the history of another state; expected an inner state, or a history of this one",
                      chart->states[target].id);
}

static void first_check_history(struct compiler *c, const char *suffix, int target, int index)
{
    const struct chart *chart = c->chart;
    bool shallow = chart->states[index].kind == STATE_HISTORY_SHALLOW;
    int around = chart->states[index].parent;

    if (configuration_is_history(chart, target) || !chart_is_descendant(chart, target, around) ||
        (shallow && chart->states[target].parent != around))
        compiler_find(c, FINDING_WRONG_INITIAL, suffix, "\"%s\" is no %s of the state whose history this is",
                      chart->states[target].id, shallow ? "child" : "descendant");
}

static void first_check(struct compiler *c, const char *suffix, int target, int index)
{
    if (configuration_is_history(c->chart, index))
        first_check_history(c, suffix, target, index);
    else
        first_check_compound(c, suffix, target, index);
}

static void first_named(struct compiler *c, const struct doc_state *doc, int index)
{
    struct chart_state *state = &c->chart->states[index];
    int named = chart_state_index(c->chart, doc->initial);

    state->first = targets_of(c, named);
    if (named == CHART_NONE)
        compiler_find_unknown(c, FINDING_UNKNOWN_STATE, ".initial", "state", doc->initial,
                              COMPILER_IDS(c->chart->states, c->chart->state_count));
    else
        first_check(c, ".initial", named, index);
}

static void first_transition(struct compiler *c, const struct doc_first *doc, int index)
{
    struct chart_state *state = &c->chart->states[index];
    struct scope scope = {.state = index, .form = CHART_NONE, .any_input = true, .has_input = true};
    gsize mark = compiler_enter(c, ".first");

    state->first = compile_targets(c, doc->to, doc->to_count);
    if (doc->to_count == 0)
        compiler_find(c, FINDING_NEEDS_KEY, "", "begins nowhere; expected `to` with inner states");
    for (int i = 0; i < state->first.count; i++)
        first_check(c, ".to", state->first.items[i], index);
    state->first_do = compile_actions(c, "do", doc->do_, doc->do_count, &scope);
    compiler_leave(c, mark);
}

/* Without a word of its own a history goes where its state begins, by the same transition; a parallel one begins in all
 * its regions. */
static void first_inherited(struct compiler *c, int index)
{
    struct chart_state *state = &c->chart->states[index];
    const struct chart_state *around = &c->chart->states[state->parent];

    state->first = around->kind == STATE_PARALLEL ? targets_of(c, state->parent) : around->first;
    state->first_do = around->first_do;
    for (int i = 0; i < state->first.count; i++)
        if (configuration_is_history(c->chart, state->first.items[i]))
            compiler_find(
                c, FINDING_WRONG_INITIAL, "",
                "a history that its state begins by, and that begins where its state does; expected `initial`");
}

static void first_default(struct compiler *c, int index)
{
    int child = first_child(c->chart, index);

    c->chart->states[index].first = targets_of(c, child);
    if (child == CHART_NONE)
        compiler_find(c, FINDING_WRONG_INITIAL, ".states",
                      index == 0 ? "no state to be in" : "only histories inside; expected a state to be in");
}

void compile_first(struct compiler *c, const struct doc_state *doc, int index)
{
    struct chart_state *state = &c->chart->states[index];
    bool history = configuration_is_history(c->chart, index), begins = history || state->kind == STATE_COMPOUND;

    if (doc != NULL && doc->initial != NULL && doc->first != NULL)
        compiler_find(c, FINDING_CHOOSE_ONE, ".first", "`initial` beside `first`; expected one of them");
    if (doc != NULL && !begins && (doc->initial != NULL || doc->first != NULL))
        compiler_find(c, FINDING_MISPLACED_KEY, doc->initial != NULL ? ".initial" : ".first",
                      "only states with inner states, and histories, have an initial one");
    if (!begins)
        return;
    if (doc != NULL && doc->first != NULL)
        first_transition(c, doc->first, index);
    else if (doc != NULL && doc->initial != NULL)
        first_named(c, doc, index);
    else if (history)
        first_inherited(c, index);
    else
        first_default(c, index);
    state->initial = state->first.count == 0 ? CHART_NONE : state->first.items[0];
}
