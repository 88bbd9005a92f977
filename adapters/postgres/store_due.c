/*
 * What lies ahead and what goes out: due deadlines, waiting signals, the outbox. Each is one transaction on the side
 * connection and takes no case lock.
 */
#include "adapters/json/json.h"
#include "adapters/postgres/store_internal.h"
#include "engine/error.h"

/* The rows of `notices.state`. */
enum { NOTICE_PENDING, NOTICE_DELIVERED, NOTICE_DEAD };

/* The requester's struct, and the wants of the statements sent. */
struct asking {
    void *what;
    const struct want *wants[3];
};

static void asking_begin(struct store *store, void *what, struct store_request *request, op_cb *begun)
{
    struct store_pg *pg = (struct store_pg *)(void *)store;
    struct asking *asking = g_new0(struct asking, 1);

    asking->what = what;
    request->error = NULL;
    request->impl = op_begin(&pg->side, asking, begun);
}

static void asking_end(struct op *op, struct store_request *request, GError *error)
{
    g_free(op->owner);
    store_pg_finish(op, request, error);
}

static void due_answered(struct op *op)
{
    struct asking *asking = op->owner;
    struct store_due *due = asking->what;
    GError *error = op_error(op);

    if (error == NULL) {
        const PGresult *cases = asking->wants[0]->result, *wakes = asking->wants[1]->result;

        for (int i = 0; i < PQntuples(cases); i++) {
            int64_t id = row_int8(cases, i, 0);

            g_array_append_val(due->case_ids, id);
        }
        for (int i = 0; i < PQntuples(wakes); i++) {
            struct store_wake wake = {.case_id = row_int8(wakes, i, 0), .subject = row_int8(wakes, i, 1)};

            g_array_append_val(due->wakes, wake);
        }
        due->next = row_instant(asking->wants[2]->result, 0, 0);
    }
    asking_end(op, &due->request, error);
}

static void due_begun(struct op *op)
{
    struct asking *asking = op->owner;
    struct store_due *due = asking->what;
    GError *error = op_error(op);

    if (error != NULL) {
        asking_end(op, &due->request, error);
        return;
    }
    params_instant(&op->params, due->now);
    params_int4(&op->params, (int32_t)due->limit);
    asking->wants[0] = op_send(op, QUERY_DUE_CASES);
    params_int4(&op->params, (int32_t)due->limit);
    asking->wants[1] = op_send(op, QUERY_DUE_SIGNALS);
    params_instant(&op->params, due->now);
    asking->wants[2] = op_send(op, QUERY_DUE_NEXT);
    op_sync(op, due_answered);
}

void store_pg_due(struct store *store, struct store_due *due)
{
    asking_begin(store, due, &due->request, due_begun);
}

static struct store_delivery *claim_delivery(const PGresult *res, int row, GError **error)
{
    size_t size;
    const char *text = row_text(res, row, 8, &size);
    struct value *vars = json_parse(text, size, STORE_JSON_DEPTH, error);
    struct store_delivery *d;

    if (vars == NULL)
        return NULL;
    d = g_new0(struct store_delivery, 1);
    *d = (struct store_delivery){
        .id = row_int8(res, row, 0),
        .lease = row_int8(res, row, 1),
        .case_id = row_int8(res, row, 2),
        .attempt = row_int4(res, row, 3),
        .notice = g_strdup(row_text(res, row, 4, NULL)),
        .address = g_strdup(row_text(res, row, 5, NULL)),
        .language = g_strdup(row_text(res, row, 6, NULL)),
        .at = row_instant(res, row, 7),
        .vars = vars,
        .case_number = g_strdup(row_text(res, row, 9, NULL)),
    };
    d->message_id = g_strdup_printf("n-%" G_GINT64_FORMAT, d->id);
    return d;
}

static void claim_answered(struct op *op)
{
    struct asking *asking = op->owner;
    struct store_claim *claim = asking->what;
    GError *error = op_error(op);

    if (error == NULL) {
        const PGresult *rows = asking->wants[0]->result;

        for (int i = 0; i < PQntuples(rows) && error == NULL; i++) {
            struct store_delivery *d = claim_delivery(rows, i, &error);

            if (d != NULL)
                g_ptr_array_add(claim->deliveries, d);
        }
        claim->next = row_instant(asking->wants[1]->result, 0, 0);
    }
    asking_end(op, &claim->request, error);
}

static void claim_begun(struct op *op)
{
    struct asking *asking = op->owner;
    struct store_claim *claim = asking->what;
    GError *error = op_error(op);

    if (error != NULL) {
        asking_end(op, &claim->request, error);
        return;
    }
    params_instant(&op->params, claim->now);
    params_instant(&op->params, claim->lease_until);
    params_int4(&op->params, (int32_t)claim->limit);
    asking->wants[0] = op_send(op, QUERY_NOTICE_CLAIM);
    params_instant(&op->params, claim->now);
    asking->wants[1] = op_send(op, QUERY_NOTICE_NEXT);
    op_sync(op, claim_answered);
}

void store_pg_claim(struct store *store, struct store_claim *claim)
{
    asking_begin(store, claim, &claim->request, claim_begun);
}

static int16_t settle_notice_state(enum delivery_state state)
{
    if (state == DELIVERY_RETRY)
        return NOTICE_PENDING;
    return state == DELIVERY_DELIVERED ? NOTICE_DELIVERED : NOTICE_DEAD;
}

#define SETTLE_COLUMN(op, element, settles, add)                                                                       \
    do {                                                                                                               \
        params_array_begin(&(op)->params, element);                                                                    \
        for (guint i = 0; i < (settles)->len; i++) {                                                                   \
            const struct store_settle *it = &g_array_index(settles, struct store_settle, i);                           \
            add;                                                                                                       \
        }                                                                                                              \
        params_array_end(&(op)->params);                                                                               \
    } while (0)

static void settle_answered(struct op *op)
{
    struct asking *asking = op->owner;
    struct store_settles *settles = asking->what;

    asking_end(op, &settles->request, op_error(op));
}

/* An attempt's evidence keeps its state as notices do: retry is pending. */
static void settle_begun(struct op *op)
{
    struct asking *asking = op->owner;
    struct store_settles *settles = asking->what;
    const GArray *rows = settles->settles;
    GError *error = op_error(op);

    if (error != NULL) {
        asking_end(op, &settles->request, error);
        return;
    }
    SETTLE_COLUMN(op, PG_INT8, rows, params_int8(&op->params, it->id));
    SETTLE_COLUMN(op, PG_INT8, rows, params_int8(&op->params, it->lease));
    SETTLE_COLUMN(op, PG_INT4, rows, params_int4(&op->params, it->attempt));
    SETTLE_COLUMN(op, PG_INT2, rows, params_int2(&op->params, settle_notice_state(it->state)));
    SETTLE_COLUMN(op, PG_TIMESTAMPTZ, rows, params_instant(&op->params, it->at));
    SETTLE_COLUMN(op, PG_TIMESTAMPTZ, rows,
                  params_instant(&op->params, it->state == DELIVERY_RETRY ? it->next : it->at));
    SETTLE_COLUMN(op, PG_TEXT, rows, params_text(&op->params, it->reply != NULL ? it->reply : ""));
    op_send(op, QUERY_NOTICE_SETTLE);
    op_sync(op, settle_answered);
}

void store_pg_settle(struct store *store, struct store_settles *settles)
{
    asking_begin(store, settles, &settles->request, settle_begun);
}
