/*
 * Looks the host names of a conninfo up in libuv's thread pool, because libpq would block the loop for it. The result
 * is libpq's own form of "these names are at these addresses": three lists, host, hostaddr and port, of equal length.
 */
#ifndef TOROKU_POSTGRES_RESOLVE_H
#define TOROKU_POSTGRES_RESOLVE_H

#include <glib.h>
#include <stdbool.h>
#include <uv.h>

struct resolve;

typedef void resolve_cb(struct resolve *r);

/* Embedded by its owner, who sets `done`. */
struct resolve {
    resolve_cb *done;
    GString *host, *hostaddr, *port; /* comma-separated, one entry per address found */
    GError *error;                   /* set when no name had an address */

    uv_loop_t *uv;
    uv_getaddrinfo_t req;
    bool active; /* a look-up is in the thread pool */
    bool cancelled;
    char **hosts, **ports;
    guint next, found;
};

/*
 * Begins to look up the names in ${host} ("a,b") with the ports ${port} ("5432", "5432,5433" or ""); NULL is "".
 * Returns true when ${r}->done will be called, once, later; false when nothing needs looking up (Unix sockets, numeric
 * addresses only) and the lists are ready now.
 */
bool resolve_start(struct resolve *r, uv_loop_t *uv, const char *host, const char *port);

/* Asks for an early end: `done` is still called, later, with an error. */
void resolve_cancel(struct resolve *r);

/* Frees the lists; not while active. Harmless on a zero-initialised ${r}. */
void resolve_release(struct resolve *r);

#endif
