/*
 * Rows that follow each other within one event for ever. Between two events a case comes to rest (a macrostep): rows
 * without an event, done rows and those for raised events are taken until none is enabled. A circle of such rows ends
 * only when a guard in it comes to fail, and that needs something in the circle that the guard reads.
 */
#include "engine/chart/verify_parts.h"

#include <string.h>

struct circle {
    const struct chart *chart;
    bool *in;      /* rows that may still stand in a circle */
    bool *reaches; /* rows that the one under examination leads to */
    GArray *takes; /* int: still to follow */
};

static bool range_has(struct range range, int index)
{
    return index >= range.first && index < range.first + range.count;
}

/* Nobody outside has to do anything for this row. */
static bool take_is_inner(const struct chart_take *take)
{
    return take->trigger == TRIGGER_EVENTLESS || take->trigger == TRIGGER_INTERNAL || take->trigger == TRIGGER_DONE;
}

/* The states that ${take} may enter: behind a history, any of those that it may remember. */
static struct state_set take_enters(const struct chart *chart, int take)
{
    const struct chart_move *move = &chart->moves[take];
    struct state_set states = {0};

    if (move->fixed)
        return move->states;
    state_set_join(&states, &chart->states[move->domain].within);
    return states;
}

/* Is the source of ${take} active still when it has been taken? */
static bool take_stays(const struct chart *chart, int take)
{
    const struct chart_move *move = &chart->moves[take];

    return move->domain == CHART_NONE || !chart_is_descendant(chart, chart->takes[take].source, move->domain);
}

/* Does ${action} take place when ${take} is taken: in its own list, or as a state that it enters or leaves asks? */
static bool action_belongs(const struct chart *chart, int action, int take)
{
    const struct chart_move *move = &chart->moves[take];
    struct state_set enters = take_enters(chart, take);

    if (range_has(chart->takes[take].actions, action))
        return true;
    for (int s = 1; s < chart->state_count && move->domain != CHART_NONE; s++)
        if ((state_set_has(&enters, s) &&
             (range_has(chart->states[s].enter, action) || range_has(chart->states[s].first_do, action))) ||
            (chart_is_descendant(chart, s, move->domain) && range_has(chart->states[s].exit, action)))
            return true;
    return false;
}

/* Does a final state that ${take} enters complete ${state}, the source of a done row? */
static bool take_completes(const struct chart *chart, int take, int state)
{
    struct state_set enters = take_enters(chart, take);

    for (int s = state + 1; s < chart->states[state].end; s++)
        if (state_set_has(&enters, s) && chart->states[s].kind == STATE_FINAL)
            return true;
    return false;
}

static bool answers_have(const struct chart_answers *answers, int take)
{
    for (int i = 0; i < answers->takes.count; i++)
        if (answers->takes.items[i] == take)
            return true;
    return false;
}

/* May ${next} be taken because ${take} was? */
static bool take_leads(const struct chart *chart, int take, int next)
{
    const struct chart_take *row = &chart->takes[next];
    struct state_set enters = take_enters(chart, take);

    if (row->trigger == TRIGGER_EVENTLESS)
        return state_set_has(&enters, row->source) || (take == next && take_stays(chart, take));
    for (int s = 1; s < chart->state_count; s++)
        if (chart->states[s].done_event != CHART_NONE &&
            answers_have(&chart->internals[chart->states[s].done_event], next) && take_completes(chart, take, s))
            return true;
    for (int a = 0; a < chart->action_count; a++)
        if (chart->actions[a].kind == ACTION_RAISE && answers_have(&chart->internals[chart->actions[a].event], next) &&
            action_belongs(chart, a, take))
            return true;
    return false;
}

/* Marks in ${reaches} all rows of the circle that follow ${take}, by however many steps. */
static void circle_follow(struct circle *c, int take)
{
    memset(c->reaches, 0, sizeof *c->reaches * (gsize)c->chart->take_count);
    g_array_set_size(c->takes, 0);
    g_array_append_val(c->takes, take);
    for (guint i = 0; i < c->takes->len; i++)
        for (int t = 0; t < c->chart->take_count; t++)
            if (c->in[t] && !c->reaches[t] && take_leads(c->chart, g_array_index(c->takes, int, i), t)) {
                c->reaches[t] = true;
                g_array_append_val(c->takes, t);
            }
}

/* Is the source of ${take} entered again, or never left, while the circle goes round? */
static bool circle_returns(const struct circle *c, int take)
{
    if (take_stays(c->chart, take))
        return true;
    for (int t = 0; t < c->chart->take_count; t++)
        if (c->in[t] && c->reaches[t]) {
            struct state_set enters = take_enters(c->chart, t);

            if (state_set_has(&enters, c->chart->takes[take].source))
                return true;
        }
    return false;
}

static bool path_is_of(const char *path, const char *name)
{
    size_t size = strcspn(name, ".");

    return path != NULL && strncmp(path, name, size) == 0 && (path[size] == '.' || path[size] == '\0');
}

/* May ${action} change what guard ${row} (not its parts) reads? */
static bool action_changes(const struct chart_action *action, const struct chart_guard *row)
{
    if (row->kind == GUARD_FLAG)
        return (action->kind == ACTION_FLAG || action->kind == ACTION_UNFLAG) && strcmp(row->flag, action->name) == 0;
    if (row->kind == GUARD_PASSED)
        return action->deadline == row->deadline_index;
    return (action->kind == ACTION_SET || action->kind == ACTION_UPDATE || action->kind == ACTION_CLEAR ||
            action->kind == ACTION_ALLOCATE) &&
           path_is_of(row->path, action->name);
}

/* May what the rows of the circle do change what ${guard} reads? */
static bool circle_changes(const struct circle *c, int guard)
{
    const struct chart_guard *row = &c->chart->guards[guard];

    if (row->kind == GUARD_IN_STATE)
        return true;
    for (int i = 0; i < row->children.count; i++)
        if (circle_changes(c, row->children.items[i]))
            return true;
    for (int t = 0; t < c->chart->take_count; t++)
        for (int a = 0; c->in[t] && c->reaches[t] && a < c->chart->action_count; a++)
            if (action_changes(&c->chart->actions[a], row) && action_belongs(c->chart, a, t))
                return true;
    return false;
}

/* Takes out of ${in} the rows that stand in no circle that goes on, until nothing changes. */
static void circle_prune(struct circle *c)
{
    bool changed;

    do {
        changed = false;
        for (int t = 0; t < c->chart->take_count; t++) {
            int guard = c->chart->takes[t].guard;

            if (!c->in[t])
                continue;
            circle_follow(c, t);
            if (c->reaches[t] && circle_returns(c, t) && (guard == CHART_NONE || !circle_changes(c, guard)))
                continue;
            c->in[t] = false;
            changed = true;
        }
    } while (changed);
}

static void circle_find(struct circle *c, int take, GPtrArray *findings)
{
    g_autoptr(GString) rows = g_string_new(NULL);

    circle_follow(c, take);
    for (int t = 0; t < c->chart->take_count; t++)
        if (c->in[t] && c->reaches[t]) {
            g_string_append_printf(rows, "%s\"%s\"", rows->len == 0 ? "" : ", ", c->chart->takes[t].row);
            c->in[t] = t == take;
        }
    c->in[take] = false;
    verify_find_take(c->chart, FINDING_ENDLESS_MACROSTEP, take, "", findings,
                     "within one event this goes on for ever: %s; expected a guard that what they do brings to fail, "
                     "or an event to wait for",
                     rows->str);
}

void verify_loops(const struct chart *chart, GPtrArray *findings)
{
    g_autofree bool *in = g_new0(bool, (gsize)chart->take_count + 1);
    g_autofree bool *reaches = g_new0(bool, (gsize)chart->take_count + 1);
    g_autoptr(GArray) takes = g_array_new(FALSE, FALSE, sizeof(int));
    struct circle c = {.chart = chart, .in = in, .reaches = reaches, .takes = takes};

    for (int t = 0; t < chart->take_count; t++)
        in[t] = take_is_inner(&chart->takes[t]);
    circle_prune(&c);
    for (int t = 0; t < chart->take_count; t++)
        if (in[t])
            circle_find(&c, t, findings);
}
