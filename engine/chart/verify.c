#include "engine/chart/verify_parts.h"

#include <string.h>

void chart_state_path(const struct chart *chart, int state, GString *out)
{
    int parent = chart->states[state].parent, place = 0;

    if (parent == CHART_NONE)
        return;
    for (int i = parent + 1; i < state; i = chart->states[i].end)
        place++;
    chart_state_path(chart, parent, out);
    g_string_append_printf(out, "%sstates[%d]", parent == 0 ? "" : ".", place);
}

void chart_take_path(const struct chart *chart, int take, GString *out)
{
    const struct chart_state *source = &chart->states[chart->takes[take].source];

    chart_state_path(chart, chart->takes[take].source, out);
    if (take == source->done)
        g_string_append(out, ".done");
    else
        g_string_append_printf(out, ".take[%d]", take - source->takes.first);
}

static bool range_has(struct range range, int index)
{
    return index >= range.first && index < range.first + range.count;
}

/* Appends ".KEY[n]" when ${action} is one of ${range}. */
static bool action_path_in(struct range range, int action, const char *key, GString *out)
{
    if (!range_has(range, action))
        return false;
    g_string_append_printf(out, ".%s[%d]", key, action - range.first);
    return true;
}

void chart_action_path(const struct chart *chart, int action, GString *out)
{
    for (int s = 1; s < chart->state_count; s++) {
        const struct chart_state *state = &chart->states[s];

        if (!range_has(state->enter, action) && !range_has(state->exit, action))
            continue;
        chart_state_path(chart, s, out);
        if (!action_path_in(state->enter, action, "enter", out))
            action_path_in(state->exit, action, "exit", out);
        return;
    }
    for (int t = 0; t < chart->take_count; t++)
        if (range_has(chart->takes[t].actions, action)) {
            chart_take_path(chart, t, out);
            action_path_in(chart->takes[t].actions, action, "do", out);
            return;
        }
    for (int d = 0; d < chart->deadline_count; d++)
        if (range_has(chart->deadlines[d].due, action)) {
            const struct chart_state *state = &chart->states[chart->deadlines[d].state];

            chart_state_path(chart, chart->deadlines[d].state, out);
            g_string_append_printf(out, ".deadlines[%d]", d - state->deadlines.first);
            action_path_in(chart->deadlines[d].due, action, "due", out);
            return;
        }
}

void verify_find_state(const struct chart *chart, enum finding_code code, int state, const char *suffix,
                       GPtrArray *findings, const char *message)
{
    g_autoptr(GString) path = g_string_new(NULL);

    chart_state_path(chart, state, path);
    g_string_append(path, suffix);
    chart_findings_add(findings, code, path->str, "the state \"%s\" %s", chart->states[state].id, message);
}

void verify_find_take(const struct chart *chart, enum finding_code code, int take, const char *suffix,
                      GPtrArray *findings, const char *format, ...)
{
    g_autoptr(GString) path = g_string_new(NULL);
    g_autofree char *message = NULL;
    va_list args;

    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    chart_take_path(chart, take, path);
    g_string_append(path, suffix);
    chart_findings_add(findings, code, path->str, "%s", message);
}

void verify_find_deadline(const struct chart *chart, enum finding_code code, int deadline, const char *suffix,
                          GPtrArray *findings, const char *format, ...)
{
    int state = chart->deadlines[deadline].state;
    g_autoptr(GString) path = g_string_new(NULL);
    g_autofree char *message = NULL;
    va_list args;

    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    chart_state_path(chart, state, path);
    g_string_append_printf(path, ".deadlines[%d]%s", deadline - chart->states[state].deadlines.first, suffix);
    chart_findings_add(findings, code, path->str, "%s", message);
}

int verify_common(const struct chart *chart, int a, int b)
{
    while (!verify_is_within(chart, b, a))
        a = chart->states[a].parent;
    return a;
}

bool verify_together(const struct chart *chart, int a, int b)
{
    int common = verify_common(chart, a, b);

    return common == a || common == b || chart->states[common].kind == STATE_PARALLEL;
}

/* States that some run is in, guards aside, and those of them that are entered without naming what lies inside. */
struct reach {
    const struct chart *chart;
    struct state_set reached, entered;
};

static bool state_is_history(const struct chart *chart, int state)
{
    return chart->states[state].kind == STATE_HISTORY_SHALLOW || chart->states[state].kind == STATE_HISTORY_DEEP;
}

static void reach_target(struct reach *r, int state);

static void reach_default(struct reach *r, int state)
{
    const struct chart_state *row = &r->chart->states[state];

    if (state_set_has(&r->entered, state))
        return;
    state_set_add(&r->entered, state);
    state_set_add(&r->reached, state);
    for (int i = 0; i < row->first.count; i++)
        reach_target(r, row->first.items[i]);
    if (row->kind == STATE_PARALLEL)
        for (int i = state + 1; i < row->end; i = r->chart->states[i].end)
            if (!state_is_history(r->chart, i))
                reach_default(r, i);
}

/* ${state} as a target: the states around it are entered too, and the regions beside them by default. */
static void reach_target(struct reach *r, int state)
{
    int inside = state;

    for (int up = r->chart->states[state].parent; up != CHART_NONE; up = r->chart->states[up].parent) {
        state_set_add(&r->reached, up);
        if (r->chart->states[up].kind == STATE_PARALLEL)
            for (int i = up + 1; i < r->chart->states[up].end; i = r->chart->states[i].end)
                if (i != inside && !state_is_history(r->chart, i))
                    reach_default(r, i);
        inside = up;
    }
    reach_default(r, state);
}

static void verify_reachable(const struct chart *chart, GPtrArray *findings)
{
    struct reach r = {.chart = chart};
    struct reach before;

    reach_default(&r, 0);
    do {
        before = r;
        for (int t = 0; t < chart->take_count; t++)
            if (state_set_has(&r.reached, chart->takes[t].source))
                for (int i = 0; i < chart->takes[t].to.count; i++)
                    reach_target(&r, chart->takes[t].to.items[i]);
    } while (memcmp(&before, &r, sizeof r) != 0);
    for (int s = 1; s < chart->state_count; s++)
        if (!state_set_has(&r.reached, s))
            verify_find_state(chart, FINDING_UNREACHABLE_STATE, s, "", findings,
                              "is never reached; expected a transition to it");
}

/* A case that comes here goes on within the same event. */
static bool state_is_passed(const struct chart *chart, int state)
{
    struct range takes = chart->states[state].takes;

    for (int t = takes.first; t < takes.first + takes.count; t++)
        if (chart->takes[t].trigger == TRIGGER_EVENTLESS && chart->takes[t].guard == CHART_NONE &&
            chart->takes[t].to.count > 0)
            return true;
    return false;
}

/* Every place where a case may rest says whose turn it is, and until when. */
static void verify_resting(const struct chart *chart, GPtrArray *findings)
{
    for (int s = 1; s < chart->state_count; s++) {
        bool turn = false, nobody = false, deadline = false;

        if (chart->states[s].kind != STATE_ATOMIC || state_is_passed(chart, s))
            continue;
        for (int up = s; up != 0; up = chart->states[up].parent) {
            turn = turn || chart->states[up].turn.count > 0;
            nobody = nobody || chart->states[up].turn_none;
            deadline = deadline || chart->states[up].deadlines.count > 0;
        }
        if (!turn && !nobody)
            verify_find_state(chart, FINDING_NO_TURN, s, "", findings,
                              "is nobody's turn; expected `turn` with roles, or [none]");
        if (turn && !deadline && chart->states[s].waits_forever == NULL)
            verify_find_state(
                chart, FINDING_NO_DEADLINE, s, "", findings,
                "waits without a deadline; expected one of its own or around it, or waits: {forever: why}");
    }
}

static void verify_parallel(const struct chart *chart, GPtrArray *findings)
{
    for (int s = 1; s < chart->state_count; s++) {
        int regions = 0;

        if (chart->states[s].kind != STATE_PARALLEL)
            continue;
        for (int i = s + 1; i < chart->states[s].end; i = chart->states[i].end)
            regions += !state_is_history(chart, i);
        if (regions < 2)
            verify_find_state(chart, FINDING_ONE_REGION, s, ".states", findings,
                              "is parallel with less than two regions");
    }
}

void chart_verify(const struct chart *chart, GPtrArray *findings)
{
    verify_reachable(chart, findings);
    verify_resting(chart, findings);
    verify_parallel(chart, findings);
    verify_rows(chart, findings);
    verify_ends(chart, findings);
    verify_loops(chart, findings);
    verify_people(chart, findings);
    verify_forms_used(chart, findings);
}
