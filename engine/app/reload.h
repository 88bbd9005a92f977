/*
 * Definitions read anew while the daemon serves (再読込): loaded beside those in force, put in their place between two
 * batches, or not at all.
 *
 * What is under way (a batch, a request) holds the charts that it began with (chart_set_hold); nothing waits and
 * nothing is refused. A load that fails changes nothing. Who asks while a load is under way has another one begun after
 * it: an answer always covers the files as they stood when it was asked for.
 */
#ifndef TOROKU_APP_RELOAD_H
#define TOROKU_APP_RELOAD_H

#include "engine/app/engine.h"

struct reload;

/* What the reload needs from outside. */
struct reload_ops {
    /* Begins to load the definitions; ends in exactly one reload_loaded, never inside the call. */
    void (*load)(void *user);
    /* ${charts} are in force from now on, in the engine already; those before are to be retired. */
    void (*use)(struct chart_set *charts, void *user);
    /* How things stand: ${asked} reloads were asked for, ${done} of them are over, the last one with ${error} (NULL: it
     * took effect) and ${told}, what it came to, a line each. Runs when one is asked for and when one is over. */
    void (*stands)(unsigned asked, unsigned done, const GError *error, const char *told, void *user);
    void *user;
};

/* Copies ${ops}; borrows ${engine}. */
struct reload *reload_new(struct engine *engine, const struct reload_ops *ops);
void reload_free(struct reload *reload);

/* Asks for a reload. */
void reload_ask(struct reload *reload);

/* Is a load under way? */
bool reload_is_loading(const struct reload *reload);

/* No load is begun any more; one that is under way comes to nothing. */
void reload_stop(struct reload *reload);

/* The load has ended: with ${charts}, or with ${error} (taken). FALSE: they were not put in force, and are the caller's
 * still. */
bool reload_loaded(struct reload *reload, struct chart_set *charts, GError *error);

#endif
