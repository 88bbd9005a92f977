/*
 * Everything that can happen to a case of a chart, told apart as far as its rows tell it apart: what exploration tries
 * in each configuration and what the model for Spin offers. One name stands for all events that the same rows take.
 */
#ifndef TOROKU_CHART_ALPHABET_H
#define TOROKU_CHART_ALPHABET_H

#include "engine/chart/chart.h"

enum happening_kind {
    HAPPENING_COMMAND, /* a person raises an event */
    HAPPENING_SIGNAL,  /* from another case */
    HAPPENING_DUE      /* a deadline */
};

/* An internal event that an action raises. */
struct raising {
    int event;  /* index in chart.internals */
    bool maybe; /* the action has a guard: it may be left out */
};

struct happening {
    enum happening_kind kind;
    const char *name; /* of the event, signal or deadline; "" is an event that only `*` takes */
    int deadline;     /* DUE; else CHART_NONE */
    const struct index_list *takes;
    GArray *raised; /* struct raising: DUE: by the deadline's own actions, before any row is tried */
};

struct alphabet {
    const struct chart *chart;
    GArray *outer; /* struct happening */
    bool moves;    /* macrosteps may have more than one step: rows without an event, internal events that rows take */
};

struct alphabet *alphabet_new(const struct chart *chart);
void alphabet_free(struct alphabet *alphabet);

/* Appends what ${actions} raise, in their order. Events that no row takes have no effect and are left out. */
void alphabet_raise(const struct chart *chart, const struct range *actions, GArray *raised);

/* Likewise done.state.ID of ${state}. */
void alphabet_raise_done(const struct chart *chart, int state, GArray *raised);

/* May ${deadline} fall due while ${active} are active? Its state is, and no state holds it. Whether it is live, and how
 * late it is, stay open. */
bool alphabet_may_fall_due(const struct chart *chart, const struct state_set *active, int deadline);

/* Does more than the guard decide whether ${take} is enabled: who acts, who acted before, what the form says? */
bool alphabet_is_gated(const struct chart *chart, int take);

/* Does whoever passes the gates of ${weaker} pass those of ${take}? Both take the same event. */
bool alphabet_lets_through(const struct chart *chart, int take, int weaker);

/* Does guard ${guard} (or CHART_NONE) read anything beside the active states? */
bool alphabet_guard_is_open(const struct chart *chart, int guard);

#endif
