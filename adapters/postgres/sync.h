/*
 * Synchronous libpq, for the command line and the start of the daemon, before a loop runs.
 */
#ifndef TOROKU_POSTGRES_SYNC_H
#define TOROKU_POSTGRES_SYNC_H

#include "adapters/postgres/params.h"
#include "adapters/postgres/query.h"
#include "engine/error.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGconn, PQfinish)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGresult, PQclear)

/* A connection whose notices go to the log, or NULL with UNAVAILABLE. The caller's: PQfinish. */
PGconn *sync_connect(const char *conninfo, GError **error);

/* Runs ${query} with ${p} (NULL: it has no parameters), sealing it. The rows in binary, or NULL with the error. */
PGresult *sync_query(PGconn *pg, enum query query, struct params *p, GError **error);

/* Runs several statements in one, without parameters; ${what} names them in errors. */
bool sync_script(PGconn *pg, const char *text, const char *what, GError **error);

#endif
