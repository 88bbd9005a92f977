#include "adapters/memory/memory.h"

bool lock_is_free(const struct lock *lock, const struct memory_batch *b)
{
    return (lock->holder == NULL || lock->holder == b) && lock->sharers == 0;
}

void lock_hold(struct lock *lock, struct memory_batch *b)
{
    if (lock->holder == b)
        return;
    g_assert(lock->holder == NULL && lock->sharers == 0);
    lock->holder = b;
    g_ptr_array_add(b->held, lock);
}

void lock_share(struct lock *lock, struct memory_batch *b)
{
    if (lock->holder == b)
        return;
    g_assert(lock->holder == NULL);
    lock->sharers++;
    g_ptr_array_add(b->shared, lock);
}

static void memory_batch_run(struct loop_task *task)
{
    struct memory_batch *b = (struct memory_batch *)(void *)((char *)task - offsetof(struct memory_batch, task));

    switch (b->phase) {
    case MEMORY_LOAD:
        memory_load_run(b);
        return;
    case MEMORY_FETCH:
        memory_fetch_run(b);
        return;
    case MEMORY_COMMIT:
        memory_commit_run(b);
        return;
    case MEMORY_ABANDON:
        memory_batch_end(b, NULL);
        return;
    }
}

static void memory_batch_start(struct store_batch *batch, enum memory_phase phase)
{
    struct memory_batch *b = batch->request.impl;

    b->phase = phase;
    loop_defer(b->memory->loop, &b->task);
}

void memory_load(struct store *store, struct store_batch *batch)
{
    struct memory_batch *b = g_new0(struct memory_batch, 1);

    g_assert(batch->request.impl == NULL);
    b->memory = (struct store_memory *)(void *)store;
    b->batch = batch;
    b->task.done = memory_batch_run;
    b->held = g_ptr_array_new();
    b->shared = g_ptr_array_new();
    b->taken = g_array_new(FALSE, FALSE, sizeof(struct memory_taken));
    g_ptr_array_add(b->memory->batches, b);
    batch->request.error = NULL;
    batch->request.impl = b;
    memory_batch_start(batch, MEMORY_LOAD);
}

void memory_fetch(struct store *store, struct store_batch *batch)
{
    (void)store;
    memory_batch_start(batch, MEMORY_FETCH);
}

void memory_commit(struct store *store, struct store_batch *batch)
{
    (void)store;
    memory_batch_start(batch, MEMORY_COMMIT);
}

void memory_abandon(struct store *store, struct store_batch *batch)
{
    (void)store;
    memory_batch_start(batch, MEMORY_ABANDON);
}

void memory_batch_wait(struct memory_batch *b)
{
    const GPtrArray *batches = b->memory->batches;
    bool all = true;

    b->waiting = true;
    for (guint i = 0; i < batches->len; i++)
        all = all && ((const struct memory_batch *)batches->pdata[i])->waiting;
    if (all)
        memory_batch_fail(b, TOROKU_ERROR_BUSY, "every batch waits for another one");
}

static void memory_batch_unlock(struct memory_batch *b)
{
    for (guint i = 0; i < b->held->len; i++)
        ((struct lock *)b->held->pdata[i])->holder = NULL;
    for (guint i = 0; i < b->shared->len; i++)
        ((struct lock *)b->shared->pdata[i])->sharers--;
}

static void memory_batch_free(struct memory_batch *b)
{
    g_ptr_array_unref(b->held);
    g_ptr_array_unref(b->shared);
    g_array_unref(b->taken);
    g_free(b);
}

void memory_batch_end(struct memory_batch *b, GError *error)
{
    struct store_memory *memory = b->memory;
    struct store_batch *batch = b->batch;

    if (error != NULL || b->phase == MEMORY_ABANDON)
        for (guint i = b->taken->len; i-- > 0;) {
            const struct memory_taken *taken = &g_array_index(b->taken, struct memory_taken, i);

            taken->counter->value = taken->before;
        }
    memory_batch_unlock(b);
    g_ptr_array_remove(memory->batches, b);
    for (guint i = 0; i < memory->batches->len; i++) {
        struct memory_batch *other = g_ptr_array_index(memory->batches, i);

        if (!other->waiting)
            continue;
        other->waiting = false;
        loop_defer(memory->loop, &other->task);
    }
    memory_batch_free(b);
    batch->request.impl = NULL;
    batch->request.error = error;
    batch->request.done(&batch->request);
}

void memory_batch_fail(struct memory_batch *b, enum toroku_error code, const char *why)
{
    memory_batch_end(b, g_error_new_literal(TOROKU_ERROR, (int)code, why));
}
