/*
 * Running cases go over to another version of their workflow, in batches (版の一括移行): the same locks, the same
 * commit, the same records as any event; engine/core/migrate.h decides each case.
 *
 * It may run while daemons serve, and may be ended at any moment: a batch is one transaction, a case that has gone over
 * is none that is to go, so that running it again goes on. A case that is locked, or that a due deadline or a signal
 * waits for, comes again later: what happened before the move takes effect under the version of its time.
 */
#ifndef TOROKU_APP_MIGRATE_CASES_H
#define TOROKU_APP_MIGRATE_CASES_H

#include "engine/app/engine.h"

struct migration;

struct migration_config {
    const struct chart *target;
    int from;                 /* the version that cases are to be of; 0: any other */
    const struct value *plan; /* engine/core/migrate.h; with "undo" the way back of moves that nothing has followed */
    bool dry_run;             /* decides and tells, and writes nothing */
    unsigned lot;             /* cases of one batch */
    int tries_max;            /* of a case that is busy */
    int64_t again_us;         /* from one try to the next */

    /* Running cases above ${after}, ascending, at most ${limit}: appended to ${ids} (int64_t). FALSE with ${error}. */
    bool (*more)(int64_t after, unsigned limit, GArray *ids, void *user, GError **error);
    /* For each of ${snapshots} the record of its last event when that is a move, else NULL: appended to ${records}
     * (struct value, owned by the list). FALSE with ${error}. */
    bool (*records)(const GPtrArray *snapshots, GPtrArray *records, void *user, GError **error);
    /* What becomes of one case: durable when it was taken, unless this is a dry run. */
    void (*decided)(const struct snapshot *before, const struct outcome *outcome, void *user);
    /* A batch is over. */
    void (*progress)(void *user);
    /* All is over, or ${error} (the callee's) ended it. */
    void (*done)(GError *error, void *user);
    void *user;
};

/* Begins. ${engine} lends its loop, store, charts and configuration; it need not have been started. Borrows ${config}
 * until `done`, where the migration is freed. */
void migrate_cases(struct engine *engine, const struct migration_config *config);

#endif
