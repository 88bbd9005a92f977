/*
 * The inside of the engine, shared by the files of this room.
 */
#ifndef TOROKU_APP_INTERNAL_H
#define TOROKU_APP_INTERNAL_H

#include "engine/app/engine.h"

/* One thing that waits for its case: a command, or (command NULL) a wake: pending signals and due deadlines. */
struct input {
    struct command *command;
    int64_t case_id; /* 0 for an opening command and for a wake that opens a case */
    int64_t subject; /* wake that opens a case */
    bool alone;      /* the batch that held it failed: it goes in a batch of its own */
    bool refused;    /* it would have been refused, its key not looked up: it comes again, and the key is */
    int tries;
    char *key; /* the command's entry in `keys`, or NULL */
};

/* The inputs of one case within a batch, and what became of the case. */
struct work {
    struct snapshot *base; /* as loaded (owned by the store batch), or new (owned here) when `opened` */
    bool opened;
    struct snapshot *current; /* after the last event taken: base, or owned by a decision */
    GPtrArray *commands;      /* struct input, by receipt */
    GPtrArray *signals;       /* struct store_signal, by instant; borrowed from the store batch */
    GPtrArray *decisions;     /* struct decision, in order */
    struct value *past;       /* what a rectification is told (struct event), once fetched */
    struct value *facts;      /* map: relation -> facts, once fetched */
    GPtrArray *numbers;       /* struct value, map of numbers by place among the decisions; NULL: none yet */
    uint64_t wants_relations, wants_numbers;
    int wants_past[2];
    bool wants_rival;
    guint wants_at; /* the place of the decision that wants numbers */
};

/* One event decided: taken and to be written, or refused. */
struct decision {
    struct event event;
    struct value *numbers, *linked, *past; /* owned: what the event read */
    instant received;
    struct outcome outcome;
    struct input *input;         /* of a command, else NULL */
    struct store_signal *signal; /* of a signal, else NULL */
    struct snapshot *before;     /* borrowed: base or an earlier decision's */
};

/* Is the command's key to be looked up? One for a version of a case needs no look when it is taken: its key cannot have
 * been used there since, and one that was used elsewhere fails the commit, after which it is alone. */
bool input_asks_key(const struct input *input);

/* Has a command that is about to be refused to come again, because the look is still to be taken? It may be a repeated
 * one, which gets its first answer. */
bool input_comes_again(struct input *input);

struct work *work_new(struct snapshot *base, bool opened);
void work_free(gpointer work);

/* Decides all that waits for ${work}'s case in the order of their instants, from the beginning. What it lacks stands in
 * wants_*; then nothing else of the result counts, and it is called again when that is there. */
void work_decide(const struct engine *engine, struct work *work, instant now);

/* Does it want more than it was told? */
bool work_wants(const struct work *work);

/* Was some event taken? */
bool work_has_writes(const struct work *work);

/* Was firing the present occurrence of ${due} refused in this batch? Its definition is at fault; the case goes on. */
bool work_refused_due(const struct work *work, const struct deadline_state *due);

/* Did the clock look at the case at ${now} and find nothing that can fire? Then only the next look is written. */
bool work_woke_early(const struct engine *engine, const struct work *work, instant now);

/* What the store is to write of a decided work. Salts come from the loop's entropy. */
struct store_case *work_write(struct engine *engine, struct work *work, instant now);

struct batch;

struct engine {
    struct loop *loop;
    struct store *store;
    struct sender *sender;
    const struct chart_set *charts;
    struct engine_config config;
    struct engine_figures figures;

    GQueue commands;          /* struct input */
    GQueue wakes;             /* struct input */
    GQueue rejects;           /* struct command, answered with its error at the next flush */
    GHashTable *wakes_queued; /* case id or -subject -> itself: a wake is queued once */
    GHashTable *in_flight;    /* case id or -subject -> struct batch: a case is in one batch at most */
    GHashTable *keys;         /* "person key" of commands in flight -> itself */
    unsigned command_batches, wake_batches;
    unsigned commands_in_flight;
    struct loop_task flush;
    struct loop_timer retry; /* for inputs that met a lock held elsewhere */

    struct loop_timer due_timer;
    struct store_due due;
    bool due_asking, due_again;
    bool wake_moved; /* the last batch of wakes wrote something */

    struct outbox *outbox;

    struct loop_task ending;
    bool draining;
    void (*drained)(void *user);
    void *drained_user;
};

/* queue.c: inputs on their way into batches */
void queue_flush_later(struct engine *engine);
void queue_wake(struct engine *engine, int64_t case_id, int64_t subject);
void queue_return(struct engine *engine, struct input *input);
void queue_init(struct engine *engine);
void queue_clear(struct engine *engine);
void input_free(struct input *input);

/* batch.c: takes over the inputs and their marks in `in_flight`. */
struct batch *batch_new(struct engine *engine, bool wake);
void batch_add(struct batch *batch, struct input *input);
unsigned batch_size(const struct batch *batch);
void batch_free(struct batch *batch);
void batch_start(struct batch *batch);

/* deadlines.c */
void deadlines_init(struct engine *engine);
void deadlines_stop(struct engine *engine);
void deadlines_consider(struct engine *engine, instant fire_at);
void deadlines_wakes_done(struct engine *engine);

/* outbox.c */
struct outbox *outbox_new(struct engine *engine);
void outbox_start(struct outbox *outbox);
void outbox_poke(struct outbox *outbox);
void outbox_stop(struct outbox *outbox);
bool outbox_is_quiet(const struct outbox *outbox);
void outbox_free(struct outbox *outbox);

/* engine.c */
void engine_check_drained(struct engine *engine);

#endif
