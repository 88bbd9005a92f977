#include "engine/app/internal.h"

/* When a lot made no way because its cases are held elsewhere. */
#define PAUSE_US (20 * INSTANT_MS)

static void deadlines_ask(struct engine *engine)
{
    if (engine->due_asking || engine->wakes.length > 0 || engine->wake_batches > 0) {
        engine->due_again = true;
        return;
    }
    if (engine->draining)
        return;
    engine->due_asking = true;
    engine->due_again = false;
    engine->due.now = loop_now(engine->loop);
    engine->due.limit = engine->config.due_max;
    g_array_set_size(engine->due.case_ids, 0);
    g_array_set_size(engine->due.wakes, 0);
    store_due(engine->store, &engine->due);
}

static void deadlines_arm(struct engine *engine, instant at)
{
    if (engine->config.poll_us > 0)
        at = MIN(at, loop_now(engine->loop) + engine->config.poll_us);
    if (at != INSTANT_NEVER && (!engine->due_timer.armed || at < engine->due_timer.at))
        loop_timer_at(engine->loop, &engine->due_timer, at);
}

static void deadlines_answered(struct store_request *request)
{
    struct engine *engine = (struct engine *)(void *)((char *)request - offsetof(struct engine, due.request));
    const struct store_due *due = &engine->due;

    engine->due_asking = false;
    if (request->error != NULL) {
        g_clear_error(&request->error);
        deadlines_arm(engine, loop_now(engine->loop) + INSTANT_SECOND);
        return;
    }
    for (guint i = 0; i < due->case_ids->len; i++)
        queue_wake(engine, g_array_index(due->case_ids, int64_t, i), 0);
    for (guint i = 0; i < due->wakes->len; i++) {
        const struct store_wake *wake = &g_array_index(due->wakes, struct store_wake, i);

        queue_wake(engine, wake->case_id, wake->subject);
    }
    deadlines_arm(engine, due->next);
    if (due->case_ids->len > 0 || due->wakes->len > 0)
        engine->due_again = true;
    else if (engine->due_again)
        deadlines_arm(engine, loop_now(engine->loop));
    engine_check_drained(engine);
}

static void deadlines_timer(struct loop_timer *timer)
{
    deadlines_ask((struct engine *)(void *)((char *)timer - offsetof(struct engine, due_timer)));
}

void deadlines_consider(struct engine *engine, instant fire_at)
{
    if (fire_at != INSTANT_NEVER && !engine->draining)
        deadlines_arm(engine, fire_at);
}

void deadlines_wakes_done(struct engine *engine)
{
    if (engine->due_again && engine->wakes.length == 0 && engine->wake_batches == 0) {
        instant now = loop_now(engine->loop);

        engine->due_again = false;
        deadlines_arm(engine, engine->wake_moved ? now : now + PAUSE_US);
    }
}

void deadlines_init(struct engine *engine)
{
    engine->due_timer.done = deadlines_timer;
    engine->due.request.done = deadlines_answered;
    engine->due.case_ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    engine->due.wakes = g_array_new(FALSE, FALSE, sizeof(struct store_wake));
}

void deadlines_stop(struct engine *engine)
{
    loop_timer_cancel(engine->loop, &engine->due_timer);
}
