#include "engine/app/internal.h"

#define RETRY_US (5 * INSTANT_MS)

static int64_t *id_new(int64_t id)
{
    return g_memdup2(&id, sizeof id);
}

/* What an input keeps other batches away from: its case, or the subject that it opens a case about; 0: nothing. */
static int64_t input_mark(const struct input *input)
{
    if (input->case_id != 0)
        return input->case_id;
    return -(input->command != NULL ? input->command->subject : input->subject);
}

bool input_asks_key(const struct input *input)
{
    const struct command *command = input->command;

    return command != NULL && command->key != NULL &&
           (input->case_id == 0 || command->if_version < 0 || input->alone || input->refused);
}

bool input_comes_again(struct input *input)
{
    if (input->command->key == NULL || input_asks_key(input))
        return false;
    input->refused = true;
    return true;
}

void input_free(struct input *input)
{
    g_free(input->key);
    g_free(input);
}

/* A case may be entered several times into one batch, a subject only once: the second must see what the first opened.
 */
static bool input_is_free(struct engine *engine, const struct input *input, const struct batch *batch)
{
    int64_t mark = input_mark(input);
    const void *holder = mark == 0 ? NULL : g_hash_table_lookup(engine->in_flight, &mark);

    if (holder != NULL && (holder != batch || mark < 0))
        return false;
    return input->key == NULL || !g_hash_table_contains(engine->keys, input->key);
}

static void input_enter(struct engine *engine, struct input *input, struct batch *batch)
{
    int64_t mark = input_mark(input);

    if (mark != 0)
        g_hash_table_replace(engine->in_flight, id_new(mark), batch);
    if (input->key != NULL)
        g_hash_table_add(engine->keys, g_strdup(input->key));
    if (input->command == NULL)
        g_hash_table_remove(engine->wakes_queued, &mark);
    batch_add(batch, input);
}

/* Fills a batch with the inputs that may enter, oldest first; an input that may not keeps its place, and those behind
 * it for the same case theirs. NULL when there is none. */
static struct batch *queue_gather(struct engine *engine, GQueue *queue, bool wake)
{
    struct batch *batch = batch_new(engine, wake);
    GHashTable *passed = NULL;

    for (GList *link = queue->head, *next; link != NULL; link = next) {
        struct input *input = link->data;
        int64_t mark = input_mark(input);
        bool blocked = passed != NULL && mark != 0 && g_hash_table_contains(passed, &mark);

        next = link->next;
        if (blocked || !input_is_free(engine, input, batch) || (input->alone && batch_size(batch) > 0)) {
            if (passed == NULL)
                passed = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
            g_hash_table_add(passed, id_new(mark));
            continue;
        }
        g_queue_delete_link(queue, link);
        input_enter(engine, input, batch);
        if (input->alone || batch_size(batch) >= engine->config.batch_max)
            break;
    }
    if (passed != NULL)
        g_hash_table_unref(passed);
    if (batch_size(batch) > 0)
        return batch;
    batch_free(batch);
    return NULL;
}

/* At once when nothing is in flight; otherwise when about a third of the callers are waiting, so that batches are of a
 * size that pays and no timer is needed. */
static bool queue_should_go(const struct engine *engine)
{
    unsigned waiting = engine->commands.length, callers = waiting + engine->commands_in_flight;

    if (waiting == 0 || engine->command_batches >= engine->config.batches_max)
        return false;
    return engine->command_batches == 0 || 3 * waiting >= callers || waiting >= engine->config.batch_max;
}

static void queue_answer_rejects(struct engine *engine)
{
    struct command *command;

    while ((command = g_queue_pop_head(&engine->rejects)) != NULL)
        command->done(command);
}

static void queue_flush(struct loop_task *task)
{
    struct engine *engine = (struct engine *)(void *)((char *)task - offsetof(struct engine, flush));
    struct batch *batch;

    queue_answer_rejects(engine);
    while (queue_should_go(engine) && (batch = queue_gather(engine, &engine->commands, false)) != NULL) {
        engine->command_batches++;
        engine->commands_in_flight += batch_size(batch);
        batch_start(batch);
    }
    while (!engine->draining && engine->wakes.length > 0 && engine->wake_batches == 0 &&
           (batch = queue_gather(engine, &engine->wakes, true)) != NULL) {
        engine->wake_batches++;
        batch_start(batch);
    }
    engine_check_drained(engine);
}

void queue_flush_later(struct engine *engine)
{
    loop_defer(engine->loop, &engine->flush);
}

static void queue_retry(struct loop_timer *timer)
{
    queue_flush_later((struct engine *)(void *)((char *)timer - offsetof(struct engine, retry)));
}

void queue_wake(struct engine *engine, int64_t case_id, int64_t subject)
{
    int64_t mark = case_id != 0 ? case_id : -subject;
    struct input *input;

    if (engine->draining || g_hash_table_contains(engine->wakes_queued, &mark))
        return;
    input = g_new0(struct input, 1);
    input->case_id = case_id;
    input->subject = subject;
    g_hash_table_add(engine->wakes_queued, id_new(mark));
    g_queue_push_tail(&engine->wakes, input);
    queue_flush_later(engine);
}

void queue_return(struct engine *engine, struct input *input)
{
    int64_t mark = input_mark(input);

    if (input->command != NULL) {
        g_queue_push_head(&engine->commands, input);
    } else if (g_hash_table_contains(engine->wakes_queued, &mark)) {
        input_free(input);
        return;
    } else {
        g_hash_table_add(engine->wakes_queued, id_new(mark));
        g_queue_push_tail(&engine->wakes, input);
    }
    loop_timer_at(engine->loop, &engine->retry, loop_now(engine->loop) + RETRY_US);
}

void queue_init(struct engine *engine)
{
    g_queue_init(&engine->commands);
    g_queue_init(&engine->wakes);
    g_queue_init(&engine->rejects);
    engine->wakes_queued = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    engine->in_flight = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    engine->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    engine->flush.done = queue_flush;
    engine->retry.done = queue_retry;
}

void queue_clear(struct engine *engine)
{
    struct input *input;

    g_assert(engine->commands.length == 0);
    while ((input = g_queue_pop_head(&engine->wakes)) != NULL)
        input_free(input);
    loop_timer_cancel(engine->loop, &engine->retry);
    g_hash_table_unref(engine->wakes_queued);
    g_hash_table_unref(engine->in_flight);
    g_hash_table_unref(engine->keys);
}

static void command_reject(struct engine *engine, struct command *command, enum toroku_error code, const char *why)
{
    command->result = COMMAND_FAILED;
    command->error = g_error_new_literal(TOROKU_ERROR, (int)code, why);
    g_queue_push_tail(&engine->rejects, command);
    queue_flush_later(engine);
}

void command_submit(struct engine *engine, struct command *command)
{
    struct input *input;

    outcome_init(&command->outcome);
    command->states = NULL;
    command->error = NULL;
    if (engine->draining) {
        command_reject(engine, command, TOROKU_ERROR_UNAVAILABLE, "The service is stopping; try again.");
        return;
    }
    if (engine->commands.length >= engine->config.queue_max) {
        command_reject(engine, command, TOROKU_ERROR_BUSY, "Too many commands are waiting; try again.");
        return;
    }
    input = g_new0(struct input, 1);
    input->command = command;
    input->case_id = command->case_id;
    if (command->key != NULL)
        input->key = g_strdup_printf("%" G_GINT64_FORMAT " %s", command->actor.person, command->key);
    g_queue_push_tail(&engine->commands, input);
    queue_flush_later(engine);
}

void command_release(struct command *command)
{
    value_unref(command->states);
    command->states = NULL;
    outcome_release(&command->outcome);
    g_clear_error(&command->error);
}
