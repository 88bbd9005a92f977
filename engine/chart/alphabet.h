/*
 * Everything that can happen to a case of a chart, told apart as far as its rows tell it apart: what exploration tries
 * in each configuration and what the model for Spin offers.
 *
 * Names of events match by their tokens, so that one name stands for all that the same rows take: each row's own name,
 * and for "*" a name that no other row takes.
 */
#ifndef TOROKU_CHART_ALPHABET_H
#define TOROKU_CHART_ALPHABET_H

#include "engine/chart/chart.h"

enum happening_kind {
    HAPPENING_COMMAND,  /* a person raises an event */
    HAPPENING_SIGNAL,   /* from another case */
    HAPPENING_DUE,      /* a deadline */
    HAPPENING_INTERNAL, /* raised by an action, or by a state that is done */
    HAPPENING_NOTHING   /* rows without an event */
};

/* An internal event that an action raises. */
struct raising {
    int event;  /* index in `inner` */
    bool maybe; /* the action has a guard: it may be left out */
};

struct happening {
    enum happening_kind kind;
    char *name;     /* COMMAND, SIGNAL, INTERNAL; else NULL */
    int deadline;   /* DUE; else CHART_NONE */
    GArray *takes;  /* int: the rows that may take it, states in document order, the rows of each as it tries them */
    GArray *raised; /* struct raising: DUE: by the deadline's own actions, before any row is tried */
};

struct alphabet {
    const struct chart *chart;
    GPtrArray *outer;          /* struct happening: commands, signals, dues */
    GPtrArray *inner;          /* struct happening: internal events that some row takes; the others have no effect */
    struct happening *nothing; /* rows without an event */
};

struct alphabet *alphabet_new(const struct chart *chart);
void alphabet_free(struct alphabet *alphabet);

/* Appends what ${actions} raise, in their order. Events that no row takes are left out. */
void alphabet_raise(const struct alphabet *alphabet, const struct range *actions, GArray *raised);

/* Likewise done.state.ID of ${state}. */
void alphabet_raise_done(const struct alphabet *alphabet, int state, GArray *raised);

/* May ${deadline} fall due while ${active} are active? Its state is, and no state holds it. Whether it is live, and how
 * late it is, stay open. */
bool alphabet_may_fall_due(const struct chart *chart, const struct state_set *active, int deadline);

/* Does more than the guard decide whether ${take} is enabled: who acts, who acted before, what the form says? */
bool alphabet_is_gated(const struct chart_take *take);

/* Does whoever passes the gates of ${weaker} with some form pass those of ${take}? Both take the same event. */
bool alphabet_lets_through(const struct chart_take *take, const struct chart_take *weaker);

/* Does guard ${guard} (or CHART_NONE) read anything beside the active states? */
bool alphabet_guard_is_open(const struct chart *chart, int guard);

#endif
