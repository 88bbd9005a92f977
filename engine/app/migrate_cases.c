/*
 *   take ids -> LOADING -> decide each -> COMMITTING or ABANDONING -> tell -> take ids ...
 *
 * Ids come from `more` first, then those that are to come again.
 */
#include "engine/app/migrate_cases.h"

#include "engine/app/internal.h"
#include "engine/core/migrate.h"

#include <string.h>

/* A case that is to go over. */
struct candidate {
    int64_t id;
    int tries;
};

struct migration {
    struct engine *engine;
    const struct migration_config *config;
    int64_t after;  /* the last id that `more` gave */
    bool exhausted; /* `more` has no more */
    GArray *again;  /* struct candidate: to come again */
    GArray *lot;    /* struct candidate: of the batch, ascending */
    GPtrArray *works, *records;
    struct store_batch batch;
    GError *failure; /* that ends it when the batch is abandoned */
    struct loop_timer timer;
    struct loop_task task;
};

static void migration_end(struct migration *m, GError *error)
{
    const struct migration_config *config = m->config;

    g_array_unref(m->again);
    g_array_unref(m->lot);
    g_free(m);
    config->done(error, config->user);
}

static void candidates_add(GArray *candidates, int64_t id, int tries)
{
    struct candidate candidate = {id, tries};

    g_array_append_val(candidates, candidate);
}

static bool lot_fill_more(struct migration *m, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

    if (!m->config->more(m->after, m->config->lot, ids, m->config->user, error))
        return false;
    for (guint i = 0; i < ids->len; i++)
        candidates_add(m->lot, g_array_index(ids, int64_t, i), 0);
    if (ids->len > 0)
        m->after = g_array_index(ids, int64_t, ids->len - 1);
    m->exhausted = ids->len < m->config->lot;
    return true;
}

static gint candidate_compare(gconstpointer a, gconstpointer b)
{
    int64_t x = ((const struct candidate *)a)->id, y = ((const struct candidate *)b)->id;

    return x < y ? -1 : x > y;
}

static void lot_fill_again(struct migration *m)
{
    guint count = MIN(m->again->len, m->config->lot);

    g_array_append_vals(m->lot, m->again->data, count);
    g_array_remove_range(m->again, 0, count);
    g_array_sort(m->lot, candidate_compare);
}

/* Notes that the case is to come again. */
static void migration_again(struct migration *m, const struct candidate *candidate)
{
    candidates_add(m->again, candidate->id, candidate->tries + 1);
}

static void G_GNUC_PRINTF(3, 4) decision_refuse_move(struct decision *d, const char *rule, const char *format, ...)
{
    struct finding *finding = g_new0(struct finding, 1);
    va_list args;

    va_start(args, format);
    finding->en = g_strdup_vprintf(format, args);
    va_end(args);
    finding->ja = g_strdup(finding->en);
    finding->rule = g_strdup(rule);
    finding->pointer = g_strdup("/");
    g_ptr_array_add(d->outcome.findings, finding);
    outcome_refuse(&d->outcome, TOROKU_ERROR_CONFLICT, finding->ja, finding->en);
}

static struct work *work_of_move(const struct migration *m, struct snapshot *s)
{
    struct work *work = work_new(s, false);
    struct decision *d = g_new0(struct decision, 1);

    d->event = (struct event){.kind = EVENT_MIGRATE,
                              .name = EVENT_MIGRATE_NAME,
                              .at = MAX(loop_now(m->engine->loop), s->at),
                              .plan = m->config->plan};
    d->received = d->event.at;
    d->before = s;
    outcome_init(&d->outcome);
    g_ptr_array_add(work->decisions, d);
    return work;
}

/* Is something of an earlier instant to take effect first? */
static bool case_is_pending(const struct migration *m, const struct snapshot *s)
{
    instant now = loop_now(m->engine->loop);

    for (guint i = 0; i < m->batch.signals->len; i++)
        if (((const struct store_signal *)g_ptr_array_index(m->batch.signals, i))->case_id == s->id)
            return true;
    for (guint i = 0; i < s->deadlines->len; i++) {
        const struct deadline_state *d = &g_array_index(s->deadlines, struct deadline_state, i);

        if (d->next <= now && !snapshot_holds(s, d->deadline))
            return true;
    }
    return false;
}

/* ${record}: of the case's last event, when that was a move. Its version is where it came from. */
static void work_decide_move(struct migration *m, struct work *work, const struct value *record)
{
    struct decision *d = g_ptr_array_index(work->decisions, 0);
    const struct chart *target = m->config->target;
    g_autofree char *name = g_strdup_printf("%s@%d", target->workflow, target->version);
    bool back = g_strcmp0(value_text(value_get(record, "chart")), name) == 0;

    if (back) {
        d->event.undoes = value_get(record, "was");
        migrate_undo(work->base, target, d->event.undoes, d->event.at, &d->outcome);
    } else if (value_bool(value_get(m->config->plan, "undo"))) {
        decision_refuse_move(d, "undo-late", "event %d came after the move: it cannot be undone any more",
                             work->base->seq);
    } else {
        migrate(work->base, target, m->config->plan, d->event.at, &d->outcome);
    }
    if (d->outcome.kind == OUTCOME_TAKEN)
        work->current = d->outcome.after;
}

/* Is the case still one that is to go over? It may have ended or gone meanwhile. */
static bool case_is_meant(const struct migration *m, const struct snapshot *s)
{
    const struct chart *target = m->config->target;

    return !s->closed && s->chart != target && strcmp(s->chart->workflow, target->workflow) == 0 &&
           (m->config->from == 0 || s->chart->version == m->config->from);
}

static void migration_decide(struct migration *m, const struct candidate *candidate, struct snapshot *s,
                             const struct value *record)
{
    bool tired = candidate->tries >= m->config->tries_max;
    struct work *work;

    if (!case_is_meant(m, s))
        return;
    if (!m->config->dry_run && case_is_pending(m, s) && !tired) {
        migration_again(m, candidate);
        return;
    }
    work = work_of_move(m, s);
    g_ptr_array_add(m->works, work);
    if (!m->config->dry_run && case_is_pending(m, s))
        decision_refuse_move(g_ptr_array_index(work->decisions, 0), "pending",
                             "a due deadline or a signal waits for it; let a daemon run");
    else
        work_decide_move(m, work, record);
}

/* Tells of every case that was decided; of a batch that failed none was. */
static void migration_tell(struct migration *m)
{
    for (guint i = 0; i < m->works->len; i++) {
        const struct work *work = g_ptr_array_index(m->works, i);
        const struct decision *d = g_ptr_array_index(work->decisions, 0);

        m->config->decided(work->base, &d->outcome, m->config->user);
    }
    m->config->progress(m->config->user);
}

static bool error_passes(const GError *error)
{
    return g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_BUSY) ||
           g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_CONFLICT);
}

static void migration_over(struct migration *m)
{
    GError *error = g_steal_pointer(&m->batch.request.error);
    bool passes = error != NULL && error_passes(error) && m->failure == NULL;

    if (m->failure != NULL) {
        g_clear_error(&error);
        error = m->failure;
    }
    if (error == NULL)
        migration_tell(m);
    for (guint i = 0; passes && i < m->lot->len; i++) {
        const struct candidate *candidate = &g_array_index(m->lot, struct candidate, i);

        passes = candidate->tries < m->config->tries_max;
        migration_again(m, candidate);
    }
    g_array_set_size(m->lot, 0);
    g_clear_pointer(&m->works, g_ptr_array_unref);
    g_clear_pointer(&m->records, g_ptr_array_unref);
    store_batch_release(&m->batch);
    if (passes)
        g_clear_error(&error);
    if (error != NULL)
        migration_end(m, error);
    else
        loop_defer(m->engine->loop, &m->task);
}

static struct migration *migration_of(struct store_request *request)
{
    return (struct migration *)(void *)((char *)request - offsetof(struct migration, batch.request));
}

static void migration_written(struct store_request *request)
{
    migration_over(migration_of(request));
}

static void migration_write(struct migration *m)
{
    for (guint i = 0; !m->config->dry_run && i < m->works->len; i++) {
        struct work *work = g_ptr_array_index(m->works, i);

        if (work_has_writes(work))
            g_ptr_array_add(m->batch.cases, work_write(m->engine, work, loop_now(m->engine->loop)));
    }
    m->batch.request.done = migration_written;
    if (m->batch.cases->len > 0)
        store_commit(m->engine->store, &m->batch);
    else
        store_abandon(m->engine->store, &m->batch);
}

static struct snapshot *snapshot_find(const struct store_batch *batch, int64_t id, guint *at)
{
    for (; *at < batch->snapshots->len; (*at)++) {
        struct snapshot *s = g_ptr_array_index(batch->snapshots, *at);

        if (s->id >= id)
            return s->id == id ? s : NULL;
    }
    return NULL;
}

static void migration_loaded(struct store_request *request)
{
    struct migration *m = migration_of(request);
    guint at = 0;

    if (request->error != NULL) {
        migration_over(m);
        return;
    }
    m->config->records(m->batch.snapshots, m->records, m->config->user, &m->failure);
    for (guint i = 0; m->failure == NULL && i < m->lot->len; i++) {
        const struct candidate *candidate = &g_array_index(m->lot, struct candidate, i);
        struct snapshot *s = snapshot_find(&m->batch, candidate->id, &at);

        if (s != NULL)
            migration_decide(m, candidate, s, g_ptr_array_index(m->records, at));
        else if (m->batch.skip_locked)
            migration_again(m, candidate); /* somebody holds it */
    }
    migration_write(m);
}

static void migration_load(struct migration *m)
{
    store_batch_init(&m->batch, engine_charts(m->engine));
    m->works = g_ptr_array_new_with_free_func(work_free);
    m->records = g_ptr_array_new_with_free_func((GDestroyNotify)value_unref);
    for (guint i = 0; i < m->lot->len; i++)
        g_array_append_val(m->batch.case_ids, g_array_index(m->lot, struct candidate, i).id);
    m->batch.skip_locked = true; /* until a case has come often enough: then the batch waits for its lock */
    for (guint i = 0; i < m->lot->len; i++)
        if (g_array_index(m->lot, struct candidate, i).tries >= m->config->tries_max)
            m->batch.skip_locked = false;
    m->batch.request.done = migration_loaded;
    store_load(m->engine->store, &m->batch);
}

static void migration_step(struct migration *m)
{
    GError *error = NULL;

    if (!m->exhausted && !lot_fill_more(m, &error)) {
        migration_end(m, error);
        return;
    }
    if (m->lot->len > 0) {
        migration_load(m);
        return;
    }
    if (m->again->len > 0)
        loop_timer_at(m->engine->loop, &m->timer, loop_now(m->engine->loop) + m->config->again_us);
    else
        migration_end(m, NULL);
}

static void migration_next(struct loop_task *task)
{
    migration_step((struct migration *)(void *)((char *)task - offsetof(struct migration, task)));
}

static void migration_resume(struct loop_timer *timer)
{
    struct migration *m = (struct migration *)(void *)((char *)timer - offsetof(struct migration, timer));

    lot_fill_again(m);
    migration_load(m);
}

void migrate_cases(struct engine *engine, const struct migration_config *config)
{
    struct migration *m = g_new0(struct migration, 1);

    m->engine = engine;
    m->config = config;
    m->again = g_array_new(FALSE, FALSE, sizeof(struct candidate));
    m->lot = g_array_new(FALSE, FALSE, sizeof(struct candidate));
    m->task.done = migration_next;
    m->timer.done = migration_resume;
    loop_defer(engine->loop, &m->task);
}
