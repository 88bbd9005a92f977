#include "engine/chart/verify_parts.h"

#include <string.h>

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

/* Does a row for ${name} answer to every event that one for ${other} does? */
static bool name_covers(const char *name, const char *other)
{
    size_t size = strlen(other);
    g_autofree char *plain = NULL;

    if (strcmp(other, "*") == 0)
        return strcmp(name, "*") == 0;
    plain = g_strndup(other, g_str_has_suffix(other, ".*") ? size - 2 : size);
    return chart_event_matches(name, plain);
}

static bool trigger_covers(const struct chart_take *take, const struct chart_take *other)
{
    if (take->trigger != other->trigger)
        return false;
    switch (take->trigger) {
    case TRIGGER_EVENT:
    case TRIGGER_INTERNAL:
        return name_covers(take->name, other->name);
    case TRIGGER_SIGNAL:
        return strcmp(take->name, other->name) == 0;
    case TRIGGER_DUE:
        return take->deadline == other->deadline;
    case TRIGGER_EVENTLESS:
        return true;
    case TRIGGER_DONE:
        return false;
    }
    g_assert_not_reached();
}

/* Is ${take} enabled whenever ${other} is: the same trigger, no guard, and whoever may take the one may the other? */
static bool take_covers(const struct chart_take *take, const struct chart_take *other)
{
    if (take->guard != CHART_NONE || !trigger_covers(take, other) || !roles_include(&take->by, &other->by))
        return false;
    if (take->form != CHART_NONE && (take->form != other->form || (other->partial && !take->partial)))
        return false;
    for (char **event = take->not_by; event != NULL && *event != NULL; event++)
        if (other->not_by == NULL || !g_strv_contains((const char *const *)other->not_by, *event))
            return false;
    return true;
}

/* Has ${state} a row that covers ${take}? */
static bool state_covers(const struct chart *chart, int state, int take)
{
    struct range takes = chart->states[state].takes;

    for (int t = takes.first; t < takes.first + takes.count; t++)
        if (take_covers(&chart->takes[t], &chart->takes[take]))
            return true;
    return false;
}

/* Wherever a case is inside ${state}, does a row there cover ${take}? */
static bool inside_covers(const struct chart *chart, int state, int take)
{
    const struct chart_state *row = &chart->states[state];
    bool any = false;

    if (row->kind == STATE_HISTORY_SHALLOW || row->kind == STATE_HISTORY_DEEP || state_covers(chart, state, take))
        return true;
    for (int i = state + 1; i < row->end; i = chart->states[i].end) {
        if (!inside_covers(chart, i, take))
            return false;
        any = true;
    }
    return any;
}

/* Rows that inner ones always come before; those of one state are compared with their guards (verify_overlap.c). */
static void verify_shadows(const struct chart *chart, GPtrArray *findings)
{
    for (int t = 0; t < chart->take_count; t++) {
        int source = chart->takes[t].source;
        bool inside = chart->states[source].end > source + 1;

        if (verify_is_done(chart, t))
            continue;
        for (int i = source + 1; inside && i < chart->states[source].end; i = chart->states[i].end)
            inside = inside_covers(chart, i, t);
        if (inside)
            verify_find_take(chart, FINDING_DEAD_ROW, t, "", findings,
                             "\"%s\" is never taken: rows of every state inside are; expected guards there",
                             chart->takes[t].row);
    }
}

/* Events raised for nobody. */
static void verify_raises(const struct chart *chart, GPtrArray *findings)
{
    for (int a = 0; a < chart->action_count; a++) {
        const struct chart_action *action = &chart->actions[a];
        g_autoptr(GString) path = g_string_new(NULL);

        if (action->kind != ACTION_RAISE || chart->internals[action->event].takes.count > 0)
            continue;
        chart_action_path(chart, a, path);
        g_string_append(path, ".raise");
        chart_findings_add(findings, FINDING_UNKNOWN_EVENT, path->str,
                           "no row answers to \"%s\"; expected one with event: %s and without `by`", action->name,
                           action->name);
    }
}

/* Can a case in ${state} come to its end: a final child, or all of its regions? */
static bool state_ends(const struct chart *chart, int state)
{
    const struct chart_state *row = &chart->states[state];
    bool every = true;

    for (int i = state + 1; i < row->end; i = chart->states[i].end) {
        enum state_kind kind = chart->states[i].kind;

        if (row->kind == STATE_COMPOUND && kind == STATE_FINAL)
            return true;
        if (kind != STATE_HISTORY_SHALLOW && kind != STATE_HISTORY_DEEP)
            every = every && state_ends(chart, i);
    }
    return row->kind == STATE_PARALLEL && every;
}

static void verify_completions(const struct chart *chart, GPtrArray *findings)
{
    for (int s = 1; s < chart->state_count; s++)
        if (chart->states[s].done != CHART_NONE && !state_ends(chart, s))
            verify_find_state(chart, FINDING_NEVER_DONE, s, ".done", findings,
                              chart->states[s].kind == STATE_PARALLEL
                                  ? "is never done; expected a final state in each of its regions"
                                  : "is never done; expected a final state inside");
}

/* One answer of a person fills one form, whichever regions take the event. */
static void verify_forms(const struct chart *chart, GPtrArray *findings)
{
    for (int t = 0; t < chart->take_count; t++)
        for (int other = 0; other < t; other++) {
            const struct chart_take *a = &chart->takes[other], *b = &chart->takes[t];

            if (a->trigger != TRIGGER_EVENT || b->trigger != TRIGGER_EVENT || a->form == CHART_NONE ||
                b->form == CHART_NONE || a->form == b->form ||
                (!name_covers(a->name, b->name) && !name_covers(b->name, a->name)) ||
                verify_is_within(chart, a->source, b->source) || verify_is_within(chart, b->source, a->source) ||
                !verify_together(chart, a->source, b->source))
                continue;
            verify_find_take(chart, FINDING_DIFFERENT_FORMS, t, ".form", findings,
                             "\"%s\" asks for \"%s\" here and, in \"%s\", for \"%s\"; expected one form for both, or "
                             "events of different names",
                             b->name, chart->forms[b->form].id, a->row, chart->forms[a->form].id);
        }
}

void verify_rows(const struct chart *chart, GPtrArray *findings)
{
    verify_shadows(chart, findings);
    verify_raises(chart, findings);
    verify_completions(chart, findings);
    verify_forms(chart, findings);
}
