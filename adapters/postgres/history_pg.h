/*
 * Reads whole cases back from the database, for replay and verify. Synchronous.
 */
#ifndef TOROKU_POSTGRES_HISTORY_PG_H
#define TOROKU_POSTGRES_HISTORY_PG_H

#include "engine/app/history.h"
#include "engine/error.h"

/* Looks at one case, lent for the call. FALSE ends the reading. */
typedef bool history_visit(const struct history_case *c, void *data);

/*
 * Visits every case with an id above ${after}, in the order of ids, in lots of one snapshot each, so that a case is
 * seen with exactly the events that its row counts. FALSE with ${error}: UNAVAILABLE, or CORRUPT for a record that is
 * no JSON.
 */
bool history_each(const char *conninfo, int64_t after, history_visit *visit, void *data, GError **error);

#endif
