#include "engine/chart/promela_model.h"

#include <stdarg.h>
#include <string.h>

void model_add(struct model *m, int indent, const char *format, ...)
{
    va_list args;

    g_string_append_printf(m->out, "%*s", indent * 4, "");
    va_start(args, format);
    g_string_append_vprintf(m->out, format, args);
    va_end(args);
    g_string_append_c(m->out, '\n');
}

/* ---- names: letter, index, and the id for people ---- */

static void name_add(GString *out, char letter, int index, const char *id)
{
    g_string_append_printf(out, "%c%d_", letter, index);
    for (const char *c = id; *c != '\0'; c++)
        g_string_append_c(out, g_ascii_isalnum(*c) ? *c : '_');
}

/* The name of a state's variable: s is it active, w is it to be entered. */
const char *state_name(const struct model *m, char letter, int state)
{
    g_autoptr(GString) name = g_string_new(NULL);

    name_add(name, letter, state, m->chart->states[state].id);
    return g_string_chunk_insert_const(m->names, name->str);
}

/* Does ${history} remember ${state}? */
const char *memory_name(const struct model *m, int history, int state)
{
    g_autoptr(GString) name = g_string_new(NULL);

    name_add(name, 'h', history, m->chart->states[state].id);
    g_string_append_printf(name, "_%d", state);
    return g_string_chunk_insert_const(m->names, name->str);
}

/* May ${take} be taken now, as far as this event is concerned? */
const char *take_name(const struct model *m, int take)
{
    g_autoptr(GString) name = g_string_new(NULL);

    name_add(name, 'e', take, m->chart->takes[take].row);
    return g_string_chunk_insert_const(m->names, name->str);
}

/* ---- expressions ---- */

/* Appends ${term} with ${op} before it unless it is the first. */
void term_add(GString *out, const char *op, const char *term)
{
    if (out->len > 0)
        g_string_append(out, op);
    g_string_append(out, term);
}

/* What is left of "all of" or "any of" the terms. */
char *terms_end(GString *out, const char *none)
{
    if (out->len == 0) {
        g_string_free(out, TRUE);
        return g_strdup(none);
    }
    g_string_prepend_c(out, '(');
    g_string_append_c(out, ')');
    return g_string_free(out, FALSE);
}

static char *guard_text(const struct model *m, int guard, bool possible);

static char *guards_text(const struct model *m, const struct chart_guard *g, bool possible)
{
    bool all = g->kind == GUARD_ALL;
    const char *neutral = all ? "true" : "false", *other = all ? "false" : "true";
    GString *out = g_string_new(NULL);

    for (int i = 0; i < g->children.count; i++) {
        g_autofree char *child = guard_text(m, g->children.items[i], possible);

        if (strcmp(child, other) == 0) {
            g_string_free(out, TRUE);
            return g_strdup(other);
        }
        if (strcmp(child, neutral) != 0)
            term_add(out, all ? " && " : " || ", child);
    }
    return terms_end(out, neutral);
}

/* When ${guard} can hold, or else when it must, whatever the data: over the active states. */
static char *guard_text(const struct model *m, int guard, bool possible)
{
    const struct chart_guard *g;

    if (guard == CHART_NONE)
        return g_strdup("true");
    g = &m->chart->guards[guard];
    if (g->kind == GUARD_ALL || g->kind == GUARD_ANY)
        return guards_text(m, g, possible);
    if (g->kind == GUARD_NOT) {
        g_autofree char *child = guard_text(m, g->children.items[0], !possible);

        if (strcmp(child, "true") == 0 || strcmp(child, "false") == 0)
            return g_strdup(strcmp(child, "true") == 0 ? "false" : "true");
        return g_strdup_printf("!%s", child);
    }
    if (g->kind == GUARD_IN_STATE)
        return g_strdup(state_name(m, 's', g->state));
    if (g->kind == GUARD_PASSED)
        return g_strdup(possible ? state_name(m, 's', m->chart->deadlines[g->deadline_index].state) : "false");
    return g_strdup(possible ? "true" : "false");
}

/* When ${take} can be enabled, or else when its guard must hold. */
char *take_text(const struct model *m, int take, bool possible)
{
    const struct chart_take *row = &m->chart->takes[take];
    g_autofree char *guard = guard_text(m, row->guard, possible);
    const char *source = state_name(m, 's', row->source);

    if (strcmp(guard, "true") == 0)
        return g_strdup(source);
    if (strcmp(guard, "false") == 0)
        return g_strdup("false");
    return g_strdup_printf("(%s && %s)", source, guard);
}

char *takes_text(const struct model *m, const struct index_list *takes)
{
    GString *out = g_string_new(NULL);

    for (int i = 0; i < takes->count; i++) {
        g_autofree char *take = take_text(m, takes->items[i], true);

        if (strcmp(take, "false") != 0)
            term_add(out, " || ", take);
    }
    return terms_end(out, "false");
}

/* ${deadline} may fall due: its state is active, and none that holds it. */
static char *due_text(const struct model *m, int deadline)
{
    GString *out = g_string_new(state_name(m, 's', m->chart->deadlines[deadline].state));

    for (int s = 1; s < m->chart->state_count; s++)
        for (int i = 0; i < m->chart->states[s].holds.count; i++)
            if (m->chart->states[s].holds.items[i] == deadline)
                g_string_append_printf(out, " && !%s", state_name(m, 's', s));
    return terms_end(out, "true");
}

char *event_text(const struct model *m, const struct happening *h)
{
    g_autofree char *rows = takes_text(m, h->takes), *due = NULL, *eventless = NULL;

    if (h->kind != HAPPENING_DUE)
        return g_steal_pointer(&rows);
    due = due_text(m, h->deadline);
    if (h->raised->len > 0)
        return g_steal_pointer(&due);
    eventless = takes_text(m, &m->chart->eventless.takes);
    if (strcmp(eventless, "false") == 0)
        return g_strdup_printf("(%s && %s)", due, rows);
    return g_strdup_printf("(%s && (%s || %s))", due, rows, eventless);
}

/* A child that is final is active, in each region if there are several. */
static char *done_text(const struct model *m, int state)
{
    const struct chart_state *states = m->chart->states;
    bool parallel = states[state].kind == STATE_PARALLEL;
    GString *out = g_string_new(NULL);

    for (int child = state + 1; child < states[state].end; child = states[child].end) {
        g_autofree char *done = NULL;

        if (configuration_is_history(m->chart, child))
            continue;
        if (parallel)
            done = done_text(m, child);
        else if (states[child].kind == STATE_FINAL)
            done = g_strdup(state_name(m, 's', child));
        if (done != NULL)
            term_add(out, parallel ? " && " : " || ", done);
    }
    return terms_end(out, "false");
}

/* ---- what is entered ---- */

/* ${state} itself and what lies between it and ${around}. */
static void want_one(struct model *m, int indent, int state, int around)
{
    g_autoptr(GString) line = g_string_new(NULL);

    for (int s = state; s != around; s = m->chart->states[s].parent)
        g_string_append_printf(line, "%s = true; ", state_name(m, 'w', s));
    if (line->len > 0)
        model_add(m, indent, "%s", line->str);
}

/* Is ${state} among what ${history} may remember? */
bool history_minds(const struct model *m, int history, int state)
{
    const struct chart_state *states = m->chart->states;

    if (!chart_is_descendant(m->chart, state, states[history].parent) || configuration_is_history(m->chart, state))
        return false;
    if (states[history].kind == STATE_HISTORY_SHALLOW)
        return states[state].parent == states[history].parent;
    return states[state].kind == STATE_ATOMIC || states[state].kind == STATE_FINAL;
}

/* ${history} remembers anything at all. */
char *memory_text(const struct model *m, int history)
{
    GString *out = g_string_new(NULL);

    for (int s = 0; s < m->chart->state_count; s++)
        if (history_minds(m, history, s))
            term_add(out, " || ", memory_name(m, history, s));
    return terms_end(out, "false");
}

bool actions_raise(const struct model *m, const struct range *actions)
{
    g_autoptr(GArray) raised = g_array_new(FALSE, FALSE, sizeof(struct raising));

    alphabet_raise(m->chart, actions, raised);
    return raised->len > 0;
}

static void want_history(struct model *m, int indent, int history, int around)
{
    const struct chart_state *row = &m->chart->states[history];
    g_autofree char *any = memory_text(m, history);

    model_add(m, indent, "if");
    model_add(m, indent, ":: %s ->", any);
    for (int s = 0; s < m->chart->state_count; s++) {
        if (!history_minds(m, history, s))
            continue;
        model_add(m, indent + 1, "if");
        model_add(m, indent + 1, ":: %s ->", memory_name(m, history, s));
        want_one(m, indent + 2, s, around);
        model_add(m, indent + 1, ":: else");
        model_add(m, indent + 1, "fi;");
    }
    model_add(m, indent, ":: else ->");
    if (actions_raise(m, &row->first_do))
        model_add(m, indent + 1, "%s = true;", state_name(m, 'd', history));
    for (int i = 0; i < row->first.count; i++)
        want_add(m, indent + 1, row->first.items[i], around);
    model_add(m, indent, "fi;");
}

/* ${state} is to be entered, and what lies around it. */
void want_add(struct model *m, int indent, int state, int around)
{
    if (configuration_is_history(m->chart, state))
        want_history(m, indent, state, around);
    else
        want_one(m, indent, state, around);
}

void raised_add(struct model *m, int indent, const GArray *raised)
{
    for (guint i = 0; i < raised->len; i++) {
        const struct raising *raising = &g_array_index(raised, struct raising, i);
        const char *name = m->chart->internals[raising->event].name;

        if (raising->maybe)
            model_add(m, indent, "if :: queue!%d :: true fi; /* %s */", raising->event, name);
        else
            model_add(m, indent, "queue!%d; /* %s */", raising->event, name);
    }
}

void raise_add(struct model *m, int indent, const struct range *actions)
{
    g_autoptr(GArray) raised = g_array_new(FALSE, FALSE, sizeof(struct raising));

    alphabet_raise(m->chart, actions, raised);
    raised_add(m, indent, raised);
}

/* The states that are done once ${final} is active say so, inner before outer. */
void done_add(struct model *m, int indent, int final)
{
    const struct chart_state *states = m->chart->states;
    int depth = 0;

    for (int s = states[final].parent; s > 0; s = states[s].parent) {
        g_autoptr(GArray) raised = g_array_new(FALSE, FALSE, sizeof(struct raising));
        g_autofree char *done = NULL;

        if (depth > 0 && states[s].kind != STATE_PARALLEL)
            break;
        if (depth > 0) {
            done = done_text(m, s);
            model_add(m, indent + depth - 1, "if");
            model_add(m, indent + depth - 1, ":: %s ->", done);
        }
        alphabet_raise_done(m->chart, s, raised);
        raised_add(m, indent + depth, raised);
        if (depth > 0 && raised->len == 0)
            model_add(m, indent + depth, "skip;");
        depth++;
    }
    while (depth-- > 1) {
        model_add(m, indent + depth - 1, ":: else");
        model_add(m, indent + depth - 1, "fi;");
    }
}
