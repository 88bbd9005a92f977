#include "adapters/postgres/op.h"

static void op_free(gpointer p)
{
    struct op *op = p;

    params_release(&op->params);
    g_free(op);
}

void op_pool_init(struct op_pool *home, struct pool *pool)
{
    home->pool = pool;
    home->resting = g_ptr_array_new_with_free_func(op_free);
}

void op_pool_release(struct op_pool *home)
{
    g_clear_pointer(&home->resting, g_ptr_array_unref);
}

static void op_go_on(struct op *op)
{
    op_cb *then = op->then;

    op->then = NULL;
    then(op);
}

static void op_acquired(struct pool_req *req)
{
    struct op *op = (struct op *)(void *)((char *)req - offsetof(struct op, req));

    op->conn = req->conn;
    op_go_on(op);
}

static void op_answered(struct want *want)
{
    struct op *op = ((struct op_slot *)(void *)want)->op;

    g_assert(op->pending > 0);
    op->pending--;
    if (op->pending == 0 && op->then != NULL)
        op_go_on(op);
}

static struct op *op_new(struct op_pool *home)
{
    struct op *op = g_new0(struct op, 1);

    params_init(&op->params);
    op->home = home;
    op->req.done = op_acquired;
    for (size_t i = 0; i < G_N_ELEMENTS(op->slots); i++) {
        op->slots[i].op = op;
        op->slots[i].want.done = op_answered;
    }
    return op;
}

struct op *op_begin(struct op_pool *home, void *owner, op_cb *then)
{
    guint resting = home->resting->len;
    struct op *op = resting > 0 ? g_ptr_array_steal_index(home->resting, resting - 1) : op_new(home);

    op->owner = owner;
    op->wrote = false;
    op->then = then;
    pool_acquire(home->pool, &op->req);
    return op;
}

static void op_forget(struct op *op)
{
    g_assert(op->pending == 0);
    for (unsigned i = 0; i < op->used; i++)
        want_clear(&op->slots[i].want);
    op->used = 0;
}

/* A want for what is sent next. The first one after a look at the answers forgets them. */
static struct want *op_want(struct op *op, unsigned limit)
{
    if (op->pending == 0)
        op_forget(op);
    g_assert(op->used < limit);
    op->pending++;
    return &op->slots[op->used++].want;
}

struct want *op_send(struct op *op, enum query query)
{
    struct want *want = op_want(op, OP_STATEMENTS_MAX);

    conn_send(op->conn, query, op->params.count > 0 ? &op->params : NULL, want);
    params_reset(&op->params);
    return want;
}

void op_hold(struct op *op, struct want *want)
{
    g_assert(op->held == NULL && want->result != NULL);
    op->held = g_steal_pointer(&want->result);
}

void op_flush(struct op *op, op_cb *then)
{
    g_assert(op->pending > 0);
    op->then = then;
    conn_flush_request(op->conn);
}

void op_sync(struct op *op, op_cb *then)
{
    struct want *want = op_want(op, OP_STATEMENTS_MAX + 1);

    op->then = then;
    conn_sync(op->conn, want);
}

const struct want *op_failed(const struct op *op)
{
    for (unsigned i = 0; i < op->used; i++)
        if (op->slots[i].want.error != NULL)
            return &op->slots[i].want;
    return NULL;
}

GError *op_error(const struct op *op)
{
    const struct want *failed = op_failed(op);

    if (op->conn == NULL)
        return g_error_copy(op->req.error);
    return failed == NULL ? NULL : g_error_copy(failed->error);
}

void op_end(struct op *op)
{
    struct conn *conn = op->conn;

    op_forget(op);
    g_clear_pointer(&op->held, PQclear);
    g_clear_error(&op->req.error);
    params_reset(&op->params);
    op->conn = NULL;
    op->owner = NULL;
    g_ptr_array_add(op->home->resting, op);
    if (conn != NULL)
        pool_release(op->home->pool, conn);
}
