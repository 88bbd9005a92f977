/*
 * The loop port: the only clock, scheduler and source of entropy that the engine knows.
 *
 * Implemented by adapters/uv (real time on libuv, or a virtual clock that jumps to the next timer once nothing is
 * in flight) and by adapters/memory (virtual, no I/O at all). One thread; no callback ever runs inside the call that
 * asked for it.
 */
#ifndef TOROKU_PORT_LOOP_H
#define TOROKU_PORT_LOOP_H

#include "engine/calendar/instant.h"

#include <stdbool.h>
#include <stddef.h>

struct loop;
struct loop_timer;
struct loop_task;

typedef void loop_timer_cb(struct loop_timer *timer);
typedef void loop_task_cb(struct loop_task *task);

/* Embedded by its owner, who sets `done` once; zero-initialised means not armed. `impl` belongs to the loop. */
struct loop_timer {
    loop_timer_cb *done;
    instant at;
    bool armed;
    void *impl;
};

/* Embedded by its owner. Queued at most once at a time. */
struct loop_task {
    loop_task_cb *done;
    bool queued;
    struct loop_task *next;
};

struct loop_ops {
    instant (*now)(struct loop *loop);
    void (*timer_at)(struct loop *loop, struct loop_timer *timer, instant at);
    void (*timer_cancel)(struct loop *loop, struct loop_timer *timer);
    void (*defer)(struct loop *loop, struct loop_task *task);
    void (*random)(struct loop *loop, void *bytes, size_t size);
    void (*hold)(struct loop *loop);
    void (*release)(struct loop *loop);
};

struct loop {
    const struct loop_ops *ops;
};

/* The present instant (UTC). Real time: read afresh; never goes back within one process. */
static inline instant loop_now(struct loop *loop)
{
    return loop->ops->now(loop);
}

/* Arms ${timer}, or moves it when armed, to fire once at ${at} or as soon after as the loop can, never before. */
static inline void loop_timer_at(struct loop *loop, struct loop_timer *timer, instant at)
{
    loop->ops->timer_at(loop, timer, at);
}

/* Disarms ${timer}; its callback will not run. Harmless when it is not armed. */
static inline void loop_timer_cancel(struct loop *loop, struct loop_timer *timer)
{
    loop->ops->timer_cancel(loop, timer);
}

/* Runs ${task} after the present callback has returned, in the order of the calls; harmless when already queued. */
static inline void loop_defer(struct loop *loop, struct loop_task *task)
{
    loop->ops->defer(loop, task);
}

/* Fills ${bytes} from a cryptographic source (a seeded one under a virtual clock). */
static inline void loop_random(struct loop *loop, void *bytes, size_t size)
{
    loop->ops->random(loop, bytes, size);
}

/* Something outside is under way (a query, a mail): a virtual clock stands still until the matching release. */
static inline void loop_hold(struct loop *loop)
{
    loop->ops->hold(loop);
}

static inline void loop_release(struct loop *loop)
{
    loop->ops->release(loop);
}

#endif
