#include "engine/chart/graph.h"

#include <string.h>

/* Where it stands, in the picture's language. */
#define WORD(graph, ja, en) ((graph)->language == GRAPH_JA ? (ja) : (en))

static void lines_free(gpointer data)
{
    struct graph_node *node = data;

    for (guint i = 0; i < node->lines->len; i++)
        g_free(g_array_index(node->lines, struct graph_text, i).text);
    g_array_unref(node->lines);
}

static int node_add(struct graph *graph, enum graph_card card, const char *name, int frame)
{
    struct graph_node node = {
        .card = card, .name = name, .frame = frame, .lines = g_array_new(FALSE, FALSE, sizeof(struct graph_text))};

    g_array_append_val(graph->nodes, node);
    return (int)graph->nodes->len - 1;
}

/* Takes ${text}. */
static void line_add(struct graph *graph, int node, enum graph_line kind, char *text)
{
    struct graph_text line = {.kind = kind, .text = text};

    g_array_append_val(g_array_index(graph->nodes, struct graph_node, node).lines, line);
}

static void edge_add(struct graph *graph, enum graph_arrow arrow, int from, int to, enum graph_card card)
{
    struct graph_edge edge = {.arrow = arrow, .from = from, .to = to, .card = card};

    g_array_append_val(graph->edges, edge);
}

static bool state_is_frame(const struct chart *chart, int state)
{
    return chart->states[state].kind == STATE_COMPOUND || chart->states[state].kind == STATE_PARALLEL;
}

static void basis_line(struct graph *graph, int node, int basis)
{
    char *text = graph_basis(graph->chart, basis, graph->language);

    if (text != NULL)
        line_add(graph, node,
                 g_array_index(graph->chart->book->rules, struct chart_rule, basis).is_default ? GRAPH_DEFAULT
                                                                                               : GRAPH_RULE,
                 text);
}

static void deadline_lines(struct graph *graph, int node, const struct chart_state *state)
{
    const struct chart *chart = graph->chart;

    for (int i = state->deadlines.first; i < state->deadlines.first + state->deadlines.count; i++) {
        const struct chart_deadline *d = &chart->deadlines[i];
        g_autofree char *period = graph_period(chart, i, graph->language);
        const char *label = graph_label(&d->label, d->id, graph->language);

        if (d->kind == DEADLINE_LIMIT)
            line_add(graph, node, GRAPH_LIMIT,
                     g_strdup_printf(WORD(graph, "期限（到来で効力）%s：%s", "Limit (acts) %s: %s"), label, period));
        else
            line_add(graph, node, GRAPH_TARGET,
                     g_strdup_printf(WORD(graph, "目標（督促のみ）%s：%s", "Target (reminds) %s: %s"), label, period));
    }
}

/* Which deadlines of states around this one it stops or holds. */
static void pause_line(struct graph *graph, int node, const struct index_list *deadlines, const char *ja,
                       const char *en)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (int i = 0; i < deadlines->count; i++) {
        const struct chart_deadline *d = &graph->chart->deadlines[deadlines->items[i]];

        g_string_append_printf(names, "%s%s", i == 0 ? "" : WORD(graph, "、", ", "),
                               graph_label(&d->label, d->id, graph->language));
    }
    if (deadlines->count > 0)
        line_add(graph, node, GRAPH_NOTE, g_strdup_printf("%s%s", WORD(graph, ja, en), names->str));
}

static void state_lines(struct graph *graph, int node, int index)
{
    const struct chart_state *state = &graph->chart->states[index];
    g_autofree char *turn = graph_roles(graph->chart, &state->turn, graph->language);
    const char *label = graph_label(&state->label, state->id, graph->language);

    line_add(graph, node, GRAPH_TITLE, g_strdup(label));
    if (strcmp(label, state->id) != 0)
        line_add(graph, node, GRAPH_NAME, g_strdup(state->id));
    if (state->kind == STATE_PARALLEL)
        line_add(graph, node, GRAPH_NOTE,
                 g_strdup(WORD(graph, "並行：内側のすべてが同時に進む", "In parallel: all inside go on at once")));
    if (state->turn.count > 0)
        line_add(graph, node, GRAPH_TURN, g_strdup_printf(WORD(graph, "手番：%s", "Turn: %s"), turn));
    else if (state->turn_none)
        line_add(graph, node, GRAPH_TURN, g_strdup(WORD(graph, "手番：なし", "Nobody's turn")));
    deadline_lines(graph, node, state);
    if (state->waits_forever != NULL)
        line_add(graph, node, GRAPH_NOTE,
                 g_strdup_printf(WORD(graph, "期限なし：%s", "No deadline: %s"), state->waits_forever));
    pause_line(graph, node, &state->stops, "時計を止める：", "Stops the clock of: ");
    pause_line(graph, node, &state->holds, "到来を保留する：", "Holds back: ");
    if (state->basis != graph->chart->states[state->parent].basis)
        basis_line(graph, node, state->basis);
}

static void history_lines(struct graph *graph, int node, int index)
{
    bool deep = graph->chart->states[index].kind == STATE_HISTORY_DEEP;

    line_add(graph, node, GRAPH_TITLE, g_strdup(deep ? "H*" : "H"));
    line_add(graph, node, GRAPH_NOTE, g_strdup(WORD(graph, "前の状態に戻る", "Back to where it stood")));
}

static enum graph_card state_card(const struct chart *chart, int state)
{
    switch (chart->states[state].kind) {
    case STATE_ATOMIC:
        return GRAPH_STATE;
    case STATE_COMPOUND:
    case STATE_PARALLEL:
        return GRAPH_HEAD;
    case STATE_FINAL:
        return GRAPH_FINAL;
    case STATE_HISTORY_SHALLOW:
    case STATE_HISTORY_DEEP:
        return GRAPH_HISTORY;
    }
    g_assert_not_reached();
}

/* In a lenient chart an event that nobody is named for may be anybody's. */
static bool take_is_anybodys(const struct chart *chart, const struct chart_take *take)
{
    return chart->lenient && take->trigger == TRIGGER_INTERNAL && !g_str_has_prefix(take->name, "done.");
}

/* The words of how a row comes about. NULL: its label says enough. */
static char *take_who(const struct graph *graph, const struct chart_take *take)
{
    g_autofree char *roles = graph_roles(graph->chart, &take->by, graph->language);
    const struct chart_deadline *d;

    if (take_is_anybodys(graph->chart, take))
        return NULL;
    switch (take->trigger) {
    case TRIGGER_EVENT:
        return take->by.count == 0 ? NULL : g_steal_pointer(&roles);
    case TRIGGER_SIGNAL:
        return g_strdup_printf(WORD(graph, "他の案件からの信号 %s", "Signal of another case: %s"), take->name);
    case TRIGGER_DUE:
        d = &graph->chart->deadlines[take->deadline];
        return g_strdup_printf(WORD(graph, "期限の到来：%s", "When due: %s"),
                               graph_label(&d->label, d->id, graph->language));
    case TRIGGER_DONE:
        return g_strdup(WORD(graph, "内側がすべて終わったとき", "When all inside is done"));
    case TRIGGER_INTERNAL:
        return g_strdup_printf(WORD(graph, "内部の事象 %s", "Internal event: %s"), take->name);
    case TRIGGER_EVENTLESS:
        return g_strdup(WORD(graph, "条件を満たせば直ちに", "At once when the condition holds"));
    }
    g_assert_not_reached();
}

static const char *take_label(const struct graph *graph, const struct chart_take *take)
{
    bool by_name = take->trigger == TRIGGER_EVENT || take_is_anybodys(graph->chart, take);

    return graph_label(&take->label, by_name ? take->name : "", graph->language);
}

/* What people call the event: the label of the first row that it is the event of. */
static const char *event_words(const struct graph *graph, const char *event)
{
    for (int t = 0; t < graph->chart->take_count; t++)
        if (graph->chart->takes[t].trigger == TRIGGER_EVENT && g_strcmp0(graph->chart->takes[t].name, event) == 0)
            return graph_label(&graph->chart->takes[t].label, event, graph->language);
    return strcmp(event, "open") == 0 ? WORD(graph, "開始", "opening") : event;
}

static void not_by_line(struct graph *graph, int node, const struct chart_take *take)
{
    g_autoptr(GString) events = g_string_new(NULL);

    for (char **event = take->not_by; event != NULL && *event != NULL; event++)
        g_string_append_printf(events, "%s%s%s%s", event == take->not_by ? "" : WORD(graph, "", ", "),
                               WORD(graph, "「", "\""), event_words(graph, *event), WORD(graph, "」", "\""));
    if (take->not_by != NULL)
        line_add(graph, node, GRAPH_NOTE,
                 g_strdup_printf(WORD(graph, "%sをした人以外", "Not by a person of: %s"), events->str));
}

static void take_lines(struct graph *graph, int node, const struct chart_take *take)
{
    const char *label = take_label(graph, take);
    char *who = take_who(graph, take);

    line_add(graph, node, GRAPH_TITLE,
             label == NULL || label[0] == '\0' ? g_strdup(take->row) : g_strdup_printf("%s　%s", take->row, label));
    if (who != NULL)
        line_add(graph, node, GRAPH_WHO, who);
    not_by_line(graph, node, take);
    if (take->guard != CHART_NONE)
        line_add(graph, node, GRAPH_NOTE, g_strdup(WORD(graph, "条件あり", "On a condition")));
    if (take->basis != graph->chart->states[take->source].basis)
        basis_line(graph, node, take->basis);
}

/* A row without targets: a line on the card of its state. */
static void take_act(struct graph *graph, const struct chart_take *take)
{
    const char *label = take_label(graph, take);
    g_autofree char *who = take_who(graph, take);

    line_add(graph, graph->node_of_state[take->source], GRAPH_ACT,
             g_strdup_printf("%s　%s%s%s%s", take->row, label == NULL ? "" : label,
                             who == NULL ? "" : WORD(graph, "（", " ("), who == NULL ? "" : who,
                             who == NULL ? "" : WORD(graph, "）", ")")));
}

static enum graph_card take_card(const struct chart *chart, const struct chart_take *take)
{
    if (take_is_anybodys(chart, take))
        return GRAPH_EVENT;
    switch (take->trigger) {
    case TRIGGER_EVENT:
        return GRAPH_EVENT;
    case TRIGGER_SIGNAL:
        return GRAPH_SIGNAL;
    case TRIGGER_DUE:
        return GRAPH_DUE;
    case TRIGGER_DONE:
    case TRIGGER_INTERNAL:
    case TRIGGER_EVENTLESS:
        return GRAPH_DONE;
    }
    g_assert_not_reached();
}

/* The innermost frame around the source and every target. */
static int take_frame(const struct chart *chart, const struct chart_take *take)
{
    int frame = state_is_frame(chart, take->source) ? take->source : chart->states[take->source].parent;

    for (int i = 0; i < take->to.count; i++)
        while (frame != 0 && !chart_is_descendant(chart, take->to.items[i], frame))
            frame = chart->states[frame].parent;
    return frame;
}

static void graph_take(struct graph *graph, const struct chart_take *take)
{
    enum graph_card card = take_card(graph->chart, take);
    int node;

    if (take->to.count == 0) {
        take_act(graph, take);
        return;
    }
    node = node_add(graph, card, take->row, take_frame(graph->chart, take));
    take_lines(graph, node, take);
    edge_add(graph, GRAPH_OUT, graph->node_of_state[take->source], node, card);
    for (int i = 0; i < take->to.count; i++)
        edge_add(graph, GRAPH_TO, node, graph->node_of_state[take->to.items[i]], card);
}

static void graph_states(struct graph *graph)
{
    const struct chart *chart = graph->chart;

    graph->node_of_state[0] = node_add(graph, GRAPH_START, NULL, 0);
    for (int i = 1; i < chart->state_count; i++) {
        enum graph_card card = state_card(chart, i);
        int node = graph->node_of_state[i] =
            node_add(graph, card, chart->states[i].id, card == GRAPH_HEAD ? i : chart->states[i].parent);

        if (card == GRAPH_HISTORY)
            history_lines(graph, node, i);
        else
            state_lines(graph, node, i);
    }
}

/* What is entered first: of a case, of a compound state, all regions of a parallel one. */
static void graph_begins(struct graph *graph, int state)
{
    const struct chart *chart = graph->chart;

    if (chart->states[state].kind == STATE_PARALLEL) {
        for (int i = state + 1; i < chart->states[state].end; i = chart->states[i].end)
            if (state_card(chart, i) != GRAPH_HISTORY)
                edge_add(graph, GRAPH_BEGINS, graph->node_of_state[state], graph->node_of_state[i], GRAPH_START);
    } else if (chart->states[state].kind == STATE_COMPOUND) {
        for (int i = 0; i < chart->states[state].first.count; i++)
            edge_add(graph, GRAPH_BEGINS, graph->node_of_state[state],
                     graph->node_of_state[chart->states[state].first.items[i]], GRAPH_START);
    }
}

struct graph *graph_new(const struct chart *chart, enum graph_language language)
{
    struct graph *graph = g_new0(struct graph, 1);

    graph->chart = chart;
    graph->language = language;
    graph->nodes = g_array_new(FALSE, FALSE, sizeof(struct graph_node));
    g_array_set_clear_func(graph->nodes, lines_free);
    graph->edges = g_array_new(FALSE, FALSE, sizeof(struct graph_edge));
    graph->node_of_state = g_new0(int, (gsize)chart->state_count);
    graph_states(graph);
    for (int i = 0; i < chart->state_count; i++) {
        graph_begins(graph, i);
        for (int t = chart->states[i].takes.first; t < chart->states[i].takes.first + chart->states[i].takes.count; t++)
            graph_take(graph, &chart->takes[t]);
        if (chart->states[i].done != CHART_NONE)
            graph_take(graph, &chart->takes[chart->states[i].done]);
    }
    return graph;
}

void graph_free(struct graph *graph)
{
    if (graph == NULL)
        return;
    g_array_unref(graph->nodes);
    g_array_unref(graph->edges);
    g_free(graph->node_of_state);
    g_free(graph);
}
