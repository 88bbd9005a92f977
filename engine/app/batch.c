/*
 *             .--------- wants ---------.
 *             v                         |
 *  start -> LOADING -> (decide) -> FETCHING
 *                          |
 *                          +-- something to write --> COMMITTING --.
 *                          '-- nothing -------------> ABANDONING --+-> over
 *
 * Any error of the store ends in over(), which answers, returns or retries each input.
 */
#include "engine/app/batch.h"

#include "engine/core/rectify.h"

#include <string.h>

/* Rounds of fetching before a decision that never has enough is a bug of a chart. */
#define ROUNDS_MAX 4
/* A lone input that meets conflicts is tried so often before its sender is told to try again. */
#define TRIES_MAX 20
/* And so often while the version that its case runs by is fetched. */
#define TRIES_UNKNOWN_MAX 600

/* How many answers of a fetch were handed out. */
struct answers {
    guint linked, number, past, rival;
};

static void batch_over(struct batch *b);

static struct batch *batch_of(struct store_request *request)
{
    return (struct batch *)(void *)((char *)request - offsetof(struct batch, store.request));
}

struct batch *batch_new(struct engine *engine, bool wake)
{
    struct batch *b = g_new0(struct batch, 1);

    b->engine = engine;
    b->wake = wake;
    b->inputs = g_ptr_array_new();
    b->works = g_ptr_array_new_with_free_func(work_free);
    store_batch_init(&b->store, chart_set_hold(engine->charts));
    return b;
}

void batch_add(struct batch *b, struct input *input)
{
    g_ptr_array_add(b->inputs, input);
}

unsigned batch_size(const struct batch *b)
{
    return b->inputs->len;
}

void batch_free(struct batch *b)
{
    const struct chart_set *charts = b->store.charts;

    g_ptr_array_unref(b->works);
    store_batch_release(&b->store);
    chart_set_drop(charts);
    g_ptr_array_unref(b->inputs);
    g_clear_error(&b->store.request.error);
    g_free(b);
}

static gint id_compare(gconstpointer a, gconstpointer b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static void ids_sort_unique(GArray *ids)
{
    guint kept = 0;

    g_array_sort(ids, id_compare);
    for (guint i = 0; i < ids->len; i++) {
        int64_t id = g_array_index(ids, int64_t, i);

        if (kept == 0 || g_array_index(ids, int64_t, kept - 1) != id)
            g_array_index(ids, int64_t, kept++) = id;
    }
    g_array_set_size(ids, kept);
}

static gint key_compare(gconstpointer a, gconstpointer b)
{
    const struct store_key *x = a, *y = b;

    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    return strcmp(x->key, y->key);
}

/* What the store is to look up and lock for these inputs. */
static void batch_ask(struct batch *b)
{
    for (guint i = 0; i < b->inputs->len; i++) {
        const struct input *input = g_ptr_array_index(b->inputs, i);
        int64_t subject = input->command != NULL ? input->command->subject : input->subject;

        if (input->case_id != 0)
            g_array_append_val(b->store.case_ids, input->case_id);
        else
            b->store.new_cases++;
        if (input->case_id == 0 && subject != 0)
            g_array_append_val(b->store.subject_ids, subject);
        if (input_asks_key(input)) {
            struct store_key key = {.person = input->command->actor.person, .key = input->command->key};

            g_array_append_val(b->store.keys, key);
        }
    }
    ids_sort_unique(b->store.case_ids);
    ids_sort_unique(b->store.subject_ids);
    g_array_sort(b->store.keys, key_compare);
    b->store.skip_locked = b->wake;
}

static void work_want(struct batch *b, struct work *work)
{
    const struct chart *chart = work->base->chart;
    const struct decision *wanted = g_ptr_array_index(work->decisions, work->wants_at);

    for (int r = 0; r < chart->relation_count; r++) {
        struct store_want_linked want = {.case_id = work->base->id,
                                         .subject = work->base->subject,
                                         .relation = chart->relations[r].id,
                                         .workflow = chart->relations[r].workflow,
                                         .same_subject = chart->relations[r].same_subject,
                                         .owner = wanted->outcome.wants_owner[r]};

        if ((work->wants_relations >> r) & 1)
            g_array_append_val(b->store.linked, want);
    }
    for (int n = 0; n < chart->number_count; n++) {
        struct store_want_number want = {.counter = chart->numbers[n].counter};

        if ((work->wants_numbers >> n) & 1)
            g_array_append_val(b->store.numbers, want);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(work->wants_past); i++) {
        struct store_want_past want = {.case_id = work->base->id, .seq = work->wants_past[i]};

        if (want.seq != 0)
            g_array_append_val(b->store.pasts, want);
    }
    if (work->wants_rival) {
        struct store_want_rival want = {.subject = work->base->subject, .workflow = chart->workflow};

        g_array_append_val(b->store.rivals, want);
    }
}

/* Decisions of an earlier round may share the old map of facts, so a new one takes its place. */
static void work_tell(struct work *work, const char *relation, struct value *facts)
{
    struct value *old = work->facts;

    work->facts = value_map_copy(old);
    value_map_set(work->facts, relation, facts);
    value_unref(old);
}

/* Adds what is known of the case of ${owner} to what is known of other organisations' cases. */
static void work_tell_owned(struct work *work, const char *relation, const char *owner, struct value *facts)
{
    const struct value *known = value_get(work->facts, relation);
    struct value *list = value_new_list(), *told = value_map_copy(value_is_null(facts) ? NULL : facts);

    for (size_t i = 0; i < value_size(known); i++)
        value_list_add(list, value_ref(value_at(known, i)));
    value_map_set_text(told, "owner", owner);
    value_list_add(list, told);
    value_unref(facts);
    work_tell(work, relation, list);
}

/* Adds to what a rectification knows; decisions of an earlier round share the old map. */
static void work_tell_past(struct work *work, const char *key, struct value *facts)
{
    struct value *old = work->past;

    work->past = value_map_copy(old);
    value_map_set(work->past, key, facts);
    value_unref(old);
}

static void work_told_past(struct batch *b, struct work *work, struct answers *answers)
{
    for (size_t i = 0; i < G_N_ELEMENTS(work->wants_past); i++) {
        g_autofree char *key = g_strdup_printf("%d", work->wants_past[i]);
        const struct store_want_past *want;

        if (work->wants_past[i] == 0)
            continue;
        want = &g_array_index(b->store.pasts, struct store_want_past, answers->past++);
        work_tell_past(work, key, want->record == NULL ? value_new_null() : rectify_facts(want->record));
    }
    if (work->wants_rival) {
        int64_t id = g_array_index(b->store.rivals, struct store_want_rival, answers->rival++).case_id;
        g_autofree char *number = g_strdup_printf("%s-%" G_GINT64_FORMAT, work->base->chart->prefix, id);

        work_tell_past(work, "open", id == 0 ? value_new_null() : value_new_text(number));
    }
}

/* Hands the answers out in the order in which work_want asked. FALSE: a linked case is held elsewhere. */
static bool work_told(struct batch *b, struct work *work, struct answers *answers)
{
    const struct chart *chart = work->base->chart;
    bool free = true;

    for (int r = 0; r < chart->relation_count; r++) {
        const struct store_want_linked *want;

        if (!((work->wants_relations >> r) & 1))
            continue;
        want = &g_array_index(b->store.linked, struct store_want_linked, answers->linked++);
        free = free && !want->busy;
        if (want->owner == NULL)
            work_tell(work, chart->relations[r].id, snapshot_facts(chart, r, want->found));
        else
            work_tell_owned(work, chart->relations[r].id, want->owner, snapshot_facts(chart, r, want->found));
    }
    for (int n = 0; n < chart->number_count; n++) {
        struct value *map;

        if (!((work->wants_numbers >> n) & 1))
            continue;
        if (work->numbers->len <= work->wants_at)
            g_ptr_array_set_size(work->numbers, (gint)work->wants_at + 1);
        map = value_map_copy(g_ptr_array_index(work->numbers, work->wants_at));
        value_unref(g_ptr_array_index(work->numbers, work->wants_at));
        value_map_set_int(map, chart->numbers[n].id,
                          g_array_index(b->store.numbers, struct store_want_number, answers->number++).value);
        g_ptr_array_index(work->numbers, work->wants_at) = map;
    }
    work_told_past(b, work, answers);
    return free;
}

/* A linked case is held elsewhere: commands come again by input_retry, a wake by itself. */
static void batch_return_work(struct batch *b, struct work *work)
{
    if (work->commands->len == 0 && !work->opened)
        queue_wake(b->engine, work->base->id, 0);
    g_ptr_array_remove(b->works, work);
}

static void batch_decided(struct batch *b);

static void batch_fetched(struct store_request *request)
{
    struct batch *b = batch_of(request);
    struct answers answers = {0};
    GPtrArray *busy = g_ptr_array_new();

    if (request->error == NULL) {
        for (guint i = 0; i < b->works->len; i++) {
            struct work *work = g_ptr_array_index(b->works, i);

            if (!work_wants(work))
                continue;
            if (!work_told(b, work, &answers))
                g_ptr_array_add(busy, work);
            else
                work_decide(b->engine, work, loop_now(b->engine->loop));
        }
        for (guint i = 0; i < busy->len; i++)
            batch_return_work(b, g_ptr_array_index(busy, i));
    }
    g_ptr_array_unref(busy);
    if (request->error != NULL)
        batch_over(b);
    else
        batch_decided(b);
}

static void batch_settle_signals(struct batch *b, const struct work *work)
{
    for (guint i = 0; i < work->decisions->len; i++) {
        const struct decision *d = g_ptr_array_index(work->decisions, i);
        struct store_settled settled;

        if (d->signal == NULL)
            continue;
        settled = (struct store_settled){.origin_case = d->signal->origin_case,
                                         .origin_seq = d->signal->origin_seq,
                                         .origin_number = d->signal->origin_number,
                                         .case_id = d->signal->case_id,
                                         .taken = d->outcome.kind == OUTCOME_TAKEN,
                                         .reason = d->outcome.reason_en};
        g_array_append_val(b->store.settled, settled);
    }
}

static void batch_written(struct store_request *request)
{
    batch_over(batch_of(request));
}

/* Every work is decided, or wants more. */
static void batch_decided(struct batch *b)
{
    instant now = loop_now(b->engine->loop);
    bool wants = false;

    g_array_set_size(b->store.linked, 0);
    g_array_set_size(b->store.numbers, 0);
    g_array_set_size(b->store.pasts, 0);
    g_array_set_size(b->store.rivals, 0);
    for (guint i = 0; i < b->works->len; i++) {
        struct work *work = g_ptr_array_index(b->works, i);

        if (!work_wants(work))
            continue;
        wants = true;
        work_want(b, work);
    }
    if (wants && b->rounds++ < ROUNDS_MAX) {
        b->store.request.done = batch_fetched;
        store_fetch(b->engine->store, &b->store);
        return;
    }
    g_assert(!wants);
    for (guint i = 0; i < b->works->len; i++) {
        struct work *work = g_ptr_array_index(b->works, i);

        if (work_has_writes(work) || (b->wake && work_woke_early(b->engine, work, now)))
            g_ptr_array_add(b->store.cases, work_write(b->engine, work, now));
        batch_settle_signals(b, work);
    }
    b->store.request.done = batch_written;
    if (b->store.cases->len > 0 || b->store.settled->len > 0)
        store_commit(b->engine->store, &b->store);
    else
        store_abandon(b->engine->store, &b->store);
}

static void batch_loaded(struct store_request *request)
{
    struct batch *b = batch_of(request);

    if (request->error != NULL) {
        batch_over(b);
        return;
    }
    batch_enter(b);
    for (guint i = 0; i < b->works->len; i++)
        work_decide(b->engine, g_ptr_array_index(b->works, i), loop_now(b->engine->loop));
    batch_decided(b);
}

void batch_start(struct batch *b)
{
    b->engine->figures.batches++;
    batch_ask(b);
    b->store.request.done = batch_loaded;
    store_load(b->engine->store, &b->store);
}

/* Tells the command what its decision came to. */
static void decision_answer(struct engine *engine, struct decision *d)
{
    struct command *command = d->input->command;

    if (d->outcome.kind == OUTCOME_TAKEN) {
        command->result = COMMAND_TAKEN;
        command->case_id = d->outcome.after->id;
        command->seq = d->outcome.after->seq;
        command->at = d->outcome.after->at;
        command->states = snapshot_states(d->outcome.after);
        engine->figures.commands_taken++;
        return;
    }
    if (input_comes_again(d->input))
        return;
    command->result = COMMAND_REFUSED;
    outcome_release(&command->outcome);
    command->outcome = d->outcome;
    outcome_init(&d->outcome);
    engine->figures.commands_refused++;
}

/* What was written wakes others: signalled cases, the timer, the outbox. */
static void batch_spread(struct batch *b)
{
    struct engine *engine = b->engine;

    for (guint i = 0; i < b->store.wakes->len; i++) {
        const struct store_wake *wake = &g_array_index(b->store.wakes, struct store_wake, i);

        queue_wake(engine, wake->case_id, wake->subject);
    }
    for (guint i = 0; i < b->store.cases->len; i++) {
        const struct store_case *c = g_ptr_array_index(b->store.cases, i);

        deadlines_consider(engine, c->fire_at);
        if (c->notices->len > 0)
            outbox_poke(engine->outbox);
    }
}

static void batch_count(struct batch *b)
{
    for (guint i = 0; i < b->works->len; i++) {
        const struct work *work = g_ptr_array_index(b->works, i);

        for (guint k = 0; k < work->decisions->len; k++) {
            const struct decision *d = g_ptr_array_index(work->decisions, k);

            if (d->outcome.kind == OUTCOME_TAKEN && d->event.kind == EVENT_DUE)
                b->engine->figures.deadlines_fired++;
            if (d->event.kind == EVENT_SIGNAL)
                b->engine->figures.signals_settled++;
        }
    }
}

/* The transaction is over well: every command that a decision speaks of gets its answer. */
static void batch_answer(struct batch *b)
{
    batch_count(b);
    for (guint i = 0; i < b->works->len; i++) {
        struct work *work = g_ptr_array_index(b->works, i);

        for (guint k = 0; k < work->decisions->len; k++) {
            struct decision *d = g_ptr_array_index(work->decisions, k);

            if (d->input != NULL)
                decision_answer(b->engine, d);
        }
    }
    batch_spread(b);
}

/* An input that got no answer: again, on its own, or its sender is told. */
static void input_retry(struct batch *b, struct input *input)
{
    const GError *error = b->store.request.error;
    bool again = error == NULL || g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_BUSY) ||
                 g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_CONFLICT) || b->inputs->len > 1 ||
                 b->store.unknown_chart != 0;
    int tries_max = b->store.unknown_chart != 0 ? TRIES_UNKNOWN_MAX : TRIES_MAX;

    if (error != NULL && g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE))
        again = false;
    if (error != NULL)
        input->alone = true;
    if (again && input->tries++ < tries_max) {
        b->engine->figures.batches_retried++;
        queue_return(b->engine, input);
        return;
    }
    if (input->command != NULL) {
        input->command->result = COMMAND_FAILED;
        input->command->error =
            error != NULL
                ? g_error_copy(error)
                : g_error_new_literal(TOROKU_ERROR, TOROKU_ERROR_BUSY,
                                      "A case that this one depends on is busy; nothing was changed. Try again.");
        b->engine->figures.commands_failed++;
        input->command->done(input->command);
    }
    input_free(input);
}

static bool input_is_answered(const struct input *input)
{
    return input->command == NULL || input->command->result != COMMAND_FAILED;
}

static void batch_unmark(struct batch *b)
{
    for (guint i = 0; i < b->inputs->len; i++) {
        const struct input *input = g_ptr_array_index(b->inputs, i);
        int64_t subject = input->command != NULL ? input->command->subject : input->subject;
        int64_t mark = input->case_id != 0 ? input->case_id : -subject;

        if (input->key != NULL)
            g_hash_table_remove(b->engine->keys, input->key);
        if (mark != 0)
            g_hash_table_remove(b->engine->in_flight, &mark);
    }
}

static void batch_over(struct batch *b)
{
    struct engine *engine = b->engine;
    bool failed = b->store.request.error != NULL;

    batch_unmark(b);
    if (b->wake) {
        engine->wake_batches--;
        engine->wake_moved = !failed && (b->store.cases->len > 0 || b->store.settled->len > 0);
    } else {
        engine->command_batches--;
        engine->commands_in_flight -= b->inputs->len;
    }
    if (!failed)
        batch_answer(b);
    else
        g_info("batch of %u failed: %s", b->inputs->len, b->store.request.error->message);
    if (b->store.unknown_chart != 0)
        engine_want_chart(engine, b->store.unknown_chart);
    for (guint i = b->inputs->len; i-- > 0;) {
        struct input *input = g_ptr_array_index(b->inputs, i);

        if (failed || !input_is_answered(input)) {
            input_retry(b, input);
            continue;
        }
        if (input->command != NULL)
            input->command->done(input->command);
        input_free(input);
    }
    if (b->wake)
        deadlines_wakes_done(engine);
    batch_free(b);
    queue_flush_later(engine);
}
