/*
 * The store port (engine/port/store.h) on PostgreSQL: the statements of schema/queries over pipelined connections.
 *
 * A batch is one implicit transaction on one connection: load, a flush request, perhaps fetches, the writes, one Sync.
 * Batches have connections of their own; finding what is due and the outbox share another one. Lock order:
 * schema/README.md.
 */
#ifndef TOROKU_POSTGRES_STORE_PG_H
#define TOROKU_POSTGRES_STORE_PG_H

#include "engine/port/loop.h"
#include "engine/port/store.h"

#include <uv.h>

struct store_pg;

typedef void store_pg_drained_cb(void *data);

/*
 * Begins to connect to ${conninfo}, which logs in as the role engine, with ${connections} for batches (0: 3) and one
 * beside them. ${uv} and ${loop} outlive the store. NULL with TOROKU_ERROR_INVALID when the conninfo cannot be parsed.
 * Requests made while the database is away fail with UNAVAILABLE; when it is back `woken` is called.
 */
struct store_pg *store_pg_new(const char *conninfo, unsigned connections, uv_loop_t *uv, struct loop *loop,
                              GError **error);

/* The port; lives as long as ${pg}. */
struct store *store_pg_port(struct store_pg *pg);

/* Do connections for batches stand? */
bool store_pg_is_up(const struct store_pg *pg);

/* Lets what is under way end, closes the connections and frees ${pg}; then ${drained} runs, on the loop. */
void store_pg_drain(struct store_pg *pg, store_pg_drained_cb *drained, void *data);

#endif
