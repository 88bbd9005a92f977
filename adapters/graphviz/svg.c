#include "adapters/graphviz/svg.h"

#include "adapters/graphviz/card.h"
#include "adapters/graphviz/layout.h"

#define MARGIN 24.0
#define HEADING 52.0
#define LEGEND 116.0
#define WIDTH_MIN 720.0
#define WORD(graph, ja, en) ((graph)->language == GRAPH_JA ? (ja) : (en))

/* Never by colour alone: borders and arrows differ in their dashes, and every card says in words what it is. */
static const struct {
    const char *name, *ink, *fill, *dashes;
    double border;
} looks[] = {[GRAPH_START] = {"begin", "#333333", "#333333", "4 3", 1},
             [GRAPH_STATE] = {"state", "#1a1a1a", "#ffffff", NULL, 1.4},
             [GRAPH_HEAD] = {"head", "#7a8699", "#dde7f8", NULL, 1},
             [GRAPH_FINAL] = {"final", "#1a1a1a", "#ececec", NULL, 1},
             [GRAPH_HISTORY] = {"history", "#1a1a1a", "#ffffff", NULL, 1.2},
             [GRAPH_EVENT] = {"event", "#0017c1", "#f4f7ff", NULL, 1},
             [GRAPH_SIGNAL] = {"signal", "#115a36", "#ecf8f1", "1.5 3", 1.4},
             [GRAPH_DUE] = {"due", "#ce0000", "#fdf0f0", "7 4", 1.4},
             [GRAPH_DONE] = {"done", "#5c5c5c", "#f5f5f5", NULL, 1.8}};

static const char *const inks[GRAPH_LINE_COUNT] = {
    [GRAPH_TITLE] = "#1a1a1a",  [GRAPH_NAME] = "#666666",   [GRAPH_TURN] = "#0017c1", [GRAPH_WHO] = "#1a1a1a",
    [GRAPH_TARGET] = "#7a5200", [GRAPH_LIMIT] = "#ce0000",  [GRAPH_NOTE] = "#4d4d4d", [GRAPH_ACT] = "#333333",
    [GRAPH_RULE] = "#4d4d4d",   [GRAPH_DEFAULT] = "#8b3f96"};

struct svg {
    const struct graph *graph;
    struct card *cards;
    struct layout *layout;
    GString *out;
};

/* A number with at most one digit after the point. */
static void number(GString *out, const char *before, double n)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append(out, before);
    g_string_append(out, g_ascii_formatd(text, sizeof text, "%.1f", n));
}

static void escaped(GString *out, const char *text)
{
    g_autofree char *safe = g_markup_escape_text(text, -1);

    g_string_append(out, safe);
}

static void rect(GString *out, const struct layout_box *box, double radius, enum graph_card card, double inset)
{
    number(out, "<rect x=\"", box->left + inset);
    number(out, "\" y=\"", box->top + inset);
    number(out, "\" width=\"", box->width - 2 * inset);
    number(out, "\" height=\"", box->height - 2 * inset);
    number(out, "\" rx=\"", radius);
    g_string_append_printf(out, "\" fill=\"%s\" stroke=\"%s\"", looks[card].fill, looks[card].ink);
    number(out, " stroke-width=\"", looks[card].border);
    g_string_append_c(out, '"');
    if (looks[card].dashes != NULL && card != GRAPH_START)
        g_string_append_printf(out, " stroke-dasharray=\"%s\"", looks[card].dashes);
    g_string_append(out, "/>");
}

static void text_line(GString *out, double x, double y, double font, bool bold, const char *ink, const char *text)
{
    number(out, "<text x=\"", x);
    number(out, "\" y=\"", y);
    number(out, "\" font-size=\"", font);
    g_string_append_printf(out, "\" fill=\"%s\"%s>", ink, bold ? " font-weight=\"bold\"" : "");
    escaped(out, text);
    g_string_append(out, "</text>");
}

static void svg_lines(const struct svg *svg, const struct card *card, const struct layout_box *box)
{
    double y = box->top + CARD_PADDING * 0.75;

    for (guint i = 0; i < card->lines->len; i++) {
        const struct card_line *line = &g_array_index(card->lines, struct card_line, i);

        text_line(svg->out, box->left + CARD_PADDING, y + card_font(line->kind) * 1.1, card_font(line->kind),
                  card_is_bold(line->kind), inks[line->kind], line->text);
        y += card_line_height(line->kind);
    }
}

/* The id of the group of a card: the state's or the row's. */
static void svg_group(const struct svg *svg, int node)
{
    const struct graph *graph = svg->graph;
    const struct graph_node *n = &g_array_index(graph->nodes, struct graph_node, node);

    g_string_append(svg->out, "<g");
    if (n->name != NULL) {
        g_string_append_printf(svg->out, " id=\"%s-", n->card >= GRAPH_EVENT ? "row" : "state");
        escaped(svg->out, n->name);
        g_string_append_c(svg->out, '"');
    }
    g_string_append_c(svg->out, '>');
}

static void svg_node(const struct svg *svg, int node)
{
    const struct graph_node *n = &g_array_index(svg->graph->nodes, struct graph_node, node);
    const struct layout_box *box = &svg->layout->nodes[node];

    svg_group(svg, node);
    if (n->card == GRAPH_START) {
        rect(svg->out, box, box->width / 2, n->card, 0);
    } else {
        rect(svg->out, box, n->card == GRAPH_HISTORY ? box->height / 2 : n->card >= GRAPH_EVENT ? 3 : 8, n->card, 0);
        if (n->card == GRAPH_FINAL)
            rect(svg->out, box, 6, n->card, 3);
        svg_lines(svg, &svg->cards[node], box);
    }
    g_string_append(svg->out, "</g>\n");
}

static void svg_frame(const struct svg *svg, int state)
{
    const struct chart *chart = svg->graph->chart;
    const struct layout_box *box = &svg->layout->frames[state];
    int depth = 0;

    for (int up = chart->states[state].parent; up > 0; up = chart->states[up].parent)
        depth++;
    number(svg->out, "<rect x=\"", box->left);
    number(svg->out, "\" y=\"", box->top);
    number(svg->out, "\" width=\"", box->width);
    number(svg->out, "\" height=\"", box->height);
    g_string_append_printf(
        svg->out, "\" rx=\"10\" fill=\"%s\" stroke=\"#7a8699\"%s/>\n", depth % 2 == 0 ? "#f7f9fc" : "#eef2f9",
        chart->states[state].kind == STATE_PARALLEL ? " stroke-dasharray=\"10 4\" stroke-width=\"2\"" : "");
}

static void svg_edge(const struct svg *svg, int edge)
{
    const struct graph_edge *e = &g_array_index(svg->graph->edges, struct graph_edge, edge);
    const GArray *points = svg->layout->edges[edge];
    GString *out = svg->out;

    g_string_append(out, "<path d=\"");
    for (guint i = 0; i < points->len; i++) {
        const struct layout_point *p = &g_array_index(points, struct layout_point, i);

        if (i + 1 == points->len && e->arrow == GRAPH_OUT)
            break;
        number(out, i == 0 ? "M" : i + 1 == points->len ? " L" : i % 3 == 1 ? " C" : " ", p->x);
        number(out, ",", p->y);
    }
    g_string_append_printf(out, "\" fill=\"none\" stroke=\"%s\"", looks[e->card].ink);
    number(out, " stroke-width=\"", looks[e->card].border);
    g_string_append_c(out, '"');
    if (looks[e->card].dashes != NULL)
        g_string_append_printf(out, " stroke-dasharray=\"%s\"", looks[e->card].dashes);
    if (e->arrow != GRAPH_OUT)
        g_string_append_printf(out, " marker-end=\"url(#arrow-%s)\"", looks[e->card].name);
    g_string_append(out, "/>\n");
}

static void svg_arrowheads(GString *out)
{
    static const enum graph_card cards[] = {GRAPH_START, GRAPH_EVENT, GRAPH_SIGNAL, GRAPH_DUE, GRAPH_DONE};

    g_string_append(out, "<defs>");
    for (size_t i = 0; i < G_N_ELEMENTS(cards); i++)
        g_string_append_printf(out,
                               "<marker id=\"arrow-%s\" viewBox=\"0 0 10 8\" refX=\"10\" refY=\"4\" markerWidth=\"10\" "
                               "markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">"
                               "<path d=\"M0,0 L10,4 L0,8 Z\" fill=\"%s\"/></marker>",
                               looks[cards[i]].name, looks[cards[i]].ink);
    g_string_append(out, "</defs>\n");
}

/* For who does not see the picture: its states in their order, with whose turn it is. */
static void svg_describe(const struct graph *graph, GString *out)
{
    const struct chart *chart = graph->chart;

    escaped(out, WORD(graph, "状態と手番：", "States and whose turn it is: "));
    for (int i = 1; i < chart->state_count; i++) {
        g_autofree char *turn = graph_roles(chart, &chart->states[i].turn, graph->language);

        escaped(out, i == 1 ? "" : WORD(graph, "、", "; "));
        escaped(out, graph_label(&chart->states[i].label, chart->states[i].id, graph->language));
        if (turn[0] != '\0') {
            g_string_append(out, WORD(graph, "（", " ("));
            escaped(out, turn);
            g_string_append(out, WORD(graph, "）", ")"));
        }
    }
}

static void svg_head(const struct svg *svg, double width, double height)
{
    const struct chart *chart = svg->graph->chart;
    const char *title = graph_label(&chart->title, chart->workflow, svg->graph->language);
    char effective[CIVIL_TEXT_SIZE];
    g_autofree char *basis = graph_basis(chart, chart->basis, svg->graph->language), *below = NULL;
    GString *out = svg->out;

    civil_print(chart->effective, effective);
    below = g_strdup_printf(WORD(svg->graph, "%s 第%d版、%s から%s%s", "%s, version %d, from %s%s%s"), chart->workflow,
                            chart->version, effective, basis == NULL ? "" : WORD(svg->graph, "。", ". "),
                            basis == NULL ? "" : basis);
    g_string_append(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"");
    number(out, " width=\"", width);
    number(out, "\" height=\"", height);
    number(out, "\" viewBox=\"0 0 ", width);
    number(out, " ", height);
    g_string_append_printf(out,
                           "\" role=\"img\" aria-labelledby=\"title desc\" lang=\"%s\" font-family=\"'Noto Sans JP', "
                           "'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic UI', Meiryo, sans-serif\">\n<title "
                           "id=\"title\">",
                           WORD(svg->graph, "ja", "en"));
    escaped(out, title);
    g_string_append(out, "</title>\n<desc id=\"desc\">");
    svg_describe(svg->graph, out);
    g_string_append(out, "</desc>\n");
    svg_arrowheads(out);
    g_string_append(out, "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    text_line(out, MARGIN, MARGIN + 12, 18, true, "#1a1a1a", title);
    text_line(out, MARGIN, MARGIN + 30, 11, false, "#4d4d4d", below);
    g_string_append_c(out, '\n');
}

static void legend_line(GString *out, double x, double y, enum graph_card card, const char *text)
{
    struct layout_box box = {x, y - 9, 26, 12};

    rect(out, &box, 3, card, 0);
    text_line(out, x + 34, y, 11, false, "#1a1a1a", text);
    g_string_append_c(out, '\n');
}

static void svg_legend(const struct svg *svg, double y)
{
    const struct graph *graph = svg->graph;
    GString *out = svg->out;
    double x = MARGIN, second = MARGIN + 250, third = MARGIN + 480;

    text_line(out, x, y, 11, true, "#1a1a1a", WORD(graph, "凡例", "Key"));
    legend_line(out, x, y + 20, GRAPH_EVENT, WORD(graph, "人が行う手続", "A step that a person takes"));
    legend_line(out, x, y + 40, GRAPH_DUE, WORD(graph, "期限の到来による移行", "When a limit is due"));
    legend_line(out, x, y + 60, GRAPH_SIGNAL, WORD(graph, "他の案件からの信号", "A signal of another case"));
    legend_line(out, second, y + 20, GRAPH_DONE, WORD(graph, "自動の移行", "By itself"));
    legend_line(out, second, y + 40, GRAPH_STATE, WORD(graph, "状態", "State"));
    legend_line(out, second, y + 60, GRAPH_FINAL, WORD(graph, "終了", "End"));
    text_line(out, third, y + 20, 11, false, inks[GRAPH_TARGET],
              WORD(graph, "目標：過ぎても効力は生じない", "Target: passing it decides nothing"));
    text_line(out, third, y + 40, 11, true, inks[GRAPH_LIMIT],
              WORD(graph, "期限：到来すると効力が生じる", "Limit: it acts when it is due"));
    text_line(out, third, y + 60, 11, false, inks[GRAPH_DEFAULT],
              WORD(graph, "当方の既定：制度の規則ではない", "Our default: no rule of the programme"));
    g_string_append_c(out, '\n');
}

static void svg_draw(const struct svg *svg)
{
    const struct chart *chart = svg->graph->chart;
    double width = MAX(svg->layout->width + 2 * MARGIN, WIDTH_MIN);
    double height = HEADING + MARGIN + svg->layout->height + LEGEND;

    svg_head(svg, width, height);
    number(svg->out, "<g transform=\"translate(", (width - svg->layout->width) / 2);
    number(svg->out, ",", HEADING + MARGIN);
    g_string_append(svg->out, ")\">\n");
    for (int i = 1; i < chart->state_count; i++)
        if (svg->layout->frames[i].width > 0)
            svg_frame(svg, i);
    for (int i = 0; i < svg->layout->edge_count; i++)
        svg_edge(svg, i);
    for (int i = 0; i < (int)svg->graph->nodes->len; i++)
        svg_node(svg, i);
    g_string_append(svg->out, "</g>\n");
    svg_legend(svg, height - LEGEND + 36);
    g_string_append(svg->out, "</svg>\n");
}

bool svg_print(const struct graph *graph, GString *out, GError **error)
{
    struct svg svg = {.graph = graph, .out = out, .cards = g_new0(struct card, graph->nodes->len)};
    g_autofree struct graph_size *sizes = g_new0(struct graph_size, graph->nodes->len);

    for (guint i = 0; i < graph->nodes->len; i++) {
        card_init(&svg.cards[i], &g_array_index(graph->nodes, struct graph_node, i));
        sizes[i] = svg.cards[i].size;
    }
    svg.layout = layout_new(graph, sizes, error);
    if (svg.layout != NULL)
        svg_draw(&svg);
    for (guint i = 0; i < graph->nodes->len; i++)
        card_release(&svg.cards[i]);
    g_free(svg.cards);
    layout_free(svg.layout);
    return svg.layout != NULL;
}
