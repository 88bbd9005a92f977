/*
 * Which cases are to go over to another version, and what the last of their events recorded. Synchronous, for the
 * command line.
 */
#ifndef TOROKU_POSTGRES_MIGRATE_CASES_PG_H
#define TOROKU_POSTGRES_MIGRATE_CASES_PG_H

#include "adapters/postgres/sync.h"
#include "engine/core/snapshot.h"

/* Running cases of ${workflow} in another version than ${to} (with ${from}: in that one), above ${after}, ascending, at
 * most ${limit}: their ids appended to ${ids} (int64_t). ${moved} ("W@N", or ""): only those that some event moved away
 * from that version. */
bool migrate_cases_more(PGconn *pg, const char *workflow, int to, int from, const char *moved, int64_t after,
                        unsigned limit, GArray *ids, GError **error);

/* For each of ${snapshots} the record of its last event when that is a move, else NULL: appended to ${records} (struct
 * value). */
bool migrate_cases_records(PGconn *pg, const GPtrArray *snapshots, GPtrArray *records, GError **error);

#endif
