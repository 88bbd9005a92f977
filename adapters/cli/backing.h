/*
 * What a simulation stands on: a store with its directory, in memory or in a fresh database. Both give ids from 1 in
 * the order of asking, so that a scenario runs the same on either.
 */
#ifndef TOROKU_CLI_BACKING_H
#define TOROKU_CLI_BACKING_H

#include "adapters/uv/loop_uv.h"
#include "adapters/yaml/library.h"
#include "engine/app/history.h"
#include "engine/port/store.h"

struct backing;

/* Looks at one case, lent for the call. */
typedef bool backing_visit(const struct history_case *c, void *data);

struct backing_ops {
    int64_t (*organisation)(struct backing *b, const char *code, const char *ja, const char *en, GError **error);
    bool (*role)(struct backing *b, int64_t org, const char *role, GError **error);
    bool (*contact)(struct backing *b, int64_t org, const char *kind, const char *email, const char *language,
                    GError **error);
    /* ${roles} is NULL-terminated. */
    int64_t (*person)(struct backing *b, const char *login, const char *name, int64_t org, const char *const *roles,
                      GError **error);
    int64_t (*subject)(struct backing *b, int64_t org, const char *code, const char *name, GError **error);
    /* Every case with its events, by id, when nothing is under way. */
    bool (*each_case)(struct backing *b, backing_visit *visit, void *data, GError **error);
    /* Closes what is open (which may run the loop) and frees. */
    void (*free)(struct backing *b);
};

struct backing {
    const struct backing_ops *ops;
    struct store *store;
};

struct backing *backing_memory_new(struct loop_uv *loop);

/* Migrates the database at ${conninfo}, registers the library's charts there and connects. NULL with UNAVAILABLE, or
 * CONFLICT when there are cases in it already. */
struct backing *backing_postgres_new(struct loop_uv *loop, struct library *library, const char *conninfo,
                                     GError **error);

/* NULL is harmless. */
void backing_free(struct backing *b);

#endif
