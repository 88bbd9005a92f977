/*
 * The armed timers of one loop: a binary heap ordered by (instant, arming order).
 *
 * Invariant: a timer stands in the heap exactly while `armed` is true; its `impl` then holds its index plus one, so
 * that moving and disarming need no search. The heap owns no timer.
 */
#ifndef TOROKU_ADAPTERS_UV_TIMER_HEAP_H
#define TOROKU_ADAPTERS_UV_TIMER_HEAP_H

#include "engine/port/loop.h"

struct timer_entry {
    instant at;
    uint64_t order; /* the number of the arming: earlier armed fires first among equal instants */
    struct loop_timer *timer;
};

struct timer_heap {
    struct timer_entry *entries;
    size_t count;
    size_t capacity;
    uint64_t next_order;
};

/* An empty heap. */
void timer_heap_init(struct timer_heap *heap);

/* Disarms every timer and frees the heap's own memory. */
void timer_heap_release(struct timer_heap *heap);

/* Arms ${timer} at ${at}; an armed one is moved and counts as armed anew. */
void timer_heap_put(struct timer_heap *heap, struct loop_timer *timer, instant at);

/* Disarms ${timer}; harmless when it is not armed. */
void timer_heap_remove(struct timer_heap *heap, struct loop_timer *timer);

/* The entry that fires first; NULL when none is armed. Valid until the next change. */
const struct timer_entry *timer_heap_first(const struct timer_heap *heap);

#endif
