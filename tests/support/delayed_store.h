/*
 * A store that takes its time: another one, with a random delay before each load and before each first fetch, so that
 * the receipt of an input and the lock on its case, and that lock and the locks on linked cases, lie apart.
 */
#ifndef TOROKU_TESTS_SUPPORT_DELAYED_STORE_H
#define TOROKU_TESTS_SUPPORT_DELAYED_STORE_H

#include "engine/port/loop.h"
#include "engine/port/store.h"

struct delayed_store;

/* Passes everything on to ${inner}; both arguments are borrowed. No delay until delayed_store_set. */
struct delayed_store *delayed_store_new(struct store *inner, struct loop *loop, guint32 seed);

/* From now on a batch of commands waits for up to ${load_us} before its load and up to ${fetch_us} before its first
 * fetch, each evenly distributed; one of deadlines and signals for up to a tenth of that. 0: not at all. */
void delayed_store_set(struct delayed_store *d, int64_t load_us, int64_t fetch_us);

/* What the engine sees. */
struct store *delayed_store_port(struct delayed_store *d);

/* Batches of commands delayed so far, and their mean and longest delay before the load. */
struct delayed_figures {
    unsigned loads;
    int64_t mean_us, max_us;
};

struct delayed_figures delayed_store_figures(const struct delayed_store *d);

/* Only when nothing is on its way. */
void delayed_store_free(struct delayed_store *d);

#endif
