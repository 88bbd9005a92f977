/*
 * The reader port (engine/port/reader.h) on PostgreSQL: answers are JSON that PostgreSQL builds.
 *
 * Every question is asked under row level security, by a connection that is one of three roles for its whole life:
 * read_staff for people of the bodies that run the programme, read_org for all others, with the organisation set for
 * the transaction, read_public for the registers. The roles are granted to the one that logs in.
 */
#ifndef TOROKU_POSTGRES_READER_PG_H
#define TOROKU_POSTGRES_READER_PG_H

#include "engine/port/loop.h"
#include "engine/port/reader.h"

#include <uv.h>

struct reader_pg;

typedef void reader_pg_drained_cb(void *data);

/*
 * Begins to connect to ${conninfo}, which logs in as the role reader, with ${connections} for each of the three roles
 * (0: 2) and one more of read_staff for statistics. ${uv} and ${loop} outlive the reader. NULL with
 * TOROKU_ERROR_INVALID when the conninfo cannot be parsed.
 */
struct reader_pg *reader_pg_new(const char *conninfo, unsigned connections, uv_loop_t *uv, struct loop *loop,
                                GError **error);

/* The port; lives as long as ${pg}. */
struct reader *reader_pg_port(struct reader_pg *pg);

/* Lets what is under way end, closes the connections and frees ${pg}; then ${drained} runs, on the loop. */
void reader_pg_drain(struct reader_pg *pg, reader_pg_drained_cb *drained, void *data);

#endif
