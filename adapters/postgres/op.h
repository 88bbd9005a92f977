/*
 * An op is one use of a pooled connection: get it, send statements, look at their answers, perhaps send more, sync,
 * give it back. It has one callback at a time, the next thing to do; that is never run inside the call that set it.
 */
#ifndef TOROKU_POSTGRES_OP_H
#define TOROKU_POSTGRES_OP_H

#include "adapters/postgres/pool.h"
#include "adapters/postgres/rows.h"

/* Statements between two looks at the answers. */
#define OP_STATEMENTS_MAX 20

struct op;
typedef void op_cb(struct op *op);

/* A pool with the ops that are at rest: their parameter buffers are warm. */
struct op_pool {
    struct pool *pool;
    GPtrArray *resting; /* struct op */
};

struct op_slot {
    struct want want; /* first */
    struct op *op;
};

struct op {
    void *owner;
    bool wrote;           /* for the owner to note; false when the op begins */
    PGresult *held;       /* by op_hold, until op_end; NULL: none */
    struct params params; /* of the next statement; op_send resets them */

    /* Private. */
    struct op_pool *home;
    struct pool_req req;
    struct conn *conn;
    op_cb *then;
    struct op_slot slots[OP_STATEMENTS_MAX + 1];
    unsigned used, pending;
};

/* Both keep ${pool} borrowed; release it after the pool is drained. */
void op_pool_init(struct op_pool *home, struct pool *pool);
void op_pool_release(struct op_pool *home);

/* Begins: ${then} runs when there is a connection, or with op_error set when there is none. */
struct op *op_begin(struct op_pool *home, void *owner, op_cb *then);

/* Sends ${query} with op->params (none: NULL is sent when it takes none). The answer's want is borrowed until the
 * statements after the next op_flush or op_sync are sent, or op_end. */
struct want *op_send(struct op *op, enum query query);

/* Keeps the answer of ${want}, which has one, beyond the next statements. One at a time. */
void op_hold(struct op *op, struct want *want);

/* Asks for the answers; ${then} runs when all are there. The transaction stays open. */
void op_flush(struct op *op, op_cb *then);

/* Ends the transaction; ${then} runs when it is durable or, with op_error set, rolled back. */
void op_sync(struct op *op, op_cb *then);

/* The first want that failed among those answered last, or NULL. */
const struct want *op_failed(const struct op *op);

/* A copy of its error, or of the one that kept op_begin from a connection; NULL when all went well. */
GError *op_error(const struct op *op);

/* Over: the connection goes back. Only after op_sync was answered, or when there was no connection. */
void op_end(struct op *op);

#endif
