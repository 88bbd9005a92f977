#include "engine/chart/verify_parts.h"

#include <string.h>

static bool roles_have(const struct index_list *roles, int role)
{
    for (int i = 0; i < roles->count; i++)
        if (roles->items[i] == role)
            return true;
    return false;
}

/* Whose turn it is in ${state}, those around it included. */
static bool turn_has(const struct chart *chart, int state, int role)
{
    for (int up = state; up != CHART_NONE; up = chart->states[up].parent)
        if (roles_have(&chart->states[up].turn, role))
            return true;
    return false;
}

/* A role that may take ${take} although its turn in ${state} is over; and another one whose turn it is, who may too. */
static int handed_over(const struct chart *chart, const struct index_list *by, const struct chart_take *take, int state)
{
    bool others = false;

    for (int i = 0; i < take->by.count; i++)
        others = others || turn_has(chart, state, take->by.items[i]);
    for (int i = 0; others && i < by->count; i++)
        if (roles_have(&take->by, by->items[i]) && !turn_has(chart, state, by->items[i]))
            return by->items[i];
    return CHART_NONE;
}

/* What the person of ${event} must not do in ${state}: the part of those to whom the case was handed over. */
static void verify_handover(const struct chart *chart, const char *event, const struct index_list *by, int state,
                            GPtrArray *findings)
{
    for (int up = state; up != CHART_NONE; up = chart->states[up].parent)
        for (int t = chart->states[up].takes.first; t < chart->states[up].takes.first + chart->states[up].takes.count;
             t++) {
            const struct chart_take *take = &chart->takes[t];
            int role = take->trigger == TRIGGER_EVENT ? handed_over(chart, by, take, state) : CHART_NONE;

            if (role == CHART_NONE ||
                (take->not_by != NULL && g_strv_contains((const char *const *)take->not_by, event)))
                continue;
            verify_find_take(chart, FINDING_SAME_PERSON, t, ".by", findings,
                             "one person may raise \"%s\" and then \"%s\", both as \"%s\"; expected other roles, or "
                             "not_by: [{person_of: %s}]",
                             event, take->name, g_array_index(chart->book->roles, struct chart_role, role).id, event);
        }
}

/* Where a case comes to be that enters ${state}. */
static int state_inside(const struct chart *chart, int state)
{
    while (chart->states[state].kind == STATE_COMPOUND && chart->states[state].first.count > 0)
        state = chart->states[state].first.items[0];
    return state;
}

/* The person of ${event}, one of ${by}, has brought the case to ${state}: there, and where that ends it leads on. */
static void verify_arrival(const struct chart *chart, const char *event, const struct index_list *by, int state,
                           struct state_set *seen, GPtrArray *findings)
{
    state = state_inside(chart, state);
    if (state_set_has(seen, state))
        return;
    state_set_add(seen, state);
    verify_handover(chart, event, by, state, findings);
    for (int up = state; chart->states[state].kind == STATE_FINAL && up != CHART_NONE; up = chart->states[up].parent) {
        int done = chart->states[up].done;

        for (int i = 0; done != CHART_NONE && i < chart->takes[done].to.count; i++)
            verify_arrival(chart, event, by, chart->takes[done].to.items[i], seen, findings);
    }
}

void verify_people(const struct chart *chart, GPtrArray *findings)
{
    for (int i = 0; i < chart->states[0].first.count; i++) {
        struct state_set seen = {0};

        verify_arrival(chart, "open", &chart->opened_by, chart->states[0].first.items[i], &seen, findings);
    }
    for (int t = 0; t < chart->take_count; t++)
        for (int i = 0; chart->takes[t].trigger == TRIGGER_EVENT && i < chart->takes[t].to.count; i++) {
            struct state_set seen = {0};

            verify_arrival(chart, chart->takes[t].name, &chart->takes[t].by, chart->takes[t].to.items[i], &seen,
                           findings);
        }
}
