/*
 * What follows from a batch's events: settled signals, subjects claimed and freed, links, signals, register entries,
 * notices. All of it stands under the locks of the cases.
 */
#include "adapters/postgres/store_internal.h"

enum { SIGNAL_PENDING, SIGNAL_TAKEN, SIGNAL_NOT_TAKEN };

#define SETTLED_COLUMN(op, element, settled, add)                                                                      \
    do {                                                                                                               \
        params_array_begin(&(op)->params, element);                                                                    \
        for (guint i = 0; i < (settled)->len; i++) {                                                                   \
            const struct store_settled *it = &g_array_index(settled, struct store_settled, i);                         \
            add;                                                                                                       \
        }                                                                                                              \
        params_array_end(&(op)->params);                                                                               \
    } while (0)

static void effects_settled(struct op *op, const struct store_batch *batch)
{
    const GArray *settled = batch->settled;

    if (settled->len == 0)
        return;
    SETTLED_COLUMN(op, PG_INT8, settled, params_int8(&op->params, it->origin_case));
    SETTLED_COLUMN(op, PG_INT4, settled, params_int4(&op->params, it->origin_seq));
    SETTLED_COLUMN(op, PG_INT4, settled, params_int4(&op->params, it->origin_number));
    SETTLED_COLUMN(op, PG_INT8, settled, params_int8(&op->params, it->case_id));
    SETTLED_COLUMN(op, PG_INT2, settled, params_int2(&op->params, it->taken ? SIGNAL_TAKEN : SIGNAL_NOT_TAKEN));
    SETTLED_COLUMN(op, PG_TEXT, settled, params_text(&op->params, it->taken ? NULL : it->reason));
    op_send(op, QUERY_COMMIT_SETTLED);
}

/* Claims its subject, or frees it. */
static void effects_subjects(struct op *op, const struct store_batch *batch, bool claim)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct store_row));

    for (guint i = 0; i < batch->cases->len; i++) {
        const struct store_case *c = g_ptr_array_index(batch->cases, i);
        struct store_row row = {c, c->after};

        if (c->after->subject != 0 && (claim ? c->claim_subject : c->release_subject))
            g_array_append_val(rows, row);
    }
    if (rows->len > 0) {
        STORE_COLUMN(op, PG_INT8, rows, struct snapshot, params_int8(&op->params, it->subject));
        STORE_COLUMN(op, PG_TEXT, rows, struct snapshot, params_text(&op->params, it->chart->workflow));
        STORE_COLUMN(op, PG_INT8, rows, struct snapshot, params_int8(&op->params, it->id));
        op_send(op, claim ? QUERY_COMMIT_CLAIMS : QUERY_COMMIT_RELEASES);
    }
    g_array_unref(rows);
}

static void effects_links_gone(struct op *op, const struct store_batch *batch)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct store_row));

    for (guint i = 0; i < batch->cases->len; i++) {
        const struct store_case *c = g_ptr_array_index(batch->cases, i);

        for (guint k = 0; k < c->links_gone->len; k++) {
            struct store_row row = {c, c->links_gone->pdata[k]};

            g_array_append_val(rows, row);
        }
    }
    if (rows->len > 0) {
        STORE_COLUMN(op, PG_INT8, rows, char, params_int8(&op->params, c->after->id));
        STORE_COLUMN(op, PG_TEXT, rows, char, params_text(&op->params, it));
        op_send(op, QUERY_COMMIT_LINKS_OLD);
    }
    g_array_unref(rows);
}

static void effects_links(struct op *op, const struct store_batch *batch)
{
    GArray *rows = STORE_ROWS(batch, links);

    effects_links_gone(op, batch);
    if (rows->len > 0) {
        STORE_COLUMN(op, PG_INT8, rows, struct store_link, params_int8(&op->params, c->after->id));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_link, params_text(&op->params, it->relation));
        STORE_COLUMN(op, PG_INT8, rows, struct store_link, params_int8(&op->params, it->to));
        op_send(op, QUERY_COMMIT_LINKS);
    }
    g_array_unref(rows);
}

static const struct want *effects_signals(struct op *op, const struct store_batch *batch)
{
    GArray *rows = STORE_ROWS(batch, signals);
    const struct want *wakes = NULL;

    if (rows->len > 0) {
        STORE_COLUMN(op, PG_INT8, rows, struct store_signal_write, params_int8(&op->params, c->after->id));
        STORE_COLUMN(op, PG_INT4, rows, struct store_signal_write, params_int4(&op->params, it->seq));
        STORE_COLUMN(op, PG_INT4, rows, struct store_signal_write, params_int4(&op->params, it->number));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_signal_write, params_text(&op->params, it->name));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_signal_write, params_text(&op->params, it->relation));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_signal_write, params_text(&op->params, it->workflow));
        STORE_COLUMN(op, PG_BOOL, rows, struct store_signal_write, params_bool(&op->params, it->same_subject));
        STORE_COLUMN(op, PG_BOOL, rows, struct store_signal_write, params_bool(&op->params, it->opens));
        STORE_COLUMN(op, PG_TIMESTAMPTZ, rows, struct store_signal_write, params_instant(&op->params, it->at));
        STORE_COLUMN(op, PG_INT4, rows, struct store_signal_write, params_int4(&op->params, it->hops));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_signal_write, params_string(&op->params, it->payload));
        STORE_COLUMN(op, PG_INT8, rows, struct store_signal_write, params_id(&op->params, c->after->subject));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_signal_write, params_text(&op->params, it->linked_by));
        wakes = op_send(op, QUERY_COMMIT_SIGNALS);
    }
    g_array_unref(rows);
    return wakes;
}

/* Codes of register_write (schema/migrations). */
static const char *register_op(const struct store_register *op)
{
    enum action_kind kind = op->kind;

    if (op->rectified && kind == ACTION_PUBLISH)
        return op->patch ? "rectify_patch" : "rectify_publish";
    if (op->rectified && kind == ACTION_MARK)
        return "rectify_mark";
    if (op->rectified)
        return kind == ACTION_UNMARK ? "rectify_unmark" : "rectify_withdraw";
    if (kind == ACTION_PUBLISH)
        return "publish";
    if (kind == ACTION_MARK)
        return "mark";
    g_assert(kind == ACTION_UNMARK || kind == ACTION_WITHDRAW_ENTRY);
    return kind == ACTION_UNMARK ? "unmark" : "withdraw";
}

static void effects_registers(struct op *op, const struct store_batch *batch)
{
    GArray *rows = STORE_ROWS(batch, registers);

    if (rows->len > 0) {
        STORE_COLUMN(op, PG_TEXT, rows, struct store_register, params_text(&op->params, register_op(it)));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_register, params_text(&op->params, it->register_));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_register, params_text(&op->params, it->key));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_register, params_string(&op->params, it->entry));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_register, params_text(&op->params, it->banner));
        STORE_COLUMN(op, PG_INT8, rows, struct store_register, params_int8(&op->params, c->after->id));
        STORE_COLUMN(op, PG_INT4, rows, struct store_register, params_int4(&op->params, it->seq));
        STORE_COLUMN(op, PG_TIMESTAMPTZ, rows, struct store_register, params_instant(&op->params, it->at));
        op_send(op, QUERY_COMMIT_REGISTERS);
    }
    g_array_unref(rows);
}

static void effects_notices(struct op *op, const struct store_batch *batch)
{
    GArray *rows = STORE_ROWS(batch, notices);

    if (rows->len > 0) {
        STORE_COLUMN(op, PG_INT8, rows, struct store_notice, params_int8(&op->params, c->after->id));
        STORE_COLUMN(op, PG_INT4, rows, struct store_notice, params_int4(&op->params, it->seq));
        STORE_COLUMN(op, PG_INT4, rows, struct store_notice, params_int4(&op->params, it->number));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_notice, params_text(&op->params, it->notice));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_notice, params_text(&op->params, it->who));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_notice, params_text(&op->params, it->kind));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_notice, params_text(&op->params, it->org_code));
        STORE_COLUMN(op, PG_INT8, rows, struct store_notice, params_id(&op->params, c->after->owner));
        STORE_COLUMN(op, PG_TIMESTAMPTZ, rows, struct store_notice, params_instant(&op->params, it->at));
        STORE_COLUMN(op, PG_TEXT, rows, struct store_notice, params_string(&op->params, it->vars));
        op_send(op, QUERY_COMMIT_NOTICES);
    }
    g_array_unref(rows);
}

/* Claims and links come before the signals, which are addressed through them; closed cases are still addressed, and
 * settle visibly that they took nothing. */
const struct want *store_pg_send_effects(struct op *op, const struct store_batch *batch)
{
    const struct want *wakes;

    effects_settled(op, batch);
    store_pg_send_agenda(op, batch);
    effects_subjects(op, batch, true);
    effects_links(op, batch);
    wakes = effects_signals(op, batch);
    effects_subjects(op, batch, false);
    effects_registers(op, batch);
    effects_notices(op, batch);
    return wakes;
}
