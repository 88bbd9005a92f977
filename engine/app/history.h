/*
 * The whole record of cases, read back from a store: what replay and verify work on. Adapters fill it.
 */
#ifndef TOROKU_APP_HISTORY_H
#define TOROKU_APP_HISTORY_H

#include "engine/core/chain.h"
#include "engine/core/event.h"

/* One event as it was written. */
struct history_event {
    int seq;
    instant at;
    GString *text;        /* the record's bytes, as they were hashed */
    struct value *record; /* the same, parsed */
    struct value *input;  /* the members of all parts together, erased ones apart; NULL: there was none */
    GArray *parts;        /* struct part, by class; an erased one has neither body nor salt */
    uint8_t hash[HASH_SIZE];
};

/* A case: its row as it stands, and its events from the first. */
struct history_case {
    int64_t id, subject, owner;
    char *workflow;
    int version;
    int seq;
    instant at;
    bool closed;
    uint8_t hash[HASH_SIZE];
    GString *body;     /* what the row keeps: snapshot_print */
    GString *data;     /* and the data beside it */
    GPtrArray *events; /* struct history_event, by seq */
};

/* Empty; whoever fills it gives everything into its ownership. */
struct history_event *history_event_new(void);
struct history_case *history_case_new(void);
void history_case_free(gpointer c);

/* Adds the members of a part's parsed body to the event's input. */
void history_event_add_input(struct history_event *event, const struct value *members);

/* The chart that the case follows now; NULL when ${charts} has it not. */
const struct chart *history_chart(const struct chart_set *charts, const struct history_case *c);

/* The version of that name, "W@N"; NULL when ${charts} has it not, or for NULL. */
const struct chart *history_version(const struct chart_set *charts, const char *name);

/* The chart that the case was opened under. It may have gone over to another one since (engine/core/migrate.h). */
const struct chart *history_first_chart(const struct chart_set *charts, const struct history_case *c);

#endif
