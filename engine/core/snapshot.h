/*
 * A case as it stands after one event: what step() reads and what the case row stores.
 *
 * Invariant (law 1): folding the outcomes of a case's events gives its snapshot, byte for byte in its printed form.
 * States are held as the full configuration (ancestors included) and printed as the ids of the active atomic states.
 */
#ifndef TOROKU_CORE_SNAPSHOT_H
#define TOROKU_CORE_SNAPSHOT_H

#include "engine/chart/chart.h"

#define HASH_SIZE 32
#define COUNT_TIMES "@"
#define COUNT_TIMES_MAX 1000

/* A live deadline of a case (締切). */
struct deadline_state {
    int deadline; /* index in the chart */
    int arming;   /* sequence number of the event that armed it: with the deadline, its identity */
    bool by_day;  /* anchored on a civil day, else on an instant */
    civil_day anchor_day;
    instant anchor;
    int choice;         /* which of several periods it goes by; 0 where its rule has but one */
    int round;          /* which of those that come again it is, from 0 */
    instant entry;      /* of its state, where its rule has several; else 0 */
    instant due;        /* INSTANT_NEVER while its clock stands still */
    civil_day last_day; /* in the chart's zone */
    int occurrence;     /* next to fire: reminders in the order of their instants, then the due instant, then none */
    instant next;       /* of that occurrence; INSTANT_NEVER when none is left or the clock stands still */
    GArray *stops;      /* struct interval; the last one has `to` == INSTANT_NEVER while the clock stands still */
};

struct snapshot {
    int64_t id;
    const struct chart *chart; /* borrowed */
    int64_t subject;           /* the service (or auditor) that the case is about; 0: none */
    int64_t owner;             /* organisation; 0: none */
    int seq;                   /* of the last event; the case's version */
    instant at;                /* of the last event; never decreases */
    bool closed;               /* a top-level final state has been reached: takes nothing more */
    struct state_set states;
    /* Maps that copies of a snapshot share: value_own before changing one. */
    struct value *data;    /* the fields that the chart reads */
    struct value *flags;   /* flag -> true */
    struct value *persons; /* event -> person who raised it last, for not_by */
    struct value *counts;  /* event -> how often it was taken, of those that guards count; event and COUNT_TIMES -> list
                              of the last instants at which it was, of those counted within a span */
    struct value *history; /* history state -> list of state ids */
    GArray *deadlines;     /* struct deadline_state, by index in the chart */
    instant fire_at; /* when the clock looks at the case next, not after anything of it is due; INSTANT_NEVER: it does
                        not. Kept beside the body, and of no meaning to a decision. */
    uint8_t hash[HASH_SIZE]; /* of the last event's place in the chain (engine/core/chain.h) */
};

/* A case before its first event. */
struct snapshot *snapshot_new(const struct chart *chart, int64_t id, int64_t subject, int64_t owner);
struct snapshot *snapshot_copy(const struct snapshot *s);
void snapshot_free(struct snapshot *s);

/* States, flags, persons, counts, history, deadlines: what the case row keeps in its body. The data are a column of
 * their own, since few events change them. A new value. */
struct value *snapshot_body(const struct snapshot *s);

/* Appends the canonical JSON of snapshot_body. */
void snapshot_print(const struct snapshot *s, GString *out);

/* Fills ${s} (new, with id and columns set by the caller) from a parsed body and parsed data. FALSE with ${error}
 * CORRUPT when the body does not fit the chart. */
bool snapshot_read(struct snapshot *s, const struct value *body, const struct value *data, GError **error);

/* The ids of the active atomic states in document order: a new list. */
struct value *snapshot_states(const struct snapshot *s);

/* Makes the atomic states ${ids} and their ancestors the active ones. FALSE when the chart has no such atomic state. */
bool snapshot_set_states(struct snapshot *s, const struct value *ids);

/* Does an active state stop the clock of ${deadline}: time does not count? */
bool snapshot_stops(const struct snapshot *s, int deadline);

/* Is ${deadline} held by an active state: time counts, firing waits? */
bool snapshot_holds(const struct snapshot *s, int deadline);

/* When the live deadline ${d} is next to be looked at: its next occurrence, ${settle_us} later when that is the due
 * instant of a limit; INSTANT_NEVER while it is held, stands still or has nothing left. */
instant snapshot_fire_at(const struct snapshot *s, const struct deadline_state *d, int64_t settle_us);

/* The live deadline with index ${deadline} in the chart, or NULL. */
struct deadline_state *snapshot_deadline(const struct snapshot *s, int deadline);

/* The case's number as people write it: prefix and id, "SA-42". The caller frees it. */
char *snapshot_number(const struct snapshot *s);

/* Whose turn it is: one row a role (engine/port/store.h keeps them). */
struct turn {
    int role;     /* in the rulebook */
    instant due;  /* of the nearest live deadline, or INSTANT_NEVER */
    int deadline; /* that deadline in the chart, or CHART_NONE */
};

/* The turns over the active states, by role, each role once. A new array of struct turn. */
GArray *snapshot_turns(const struct snapshot *s);

/* What a guard of ${chart} may read of ${linked}, a case found through ${relation}: {case, states, data, deadlines}.
 * NULL ${linked} (there is none) gives a null value. A new value. */
struct value *snapshot_facts(const struct chart *chart, int relation, const struct snapshot *linked);

#endif
