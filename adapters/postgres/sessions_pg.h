/*
 * The sessions port (engine/port/sessions.h) on PostgreSQL, with connections of its own as the role engine: whoever
 * reads cases sees no password and no session.
 */
#ifndef TOROKU_POSTGRES_SESSIONS_PG_H
#define TOROKU_POSTGRES_SESSIONS_PG_H

#include "engine/port/feeds.h"
#include "engine/port/loop.h"
#include "engine/port/sessions.h"

#include <uv.h>

struct sessions_pg;

typedef void sessions_pg_drained_cb(void *data);

/* Begins to connect to ${conninfo}. ${uv} and ${loop} outlive it. NULL with TOROKU_ERROR_INVALID when the conninfo
 * cannot be parsed. */
struct sessions_pg *sessions_pg_new(const char *conninfo, uv_loop_t *uv, struct loop *loop, GError **error);

/* The ports; they live as long as ${pg}. */
struct sessions *sessions_pg_port(struct sessions_pg *pg);
struct feeds *sessions_pg_feeds(struct sessions_pg *pg);

/* Lets what is under way end, closes the connections and frees ${pg}; then ${drained} runs, on the loop. */
void sessions_pg_drain(struct sessions_pg *pg, sessions_pg_drained_cb *drained, void *data);

#endif
