/*
 * A chart's picture as SVG: cards laid out by layout.h, drawn by ourselves, so that text can be read aloud, searched
 * and selected.
 */
#ifndef TOROKU_ADAPTERS_GRAPHVIZ_SVG_H
#define TOROKU_ADAPTERS_GRAPHVIZ_SVG_H

#include "engine/chart/graph.h"

/*
 * Appends an SVG document: title and description for who does not see it, frames, arrows, cards, a legend. Presentation
 * attributes only, no style sheet and no script, so that a strict content policy lets it stand in a page. Groups have
 * the ids state-ID and row-ID. False with ${error} of layout_new, and nothing appended.
 */
bool svg_print(const struct graph *graph, GString *out, GError **error);

#endif
