/*
 * The text of a card, set in lines that fit. Private to this room.
 *
 * No font is asked for: widths are estimated, wide (East Asian) letters one em, others as the widest of the usual
 * sans-serif fonts has them on the average. A card is a little too wide rather than too narrow.
 */
#ifndef TOROKU_ADAPTERS_GRAPHVIZ_CARD_H
#define TOROKU_ADAPTERS_GRAPHVIZ_CARD_H

#include "engine/chart/graph.h"

#define CARD_PADDING 8.0

struct card_line {
    enum graph_line kind;
    char *text;
};

struct card {
    struct graph_size size;
    GArray *lines; /* struct card_line */
};

/* Font size of a line in points, and whether it is bold. */
double card_font(enum graph_line kind);
bool card_is_bold(enum graph_line kind);
double card_line_height(enum graph_line kind);
/* The estimated width of ${text}. */
double card_text_width(const char *text, double font, bool bold);

/* Sets the lines of ${node}. */
void card_init(struct card *card, const struct graph_node *node);
void card_release(struct card *card);

#endif
