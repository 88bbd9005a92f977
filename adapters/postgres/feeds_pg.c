#include "adapters/postgres/feeds_pg.h"

#include "engine/error.h"

/* What is under way. */
struct feed_asking {
    struct feeds_request *request;
    void (*send)(struct op *op, const struct feeds_request *request); /* what comes before the list; or NULL */
    const struct want *answer;
};

static void feed_over(struct op *op)
{
    struct feeds_request *request = ((struct feed_asking *)op->owner)->request;

    g_free(op->owner);
    op_end(op);
    request->done(request);
}

static void feed_begin(struct feeds *feeds, struct feeds_request *request, op_cb *begun,
                       void (*send)(struct op *op, const struct feeds_request *request))
{
    struct feed_asking *asking = g_new0(struct feed_asking, 1);

    request->error = NULL;
    asking->request = request;
    asking->send = send;
    op_begin(((struct feeds_pg *)(void *)feeds)->pool, asking, begun);
}

/* ---- a person's addresses ---- */

static void list_answered(struct op *op)
{
    const struct feed_asking *asking = op->owner;
    struct feeds_request *request = asking->request;
    const PGresult *res = asking->answer->result;

    request->error = op_error(op);
    for (int scope = 0; scope < FEED_SCOPE_COUNT; scope++)
        request->addresses[scope] = (struct feed_address){false, INSTANT_NEVER, INSTANT_NEVER};
    for (int i = 0; request->error == NULL && i < PQntuples(res); i++)
        request->addresses[row_int2(res, i, 0)] =
            (struct feed_address){true, row_instant(res, i, 1), row_instant(res, i, 2)};
    feed_over(op);
}

static void list_begun(struct op *op)
{
    struct feed_asking *asking = op->owner;
    struct feeds_request *request = asking->request;

    request->error = op_error(op);
    if (request->error != NULL) {
        feed_over(op);
        return;
    }
    if (asking->send != NULL)
        asking->send(op, request);
    params_int8(&op->params, request->person);
    params_int8(&op->params, request->org);
    asking->answer = op_send(op, QUERY_FEED_LIST);
    op_sync(op, list_answered);
}

static void make_send(struct op *op, const struct feeds_request *request)
{
    params_bytea(&op->params, request->hash, HASH_SIZE);
    params_int8(&op->params, request->person);
    params_int8(&op->params, request->org);
    params_int2(&op->params, (int16_t)request->scope);
    params_text(&op->params, request->english ? "en" : "ja");
    params_instant(&op->params, request->now);
    op_send(op, QUERY_FEED_MAKE);
}

static void revoke_send(struct op *op, const struct feeds_request *request)
{
    params_int8(&op->params, request->person);
    params_int8(&op->params, request->org);
    params_int2(&op->params, (int16_t)request->scope);
    params_instant(&op->params, request->now);
    op_send(op, QUERY_FEED_REVOKE);
}

static void feeds_pg_list(struct feeds *feeds, struct feeds_request *request)
{
    feed_begin(feeds, request, list_begun, NULL);
}

static void feeds_pg_make(struct feeds *feeds, struct feeds_request *request)
{
    feed_begin(feeds, request, list_begun, make_send);
}

static void feeds_pg_revoke(struct feeds *feeds, struct feeds_request *request)
{
    feed_begin(feeds, request, list_begun, revoke_send);
}

/* ---- whose address it is ---- */

static void find_answered(struct op *op)
{
    const struct feed_asking *asking = op->owner;
    struct feeds_request *request = asking->request;
    const PGresult *res = asking->answer->result;

    request->error = op_error(op);
    if (request->error == NULL && PQntuples(res) == 0)
        request->error =
            g_error_new_literal(TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND, "the address is unknown or was revoked");
    if (request->error == NULL) {
        request->person = row_int8(res, 0, 0);
        request->org = row_int8(res, 0, 1);
        request->scope = (enum feed_scope)row_int2(res, 0, 2);
        request->english = g_str_equal(row_text(res, 0, 3, NULL), "en");
        request->roles = g_strsplit(row_text(res, 0, 4, NULL), ",", -1);
        request->org_roles = g_strsplit(row_text(res, 0, 5, NULL), ",", -1);
        request->org_ja = g_strdup(row_text(res, 0, 6, NULL));
        request->org_en = g_strdup(row_text(res, 0, 7, NULL));
    }
    feed_over(op);
}

static void find_begun(struct op *op)
{
    struct feed_asking *asking = op->owner;
    struct feeds_request *request = asking->request;

    request->error = op_error(op);
    if (request->error != NULL) {
        feed_over(op);
        return;
    }
    params_bytea(&op->params, request->hash, HASH_SIZE);
    params_instant(&op->params, request->now);
    params_bool(&op->params, request->demonstration);
    asking->answer = op_send(op, QUERY_FEED_FIND);
    op_sync(op, find_answered);
}

static void feeds_pg_find(struct feeds *feeds, struct feeds_request *request)
{
    feed_begin(feeds, request, find_begun, NULL);
}

static const struct feeds_ops feeds_pg_ops = {
    .list = feeds_pg_list,
    .make = feeds_pg_make,
    .revoke = feeds_pg_revoke,
    .find = feeds_pg_find,
};

void feeds_pg_init(struct feeds_pg *pg, struct op_pool *pool)
{
    pg->feeds.ops = &feeds_pg_ops;
    pg->pool = pool;
}
