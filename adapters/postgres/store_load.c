/*
 * The reading half of a batch: load and fetch. Every answer is read here, while the transaction stays open.
 */
#include "adapters/postgres/store_internal.h"
#include "engine/error.h"

#include <string.h>

/* What load has sent; NULL where it did not ask. Lives from the sending to the answer. */
struct loading {
    struct store_batch *batch;
    const struct want *keys, *subjects, *opens, *signals, *ids;
    struct want *cases;
};

struct fetching {
    struct store_batch *batch;
    const struct want *linked, *numbers, *pasts, *rivals;
    const struct want *cases;
    GArray *targets; /* int64_t by index of batch->linked; 0: none was found */
};

static void params_ids(struct op *op, const GArray *ids)
{
    params_array_begin(&op->params, PG_INT8);
    for (guint i = 0; i < ids->len; i++)
        params_int8(&op->params, g_array_index(ids, int64_t, i));
    params_array_end(&op->params);
}

/* What we wrote stands as we wrote it, in canonical bytes: they are read faster than any JSON. */
static struct value *load_json(const PGresult *res, int row, int col, GError **error)
{
    size_t size;
    const char *text = row_text(res, row, col, &size);
    struct value *v = value_read(text, size, STORE_JSON_DEPTH);

    if (v == NULL)
        g_set_error_literal(error, TOROKU_ERROR, TOROKU_ERROR_CORRUPT, "it is no canonical JSON");
    return v;
}

/* A row of load_cases.sql or fetch_cases.sql. */
static struct snapshot *load_snapshot(struct store_batch *batch, const PGresult *res, int row, GError **error)
{
    int64_t id = row_int8(res, row, LOADED_ID);
    int32_t chart_id = row_int4(res, row, LOADED_CHART);
    const struct chart *chart = chart_set_by_id(batch->charts, chart_id);
    struct snapshot *s;
    struct value *body, *data;
    size_t size;
    bool ok;

    if (chart == NULL) {
        batch->unknown_chart = chart_id;
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CORRUPT,
                    "case %" G_GINT64_FORMAT " runs by chart %d, which is not loaded", id, chart_id);
        return NULL;
    }
    body = load_json(res, row, LOADED_BODY, error);
    data = body == NULL ? NULL : load_json(res, row, LOADED_DATA, error);
    if (data == NULL) {
        g_prefix_error(error, "the row of case %" G_GINT64_FORMAT " is broken: ", id);
        value_unref(body);
        return NULL;
    }
    s = snapshot_new(chart, id, row_int8(res, row, LOADED_SUBJECT), row_int8(res, row, LOADED_OWNER));
    s->seq = row_int4(res, row, LOADED_SEQ);
    s->at = row_instant(res, row, LOADED_AT);
    s->closed = row_bool(res, row, LOADED_CLOSED);
    memcpy(s->hash, row_bytea(res, row, LOADED_HASH, &size), HASH_SIZE);
    g_assert(size == HASH_SIZE);
    s->fire_at = PQnfields(res) > LOADED_FIRE_AT ? row_instant(res, row, LOADED_FIRE_AT) : INSTANT_NEVER;
    ok = snapshot_read(s, body, data, error);
    value_unref(body);
    value_unref(data);
    if (!ok)
        g_clear_pointer(&s, snapshot_free);
    return s;
}

static void load_take_found(struct store_batch *batch, const PGresult *res)
{
    for (int i = 0; i < PQntuples(res); i++) {
        struct store_found found = {.key = (unsigned)row_int4(res, i, 0),
                                    .case_id = row_int8(res, i, 1),
                                    .seq = row_int4(res, i, 2),
                                    .states = g_strdup(row_text(res, i, 4, NULL))};
        size_t size;

        memcpy(found.body_hash, row_bytea(res, i, 3, &size), HASH_SIZE);
        g_assert(size == HASH_SIZE);
        g_array_append_val(batch->found, found);
    }
}

static bool load_take_cases(struct store_batch *batch, const PGresult *res, GError **error)
{
    for (int i = 0; i < PQntuples(res); i++) {
        struct snapshot *s = load_snapshot(batch, res, i, error);

        if (s == NULL)
            return false;
        g_ptr_array_add(batch->snapshots, s);
    }
    return true;
}

/* Is ${case_id} locked by this batch? Snapshots ascend by id. */
static bool load_holds(const struct store_batch *batch, int64_t case_id)
{
    for (guint low = 0, high = batch->snapshots->len; low < high;) {
        guint middle = low + (high - low) / 2;
        const struct snapshot *s = g_ptr_array_index(batch->snapshots, middle);

        if (s->id == case_id)
            return true;
        if (s->id < case_id)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool load_holds_subject(const struct store_batch *batch, int64_t subject)
{
    for (guint i = 0; i < batch->subjects->len; i++)
        if (g_array_index(batch->subjects, struct store_subject, i).id == subject)
            return true;
    return false;
}

/* Signals to what was skipped wait until it is held. */
static bool load_take_signals(struct store_batch *batch, const PGresult *res, GError **error)
{
    for (int i = 0; i < PQntuples(res); i++) {
        int64_t case_id = row_int8(res, i, 3), subject = row_int8(res, i, 4);
        struct store_signal *signal;
        struct value *payload;

        if (case_id != 0 ? !load_holds(batch, case_id) : !load_holds_subject(batch, subject))
            continue;
        payload = load_json(res, i, 9, error);
        if (payload == NULL)
            return false;
        signal = g_new0(struct store_signal, 1);
        *signal = (struct store_signal){.origin_case = row_int8(res, i, 0),
                                        .origin_seq = row_int4(res, i, 1),
                                        .origin_number = row_int4(res, i, 2),
                                        .case_id = case_id,
                                        .subject = subject,
                                        .workflow = g_strdup(row_text(res, i, 5, NULL)),
                                        .name = g_strdup(row_text(res, i, 6, NULL)),
                                        .at = row_instant(res, i, 7),
                                        .hops = row_int4(res, i, 8),
                                        .payload = payload};
        g_ptr_array_add(batch->signals, signal);
    }
    return true;
}

static void load_take_subjects(struct store_batch *batch, const PGresult *subjects, const PGresult *opens)
{
    for (int i = 0; i < PQntuples(subjects); i++) {
        struct store_subject subject = {.id = row_int8(subjects, i, 0), .org = row_int8(subjects, i, 1)};

        g_array_append_val(batch->subjects, subject);
    }
    for (int i = 0; i < PQntuples(opens); i++) {
        struct store_open open = {.workflow = g_strdup(row_text(opens, i, 0, NULL)),
                                  .subject = row_int8(opens, i, 1),
                                  .case_id = row_int8(opens, i, 2)};

        g_array_append_val(batch->opens, open);
    }
}

static bool load_take(const struct loading *loading, GError **error)
{
    struct store_batch *batch = loading->batch;

    if (loading->keys != NULL)
        load_take_found(batch, loading->keys->result);
    if (loading->subjects != NULL)
        load_take_subjects(batch, loading->subjects->result, loading->opens->result);
    if (loading->cases != NULL && !load_take_cases(batch, loading->cases->result, error))
        return false;
    if (loading->signals != NULL && !load_take_signals(batch, loading->signals->result, error))
        return false;
    for (int i = 0; loading->ids != NULL && i < PQntuples(loading->ids->result); i++) {
        int64_t id = row_int8(loading->ids->result, i, 0);

        g_array_append_val(batch->new_ids, id);
    }
    return true;
}

static void load_answered(struct op *op)
{
    struct loading *loading = op->owner;
    struct store_batch *batch = loading->batch;
    GError *error = op_error(op);

    if (error == NULL && load_take(loading, &error) && loading->cases != NULL)
        op_hold(op, loading->cases);
    g_free(loading);
    op->owner = batch;
    if (error != NULL)
        store_pg_fail(op, error);
    else
        batch->request.done(&batch->request);
}

static void load_send_keys(struct op *op, struct loading *loading)
{
    const GArray *keys = loading->batch->keys;

    if (keys->len == 0)
        return;
    params_array_begin(&op->params, PG_INT8);
    for (guint i = 0; i < keys->len; i++)
        params_int8(&op->params, g_array_index(keys, struct store_key, i).person);
    params_array_end(&op->params);
    params_array_begin(&op->params, PG_TEXT);
    for (guint i = 0; i < keys->len; i++)
        params_text(&op->params, g_array_index(keys, struct store_key, i).key);
    params_array_end(&op->params);
    loading->keys = op_send(op, QUERY_LOAD_KEYS);
}

/* Subjects, then cases, each in the order of their ids; then what stands under those locks. Keys are read there as
 * well: the same command may have come to another daemon, which held the case until now. */
static void load_send(struct op *op)
{
    struct loading *loading = op->owner;
    const struct store_batch *batch = loading->batch;
    bool subjects = batch->subject_ids->len > 0, cases = batch->case_ids->len > 0;

    if (subjects) {
        params_ids(op, batch->subject_ids);
        loading->subjects = op_send(op, batch->skip_locked ? QUERY_LOAD_SUBJECTS_FREE : QUERY_LOAD_SUBJECTS);
        params_ids(op, batch->subject_ids);
        loading->opens = op_send(op, QUERY_LOAD_OPENS);
    }
    if (cases) {
        params_ids(op, batch->case_ids);
        loading->cases = op_send(op, batch->skip_locked ? QUERY_LOAD_CASES_FREE : QUERY_LOAD_CASES);
    }
    load_send_keys(op, loading);
    if (subjects || cases) {
        params_ids(op, batch->case_ids);
        params_ids(op, batch->subject_ids);
        loading->signals = op_send(op, QUERY_LOAD_SIGNALS);
    }
    if (batch->new_cases > 0) {
        params_int4(&op->params, (int32_t)batch->new_cases);
        loading->ids = op_send(op, QUERY_LOAD_IDS);
    }
}

static void load_begun(struct op *op)
{
    struct loading *loading = op->owner;
    GError *error = op_error(op);

    if (error != NULL) {
        struct store_batch *batch = loading->batch;

        g_free(loading);
        store_pg_finish(op, &batch->request, error);
        return;
    }
    load_send(op);
    if (op->pending == 0)
        op_send(op, QUERY_PING); /* a batch that asks for nothing is a transaction all the same */
    op_flush(op, load_answered);
}

void store_pg_load(struct store *store, struct store_batch *batch)
{
    struct store_pg *pg = (struct store_pg *)(void *)store;
    struct loading *loading = g_new0(struct loading, 1);

    g_assert(batch->request.impl == NULL);
    loading->batch = batch;
    batch->request.error = NULL;
    batch->request.impl = op_begin(&pg->batches, loading, load_begun);
}

static void fetch_done(struct op *op, GError *error)
{
    struct fetching *fetching = op->owner;
    struct store_batch *batch = fetching->batch;

    g_array_unref(fetching->targets);
    g_free(fetching);
    op->owner = batch;
    if (error != NULL)
        store_pg_fail(op, error);
    else
        batch->request.done(&batch->request);
}

/* A case found before and not locked now is held by somebody else. */
static void fetch_cases_answered(struct op *op)
{
    struct fetching *fetching = op->owner;
    GArray *linked = fetching->batch->linked;
    GError *error = op_error(op);

    for (guint i = 0; error == NULL && i < linked->len; i++) {
        struct store_want_linked *want = &g_array_index(linked, struct store_want_linked, i);
        int64_t target = g_array_index(fetching->targets, int64_t, i);
        const PGresult *res = fetching->cases->result;

        want->busy = target != 0;
        for (int row = 0; row < PQntuples(res) && want->busy; row++)
            if (row_int8(res, row, 0) == target) {
                want->found = load_snapshot(fetching->batch, res, row, &error);
                want->busy = false;
            }
    }
    fetch_done(op, error);
}

/* Events that are there, by their place among what was asked. */
static bool fetch_take_pasts(const struct fetching *fetching, GError **error)
{
    GArray *pasts = fetching->batch->pasts;

    for (int i = 0; fetching->pasts != NULL && i < PQntuples(fetching->pasts->result); i++) {
        guint place = (guint)row_int4(fetching->pasts->result, i, 0);
        struct value *record = load_json(fetching->pasts->result, i, 1, error);

        if (record == NULL)
            return false;
        g_array_index(pasts, struct store_want_past, place).record = record;
    }
    return true;
}

static void fetch_take_rivals(const struct fetching *fetching)
{
    GArray *rivals = fetching->batch->rivals;

    for (int i = 0; fetching->rivals != NULL && i < PQntuples(fetching->rivals->result); i++)
        g_array_index(rivals, struct store_want_rival, (guint)row_int4(fetching->rivals->result, i, 0)).case_id =
            row_int8(fetching->rivals->result, i, 1);
}

static void fetch_answered(struct op *op)
{
    struct fetching *fetching = op->owner;
    GArray *numbers = fetching->batch->numbers;
    GError *error = op_error(op);

    if (error != NULL || !fetch_take_pasts(fetching, &error)) {
        fetch_done(op, error);
        return;
    }
    fetch_take_rivals(fetching);
    for (int i = 0; fetching->numbers != NULL && i < PQntuples(fetching->numbers->result); i++)
        g_array_index(numbers, struct store_want_number, (guint)i).value = row_int8(fetching->numbers->result, i, 0);
    for (int i = 0; fetching->linked != NULL && i < PQntuples(fetching->linked->result); i++)
        g_array_index(fetching->targets, int64_t, (guint)row_int4(fetching->linked->result, i, 0)) =
            row_int8(fetching->linked->result, i, 1);
    params_array_begin(&op->params, PG_INT8);
    for (guint i = 0; i < fetching->targets->len; i++)
        if (g_array_index(fetching->targets, int64_t, i) != 0)
            params_int8(&op->params, g_array_index(fetching->targets, int64_t, i));
    params_array_end(&op->params);
    fetching->cases = op_send(op, QUERY_FETCH_CASES);
    op_flush(op, fetch_cases_answered);
}

static void fetch_send_linked(struct op *op, struct fetching *fetching)
{
    const GArray *linked = fetching->batch->linked;
    const struct store_want_linked *wants = (const struct store_want_linked *)(const void *)linked->data;

    if (linked->len == 0)
        return;
    params_array_begin(&op->params, PG_INT8);
    for (guint i = 0; i < linked->len; i++)
        params_int8(&op->params, wants[i].case_id);
    params_array_end(&op->params);
    params_array_begin(&op->params, PG_INT8);
    for (guint i = 0; i < linked->len; i++)
        params_id(&op->params, wants[i].subject);
    params_array_end(&op->params);
    params_array_begin(&op->params, PG_TEXT);
    for (guint i = 0; i < linked->len; i++)
        params_text(&op->params, wants[i].relation);
    params_array_end(&op->params);
    params_array_begin(&op->params, PG_TEXT);
    for (guint i = 0; i < linked->len; i++)
        params_text(&op->params, wants[i].workflow);
    params_array_end(&op->params);
    params_array_begin(&op->params, PG_BOOL);
    for (guint i = 0; i < linked->len; i++)
        params_bool(&op->params, wants[i].same_subject);
    params_array_end(&op->params);
    params_array_begin(&op->params, PG_TEXT);
    for (guint i = 0; i < linked->len; i++)
        params_text(&op->params, wants[i].owner);
    params_array_end(&op->params);
    fetching->linked = op_send(op, QUERY_FETCH_LINKED);
}

static void fetch_send_pasts(struct op *op, struct fetching *fetching)
{
    const GArray *pasts = fetching->batch->pasts;

    if (pasts->len == 0)
        return;
    params_array_begin(&op->params, PG_INT8);
    for (guint i = 0; i < pasts->len; i++)
        params_int8(&op->params, g_array_index(pasts, struct store_want_past, i).case_id);
    params_array_end(&op->params);
    params_array_begin(&op->params, PG_INT4);
    for (guint i = 0; i < pasts->len; i++)
        params_int4(&op->params, g_array_index(pasts, struct store_want_past, i).seq);
    params_array_end(&op->params);
    fetching->pasts = op_send(op, QUERY_FETCH_PASTS);
}

static void fetch_send_rivals(struct op *op, struct fetching *fetching)
{
    const GArray *rivals = fetching->batch->rivals;

    if (rivals->len == 0)
        return;
    params_array_begin(&op->params, PG_INT8);
    for (guint i = 0; i < rivals->len; i++)
        params_int8(&op->params, g_array_index(rivals, struct store_want_rival, i).subject);
    params_array_end(&op->params);
    params_array_begin(&op->params, PG_TEXT);
    for (guint i = 0; i < rivals->len; i++)
        params_text(&op->params, g_array_index(rivals, struct store_want_rival, i).workflow);
    params_array_end(&op->params);
    fetching->rivals = op_send(op, QUERY_FETCH_RIVALS);
}

void store_pg_fetch(struct store *store, struct store_batch *batch)
{
    struct op *op = batch->request.impl;
    struct fetching *fetching = g_new0(struct fetching, 1);

    (void)store;
    g_assert(op != NULL);
    fetching->batch = batch;
    fetching->targets = g_array_new(FALSE, TRUE, sizeof(int64_t));
    g_array_set_size(fetching->targets, batch->linked->len);
    op->owner = fetching;
    fetch_send_linked(op, fetching);
    fetch_send_pasts(op, fetching);
    fetch_send_rivals(op, fetching);
    if (batch->numbers->len > 0) {
        params_array_begin(&op->params, PG_TEXT);
        for (guint i = 0; i < batch->numbers->len; i++)
            params_text(&op->params, g_array_index(batch->numbers, struct store_want_number, i).counter);
        params_array_end(&op->params);
        fetching->numbers = op_send(op, QUERY_FETCH_NUMBERS);
        op->wrote = true;
    }
    if (op->pending == 0)
        op_send(op, QUERY_PING);
    op_flush(op, fetch_answered);
}
