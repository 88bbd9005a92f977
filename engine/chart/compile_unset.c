/*
 * Fields that are read before any path sets them. A field counts as set in a state when some run of rows, guards and
 * roles left aside, may lead there from a row whose form asks for it or whose actions set it, or from the opening. Of
 * parallel regions any state of one may come before any of the other. What opens by a signal has all from its sender.
 */
#include "engine/chart/compiler.h"

#include <string.h>

/* A state as it is entered, whose default descendants follow, and as it is active. */
#define NODE_ENTERED(state) (2 * (size_t)(state))
#define NODE_ACTIVE(state) (2 * (size_t)(state) + 1)

struct unset {
    struct compiler *c;
    const struct chart *chart;
    const char *name; /* the member of the data that is asked about */
    size_t name_size;
    bool *reached; /* by node: it may be set there */
    GArray *work;  /* size_t: nodes whose successors are to be reached */
};

/* Where in the chart a document path stands. */
struct reader {
    int state, take; /* CHART_NONE: none */
    bool when;       /* in the row's own guard: before anything is done */
    bool exit;
};

static void unset_reach(struct unset *u, size_t node)
{
    if (u->reached[node])
        return;
    u->reached[node] = true;
    g_array_append_val(u->work, node);
}

static void unset_reach_targets(struct unset *u, const struct index_list *to)
{
    for (int i = 0; i < to->count; i++)
        unset_reach(u, NODE_ENTERED(to->items[i]));
}

/* What follows from a state's being entered. */
static void unset_entered(struct unset *u, int state)
{
    const struct chart_state *s = &u->chart->states[state];
    bool history = s->kind == STATE_HISTORY_DEEP || s->kind == STATE_HISTORY_SHALLOW;

    if (!history)
        unset_reach(u, NODE_ACTIVE(state));
    if (history)
        for (int i = s->parent; i < u->chart->states[s->parent].end; i++)
            unset_reach(u, NODE_ENTERED(i));
    if (s->kind == STATE_COMPOUND)
        unset_reach_targets(u, &s->first);
    for (int child = state + 1; s->kind == STATE_PARALLEL && child < s->end; child = u->chart->states[child].end)
        unset_reach(u, NODE_ENTERED(child));
}

/* What follows from a state's being active: the states around it, the regions beside it, its rows. */
static void unset_active(struct unset *u, int state)
{
    const struct chart_state *s = &u->chart->states[state];

    if (s->parent != CHART_NONE) {
        unset_reach(u, NODE_ACTIVE(s->parent));
        if (u->chart->states[s->parent].kind == STATE_PARALLEL)
            unset_entered(u, s->parent);
    }
    for (int t = s->takes.first; t < s->takes.first + s->takes.count; t++)
        unset_reach_targets(u, &u->chart->takes[t].to);
    if (s->done != CHART_NONE)
        unset_reach_targets(u, &u->chart->takes[s->done].to);
}

static void unset_follow(struct unset *u)
{
    while (u->work->len > 0) {
        size_t node = g_array_index(u->work, size_t, u->work->len - 1);

        g_array_set_size(u->work, u->work->len - 1);
        if (node % 2 == 0)
            unset_entered(u, (int)(node / 2));
        else
            unset_active(u, (int)(node / 2));
    }
}

static bool form_asks(const struct unset *u, int form)
{
    return form != CHART_NONE &&
           types_field(u->chart, u->chart->forms[form].fields, u->name, u->name_size) != CHART_NONE;
}

static bool actions_set(const struct unset *u, const struct range *actions)
{
    for (int a = actions->first; a < actions->first + actions->count; a++) {
        const struct chart_action *action = &u->chart->actions[a];
        bool sets = action->kind == ACTION_SET || action->kind == ACTION_UPDATE || action->kind == ACTION_ALLOCATE;

        if (sets && action->name != NULL && strncmp(action->name, u->name, u->name_size) == 0 &&
            (action->name[u->name_size] == '\0' || action->name[u->name_size] == '.'))
            return true;
    }
    return false;
}

static bool take_sets(const struct unset *u, int take)
{
    const struct chart_take *t = &u->chart->takes[take];

    return (!t->partial && form_asks(u, t->form)) || actions_set(u, &t->actions);
}

static void unset_begin(struct unset *u)
{
    const struct chart *chart = u->chart;

    if (form_asks(u, chart->opening_form))
        unset_reach(u, NODE_ENTERED(0));
    for (int t = 0; t < chart->take_count; t++) {
        if (!take_sets(u, t))
            continue;
        unset_reach_targets(u, &chart->takes[t].to);
        if (chart->takes[t].to.count == 0)
            unset_reach(u, NODE_ACTIVE(chart->takes[t].source));
    }
    for (int s = 0; s < chart->state_count; s++)
        if (actions_set(u, &chart->states[s].enter) || actions_set(u, &chart->states[s].exit) ||
            actions_set(u, &chart->states[s].first_do))
            unset_reach(u, NODE_ENTERED(s));
    for (int d = 0; d < chart->deadline_count; d++)
        if (actions_set(u, &chart->deadlines[d].due))
            unset_reach(u, NODE_ACTIVE(chart->deadlines[d].state));
    unset_follow(u);
}

/* The number in brackets after ${key} at *at, which goes behind it; CHART_NONE: something else stands there. */
static int place_index(const char **at, const char *key)
{
    size_t size = strlen(key);
    char *end;
    gint64 index;

    if (strncmp(*at, key, size) != 0 || (*at)[size] != '[')
        return CHART_NONE;
    index = g_ascii_strtoll(*at + size + 1, &end, 10);
    if (*end != ']')
        return CHART_NONE;
    *at = end + 1 + (end[1] == '.' ? 1 : 0);
    return (int)index;
}

static struct reader place_reader(const struct chart *chart, const char *path)
{
    struct reader reader = {.state = 0, .take = CHART_NONE};
    int index;

    while ((index = place_index(&path, "states")) != CHART_NONE) {
        int child = reader.state + 1;

        for (int i = 0; i < index; i++)
            child = chart->states[child].end;
        reader.state = child;
    }
    index = place_index(&path, "take");
    if (index != CHART_NONE)
        reader.take = chart->states[reader.state].takes.first + index;
    else if (g_str_has_prefix(path, "done."))
        reader.take = chart->states[reader.state].done;
    reader.when = g_str_has_prefix(path, "when");
    reader.exit = g_str_has_prefix(path, "exit[");
    return reader;
}

/* A row of the state, or of one inside or around it, brings what its exit actions read. */
static bool exit_is_brought(const struct unset *u, int state)
{
    for (int t = 0; t < u->chart->take_count; t++) {
        int source = u->chart->takes[t].source;
        bool near = source == state || chart_is_descendant(u->chart, source, state) ||
                    chart_is_descendant(u->chart, state, source);

        if (near && take_sets(u, t))
            return true;
    }
    return false;
}

static bool unset_is_set(const struct unset *u, const struct reader *reader)
{
    const struct chart_take *take = reader->take == CHART_NONE ? NULL : &u->chart->takes[reader->take];

    if (u->reached[NODE_ACTIVE(reader->state)] || u->reached[NODE_ENTERED(reader->state)] ||
        (take != NULL && take_sets(u, reader->take)) || (reader->exit && exit_is_brought(u, reader->state)))
        return true;
    for (int i = 0; take != NULL && !reader->when && i < take->to.count; i++)
        if (u->reached[NODE_ENTERED(take->to.items[i])])
            return true; /* what is told or shown of the case as it stands when all is done */
    return false;
}

/* What a read outside of the states asks for is set somewhere at all. */
static bool unset_is_anywhere(const struct unset *u)
{
    for (int s = 0; s < u->chart->state_count; s++)
        if (u->reached[NODE_ACTIVE(s)] || u->reached[NODE_ENTERED(s)])
            return true;
    return false;
}

static void unset_check(struct compiler *c, const struct read *read)
{
    size_t nodes = 2 * (size_t)c->chart->state_count;
    struct unset u = {.c = c, .chart = c->chart, .name = read->name, .name_size = strlen(read->name)};
    g_autoptr(GArray) work = g_array_new(FALSE, FALSE, sizeof(size_t));
    g_autofree bool *reached = g_new0(bool, nodes);
    struct reader reader = place_reader(c->chart, read->path);

    u.work = work;
    u.reached = reached;
    unset_begin(&u);
    if (reader.state == 0 && reader.take == CHART_NONE ? unset_is_anywhere(&u) : unset_is_set(&u, &reader))
        return;
    chart_findings_add(
        c->findings, FINDING_UNSET_FIELD, read->path,
        "nothing sets \"%s\" before it is read here; expected a form that asks for it, or an action that "
        "sets it, on a way to this place",
        read->name);
}

void compile_unset(struct compiler *c)
{
    if (c->chart->opened_by_signal != NULL || c->lenient)
        return;
    for (guint i = 0; i < c->reads->len; i++)
        unset_check(c, &g_array_index(c->reads, struct read, i));
}
