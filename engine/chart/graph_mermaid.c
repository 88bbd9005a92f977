#include "engine/chart/graph.h"

#include <string.h>

/* Mermaid reads some characters as its own: they are written as the codes that it knows. */
static void text_print(const char *text, GString *out)
{
    for (const char *p = text; *p != '\0'; p++)
        if (strchr("\"#:;<>{}\\", *p) != NULL)
            g_string_append_printf(out, "#%d;", *p);
        else
            g_string_append_c(out, *p == '\n' ? ' ' : *p);
}

static void indent(GString *out, int depth)
{
    for (int i = 0; i < depth; i++)
        g_string_append(out, "  ");
}

static const struct graph_node *state_node(const struct graph *graph, int state)
{
    return &g_array_index(graph->nodes, struct graph_node, graph->node_of_state[state]);
}

/* ids are prefixed, since Mermaid keeps words such as "end" to itself; what it would not read becomes _. */
static void id_print(const struct graph *graph, int state, GString *out)
{
    g_string_append(out, "s_");
    for (const char *p = graph->chart->states[state].id; *p != '\0'; p++)
        g_string_append_c(out, g_ascii_isalnum(*p) ? *p : '_');
}

static void note_print(const struct graph *graph, int state, int depth, GString *out)
{
    const struct graph_node *node = state_node(graph, state);
    bool any = false;

    for (guint i = 0; i < node->lines->len; i++) {
        const struct graph_text *line = &g_array_index(node->lines, struct graph_text, i);

        if (line->kind == GRAPH_TITLE || line->kind == GRAPH_NAME)
            continue;
        if (!any) {
            indent(out, depth);
            g_string_append(out, "note right of ");
            id_print(graph, state, out);
            g_string_append_c(out, '\n');
        }
        any = true;
        indent(out, depth + 1);
        text_print(line->text, out);
        g_string_append_c(out, '\n');
    }
    if (any) {
        indent(out, depth);
        g_string_append(out, "end note\n");
    }
}

/* Arrows whose innermost frame is ${frame}: Mermaid wants them where both ends are known. */
static void arrows_print(const struct graph *graph, int frame, int depth, GString *out)
{
    const struct chart *chart = graph->chart;

    for (int s = 1; s < chart->state_count; s++)
        if (chart->states[s].kind == STATE_FINAL && chart->states[s].parent == frame) {
            indent(out, depth);
            id_print(graph, s, out);
            g_string_append(out, " --> [*]\n");
        }
    if (chart->states[frame].kind == STATE_COMPOUND)
        for (int i = 0; i < chart->states[frame].first.count; i++)
            if (chart->states[chart->states[frame].first.items[i]].parent == frame) {
                indent(out, depth);
                g_string_append(out, "[*] --> ");
                id_print(graph, chart->states[frame].first.items[i], out);
                g_string_append_c(out, '\n');
            }
}

static void takes_print(const struct graph *graph, GString *out)
{
    const struct chart *chart = graph->chart;

    for (int t = 0; t < chart->take_count; t++) {
        const struct chart_take *take = &chart->takes[t];
        g_autofree char *by = graph_roles(chart, &take->by, graph->language);
        const char *label =
            graph_label(&take->label, take->name != NULL ? take->name : graph_trigger(take), graph->language);

        for (int i = 0; i < take->to.count; i++) {
            g_string_append(out, "  ");
            id_print(graph, take->source, out);
            g_string_append(out, " --> ");
            id_print(graph, take->to.items[i], out);
            g_string_append(out, " : ");
            text_print(take->row, out);
            g_string_append_c(out, ' ');
            text_print(label, out);
            if (by[0] != '\0') {
                g_string_append(out, " / ");
                text_print(by, out);
            }
            g_string_append_c(out, '\n');
        }
    }
}

static void frame_print(const struct graph *graph, int frame, int depth, GString *out)
{
    const struct chart *chart = graph->chart;
    bool parallel = chart->states[frame].kind == STATE_PARALLEL, first = true;

    for (int i = frame + 1; i < chart->states[frame].end; i = chart->states[i].end) {
        const struct graph_node *node = state_node(graph, i);

        if (parallel && !first) {
            indent(out, depth);
            g_string_append(out, "--\n");
        }
        first = false;
        indent(out, depth);
        g_string_append(out, "state \"");
        text_print(g_array_index(node->lines, struct graph_text, 0).text, out);
        g_string_append(out, "\" as ");
        id_print(graph, i, out);
        g_string_append_c(out, '\n');
        if (node->card != GRAPH_HEAD)
            continue;
        indent(out, depth);
        g_string_append(out, "state ");
        id_print(graph, i, out);
        g_string_append(out, " {\n");
        frame_print(graph, i, depth + 1, out);
        indent(out, depth);
        g_string_append(out, "}\n");
    }
    arrows_print(graph, frame, depth, out);
}

void graph_mermaid(const struct graph *graph, GString *out)
{
    const struct chart *chart = graph->chart;

    g_string_append(out, "---\ntitle: \"");
    text_print(graph_label(&chart->title, chart->workflow, graph->language), out);
    g_string_append(out, "\"\n---\nstateDiagram-v2\n");
    frame_print(graph, 0, 1, out);
    takes_print(graph, out);
    for (int s = 1; s < chart->state_count; s++)
        note_print(graph, s, 1, out);
}
