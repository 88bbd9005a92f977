/*
 * The outbox for operators: what was delivered, what was not and why, and sending a dead letter again. Synchronous.
 */
#ifndef TOROKU_POSTGRES_NOTICES_PG_H
#define TOROKU_POSTGRES_NOTICES_PG_H

#include "engine/calendar/instant.h"
#include "engine/error.h"

/* The latest ${limit} notices in ${state} (pending, delivered, dead or nobody) as JSON text, the caller's. */
char *notices_list(const char *conninfo, const char *state, int limit, GError **error);

/* Makes the dead notice ${id} due at ${now}, under the same Message-ID. NOT_FOUND when no dead one has this id. */
bool notices_retry(const char *conninfo, int64_t id, instant now, GError **error);

#endif
