/*
 * Where the cards of a chart's picture go: Graphviz decides (the program `dot`, run as a child).
 *
 * It is not linked: libgvc leaks with every layout, ends the process on some inputs, and would be loaded by every
 * daemon. Only sizes go in and positions come out; it draws nothing, so no fonts are asked for and the same chart gives
 * the same picture everywhere.
 */
#ifndef TOROKU_ADAPTERS_GRAPHVIZ_LAYOUT_H
#define TOROKU_ADAPTERS_GRAPHVIZ_LAYOUT_H

#include "engine/chart/graph.h"

struct layout_point {
    double x, y;
};

struct layout_box {
    double left, top, width, height; /* all 0: there is none */
};

/* Points (1/72 inch), from the upper left corner. */
struct layout {
    double width, height;
    struct layout_box *nodes;  /* by node of the graph */
    struct layout_box *frames; /* by state of the chart */
    GArray **edges;            /* by edge of the graph: struct layout_point of a Bézier curve, 1 + 3n, then its tip */
    int edge_count;
};

/* Lays ${graph} out with cards of ${sizes}, one a node. NULL with UNAVAILABLE when there is no `dot` to run, INTERNAL
 * when it answers what cannot be read. */
struct layout *layout_new(const struct graph *graph, const struct graph_size *sizes, GError **error);
void layout_free(struct layout *layout);

#endif
