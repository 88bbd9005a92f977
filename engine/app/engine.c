#include "engine/app/internal.h"

struct engine_config engine_config_default(void)
{
    return (struct engine_config){.batch_max = 256,
                                  .batches_max = 2,
                                  .queue_max = 10000,
                                  .settle_us = 5 * INSTANT_SECOND,
                                  .hold_us = 5 * INSTANT_SECOND,
                                  .poll_us = INSTANT_SECOND,
                                  .lease_us = 2 * INSTANT_MINUTE,
                                  .due_max = 1000,
                                  .claim_max = 200,
                                  .attempts_max = 16,
                                  .message_host = "toroku.invalid",
                                  .public_url = "http://localhost"};
}

struct engine *engine_new(struct loop *loop, struct store *store, struct sender *sender, const struct chart_set *charts,
                          const struct engine_config *config)
{
    struct engine *engine = g_new0(struct engine, 1);

    engine->loop = loop;
    engine->store = store;
    engine->sender = sender;
    engine->charts = charts;
    engine->config = *config;
    queue_init(engine);
    deadlines_init(engine);
    engine->outbox = outbox_new(engine);
    return engine;
}

void engine_use_charts(struct engine *engine, const struct chart_set *charts)
{
    engine->charts = charts;
}

void engine_want_chart(struct engine *engine, int32_t id)
{
    if (engine->config.unknown_chart != NULL)
        engine->config.unknown_chart(id, engine->config.unknown_user);
}

const struct chart_set *engine_charts(const struct engine *engine)
{
    return engine->charts;
}

static void engine_woken(struct store *store, void *user)
{
    struct engine *engine = user;

    (void)store;
    deadlines_consider(engine, loop_now(engine->loop));
    outbox_poke(engine->outbox);
}

void engine_start(struct engine *engine)
{
    engine->store->woken = engine_woken;
    engine->store->woken_user = engine;
    deadlines_consider(engine, loop_now(engine->loop));
    outbox_start(engine->outbox);
}

void engine_check_drained(struct engine *engine)
{
    if (!engine->draining || engine->drained == NULL || engine->commands.length > 0 || engine->rejects.length > 0 ||
        engine->command_batches > 0 || engine->wake_batches > 0 || engine->due_asking ||
        !outbox_is_quiet(engine->outbox))
        return;
    loop_defer(engine->loop, &engine->ending);
}

static void engine_ended(struct loop_task *task)
{
    struct engine *engine = (struct engine *)(void *)((char *)task - offsetof(struct engine, ending));
    void (*drained)(void *user) = engine->drained;

    engine->drained = NULL;
    if (drained != NULL)
        drained(engine->drained_user);
}

void engine_drain(struct engine *engine, void (*done)(void *user), void *user)
{
    engine->draining = true;
    engine->drained = done;
    engine->drained_user = user;
    engine->ending.done = engine_ended;
    engine->store->woken = NULL;
    deadlines_stop(engine);
    outbox_stop(engine->outbox);
    queue_flush_later(engine);
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    deadlines_stop(engine);
    outbox_stop(engine->outbox);
    outbox_free(engine->outbox);
    queue_clear(engine);
    g_array_unref(engine->due.case_ids);
    g_array_unref(engine->due.wakes);
    g_free(engine);
}

struct engine_figures engine_figures(const struct engine *engine)
{
    struct engine_figures figures = engine->figures;

    figures.queued = engine->commands.length;
    figures.in_flight = engine->commands_in_flight;
    return figures;
}
