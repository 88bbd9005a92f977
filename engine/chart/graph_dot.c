#include "engine/chart/graph.h"

/* Colours and lines by card: border, fill, style of its arrows. */
static const struct {
    const char *border, *fill, *line;
} looks[] = {[GRAPH_START] = {"#333333", "#333333", "dashed"},  [GRAPH_STATE] = {"#1a1a1a", "#ffffff", "solid"},
             [GRAPH_HEAD] = {"#5c5c5c", "#e8f1fe", "solid"},    [GRAPH_FINAL] = {"#1a1a1a", "#e6e6e6", "solid"},
             [GRAPH_HISTORY] = {"#1a1a1a", "#ffffff", "solid"}, [GRAPH_EVENT] = {"#0017c1", "#f2f6ff", "solid"},
             [GRAPH_SIGNAL] = {"#115a36", "#e6f5ec", "dotted"}, [GRAPH_DUE] = {"#ce0000", "#fdeeee", "dashed"},
             [GRAPH_DONE] = {"#5c5c5c", "#f2f2f2", "bold"}};

static const char *const inks[GRAPH_LINE_COUNT] = {
    [GRAPH_TITLE] = "#1a1a1a",  [GRAPH_NAME] = "#666666",   [GRAPH_TURN] = "#0017c1", [GRAPH_WHO] = "#1a1a1a",
    [GRAPH_TARGET] = "#7a5200", [GRAPH_LIMIT] = "#ce0000",  [GRAPH_NOTE] = "#4d4d4d", [GRAPH_ACT] = "#1a1a1a",
    [GRAPH_RULE] = "#4d4d4d",   [GRAPH_DEFAULT] = "#8b3f96"};

static void label_print(const struct graph_node *node, GString *out)
{
    g_string_append(out, "label=<");
    for (guint i = 0; i < node->lines->len; i++) {
        const struct graph_text *line = &g_array_index(node->lines, struct graph_text, i);
        g_autofree char *text = g_markup_escape_text(line->text, -1);
        const char *open = line->kind == GRAPH_TITLE ? "<b>" : "", *close = line->kind == GRAPH_TITLE ? "</b>" : "";

        g_string_append_printf(out, "<font color=\"%s\">%s%s%s</font><br align=\"left\"/>", inks[line->kind], open,
                               text, close);
    }
    g_string_append_c(out, '>');
}

static const char *card_shape(enum graph_card card)
{
    if (card == GRAPH_START)
        return "circle";
    return card == GRAPH_HISTORY ? "ellipse" : "box";
}

static void node_print(const struct graph *graph, int index, const struct graph_size *sizes, GString *out)
{
    const struct graph_node *node = &g_array_index(graph->nodes, struct graph_node, index);

    g_string_append_printf(out, "n%d [", index);
    if (sizes != NULL) {
        char width[G_ASCII_DTOSTR_BUF_SIZE], height[G_ASCII_DTOSTR_BUF_SIZE];

        g_string_append_printf(out, "shape=box, label=\"\", fixedsize=true, width=%s, height=%s",
                               g_ascii_formatd(width, sizeof width, "%.3f", sizes[index].width / 72),
                               g_ascii_formatd(height, sizeof height, "%.3f", sizes[index].height / 72));
    } else {
        g_string_append_printf(out, "shape=%s, color=\"%s\", fillcolor=\"%s\"", card_shape(node->card),
                               looks[node->card].border, looks[node->card].fill);
        if (node->card == GRAPH_FINAL)
            g_string_append(out, ", peripheries=2");
        if (node->card == GRAPH_START)
            g_string_append(out, ", width=0.2, label=\"\"");
        else {
            g_string_append(out, ", ");
            label_print(node, out);
        }
    }
    g_string_append(out, "];\n");
}

static void indent(GString *out, int depth)
{
    for (int i = 0; i < depth; i++)
        g_string_append(out, "  ");
}

/* The cards in the frame of ${state} and the frames in it. */
static void frame_print(const struct graph *graph, int state, const struct graph_size *sizes, int depth, GString *out)
{
    const struct chart *chart = graph->chart;

    for (int i = 0; i < (int)graph->nodes->len; i++)
        if (g_array_index(graph->nodes, struct graph_node, i).frame == state) {
            indent(out, depth);
            node_print(graph, i, sizes, out);
        }
    for (int i = state + 1; i < chart->states[state].end; i = chart->states[i].end) {
        if (chart->states[i].kind != STATE_COMPOUND && chart->states[i].kind != STATE_PARALLEL)
            continue;
        indent(out, depth);
        g_string_append_printf(out, "subgraph cluster_%d {\n", i);
        indent(out, depth + 1);
        g_string_append_printf(out, "style=\"rounded%s\"; color=\"#767676\"; margin=14;\n",
                               chart->states[i].kind == STATE_PARALLEL ? ",dashed" : "");
        frame_print(graph, i, sizes, depth + 1, out);
        indent(out, depth);
        g_string_append(out, "}\n");
    }
}

static void edge_print(const struct graph *graph, int index, const struct graph_size *sizes, GString *out)
{
    const struct graph_edge *edge = &g_array_index(graph->edges, struct graph_edge, index);

    g_string_append_printf(out, "  n%d -> n%d [id=e%d", edge->from, edge->to, index);
    if (edge->arrow == GRAPH_OUT)
        g_string_append(out, ", arrowhead=none");
    if (edge->arrow == GRAPH_BEGINS)
        g_string_append(out, ", weight=4");
    if (sizes == NULL)
        g_string_append_printf(out, ", color=\"%s\", style=%s", looks[edge->card].border, looks[edge->card].line);
    g_string_append(out, "];\n");
}

void graph_dot(const struct graph *graph, const struct graph_size *sizes, GString *out)
{
    const struct chart *chart = graph->chart;
    g_autofree char *title = g_markup_escape_text(graph_label(&chart->title, chart->workflow, graph->language), -1);

    g_string_append(out, "digraph {\n");
    g_string_append(out, "  rankdir=TB; nodesep=0.3; ranksep=0.35; newrank=false; charset=\"UTF-8\";\n");
    if (sizes == NULL) {
        g_string_append_printf(out, "  label=<<b>%s</b> (%s@%d)>; labelloc=t; fontname=\"Noto Sans CJK JP\";\n", title,
                               chart->workflow, chart->version);
        g_string_append(out, "  node [style=\"filled,rounded\", fontname=\"Noto Sans CJK JP\", fontsize=11];\n");
    }
    frame_print(graph, 0, sizes, 1, out);
    for (int i = 0; i < (int)graph->edges->len; i++)
        edge_print(graph, i, sizes, out);
    g_string_append(out, "}\n");
}
