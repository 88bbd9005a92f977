/*
 * One asynchronous connection to PostgreSQL in libpq's pipeline mode, on libuv.
 *
 * What is sent between two conn_sync calls is a segment: one implicit transaction, committed by the Sync, rolled back
 * whole when any statement of it fails. A segment may ask for its answers so far (conn_flush_request), look at them
 * and send on; it always ends with conn_sync, also after an error. There is never more than one at a time: nothing is
 * sent between conn_sync and the Sync's answer.
 *
 * A connection lost or refused comes back by itself, after 100 ms to 5 s with jitter. While it is leased (pool.h) it
 * does not: the holder may be in the middle of a transaction that is gone, so everything that it sends fails with
 * TOROKU_ERROR_UNAVAILABLE until it gives the connection back.
 *
 * While answers are outstanding the loop port is held, so that a virtual clock stands still. Retries and time limits
 * run in real time in any case: the server lives there.
 */
#ifndef TOROKU_POSTGRES_CONN_H
#define TOROKU_POSTGRES_CONN_H

#include "adapters/postgres/params.h"
#include "adapters/postgres/query.h"
#include "adapters/postgres/session.h"
#include "adapters/postgres/want.h"
#include "engine/port/loop.h"

#include <stdbool.h>
#include <uv.h>

struct conn;

enum conn_event {
    CONN_UP,      /* ready for the first segment */
    CONN_LOST,    /* it was up */
    CONN_REFUSED, /* an attempt failed; the next one is scheduled */
};

/* ${reason} is NULL for CONN_UP, otherwise lent for the call. */
typedef void conn_event_cb(struct conn *c, enum conn_event event, const GError *reason, void *data);

/* The connection is gone from here on. */
typedef void conn_closed_cb(void *data);

/*
 * Begins to connect. ${config} is copied; ${uv}, ${loop} and ${data} outlive the connection; ${event} is never called
 * from within a call into this file. NULL with TOROKU_ERROR_INVALID when the conninfo cannot be parsed.
 */
struct conn *conn_new(const struct conn_config *config, uv_loop_t *uv, struct loop *loop, conn_event_cb *event,
                      void *data, GError **error);

/*
 * Closes and frees the connection; wants under way fail first, within this call. ${closed} runs later, once no handle
 * of it is left in the loop. No event is reported any more.
 */
void conn_close(struct conn *c, conn_closed_cb *closed, void *data);

/* May a segment be begun and be expected to reach the server? */
bool conn_is_ready(const struct conn *c);

/* What conn_new was given. */
void *conn_data(const struct conn *c);

/* From here on a loss is not repaired until conn_unlease, which demands that no segment is open or under way. */
void conn_lease(struct conn *c);
void conn_unlease(struct conn *c);

/*
 * Sends ${query} with ${params} (NULL when it takes none), prepared on the connection's first use of it. The params
 * may be reset at once; they must be of the documented types. ${want}->done runs later, when its answer is complete:
 * after a conn_flush_request or conn_sync that follows.
 */
void conn_send(struct conn *c, enum query query, struct params *params, struct want *want);

/* The same for ${sql}, one statement of the caller's, not prepared; for tests and tools. ${sql} is copied. */
void conn_send_text(struct conn *c, const char *sql, struct params *params, struct want *want);

/* Asks for the answers to what was sent so far, leaving the transaction open. */
void conn_flush_request(struct conn *c);

/*
 * Ends the segment. ${want}->done runs when the transaction is durable (error is NULL) or rolled back (the error of
 * the statement that failed, or of the commit itself). After TOROKU_ERROR_UNAVAILABLE it may be either: look.
 */
void conn_sync(struct conn *c, struct want *want);

#endif
