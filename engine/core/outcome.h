/*
 * What step() answers: taken, refused with a reason, or a list of what it must be told first.
 */
#ifndef TOROKU_CORE_OUTCOME_H
#define TOROKU_CORE_OUTCOME_H

#include "engine/core/changes.h"
#include "engine/core/event.h"
#include "engine/core/snapshot.h"
#include "engine/error.h"

enum outcome_kind {
    OUTCOME_TAKEN,
    OUTCOME_REFUSED, /* no event of the case: no version, no key, no row */
    OUTCOME_WANTS    /* decide again with event.numbers and event.linked filled as asked */
};

/* One thing wrong with an input. Texts are owned. */
struct finding {
    char *pointer; /* RFC 6901, into the input: "/officers/0/name" */
    char *rule;    /* what was broken: "required", "check_digit" */
    char *ja, *en;
};

void finding_free(gpointer finding);

struct notice_effect {
    const char *notice; /* template id; borrowed from the chart */
    const char *to;     /* "who.kind"; borrowed */
    struct value *vars; /* what the template may show */
};

struct signal_effect {
    const char *name;
    int relation; /* of the chart */
    struct value *payload;
};

struct register_effect {
    enum action_kind kind; /* ACTION_PUBLISH, _MARK, _UNMARK, _WITHDRAW_ENTRY */
    const char *register_;
    char *key;
    struct value *entry; /* publish; with `patch` what of the entry changes, null: is no longer there */
    const char *banner;  /* mark */
    bool patch;          /* publish: changes the entry where it is listed, and lists nothing */
    bool rectified;      /* is true from `from` on, also of what was written since; else from the event's instant */
    instant from;
};

struct link_effect {
    int relation; /* one with owned_by: earlier links of the case through it end */
    int64_t to;   /* 0: only that */
};

/* One thing that was done, for who wants to see in which order (`toroku try`); the record needs no order. */
struct trace {
    enum trace_what {
        TRACE_ROW,    /* index: a row of the chart was taken */
        TRACE_ACTION, /* an action was run */
        TRACE_ARM,    /* a deadline was armed, or does not apply */
        TRACE_LEAVE   /* a deadline was live in a state that was left */
    } what;
    int index;
};

struct outcome {
    enum outcome_kind kind;
    GArray *trace; /* struct trace; the caller's, put there after outcome_init; NULL: nobody looks */

    /* refused */
    enum toroku_error code;
    char *reason_ja, *reason_en;
    GPtrArray *findings; /* struct finding */

    /* wants */
    uint64_t wants_relations;                     /* bit per relation of the chart */
    const char *wants_owner[CHART_RELATIONS_MAX]; /* with owned_by: the code of the organisation; borrowed */
    uint64_t wants_numbers;                       /* bit per number of the chart */
    int wants_past[2];                            /* rectification: numbers of events of the case; 0: none */
    bool wants_rival; /* rectification: is another case of the workflow about the subject open? */

    /* taken */
    int form;   /* that the event's input filled, by which it is split into parts; CHART_NONE: none */
    bool draft; /* and only as a draft */
    struct snapshot *after;
    struct case_changes changes;
    struct value *record; /* of outcome_record; NULL until it was asked for */
    GArray *notices;      /* struct notice_effect */
    GArray *signals;      /* struct signal_effect */
    GArray *registers;    /* struct register_effect */
    GArray *links;        /* struct link_effect */
};

void outcome_init(struct outcome *o);
void outcome_release(struct outcome *o);

/* As outcome_release followed by outcome_init, and keeps the room of the arrays: for many decisions one after another.
 */
void outcome_reset(struct outcome *o);

/* The outcome as the event's record keeps it; fold() needs no more. Made of the case ${before} the event when it is
 * asked for first. Of a taken event only. */
const struct value *outcome_record(const struct snapshot *before, struct outcome *o);

/* Notes what was done, if anybody looks. */
void outcome_trace(struct outcome *o, enum trace_what what, int index);

/* Has the decision asked for something that it was not told? */
bool outcome_wants(const struct outcome *o);

/* Makes ${o} a refusal: the texts are copied from the formats. */
void outcome_refuse(struct outcome *o, enum toroku_error code, const char *ja, const char *en);

#endif
