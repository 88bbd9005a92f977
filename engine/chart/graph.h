/*
 * A chart as a picture: cards and arrows (graph_new), written as text for other programs to draw.
 *
 * A card stands for a state, for a row that leads somewhere, or for the place where a case begins. A compound or
 * parallel state is a frame around the cards inside it, with a card of its own as its head: arrows to and from the
 * state as a whole meet there. Rows without targets stand as lines on their state's card. Everything is in document
 * order, so the same chart always gives the same bytes.
 */
#ifndef TOROKU_CHART_GRAPH_H
#define TOROKU_CHART_GRAPH_H

#include "engine/chart/chart.h"

enum graph_language { GRAPH_JA, GRAPH_EN };

enum graph_card {
    GRAPH_START, /* where a case begins, or a compound state */
    GRAPH_STATE, /* atomic */
    GRAPH_HEAD,  /* of a frame: a compound or parallel state */
    GRAPH_FINAL,
    GRAPH_HISTORY,
    GRAPH_EVENT,  /* rows: raised by a person */
    GRAPH_SIGNAL, /* by another case */
    GRAPH_DUE,    /* by a deadline */
    GRAPH_DONE    /* by what lies inside, by an event of the chart's own, or by itself */
};

enum graph_line {
    GRAPH_TITLE,
    GRAPH_NAME,    /* the id */
    GRAPH_TURN,    /* whose turn it is */
    GRAPH_WHO,     /* who raises it, by what it is raised */
    GRAPH_TARGET,  /* a deadline that admonishes */
    GRAPH_LIMIT,   /* a deadline that acts */
    GRAPH_NOTE,    /* anything else */
    GRAPH_ACT,     /* a row without targets */
    GRAPH_RULE,    /* the basis: a clause of the programme */
    GRAPH_DEFAULT, /* the basis: this installation's own choice */
    GRAPH_LINE_COUNT
};

struct graph_text {
    enum graph_line kind;
    char *text; /* one line of UTF-8, of any length */
};

struct graph_node {
    enum graph_card card;
    const char *name; /* id of the state or row; borrowed from the chart; NULL: GRAPH_START */
    int frame;        /* the state whose frame it stands in; 0: the chart's own */
    GArray *lines;    /* struct graph_text */
};

enum graph_arrow {
    GRAPH_BEGINS, /* from a start or a head to what is entered first */
    GRAPH_OUT,    /* from a state to its row: a line without a head */
    GRAPH_TO      /* from a row to a state */
};

struct graph_edge {
    enum graph_arrow arrow;
    int from, to;         /* nodes */
    enum graph_card card; /* of the row; GRAPH_START for GRAPH_BEGINS */
};

struct graph {
    const struct chart *chart; /* borrowed */
    enum graph_language language;
    GArray *nodes;      /* struct graph_node */
    GArray *edges;      /* struct graph_edge */
    int *node_of_state; /* by state; the start of the chart for state 0 */
};

struct graph *graph_new(const struct chart *chart, enum graph_language language);
void graph_free(struct graph *graph);

/* The size of a card in points, for a layout that is drawn by others. */
struct graph_size {
    double width, height;
};

/*
 * Appends the picture in the language of Graphviz. With ${sizes}, one a node, it is for the layout alone: cards are
 * empty and as large as that. Nodes are named n0, n1, ... and edges have ids e0, e1, ..., frames are cluster_STATE.
 */
void graph_dot(const struct graph *graph, const struct graph_size *sizes, GString *out);

/* Appends the picture as a Mermaid state diagram: frames nested, rows as labels of arrows, deadlines as notes. */
void graph_mermaid(const struct graph *graph, GString *out);

/*
 * What screens draw, in both languages, without positions: a new value. Keys that would be empty are left out.
 *
 *   workflow, version, effective, title, initial
 *   roles         {id: label} of those that are named below
 *   states        {id, kind, label, parent, initial, turn, nobody, waits, deadlines, stops, holds, basis}
 *                 kind: atomic, compound, parallel, final, shallow_history, deep_history
 *                 parent: absent at the top; turn: roles; nobody: true when it is nobody's turn; waits: why for ever
 *   transitions   {row, from, trigger, event|signal|deadline, label, by, not_by, guarded, internal, to, basis}
 *                 trigger: event, signal, due, done, internal, eventless; guarded: true when a condition must hold
 *   deadlines     {id, state, kind, label, words, reminders, basis}
 *                 kind: target or limit; words: the period as people say it
 *
 * A label, title or words is {ja, en}. A basis is {id, kind, title, source}; kind: rule or default.
 */
struct value *graph_json(const struct chart *chart);

/* ---- the words that pictures share; new texts, the caller's ---- */

/* The label in ${language}, else in the other one, else ${id}; borrowed. */
const char *graph_label(const struct chart_text *label, const char *id, enum graph_language language);
/* The period of a deadline: "10 business days from entry". */
char *graph_period(const struct chart *chart, int deadline, enum graph_language language);
/* "event", "signal", "due", "done", "internal" or "eventless". */
const char *graph_trigger(const struct chart_take *take);
/* What a row rests on: "Basis: ..." or "Our default: ..."; NULL for CHART_NONE. */
char *graph_basis(const struct chart *chart, int basis, enum graph_language language);
/* The labels of roles, with commas. */
char *graph_roles(const struct chart *chart, const struct index_list *roles, enum graph_language language);

#endif
