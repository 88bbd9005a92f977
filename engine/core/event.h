/*
 * One input of one case: who, what, when, with all that the decision may read.
 */
#ifndef TOROKU_CORE_EVENT_H
#define TOROKU_CORE_EVENT_H

#include "engine/chart/chart.h"

/* Who acts. Roles are those of the rulebook that the person holds by membership of ${org}. */
struct actor {
    int64_t person; /* 0: the system */
    int64_t org;
    const char *const *roles; /* NULL-terminated; NULL: none */
};

enum event_kind {
    EVENT_COMMAND, /* raised by a person over HTTP or the command line */
    EVENT_SIGNAL,  /* from another case */
    EVENT_DUE,     /* an occurrence of a deadline */
    EVENT_MIGRATE  /* the case goes over to another version of its workflow: engine/core/migrate.h */
};

/* Borrowed texts and values: the caller keeps them alive during step(). */
struct event {
    enum event_kind kind;
    const char *name; /* event or signal; the deadline's id for EVENT_DUE */
    struct actor actor;
    instant at;                       /* receipt, cause's instant, due instant; step() is told no other time */
    const struct value *input;        /* the form, or the signal's payload; NULL: none */
    int deadline, arming, occurrence; /* EVENT_DUE */
    int64_t origin_case;              /* EVENT_SIGNAL */
    int origin_seq, origin_number, hops;
    const struct value *numbers; /* map: number id -> integer, allocated for this event; NULL: none yet */
    const struct value *past;    /* a rectification: map: number of an earlier event -> rectify_facts, and "open" -> the
                                    number of the other open case about the subject, or null; NULL: none yet */
    const struct value *linked;  /* map: relation id -> facts (snapshot_facts); NULL: none yet */
    bool replayed;               /* decided again from the record: the input was validated then, may be erased now */
    int form;                    /* replayed: the form that the input was validated by, or CHART_NONE */
    bool draft;                  /* replayed: and as a draft, which need not be whole */
    const struct value *plan;    /* EVENT_MIGRATE: how it goes over */
    const struct value *undoes;  /* EVENT_MIGRATE: the body that it goes back to, or NULL */
};

/* The name of the command that opens a case; not_by knows the opener by it. */
#define EVENT_OPEN "open"

/* The name of the command that rectifies (engine/core/rectify.h); no row of a workflow takes it. */
#define EVENT_RECTIFY "rectify"

#define EVENT_HOPS_MAX 8

const char *event_kind_name(enum event_kind kind);

#endif
