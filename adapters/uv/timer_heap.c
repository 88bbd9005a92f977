#include "adapters/uv/timer_heap.h"

#include <glib.h>

static bool timer_entry_before(const struct timer_entry *a, const struct timer_entry *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void timer_heap_place(struct timer_heap *heap, size_t index, struct timer_entry entry)
{
    heap->entries[index] = entry;
    entry.timer->impl = GSIZE_TO_POINTER(index + 1);
}

static void timer_heap_rise(struct timer_heap *heap, size_t index, struct timer_entry entry)
{
    while (index > 0) {
        size_t parent = (index - 1) / 2;

        if (!timer_entry_before(&entry, &heap->entries[parent]))
            break;
        timer_heap_place(heap, index, heap->entries[parent]);
        index = parent;
    }
    timer_heap_place(heap, index, entry);
}

static void timer_heap_sink(struct timer_heap *heap, size_t index, struct timer_entry entry)
{
    for (size_t child = 2 * index + 1; child < heap->count; child = 2 * index + 1) {
        if (child + 1 < heap->count && timer_entry_before(&heap->entries[child + 1], &heap->entries[child]))
            child++;
        if (!timer_entry_before(&heap->entries[child], &entry))
            break;
        timer_heap_place(heap, index, heap->entries[child]);
        index = child;
    }
    timer_heap_place(heap, index, entry);
}

static size_t timer_heap_index(const struct timer_heap *heap, const struct loop_timer *timer)
{
    size_t index = GPOINTER_TO_SIZE(timer->impl) - 1;

    g_assert(index < heap->count);
    g_assert(heap->entries[index].timer == timer);
    return index;
}

void timer_heap_init(struct timer_heap *heap)
{
    *heap = (struct timer_heap){0};
}

void timer_heap_release(struct timer_heap *heap)
{
    for (size_t i = 0; i < heap->count; i++) {
        heap->entries[i].timer->armed = false;
        heap->entries[i].timer->impl = NULL;
    }
    g_free(heap->entries);
    timer_heap_init(heap);
}

void timer_heap_put(struct timer_heap *heap, struct loop_timer *timer, instant at)
{
    timer_heap_remove(heap, timer);
    if (heap->count == heap->capacity) {
        heap->capacity = MAX(16, 2 * heap->capacity);
        heap->entries = g_renew(struct timer_entry, heap->entries, heap->capacity);
    }
    timer->at = at;
    timer->armed = true;
    timer_heap_rise(heap, heap->count++, (struct timer_entry){at, heap->next_order++, timer});
}

void timer_heap_remove(struct timer_heap *heap, struct loop_timer *timer)
{
    struct timer_entry last;
    size_t index;

    if (!timer->armed)
        return;
    index = timer_heap_index(heap, timer);
    last = heap->entries[--heap->count];
    timer->armed = false;
    timer->impl = NULL;
    if (last.timer == timer)
        return;
    if (index > 0 && timer_entry_before(&last, &heap->entries[(index - 1) / 2]))
        timer_heap_rise(heap, index, last);
    else
        timer_heap_sink(heap, index, last);
}

const struct timer_entry *timer_heap_first(const struct timer_heap *heap)
{
    return heap->count > 0 ? &heap->entries[0] : NULL;
}
