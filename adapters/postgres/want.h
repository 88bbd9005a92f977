/*
 * A want is one expected answer of the server: statements are answered in the order in which they were sent, so a
 * FIFO of wants tells whose result this is.
 *
 * The owner embeds it, zero-initialised, sets `done` and sends it off with a conn_ call. It belongs to the connection
 * until `done` runs; then `result`, or `error` with `sqlstate` and `constraint`, stay on the want until want_clear or
 * the next use. When a statement of a transaction fails, every later want of the same transaction, its Sync included,
 * carries that same error, for nothing of the transaction stands.
 */
#ifndef TOROKU_POSTGRES_WANT_H
#define TOROKU_POSTGRES_WANT_H

#include "adapters/postgres/query.h"

#include <glib.h>
#include <libpq-fe.h>

struct want;

typedef void want_cb(struct want *want);

enum want_kind { WANT_STATEMENT, WANT_SYNC, WANT_OWN };

struct want {
    want_cb *done; /* set by the owner; may send, sync or give the connection back */

    PGresult *result; /* rows, or the bare success of a command; NULL for a Sync and after an error */
    GError *error;    /* of TOROKU_ERROR; NULL means success, for a Sync: committed and durable */
    char sqlstate[6]; /* the server's code, empty when the error has none */
    char *constraint; /* the violated constraint, or NULL */

    /* Of the connection. */
    enum want_kind kind;
    const char *what;
    enum query query; /* of WANT_OWN: what it prepares; QUERY_COUNT for nothing */
    struct want *next;
};

/* Frees what the answer left on ${want}, which must not be under way. Harmless when there is nothing. */
void want_clear(struct want *want);

/* Marks ${want} as ${kind} and under way, without what an earlier use left. ${what} names it in errors; not copied. */
void want_begin(struct want *want, enum want_kind kind, const char *what);

/* Takes ${res} over: its rows, or its error. */
void want_accept(struct want *want, PGresult *res);

/* Copies the error of ${from} onto ${want}, unless it has an answer already. */
void want_copy_error(struct want *want, const struct want *from);

/* The FIFO. Zero-initialised it is empty. */
struct want_queue {
    struct want *first, *last;
};

void want_queue_push(struct want_queue *queue, struct want *want);
struct want *want_queue_pop(struct want_queue *queue);

#endif
