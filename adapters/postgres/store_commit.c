/*
 * The writing half of a batch: one statement a table, with arrays, then the Sync. A statement that has nothing to
 * write is not sent.
 */
#include "adapters/postgres/store_internal.h"
#include "engine/error.h"

#include <string.h>

/* The error that ends a batch, on its way to the Sync's answer. */
struct failing {
    struct store_batch *batch;
    GError *error;
};

struct committing {
    struct store_batch *batch;
    const struct want *wakes;
};

static void fail_answered(struct op *op)
{
    struct failing *failing = op->owner;
    struct store_request *request = &failing->batch->request;
    GError *error = failing->error;

    g_free(failing);
    store_pg_finish(op, request, error);
}

void store_pg_fail(struct op *op, GError *error)
{
    struct failing *failing = g_new(struct failing, 1);

    *failing = (struct failing){op->owner, error};
    op->owner = failing;
    if (op->wrote)
        op_send(op, QUERY_BATCH_ABANDON);
    op_sync(op, fail_answered);
}

void store_pg_abandon(struct store *store, struct store_batch *batch)
{
    (void)store;
    g_assert(batch->request.impl != NULL);
    store_pg_fail(batch->request.impl, NULL);
}

/* What the violated constraint means to those who asked. */
static GError *commit_error(const struct op *op)
{
    const struct want *failed = op_failed(op);
    GError *error = op_error(op);

    if (failed == NULL || failed->constraint == NULL)
        return error;
    if (strcmp(failed->constraint, "links_target") == 0) {
        g_clear_error(&error);
        return g_error_new(TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND, "a case that was to be linked does not exist");
    }
    if (strcmp(failed->constraint, "events_key") == 0) {
        g_clear_error(&error);
        return g_error_new(TOROKU_ERROR, TOROKU_ERROR_CONFLICT, "an idempotency key was consumed meanwhile");
    }
    if (strcmp(failed->constraint, "open_cases_pkey") == 0) {
        g_clear_error(&error);
        return g_error_new(TOROKU_ERROR, TOROKU_ERROR_CONFLICT,
                           "another open case of this workflow is about the subject");
    }
    return error;
}

static void commit_answered(struct op *op)
{
    struct committing *committing = op->owner;
    struct store_batch *batch = committing->batch;
    const PGresult *wakes = committing->wakes != NULL ? committing->wakes->result : NULL;
    GError *error = commit_error(op);

    for (int i = 0; error == NULL && wakes != NULL && i < PQntuples(wakes); i++) {
        struct store_wake wake = {.case_id = row_int8(wakes, i, 0), .subject = row_int8(wakes, i, 1)};

        g_array_append_val(batch->wakes, wake);
    }
    g_free(committing);
    store_pg_finish(op, &batch->request, error);
}

static GArray *commit_case_rows(const struct store_batch *batch, bool opened)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct store_row));

    for (guint i = 0; i < batch->cases->len; i++) {
        const struct store_case *c = g_ptr_array_index(batch->cases, i);
        struct store_row row = {c, c->after};

        if (c->opened == opened)
            g_array_append_val(rows, row);
    }
    return rows;
}

/* From the chart on both statements have the same columns. */
static void commit_case_columns(struct op *op, const GArray *rows)
{
    GString *text = g_string_new(NULL);

    STORE_COLUMN(op, PG_INT4, rows, struct snapshot, params_int4(&op->params, it->chart->id));
    STORE_COLUMN(op, PG_INT4, rows, struct snapshot, params_int4(&op->params, it->seq));
    STORE_COLUMN(op, PG_TIMESTAMPTZ, rows, struct snapshot, params_instant(&op->params, it->at));
    STORE_COLUMN(op, PG_BOOL, rows, struct snapshot, params_bool(&op->params, it->closed));
    STORE_COLUMN(op, PG_BYTEA, rows, struct snapshot, params_bytea(&op->params, it->hash, HASH_SIZE));
    STORE_COLUMN(op, PG_TEXT, rows, struct snapshot, params_string(&op->params, c->body));
    STORE_COLUMN(op, PG_TIMESTAMPTZ, rows, struct snapshot, params_instant(&op->params, c->fire_at));
    STORE_COLUMN(op, PG_TEXT, rows, struct snapshot, {
        g_string_truncate(text, 0);
        store_pg_print_turns(c, text);
        params_string(&op->params, text);
    });
    STORE_COLUMN(op, PG_TEXT, rows, struct snapshot, {
        g_string_truncate(text, 0);
        if (c->data_changed)
            value_print(it->data, text);
        params_string(&op->params, c->data_changed ? text : NULL);
    });
    g_string_free(text, TRUE);
}

static void commit_cases_new(struct op *op, const struct store_batch *batch)
{
    GArray *rows = commit_case_rows(batch, true);

    if (rows->len > 0) {
        STORE_COLUMN(op, PG_INT8, rows, struct snapshot, params_int8(&op->params, it->id));
        STORE_COLUMN(op, PG_INT8, rows, struct snapshot, params_id(&op->params, it->subject));
        STORE_COLUMN(op, PG_INT8, rows, struct snapshot, params_id(&op->params, it->owner));
        commit_case_columns(op, rows);
        op_send(op, QUERY_COMMIT_CASES_NEW);
    }
    g_array_unref(rows);
}

/* Of a case that was not loaded: null, and the update fails. */
static void commit_place(struct op *op, int64_t id)
{
    int row = store_pg_loaded(op->held, id);

    params_tid(&op->params, row >= 0 ? row_tid(op->held, row, LOADED_PLACE) : NULL);
}

static void commit_cases(struct op *op, const struct store_batch *batch)
{
    GArray *rows = commit_case_rows(batch, false);

    if (rows->len > 0) {
        STORE_COLUMN(op, PG_TID, rows, struct snapshot, commit_place(op, it->id));
        STORE_COLUMN(op, PG_INT8, rows, struct snapshot, params_int8(&op->params, it->id));
        STORE_COLUMN(op, PG_INT4, rows, struct snapshot, params_int4(&op->params, it->seq - (int)c->events->len));
        commit_case_columns(op, rows);
        op_send(op, QUERY_COMMIT_CASES);
    }
    g_array_unref(rows);
}

static void commit_events(struct op *op, const struct store_batch *batch)
{
    GArray *rows = STORE_ROWS(batch, events);
    GString *states = g_string_new(NULL);

    if (rows->len > 0) {
        STORE_COLUMN(op, PG_INT8, rows, struct store_event, params_int8(&op->params, c->after->id));
        STORE_COLUMN(op, PG_INT4, rows, struct store_event, params_int4(&op->params, it->seq));
        STORE_COLUMN(op, PG_TIMESTAMPTZ, rows, struct store_event, params_instant(&op->params, it->at));
        STORE_COLUMN(op, PG_INT2, rows, struct store_event, params_int2(&op->params, (int16_t)it->kind));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_event, params_text(&op->params, it->name));
        STORE_COLUMN(op, PG_INT8, rows, struct store_event, params_id(&op->params, it->person));
        STORE_COLUMN(op, PG_INT8, rows, struct store_event, params_id(&op->params, it->org));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_event, params_text(&op->params, it->key));
        STORE_COLUMN(op, PG_BYTEA, rows, struct store_event,
                     params_bytea(&op->params, it->key != NULL ? it->body_hash : NULL, HASH_SIZE));
        STORE_COLUMN(op, PG_BYTEA, rows, struct store_event, params_bytea(&op->params, it->hash, HASH_SIZE));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_event, {
            g_string_truncate(states, 0);
            value_print(it->states, states);
            params_string(&op->params, states);
        });
        STORE_COLUMN(op, PG_TEXT, rows, struct store_event, params_string(&op->params, it->record));
        op_send(op, QUERY_COMMIT_EVENTS);
    }
    g_string_free(states, TRUE);
    g_array_unref(rows);
}

/* A part of an event, found again through the event. */
struct part_row {
    int64_t case_id;
    int seq;
    const struct part *part;
};

static GArray *commit_part_rows(const struct store_batch *batch)
{
    GArray *events = STORE_ROWS(batch, events), *rows = g_array_new(FALSE, FALSE, sizeof(struct part_row));

    for (guint i = 0; i < events->len; i++) {
        const struct store_row *row = &g_array_index(events, struct store_row, i);
        const struct store_event *event = row->item;

        for (guint j = 0; event->parts != NULL && j < event->parts->len; j++) {
            struct part_row part = {row->c->after->id, event->seq, &g_array_index(event->parts, struct part, j)};

            g_array_append_val(rows, part);
        }
    }
    g_array_unref(events);
    return rows;
}

#define PART_COLUMN(op, element, rows, add)                                                                            \
    do {                                                                                                               \
        params_array_begin(&(op)->params, element);                                                                    \
        for (guint i = 0; i < (rows)->len; i++) {                                                                      \
            const struct part_row *it = &g_array_index(rows, struct part_row, i);                                      \
            add;                                                                                                       \
        }                                                                                                              \
        params_array_end(&(op)->params);                                                                               \
    } while (0)

static void commit_parts(struct op *op, const struct store_batch *batch)
{
    GArray *rows = commit_part_rows(batch);

    if (rows->len > 0) {
        PART_COLUMN(op, PG_INT8, rows, params_int8(&op->params, it->case_id));
        PART_COLUMN(op, PG_INT4, rows, params_int4(&op->params, it->seq));
        PART_COLUMN(op, PG_INT2, rows, params_int2(&op->params, (int16_t)it->part->access));
        PART_COLUMN(op, PG_BYTEA, rows,
                    params_bytea(&op->params, it->part->body != NULL ? it->part->salt : NULL, SALT_SIZE));
        PART_COLUMN(op, PG_BYTEA, rows, params_bytea(&op->params, it->part->commitment, HASH_SIZE));
        PART_COLUMN(op, PG_TEXT, rows, params_text_len(&op->params, it->part->body, it->part->body_size));
        op_send(op, QUERY_COMMIT_PARTS);
    }
    g_array_unref(rows);
}

void store_pg_commit(struct store *store, struct store_batch *batch)
{
    struct op *op = batch->request.impl;
    struct committing *committing = g_new0(struct committing, 1);

    (void)store;
    g_assert(op != NULL);
    committing->batch = batch;
    op->owner = committing;
    commit_cases_new(op, batch);
    commit_cases(op, batch);
    commit_events(op, batch);
    commit_parts(op, batch);
    committing->wakes = store_pg_send_effects(op, batch);
    op_sync(op, commit_answered);
}
