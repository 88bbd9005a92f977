/*
 * The store port: cases, events, what falls due, turns, signals, notices. Implemented by adapters/postgres and
 * adapters/memory; tests/contract runs one suite against both.
 *
 * Writing goes through batches: load (locks), fetch (what the decisions turned out to need), commit or abandon; one
 * batch is one transaction. A store never completes inside the call that started it. Every request ends in exactly one
 * `done`; `error` is set then when it failed, and is freed by the requester.
 */
#ifndef TOROKU_PORT_STORE_H
#define TOROKU_PORT_STORE_H

#include "engine/core/chain.h"
#include "engine/core/outcome.h"

struct store;
struct store_request;
typedef void store_cb(struct store_request *request);

struct store_request {
    store_cb *done;
    GError *error;
    void *impl; /* the store's */
};

/* An idempotency key (Idempotency-Key), scoped to the person. */
struct store_key {
    int64_t person;
    const char *key;
};

/* The event that consumed a key before. `key` is the index in the batch's keys. */
struct store_found {
    unsigned key;
    int64_t case_id;
    int seq;
    uint8_t body_hash[HASH_SIZE];
    char *states; /* canonical JSON list of the states after that event; owned by the batch */
};

struct store_subject {
    int64_t id;
    int64_t org; /* the organisation it belongs to */
};

/* The open case of a workflow that allows one per subject. */
struct store_open {
    char *workflow;
    int64_t subject;
    int64_t case_id;
};

/* A signal that waits to be settled. Owned by the batch. */
struct store_signal {
    int64_t origin_case;
    int origin_seq, origin_number;
    int64_t case_id; /* addressed case; 0: it opens a case of `workflow` about `subject` */
    int64_t subject;
    char *workflow;
    char *name;
    instant at;
    int hops;
    struct value *payload;
};

/* How a signal was settled. The target is named as it was addressed (case_id may be 0 for an opening one). */
struct store_settled {
    int64_t origin_case;
    int origin_seq, origin_number;
    int64_t case_id; /* as in store_signal */
    bool taken;
    const char *reason; /* why not; NULL when taken */
};

/* Asked: the first case (lowest id) found from `case_id` through a relation; it is locked FOR SHARE. */
struct store_want_linked {
    int64_t case_id, subject;
    const char *relation, *workflow;
    bool same_subject;
    const char *owner; /* neither by subject nor by link: the open one of the organisation with this code; or NULL */
    struct snapshot *found; /* answered; owned by the batch; NULL: none */
    bool busy;              /* answered: it is locked by somebody else; decide later */
};

struct store_want_number {
    const char *counter;
    int64_t value; /* answered */
};

/* Asked: an earlier event of a case that the batch holds. */
struct store_want_past {
    int64_t case_id;
    int seq;
    struct value *record; /* answered: parsed; owned by the batch; NULL: there is no such event */
};

/* Asked: the open case of the workflow about the subject. It is not locked: who claims the subject finds out. */
struct store_want_rival {
    int64_t subject;
    const char *workflow;
    int64_t case_id; /* answered; 0: none is open */
};

/* One event to be appended. Texts are borrowed until the batch ends; arrays belong to the batch. */
struct store_event {
    int seq;
    instant at;
    enum event_kind kind;
    const char *name;
    int64_t person, org;          /* 0: the system */
    const char *key;              /* NULL: none */
    uint8_t body_hash[HASH_SIZE]; /* of the command's canonical body, for the key */
    GString *record;
    uint8_t hash[HASH_SIZE];
    GArray *parts;        /* struct part */
    struct value *states; /* after it: canonical list */
};

struct store_turn {
    const char *role;
    int64_t org; /* the owner's organisation for relation roles, else 0 */
    const char *deadline;
    instant due;
};

struct store_notice {
    int seq, number; /* event, and place among its notices: with the case, the notice's identity */
    const char *notice;
    const char *who, *kind; /* recipients: role or relation, and kind of contact */
    const char *org_code;   /* recipients of an organisation named by the case's data; NULL otherwise */
    instant at;
    GString *vars; /* canonical JSON */
};

struct store_signal_write {
    int seq, number;
    const char *name;
    const char *relation, *workflow;
    bool same_subject;
    const char *linked_by; /* neither by subject nor by link: to open cases that linked this one so; or NULL */
    bool opens;            /* with no case found, one is opened */
    instant at;
    int hops;
    GString *payload;
};

struct store_register {
    enum action_kind kind;
    const char *register_;
    const char *key;
    GString *entry;     /* publish */
    const char *banner; /* mark */
    bool patch;         /* publish: `entry` holds what changes of the entry where it is listed; null: is gone */
    bool rectified;     /* true from `at` on, also of all versions since: each gets another that tells it so */
    instant at;
    int seq;
};

struct store_link {
    const char *relation;
    int64_t to;
};

/* All that a batch writes of one case. `after` is borrowed until the batch ends; the rest belongs to the batch. */
struct store_case {
    const struct snapshot *after;
    bool opened;           /* a new case */
    bool claim_subject;    /* opened or open again, one per subject: claims it */
    bool release_subject;  /* closed, one per subject: frees it */
    bool data_changed;     /* always of a new case */
    instant fire_at;       /* when the clock is to look at the case next, or INSTANT_NEVER */
    GString *body;         /* snapshot_print of after */
    GArray *events;        /* struct store_event, in order */
    GArray *turns;         /* struct store_turn: all of them, by role */
    GArray *notices;       /* struct store_notice */
    GArray *signals;       /* struct store_signal_write */
    GArray *registers;     /* struct store_register */
    GPtrArray *links_gone; /* relations (borrowed) whose links so far go */
    GArray *links;         /* struct store_link */
};

/* After a commit: signals were written for these; case_id 0 means a subject whose case is to be opened. */
struct store_wake {
    int64_t case_id, subject;
};

struct store_batch {
    struct store_request request;
    const struct chart_set *charts;

    /* asked of load */
    GArray *keys;        /* struct store_key, in order of (person, key): those to look up */
    GArray *case_ids;    /* int64_t, ascending, each once: locked in this order */
    GArray *subject_ids; /* int64_t, ascending, each once: locked before the cases */
    unsigned new_cases;  /* fresh case ids */
    bool skip_locked;    /* leave alone what another transaction holds (deadlines and signals; they come again) */

    /* answered by load and fetch with an error: a case runs by this version, which `charts` have not; else 0 */
    int32_t unknown_chart;

    /* answered by load */
    GArray *found;        /* struct store_found */
    GPtrArray *snapshots; /* struct snapshot, ascending; absent: no such case, or skipped */
    GArray *subjects;     /* struct store_subject, ascending */
    GArray *opens;        /* struct store_open of the subjects */
    GPtrArray *signals; /* struct store_signal addressed to the cases or opening one of the subjects, by (at, origin) */
    GArray *new_ids;    /* int64_t */

    /* asked and answered by fetch; the store appends answers in place */
    GArray *linked;  /* struct store_want_linked */
    GArray *numbers; /* struct store_want_number */
    GArray *pasts;   /* struct store_want_past */
    GArray *rivals;  /* struct store_want_rival */

    /* asked of commit */
    GPtrArray *cases; /* struct store_case */
    GArray *settled;  /* struct store_settled */

    /* answered by commit */
    GArray *wakes; /* struct store_wake */
};

void store_batch_init(struct store_batch *batch, const struct chart_set *charts);
void store_batch_release(struct store_batch *batch);
struct store_case *store_case_new(const struct snapshot *after);
void store_case_free(gpointer c);

/* Cases with something due: their ids, each once, at most `limit`, the earliest first. */
struct store_due {
    struct store_request request;
    instant now;
    unsigned limit;
    GArray *case_ids; /* answered: int64_t; owned by the requester */
    GArray *wakes;    /* answered: struct store_wake with pending signals; owned by the requester */
    instant next;     /* answered: the earliest fire_at after `now`, or INSTANT_NEVER */
};

/* A notice that is to be delivered now, under a lease. Owned by the claim. */
struct store_delivery {
    int64_t id;
    int64_t lease; /* fencing token: settling with another one changes nothing */
    int64_t case_id;
    int attempt; /* 1 for the first */
    char *notice, *address, *language, *message_id, *case_number;
    instant at;
    struct value *vars;
};

struct store_claim {
    struct store_request request;
    instant now, lease_until;
    unsigned limit;
    GPtrArray *deliveries; /* the requester's; answers are added: struct store_delivery */
    instant next;          /* answered: the earliest attempt or lease end after now, or INSTANT_NEVER */
};

void store_delivery_free(gpointer d);

enum delivery_state { DELIVERY_DELIVERED, DELIVERY_RETRY, DELIVERY_DEAD };

/* The result of attempts, with their evidence. */
struct store_settle {
    int64_t id, lease;
    int attempt;
    enum delivery_state state;
    instant at, next; /* next: when to try again */
    const char *reply;
};

struct store_settles {
    struct store_request request;
    GArray *settles; /* struct store_settle; owned by the requester */
};

struct store_ops {
    void (*load)(struct store *store, struct store_batch *batch);
    void (*fetch)(struct store *store, struct store_batch *batch);
    void (*commit)(struct store *store, struct store_batch *batch);
    void (*abandon)(struct store *store, struct store_batch *batch);
    void (*due)(struct store *store, struct store_due *due);
    void (*claim)(struct store *store, struct store_claim *claim);
    void (*settle)(struct store *store, struct store_settles *settles);
};

struct store {
    const struct store_ops *ops;
    void (*woken)(struct store *store, void *user); /* set by the engine: somebody else may have written; look again */
    void *woken_user;
};

/* Begins the batch's transaction: locks subjects and cases; under these locks it looks keys up and reads signals. On
 * error the batch is over (nothing is held). */
static inline void store_load(struct store *store, struct store_batch *batch)
{
    store->ops->load(store, batch);
}

/* Answers batch->linked, ->numbers, ->pasts and ->rivals within the transaction. On error the batch is over. */
static inline void store_fetch(struct store *store, struct store_batch *batch)
{
    store->ops->fetch(store, batch);
}

/* Writes everything and commits. Done without error means durable; on error nothing was written. CONFLICT: a key or a
 * subject was claimed by somebody else meanwhile; BUSY: a deadlock or lock timeout, try again. */
static inline void store_commit(struct store *store, struct store_batch *batch)
{
    store->ops->commit(store, batch);
}

/* Ends the batch without writing. `done` runs when its locks are gone. */
static inline void store_abandon(struct store *store, struct store_batch *batch)
{
    store->ops->abandon(store, batch);
}

static inline void store_due(struct store *store, struct store_due *due)
{
    store->ops->due(store, due);
}

static inline void store_claim(struct store *store, struct store_claim *claim)
{
    store->ops->claim(store, claim);
}

static inline void store_settle(struct store *store, struct store_settles *settles)
{
    store->ops->settle(store, settles);
}

#endif
