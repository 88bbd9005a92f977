/*
 * The engine: takes commands, keeps deadlines, delivers notices, over three ports.
 *
 * One way in, one way through, one way out: every input of a case (a command, a due deadline, a signal) waits in a
 * queue until a batch takes it; a batch is one transaction; what it wrote wakes cases that were signalled, re-arms the
 * timer and pokes the outbox. A case is in one batch in flight at most.
 */
#ifndef TOROKU_APP_ENGINE_H
#define TOROKU_APP_ENGINE_H

#include "engine/core/outcome.h"
#include "engine/port/loop.h"
#include "engine/port/sender.h"
#include "engine/port/store.h"

struct engine;

struct engine_config {
    unsigned batch_max;       /* inputs of one batch */
    unsigned batches_max;     /* batches of commands in flight: the store's connections for them */
    unsigned queue_max;       /* inputs waiting; beyond it commands are answered BUSY */
    int64_t settle_us;        /* how long a limit waits after its due instant for inputs of earlier instants */
    int64_t hold_us;          /* how soon after its receipt a command must hold its case */
    int64_t poll_us;          /* how often the store is asked for what others wrote; 0: never (a virtual clock) */
    int64_t lease_us;         /* how long a claimed notice is ours */
    unsigned due_max;         /* cases with something due that one question to the store brings */
    unsigned claim_max;       /* notices that are claimed at once */
    int attempts_max;         /* then a notice is a dead letter */
    const char *message_host; /* right side of Message-IDs; borrowed */
    const char *public_url;   /* what links in notices begin with; borrowed */

    /* A case runs by a version that the charts have not: it may be registered since, and added to them. Inputs of such
     * cases wait some seconds for it. NULL: they fail. */
    void (*unknown_chart)(int32_t id, void *user);
    void *unknown_user;
};

/* The defaults of an installation: 256, 2, 10000, 5 s, 5 s, 1 s, 2 min, 1000, 200, 16. */
struct engine_config engine_config_default(void);

/* Copies ${config}; borrows the rest for its life. ${sender} may be NULL: notices stay in the outbox. */
struct engine *engine_new(struct loop *loop, struct store *store, struct sender *sender, const struct chart_set *charts,
                          const struct engine_config *config);

/* From the next batch on ${charts} are in force; borrowed like those before, which batches under way still hold. */
void engine_use_charts(struct engine *engine, const struct chart_set *charts);

/* A case was met that runs by the version ${id}, which the charts have not: asks for it, as batches do. */
void engine_want_chart(struct engine *engine, int32_t id);

/* The charts in force. */
const struct chart_set *engine_charts(const struct engine *engine);

/* Starts looking for what is due, pending and undelivered. */
void engine_start(struct engine *engine);

/*
 * Takes no more commands, lets what is in flight end, then runs ${done}. Nothing is given to the sender any more, so
 * that it may end what it has with SEND_RETRY and be freed from here on.
 */
void engine_drain(struct engine *engine, void (*done)(void *user), void *user);

/* After engine_drain only. NULL is harmless. */
void engine_free(struct engine *engine);

/* What the engine is doing, for health and logs. */
struct engine_figures {
    uint64_t commands_taken, commands_repeated, commands_refused, commands_failed;
    uint64_t deadlines_fired, signals_settled, batches, batches_retried;
    uint64_t notices_delivered, notices_retried, notices_dead;
    unsigned queued, in_flight;
};

struct engine_figures engine_figures(const struct engine *engine);

enum command_result {
    COMMAND_TAKEN,    /* durable: seq and states are the case's new version */
    COMMAND_REPEATED, /* the same key and body came before: seq and states are the first answer */
    COMMAND_REFUSED,  /* nothing changed: outcome tells why */
    COMMAND_FAILED    /* the world's failure: error tells which, and whether to try again */
};

struct command;
typedef void command_cb(struct command *command);

/* One command (操作) of a person. Embedded by its owner, who keeps it and all it points to until `done`. */
struct command {
    /* set by the owner */
    int64_t case_id;      /* 0: open a case of `workflow` about `subject` */
    const char *workflow; /* opening only */
    int64_t subject;      /* opening only; 0: none */
    const char *prefix;   /* that the case's number has as the person wrote it; NULL: any */
    const char *event;    /* "open" when opening */
    const struct value *input;
    struct actor actor;
    const char *key; /* idempotency key, or NULL */
    uint8_t body_hash[HASH_SIZE];
    int if_version;   /* the version that the person saw; -1: whatever it is */
    instant received; /* receipt: the instant that counts */
    command_cb *done; /* never inside command_submit */
    void *user;

    /* answered */
    enum command_result result;
    int seq;
    instant at;
    struct value *states;   /* list; freed by command_release */
    struct outcome outcome; /* COMMAND_REFUSED */
    GError *error;          /* COMMAND_FAILED */
};

/* Queues ${command}. It ends in exactly one `done`. */
void command_submit(struct engine *engine, struct command *command);

/* Frees what the answer carries. */
void command_release(struct command *command);

#endif
