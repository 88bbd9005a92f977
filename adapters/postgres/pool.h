/*
 * A fixed number of connections and those who wait for one.
 *
 * A connection's state is the list that it is on: connecting, idle or busy. Requests wait in one bounded FIFO while a
 * connection may still become free; when the last connection is lost and cannot be had again at once they fail with
 * TOROKU_ERROR_UNAVAILABLE, and so do new ones until the server is back. Another role means another pool.
 *
 * The loop port is held while requests wait.
 */
#ifndef TOROKU_POSTGRES_POOL_H
#define TOROKU_POSTGRES_POOL_H

#include "adapters/postgres/conn.h"
#include "engine/port/loop.h"

#include <glib.h>
#include <stdbool.h>
#include <uv.h>

struct pool;
struct pool_req;

typedef void pool_req_cb(struct pool_req *req);

/* Embedded by its owner, zero-initialised, who sets `done`. Not under way twice at a time. */
struct pool_req {
    pool_req_cb *done;
    struct conn *conn; /* a ready connection, the owner's until pool_release; NULL after an error */
    GError *error;     /* BUSY: the queue is full; UNAVAILABLE: the database is away. The owner frees it */

    /* Of the pool. */
    GList link;
    GQueue *queue;
};

struct pool_config {
    const char *name; /* in logs: "write" */
    struct conn_config conn;
    unsigned size;
    unsigned waiters_max;
};

/* ${up}: the first connection stands; otherwise the last one was lost. Never called from within a call to the pool. */
typedef void pool_event_cb(struct pool *pool, bool up, void *data);

typedef void pool_drained_cb(void *data);

/*
 * Begins to connect. ${config} is copied, `event` may be NULL. NULL with TOROKU_ERROR_INVALID when the conninfo cannot
 * be parsed.
 */
struct pool *pool_new(const struct pool_config *config, uv_loop_t *uv, struct loop *loop, pool_event_cb *event,
                      void *data, GError **error);

/* Asks for a connection; ${req}->done runs later, in the order of the requests but for those refused. */
void pool_acquire(struct pool *pool, struct pool_req *req);

/* ${req}->done will not run. Harmless when ${req} does not wait. */
void pool_cancel(struct pool *pool, struct pool_req *req);

/* Gives ${conn} back, whatever became of it; no segment is open or under way on it. */
void pool_release(struct pool *pool, struct conn *conn);

/* Does at least one connection stand? */
bool pool_is_up(const struct pool *pool);

/*
 * A clean end: requests that wait fail, so do new ones; busy connections are waited for; then all are closed,
 * ${drained} runs and the pool is gone.
 */
void pool_drain(struct pool *pool, pool_drained_cb *drained, void *data);

#endif
