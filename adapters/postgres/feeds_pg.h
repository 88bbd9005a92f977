/*
 * The feeds port (engine/port/feeds.h) on PostgreSQL, over the connections of the sessions: an address is a way in, as
 * a session is. Private to this room; sessions_pg_feeds is the way to it.
 */
#ifndef TOROKU_POSTGRES_FEEDS_PG_H
#define TOROKU_POSTGRES_FEEDS_PG_H

#include "adapters/postgres/op.h"
#include "engine/port/feeds.h"

struct feeds_pg {
    struct feeds feeds; /* first */
    struct op_pool *pool;
};

/* ${pool} outlives what is asked. */
void feeds_pg_init(struct feeds_pg *pg, struct op_pool *pool);

#endif
