/*
 * The inside of the memory store, shared by the files of this room.
 *
 * Rows live in arrays and trees; trees are ordered by struct place, so that a walk is the order that the database's
 * statements ask for.
 */
#ifndef TOROKU_MEMORY_MEMORY_H
#define TOROKU_MEMORY_MEMORY_H

#include "adapters/memory/store_memory.h"

/* Where a row stands in a tree: compared part by part. Unused parts are 0. */
#define PLACE_PARTS 6

struct place {
    int64_t parts[PLACE_PARTS];
};

/* What several batches may want at once: held by one alone, or shared. */
struct lock {
    struct memory_batch *holder;
    unsigned sharers;
};

struct memory_event {
    int seq;
    instant at;
    int64_t person;
    char *key;
    uint8_t body_hash[HASH_SIZE], hash[HASH_SIZE];
    char *states;
    GString *record;
    GArray *parts; /* struct part */
};

struct memory_case {
    int64_t id, subject, owner;
    char *workflow, *prefix;
    int version, seq;
    instant at;
    bool closed;
    uint8_t hash[HASH_SIZE];
    instant fire_at;
    GString *body, *data;
    GPtrArray *events; /* struct memory_event */
    GArray *turns;     /* struct store_turn; texts interned */
    GArray *links;     /* struct store_link; relations interned */
    struct lock lock;
};

/* What the store keeps of a subject of the directory. */
struct memory_subject {
    int64_t id;
    GArray *opens; /* struct memory_open, by workflow */
    struct lock lock;
};

struct memory_open {
    const char *workflow; /* interned */
    int64_t case_id;
};

enum signal_state { SIGNAL_PENDING, SIGNAL_TAKEN, SIGNAL_NOT_TAKEN };

struct memory_signal {
    int64_t origin_case, target, subject;
    int origin_seq, origin_number, hops;
    const char *workflow, *name; /* interned */
    instant at;
    GString *payload;
    enum signal_state state;
    char *reason;
};

enum notice_state { NOTICE_PENDING, NOTICE_DELIVERED, NOTICE_DEAD, NOTICE_NOBODY };

/* One row an address. */
struct memory_notice {
    int64_t id, case_id, lease;
    int attempt;
    enum notice_state state;
    instant at, next;
    char *notice, *address, *language;
    GString *vars;
    GPtrArray *replies; /* char *, of the attempts that ended */
};

struct memory_counter {
    int64_t value;
    struct lock lock;
};

/* A counter that a batch has advanced, and what it was before. */
struct memory_taken {
    struct memory_counter *counter;
    int64_t before;
};

enum memory_phase { MEMORY_LOAD, MEMORY_FETCH, MEMORY_COMMIT, MEMORY_ABANDON };

/* A batch from load to its end; stands in its request's impl. */
struct memory_batch {
    struct loop_task task;
    struct store_memory *memory;
    struct store_batch *batch;
    enum memory_phase phase;
    bool waiting;
    GPtrArray *held;   /* struct lock, held alone */
    GPtrArray *shared; /* struct lock, shared */
    GArray *taken;     /* struct memory_taken */
};

struct store_memory {
    struct store port; /* first */
    struct loop *loop;
    const struct directory_memory *directory;
    int64_t last_case, last_lease;
    GTree *cases;    /* id -> struct memory_case */
    GTree *subjects; /* id -> struct memory_subject */
    GHashTable *counters;
    GHashTable *keys;       /* "person key" -> struct memory_key */
    GPtrArray *signals;     /* struct memory_signal, all */
    GTree *signals_pending; /* by target, subject, at, origin */
    GHashTable *signals_by; /* origin and target in text -> struct memory_signal */
    GPtrArray *notices;     /* struct memory_notice, by id */
    GTree *notices_pending; /* by next, id */
    GTree *wakes;           /* by fire_at, case */
    GPtrArray *entries;     /* struct store_memory_entry */
    GPtrArray *batches;     /* struct memory_batch under way, in the order of their loads */
    unsigned answers;       /* other requests under way */
};

struct memory_key {
    const struct memory_case *c;
    const struct memory_event *event;
};

/* The deepest JSON that we stored ourselves. */
#define MEMORY_JSON_DEPTH 64

/* tree.c */
GTree *place_tree_new(void);
void place_insert(GTree *tree, struct place place, gpointer row);
void place_remove(GTree *tree, struct place place);
/* The first row at or after ${place}, and each one after the last; NULL at the end. */
GTreeNode *place_first(GTree *tree, struct place place);
struct place place_signal(const struct memory_signal *signal);
struct place place_notice(const struct memory_notice *notice);
struct place place_wake(const struct memory_case *c);

/* store_memory.c */
void memory_event_free(gpointer event);
void memory_entry_free(gpointer entry);
struct memory_case *memory_case_find(const struct store_memory *memory, int64_t id);
/* NULL when the directory has no such subject. */
struct memory_subject *memory_subject_find(struct store_memory *memory, int64_t id);
int64_t memory_subject_open(const struct memory_subject *subject, const char *workflow);
char *memory_key_text(int64_t person, const char *key);
char *memory_signal_text(int64_t origin_case, int seq, int number, int64_t target);

/* batch.c: locks, waiting, the end */
bool lock_is_free(const struct lock *lock, const struct memory_batch *b);
void lock_hold(struct lock *lock, struct memory_batch *b);
void lock_share(struct lock *lock, struct memory_batch *b);
/* Puts ${b} to sleep until somebody ends; it is run again then. When all sleep it fails with BUSY instead. */
void memory_batch_wait(struct memory_batch *b);
/* Gives everything back and answers; ${error} (nullable) is given to the request. */
void memory_batch_end(struct memory_batch *b, GError *error);
void memory_batch_fail(struct memory_batch *b, enum toroku_error code, const char *why);

/* The ops of the port. */
void memory_load(struct store *store, struct store_batch *batch);
void memory_fetch(struct store *store, struct store_batch *batch);
void memory_commit(struct store *store, struct store_batch *batch);
void memory_abandon(struct store *store, struct store_batch *batch);
void memory_due(struct store *store, struct store_due *due);
void memory_claim(struct store *store, struct store_claim *claim);
void memory_settle(struct store *store, struct store_settles *settles);

/* What a phase does, on the loop: load.c, commit.c */
void memory_load_run(struct memory_batch *b);
void memory_fetch_run(struct memory_batch *b);
void memory_commit_run(struct memory_batch *b);

/* effects.c: what leaves a case. */
void memory_write_signals(struct store_memory *memory, struct memory_case *c, const GArray *signals, GTree *wakes);
void memory_write_notices(struct store_memory *memory, const struct memory_case *c, const GArray *notices);
void memory_write_registers(struct store_memory *memory, const GArray *registers);

/* A snapshot of ${c} as it stands; NULL and CORRUPT when its body does not fit. */
struct snapshot *memory_case_read(const struct memory_case *c, const struct chart_set *charts, GError **error);

#endif
