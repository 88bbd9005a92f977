/*
 * Watching one socket of libpq's with uv_poll. It lives on the heap of its own, because libpq may change sockets while
 * it connects and libuv gives a handle back only in a later turn.
 */
#ifndef TOROKU_POSTGRES_WATCH_H
#define TOROKU_POSTGRES_WATCH_H

#include <stdbool.h>
#include <uv.h>

struct watch;

typedef void watch_cb(void *data, int status, int events);
typedef void watch_closed_cb(void *data);

/*
 * Prepares to watch ${fd}; nothing is watched yet. ${ready} gets uv_poll's status and events, ${closed} runs once after
 * watch_close. Returns 0, or libuv's error with *${w} unchanged.
 */
int watch_open(struct watch **w, uv_loop_t *uv, int fd, watch_cb *ready, watch_closed_cb *closed, void *data);

/* Does ${w} watch ${fd}? */
bool watch_is_for(const struct watch *w, int fd);

/* Watches for ${events}; 0 stops, and libuv forgets the socket until the next call. */
void watch_set(struct watch *w, int events);

/* Stops at once, so that the socket may be closed, and frees *${w} in a later turn. Harmless on NULL. */
void watch_close(struct watch **w);

#endif
