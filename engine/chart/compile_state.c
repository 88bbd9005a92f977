#include "engine/chart/compiler.h"
#include "engine/chart/configuration.h"

#include <string.h>

/* Has it a state within that can be active? A case rests in innermost states. */
static bool state_has_inner(const struct doc_state *doc)
{
    for (uint32_t i = 0; i < doc->states_count; i++)
        if (doc->states[i].history == NULL)
            return true;
    return false;
}

static enum state_kind state_kind_of(struct compiler *c, const struct doc_state *doc)
{
    int kinds = doc->parallel + doc->final + (doc->history != NULL);

    if (kinds > 1)
        compiler_find(c, FINDING_CHOOSE_ONE, "",
                      "a state of several kinds; expected at most one of parallel, final, history");
    if (doc->history != NULL) {
        if (strcmp(doc->history, "shallow") != 0 && strcmp(doc->history, "deep") != 0)
            compiler_find(c, FINDING_UNKNOWN_WORD, ".history", "\"%s\" is no kind of history; expected shallow or deep",
                          doc->history);
        return strcmp(doc->history, "deep") == 0 ? STATE_HISTORY_DEEP : STATE_HISTORY_SHALLOW;
    }
    if (doc->final)
        return STATE_FINAL;
    if (doc->parallel && !state_has_inner(doc))
        compiler_find(c, FINDING_ONE_REGION, "",
                      "a parallel state without inner states; expected two or more, which are active at once");
    if (doc->parallel)
        return STATE_PARALLEL;
    return doc->states_count > 0 ? STATE_COMPOUND : STATE_ATOMIC;
}

static void collect_deadlines(struct compiler *c, const struct doc_state *doc, int state)
{
    struct chart_state *row = &g_array_index(c->states, struct chart_state, state);

    row->deadlines = (struct range){.first = (int)c->deadlines->len, .count = (int)doc->deadlines_count};
    for (uint32_t i = 0; i < doc->deadlines_count; i++) {
        struct chart_deadline deadline = {.state = state};
        gsize mark = compiler_enter(c, ".deadlines[%u]", i);
        const char *id = doc->deadlines[i].id;

        compiler_check_id(c, ".id", id, false);
        for (guint other = 0; other < c->deadlines->len; other++)
            if (g_strcmp0(g_array_index(c->deadlines, struct chart_deadline, other).id, id) == 0)
                compiler_find(c, FINDING_DUPLICATE_ID, ".id",
                              "there is a deadline \"%s\" already; expected names used once in the workflow", id);
        deadline.id = compiler_text(c, id == NULL ? "" : id);
        g_array_append_val(c->deadlines, deadline);
        compiler_leave(c, mark);
    }
}

static bool collect_states(struct compiler *c, const struct doc_state *docs, uint32_t count, int parent);

static bool collect_state(struct compiler *c, const struct doc_state *doc, int parent)
{
    int index = (int)c->states->len;
    struct chart_state state = {.parent = parent,
                                .initial = CHART_NONE,
                                .done = CHART_NONE,
                                .history = CHART_NONE,
                                .basis = g_array_index(c->states, struct chart_state, parent).basis};

    if (index >= CHART_STATES_MAX) {
        compiler_find(c, FINDING_TOO_MANY, "", "more than %d states", CHART_STATES_MAX - 1);
        return false;
    }
    compiler_check_id(c, ".id", doc->id, false);
    for (int other = 1; other < index; other++)
        if (g_strcmp0(g_array_index(c->states, struct chart_state, other).id, doc->id) == 0)
            compiler_find(c, FINDING_DUPLICATE_ID, ".id",
                          "there is a state \"%s\" already; expected names used once in the workflow", doc->id);
    state.id = compiler_text(c, doc->id == NULL ? "" : doc->id);
    state.label = compiler_texts(c, &doc->label);
    state.kind = state_kind_of(c, doc);
    state.basis = compiler_basis(c, ".basis", doc->basis, state.basis);
    g_array_append_val(c->states, state);
    collect_deadlines(c, doc, index);
    if (!collect_states(c, doc->states, doc->states_count, index))
        return false;
    g_array_index(c->states, struct chart_state, index).end = (int)c->states->len;
    return true;
}

static bool collect_states(struct compiler *c, const struct doc_state *docs, uint32_t count, int parent)
{
    for (uint32_t i = 0; i < count; i++) {
        gsize mark = compiler_enter(c, ".states[%u]", i);
        bool good = collect_state(c, &docs[i], parent);

        compiler_leave(c, mark);
        if (!good)
            return false;
    }
    return true;
}

bool compile_state_names(struct compiler *c)
{
    struct chart *chart = c->chart;
    struct chart_state root = {.kind = STATE_COMPOUND,
                               .parent = CHART_NONE,
                               .initial = CHART_NONE,
                               .done = CHART_NONE,
                               .history = CHART_NONE,
                               .turn_none = true,
                               .basis = chart->basis};
    bool good;

    g_array_append_val(c->states, root);
    good = collect_states(c, c->doc->states, c->doc->states_count, 0);
    g_array_index(c->states, struct chart_state, 0).end = (int)c->states->len;
    chart->state_count = (int)c->states->len;
    chart->states = (struct chart_state *)(gpointer)g_array_free(g_steal_pointer(&c->states), FALSE);
    chart->deadline_count = (int)c->deadlines->len;
    chart->deadlines = (struct chart_deadline *)(gpointer)g_array_free(g_steal_pointer(&c->deadlines), FALSE);
    return good;
}

struct index_list compile_roles(struct compiler *c, const char *key, char *const *roles, uint32_t count, bool *none)
{
    g_autoptr(GArray) indices = g_array_new(FALSE, FALSE, sizeof(int));

    *none = false;
    for (uint32_t i = 0; i < count; i++) {
        int role = rulebook_role(c->book, roles[i]);
        g_autofree char *suffix = g_strdup_printf(".%s[%u]", key, i);

        if (strcmp(roles[i], "none") == 0)
            *none = true;
        else if (role != CHART_NONE)
            g_array_append_val(indices, role);
        else
            compiler_find_unknown(
                c, FINDING_UNKNOWN_ROLE, suffix, "role", roles[i],
                compiler_ids(c->book->roles->data, sizeof(struct chart_role), (int)c->book->roles->len));
    }
    return compiler_indices(c, indices);
}

/* Deadlines of ancestors by name, for stops and holds. */
static struct index_list compile_pauses(struct compiler *c, const char *key, char *const *names, uint32_t count,
                                        int state)
{
    const struct chart *chart = c->chart;
    g_autoptr(GArray) indices = g_array_new(FALSE, FALSE, sizeof(int));

    for (uint32_t i = 0; i < count; i++) {
        int deadline = chart_deadline_index(chart, names[i]);
        g_autofree char *suffix = g_strdup_printf(".%s[%u]", key, i);

        if (deadline == CHART_NONE)
            compiler_find_unknown(c, FINDING_UNKNOWN_DEADLINE, suffix, "deadline", names[i],
                                  COMPILER_IDS(chart->deadlines, chart->deadline_count));
        else if (!chart_is_descendant(chart, state, chart->deadlines[deadline].state))
            compiler_find(c, FINDING_PAUSE_ELSEWHERE, suffix,
                          "\"%s\" belongs to the state \"%s\", which does not enclose this one", names[i],
                          chart->states[chart->deadlines[deadline].state].id);
        else
            g_array_append_val(indices, deadline);
    }
    return compiler_indices(c, indices);
}

/* Finals and histories are no places to wait in. */
static void state_check_resting(struct compiler *c, const struct doc_state *doc, int index)
{
    const struct chart_state *state = &c->chart->states[index];
    const char *what = state->kind == STATE_FINAL ? "a final state" : "a history";

    if (state->kind != STATE_FINAL && !configuration_is_history(c->chart, index))
        return;
    if (doc->take_count > 0)
        compiler_find(c, FINDING_MISPLACED_KEY, ".take", "%s takes nothing", what);
    if (doc->states_count > 0)
        compiler_find(c, FINDING_MISPLACED_KEY, ".states", "%s has no inner states", what);
    if (doc->deadlines_count > 0)
        compiler_find(c, FINDING_MISPLACED_KEY, ".deadlines", "%s has no deadlines", what);
    if (doc->turn_count > 0)
        compiler_find(c, FINDING_MISPLACED_KEY, ".turn", "%s is nobody's turn", what);
    if (doc->waits != NULL || doc->done != NULL || doc->stops_count > 0 || doc->holds_count > 0)
        compiler_find(c, FINDING_MISPLACED_KEY, "", "%s waits for nothing, is not done, stops and holds nothing", what);
    if (configuration_is_history(c->chart, index) && (doc->enter_count > 0 || doc->exit_count > 0))
        compiler_find(c, FINDING_MISPLACED_KEY, "",
                      "a history is never entered itself; expected actions on the states that it remembers");
}

static void compile_state(struct compiler *c, const struct doc_state *doc)
{
    int index = c->next_state++;
    struct chart_state *state = &c->chart->states[index];
    struct scope scope = {.state = index, .form = CHART_NONE, .any_input = true, .has_input = true};

    compile_first(c, doc, index);
    state_check_resting(c, doc, index);
    state->turn = compile_roles(c, "turn", doc->turn, doc->turn_count, &state->turn_none);
    if (state->turn_none && doc->turn_count > 1)
        compiler_find(c, FINDING_CHOOSE_ONE, ".turn", "none beside others; expected none alone, or the roles");
    state->waits_forever = doc->waits == NULL ? NULL : compiler_text(c, doc->waits->forever);
    state->stops = compile_pauses(c, "stops", doc->stops, doc->stops_count, index);
    state->holds = compile_pauses(c, "holds", doc->holds, doc->holds_count, index);
    state->enter = compile_actions(c, "enter", doc->enter, doc->enter_count, &scope);
    state->exit = compile_actions(c, "exit", doc->exit, doc->exit_count, &scope);
    for (uint32_t i = 0; i < doc->deadlines_count; i++) {
        gsize mark = compiler_enter(c, ".deadlines[%u]", i);

        compile_deadline(c, &doc->deadlines[i], state->deadlines.first + (int)i);
        compiler_leave(c, mark);
    }
    compile_takes(c, doc, index);
    for (uint32_t i = 0; i < doc->states_count; i++) {
        gsize mark = compiler_enter(c, ".states[%u]", i);

        compile_state(c, &doc->states[i]);
        compiler_leave(c, mark);
    }
}

void compile_states(struct compiler *c)
{
    compile_first(c, NULL, 0);
    c->next_state = 1;
    for (uint32_t i = 0; i < c->doc->states_count; i++) {
        gsize mark = compiler_enter(c, ".states[%u]", i);

        compile_state(c, &c->doc->states[i]);
        compiler_leave(c, mark);
    }
}
