/*
 * The loop port on libuv, with a choice of three clocks.
 *
 * One thread. Deferred tasks run in the next phase of the loop (before or after it waits for I/O), all that were queued
 * by then in one pass, in the order of their calls; a task deferred by a task waits for the pass after. Timers fire in
 * the order (instant, arming order) and never before their instant; under a real clock within two milliseconds of it,
 * the machine permitting, and within a second of a step of the system's clock that jumps over it.
 */
#ifndef TOROKU_ADAPTERS_UV_LOOP_UV_H
#define TOROKU_ADAPTERS_UV_LOOP_UV_H

#include "engine/port/loop.h"

#include <glib.h>
#include <uv.h>

enum loop_uv_clock {
    LOOP_UV_REAL,   /* CLOCK_REALTIME; when the system steps it back, `now` stands still until it is reached again */
    LOOP_UV_OFFSET, /* the same plus a fixed number of microseconds */
    LOOP_UV_VIRTUAL /* stands still; jumps to the next timer when nothing else is left to do */
};

struct loop_uv;

/*
 * A loop with its own uv_loop_t. ${start_or_offset}: microseconds added to the real clock (OFFSET), the first instant
 * (VIRTUAL), ignored (REAL). NULL and ${error} (UNAVAILABLE) when libuv or libsodium cannot start.
 */
struct loop_uv *loop_uv_new(enum loop_uv_clock clock, instant start_or_offset, GError **error);

/* Closes the loop; armed timers and queued tasks are forgotten. Every uv handle of others must be closed or closing. */
void loop_uv_free(struct loop_uv *loop);

/* The port that the engine sees; lives as long as ${loop}. */
struct loop *loop_uv_port(struct loop_uv *loop);

/* The libuv loop, for the adapters' own handles. */
uv_loop_t *loop_uv_handle(struct loop_uv *loop);

/*
 * Runs until loop_uv_stop. Under VIRTUAL it returns as well when nothing remains: no timer, no task, no hold and no
 * I/O ready; open but silent sockets do not count. While something is held no timer fires under VIRTUAL, not even one
 * that is already due: what a timer starts is over before the next one fires, whatever the outside takes for it.
 */
void loop_uv_run(struct loop_uv *loop);

/* Ends loop_uv_run after the present turn; called on the loop's thread. Before loop_uv_run: that returns at once. */
void loop_uv_stop(struct loop_uv *loop);

/* Moves the clock of an OFFSET loop by ${by} microseconds, as an administrator or NTP steps the system's clock. */
void loop_uv_step_clock(struct loop_uv *loop, instant by);

#endif
