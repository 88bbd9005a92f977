/*
 * What a session is opened with: the operator's conninfo, our settings, and the addresses found for its host names.
 */
#ifndef TOROKU_POSTGRES_SESSION_H
#define TOROKU_POSTGRES_SESSION_H

#include "adapters/postgres/resolve.h"

#include <glib.h>
#include <libpq-fe.h>

/* Zero means the default. Settings in the conninfo's own `options` win over these. */
struct conn_config {
    const char *conninfo;                    /* of libpq: keywords or URI */
    const char *application_name;            /* toroku */
    unsigned connect_timeout_ms;             /* 5,000; looking names up does not count */
    unsigned statement_timeout_ms;           /* 10,000 */
    unsigned lock_timeout_ms;                /* 4,000 */
    unsigned idle_in_transaction_timeout_ms; /* 5,000; fences a stalled daemon */
};

struct session;

/* Copies what it needs of ${config}. NULL with TOROKU_ERROR_INVALID when the conninfo cannot be parsed. */
struct session *session_new(const struct conn_config *config, GError **error);
void session_free(struct session *s);

/* The value that the conninfo gives ${keyword}, or NULL. */
const char *session_value(const struct session *s, const char *keyword);

/* PQconnectStartParams with everything; ${found} replaces the conninfo's host and port unless it is NULL. */
PGconn *session_connect(const struct session *s, const struct resolve *found);

#endif
