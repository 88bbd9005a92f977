#include "engine/chart/compiler.h"
#include "engine/chart/verify.h"

#include <string.h>

static void take_row(struct compiler *c, const char *row, struct chart_take *take)
{
    if (row == NULL && c->lenient) {
        take->row = lenient_row(c, take);
        return;
    }
    if (!compiler_check_id(c, ".row", row, true))
        return;
    for (guint i = 0; i < c->takes->len; i++)
        if (g_strcmp0(g_array_index(c->takes, struct chart_take, i).row, row) == 0)
            compiler_find(c, FINDING_DUPLICATE_ID, ".row",
                          "there is a row \"%s\" already; expected ids used once in the workflow", row);
    take->row = compiler_text(c, row);
}

static void take_trigger(struct compiler *c, const struct doc_take *doc, int state, struct chart_take *take)
{
    const struct chart *chart = c->chart;
    int kinds = (doc->event != NULL) + (doc->signal != NULL) + (doc->due != NULL);

    if (kinds > 1)
        compiler_find(c, FINDING_CHOOSE_ONE, "",
                      "a transition with %d triggers; expected exactly one of event, signal, due", kinds);
    if (doc->due != NULL) {
        take->trigger = TRIGGER_DUE;
        take->deadline = chart_deadline_index(chart, doc->due);
        if (take->deadline == CHART_NONE)
            compiler_find_unknown(c, FINDING_UNKNOWN_DEADLINE, ".due", "deadline", doc->due,
                                  COMPILER_IDS(chart->deadlines, chart->deadline_count));
        else if (chart->deadlines[take->deadline].state != state &&
                 !chart_is_descendant(chart, state, chart->deadlines[take->deadline].state))
            compiler_find(c, FINDING_DEADLINE_ELSEWHERE, ".due",
                          "\"%s\" does not live here; expected a deadline of this state or of one around it", doc->due);
    } else if (doc->signal != NULL) {
        take->trigger = TRIGGER_SIGNAL;
        if (compiler_check_id(c, ".signal", doc->signal, false))
            take->name = compiler_text(c, doc->signal);
    } else if (doc->event != NULL) {
        take->trigger = doc->by_count > 0 ? TRIGGER_EVENT : TRIGGER_INTERNAL;
        if (compiler_check_event(c, ".event", doc->event, true))
            take->name = compiler_text(c, doc->event);
    } else {
        take->trigger = TRIGGER_EVENTLESS;
    }
}

char **compile_not_by(struct compiler *c, const struct doc_not_by *docs, uint32_t count)
{
    char **events;

    if (count == 0 || c->lenient)
        return NULL;
    events = g_new0(char *, count + 1);
    g_ptr_array_add(c->chart->owned, events);
    for (uint32_t i = 0; i < count; i++) {
        g_autofree char *suffix = g_strdup_printf(".not_by[%u].person_of", i);
        const char *event = docs[i].person_of;

        if (!compiler_check_id(c, suffix, event, false))
            event = "";
        events[i] = compiler_text(c, event);
        if (!g_ptr_array_find(c->persons, events[i], NULL))
            g_ptr_array_add(c->persons, events[i]);
    }
    return events;
}

static void take_actors(struct compiler *c, const struct doc_take *doc, struct chart_take *take)
{
    bool none;

    take->by = compile_roles(c, "by", doc->by, doc->by_count, &none);
    if (none)
        compiler_find(c, FINDING_NOBODY_MAY, ".by", "none raises no event; expected roles");
    if (take->trigger != TRIGGER_EVENT && doc->by_count > 0)
        compiler_find(c, FINDING_MISPLACED_KEY, ".by",
                      "signals and deadlines are raised by no person; expected an event");
    take->not_by = compile_not_by(c, doc->not_by, doc->not_by_count);
}

static void take_form(struct compiler *c, const struct doc_take *doc, struct chart_take *take)
{
    take->form = CHART_NONE;
    take->internal = doc->internal;
    if (c->lenient)
        return;
    if (doc->form != NULL) {
        take->form = chart_form_index(c->chart, doc->form);
        if (take->form == CHART_NONE)
            compiler_find_unknown(c, FINDING_UNKNOWN_FORM, ".form", "form", doc->form,
                                  COMPILER_IDS(c->chart->forms, c->chart->form_count));
        if (take->trigger == TRIGGER_INTERNAL)
            compiler_find(c, FINDING_NOBODY_MAY, "",
                          "nobody may raise \"%s\" and fill in its form; expected `by` with roles", doc->event);
        else if (take->trigger != TRIGGER_EVENT)
            compiler_find(c, FINDING_MISPLACED_KEY, ".form", "only events come with a form");
    }
    take->partial = doc->partial;
    if (doc->partial && doc->form == NULL)
        compiler_find(c, FINDING_NEEDS_KEY, ".partial", "no form that could be incomplete; expected `form`");
    if (doc->partial && doc->to_count > 0)
        compiler_find(c, FINDING_MISPLACED_KEY, ".to", "a draft moves nothing; expected no targets with partial: true");
    if (doc->internal && doc->to_count == 0)
        compiler_find(c, FINDING_MISPLACED_KEY, ".internal",
                      "without targets no state is left in any case; expected `to`, or no `internal`");
}

struct index_list compile_targets(struct compiler *c, char *const *names, uint32_t count)
{
    const struct chart *chart = c->chart;
    g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(int));

    for (uint32_t i = 0; i < count; i++) {
        int state = chart_state_index(chart, names[i]);
        g_autofree char *suffix = g_strdup_printf(".to[%u]", i);

        if (state == CHART_NONE) {
            compiler_find_unknown(c, FINDING_UNKNOWN_STATE, suffix, "state", names[i],
                                  COMPILER_IDS(chart->states, chart->state_count));
            continue;
        }
        for (guint other = 0; other < targets->len; other++) {
            int earlier = g_array_index(targets, int, other);
            int common = chart->states[state].parent;

            while (common != 0 && !chart_is_descendant(chart, earlier, common))
                common = chart->states[common].parent;
            if (chart->states[common].kind != STATE_PARALLEL || chart_is_descendant(chart, state, earlier))
                compiler_find(c, FINDING_CONFLICTING_TARGETS, suffix,
                              "a case cannot be in \"%s\" and in \"%s\" at once; expected different regions of a "
                              "parallel state",
                              names[i], chart->states[earlier].id);
        }
        g_array_append_val(targets, state);
    }
    return compiler_indices(c, targets);
}

static void compile_take(struct compiler *c, const struct doc_take *doc, int state)
{
    struct chart_take take = {.source = state, .deadline = CHART_NONE, .guard = CHART_NONE};
    struct scope scope = {.state = state};

    take_row(c, doc->row, &take);
    take_trigger(c, doc, state, &take);
    take_actors(c, doc, &take);
    take_form(c, doc, &take);
    take.label = compiler_texts(c, &doc->label);
    take.basis = compiler_basis(c, ".basis", doc->basis, c->chart->states[state].basis);
    take.to = compile_targets(c, doc->to, doc->to_count);
    scope.form = take.form;
    scope.any_input = take.trigger != TRIGGER_EVENT && take.trigger != TRIGGER_DUE;
    scope.has_input = take.trigger != TRIGGER_DUE;
    if (doc->when != NULL) {
        gsize mark = compiler_enter(c, ".when");

        take.guard = compile_guard(c, doc->when, &scope);
        compiler_leave(c, mark);
    }
    take.actions = compile_actions(c, "do", doc->do_, doc->do_count, &scope);
    g_array_append_val(c->takes, take);
}

static void compile_done(struct compiler *c, const struct doc_done *doc, int state)
{
    struct chart_state *source = &c->chart->states[state];
    struct chart_take take = {.source = state,
                              .trigger = TRIGGER_DONE,
                              .deadline = CHART_NONE,
                              .form = CHART_NONE,
                              .guard = CHART_NONE,
                              .basis = source->basis};
    struct scope scope = {.state = state, .form = CHART_NONE, .any_input = true, .has_input = true};

    if (source->kind != STATE_COMPOUND && source->kind != STATE_PARALLEL)
        compiler_find(c, FINDING_MISPLACED_KEY, "", "only a state with inner states is ever done");
    take_row(c, doc->row, &take);
    take.to = compile_targets(c, doc->to, doc->to_count);
    take.actions = compile_actions(c, "do", doc->do_, doc->do_count, &scope);
    g_array_append_val(c->takes, take);
    source->done = (int)c->takes->len - 1;
}

void compile_internal_events(struct compiler *c)
{
    const struct chart *chart = c->chart;

    for (int t = 0; t < chart->take_count; t++) {
        const struct chart_take *take = &chart->takes[t];
        g_autoptr(GString) path = NULL;
        bool raised = false;

        if (take->trigger != TRIGGER_INTERNAL || take->name == NULL || take->form != CHART_NONE)
            continue;
        for (int i = 0; i < chart->action_count && !raised; i++)
            raised = chart->actions[i].kind == ACTION_RAISE && chart->actions[i].name != NULL &&
                     chart_event_matches(take->name, chart->actions[i].name);
        for (int i = 1; i < chart->state_count && !raised; i++) {
            g_autofree char *done = g_strconcat(CHART_DONE_EVENT, chart->states[i].id, NULL);

            raised = (chart->states[i].kind == STATE_COMPOUND || chart->states[i].kind == STATE_PARALLEL) &&
                     chart_event_matches(take->name, done);
        }
        if (raised)
            continue;
        path = g_string_new(NULL);
        chart_take_path(chart, t, path);
        chart_findings_add(c->findings, FINDING_NOBODY_MAY, path->str,
                           "nothing raises \"%s\"; expected `by` with the roles that do, or an action raise: %s",
                           take->name, take->name);
    }
}

void compile_takes(struct compiler *c, const struct doc_state *doc, int state)
{
    c->chart->states[state].takes = (struct range){.first = (int)c->takes->len, .count = (int)doc->take_count};
    for (uint32_t i = 0; i < doc->take_count; i++) {
        gsize mark = compiler_enter(c, ".take[%u]", i);

        compile_take(c, &doc->take[i], state);
        compiler_leave(c, mark);
    }
    if (doc->done != NULL) {
        gsize mark = compiler_enter(c, ".done");

        compile_done(c, doc->done, state);
        compiler_leave(c, mark);
    }
}
