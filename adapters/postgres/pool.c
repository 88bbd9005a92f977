#define G_LOG_DOMAIN "toroku-postgres"

#include "adapters/postgres/pool.h"

#include "engine/error.h"

enum slot_state { SLOT_CONNECTING, SLOT_IDLE, SLOT_BUSY, SLOT_STATES };

struct pool_slot {
    struct pool *pool;
    struct conn *conn;
    enum slot_state state;
    GList link;
};

struct pool {
    char *name;
    struct loop *loop;
    pool_event_cb *event;
    void *data;
    struct pool_slot *slots;
    unsigned size, open; /* `open` connections are not closed yet */
    unsigned up;         /* connections that stand */
    GQueue lists[SLOT_STATES];
    GQueue waiters, surplus; /* `surplus` came when the queue was full */
    unsigned waiters_max;
    GError *away; /* why there is no connection; NULL while one stands or none was refused yet */
    bool held;
    bool draining, closing;
    pool_drained_cb *drained;
    void *drained_data;
    struct loop_task task;
    bool deferred;
};

/* The single door between the lists. The connection used last is used first: its caches are warm. */
static void pool_slot_move(struct pool_slot *slot, enum slot_state state)
{
    struct pool *pool = slot->pool;

    g_queue_unlink(&pool->lists[slot->state], &slot->link);
    slot->state = state;
    g_queue_push_head_link(&pool->lists[state], &slot->link);
}

static void pool_settle(struct pool *pool)
{
    bool waiting = !g_queue_is_empty(&pool->waiters) || !g_queue_is_empty(&pool->surplus);

    if (waiting == pool->held)
        return;
    pool->held = waiting;
    if (waiting)
        loop_hold(pool->loop);
    else
        loop_release(pool->loop);
}

static void pool_defer(struct pool *pool)
{
    if (pool->deferred)
        return;
    pool->deferred = true;
    loop_defer(pool->loop, &pool->task);
}

static void pool_free(struct pool *pool)
{
    pool_drained_cb *drained = pool->drained;
    void *data = pool->drained_data;

    g_clear_error(&pool->away);
    g_free(pool->slots);
    g_free(pool->name);
    g_free(pool);
    drained(data);
}

static void pool_conn_closed(void *data)
{
    struct pool *pool = data;

    pool->open--;
    if (pool->open == 0 && !pool->deferred)
        pool_free(pool);
}

/* Once nobody holds a connection any more. */
static void pool_close(struct pool *pool)
{
    pool->closing = true;
    for (unsigned i = 0; i < pool->size; i++)
        conn_close(pool->slots[i].conn, pool_conn_closed, pool);
}

static struct pool_req *pool_pop(GQueue *queue)
{
    struct pool_req *req = g_queue_pop_head_link(queue)->data;

    req->queue = NULL;
    return req;
}

static void pool_serve(struct pool *pool)
{
    struct pool_slot *slot = g_queue_peek_head(&pool->lists[SLOT_IDLE]);
    struct pool_req *req = pool_pop(&pool->waiters);

    pool_slot_move(slot, SLOT_BUSY);
    conn_lease(slot->conn);
    req->conn = slot->conn;
    req->done(req);
}

static void pool_refuse(struct pool *pool, GQueue *queue)
{
    struct pool_req *req = pool_pop(queue);

    if (pool->draining)
        g_set_error(&req->error, TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE, "PostgreSQL: the pool %s is closing",
                    pool->name);
    else if (pool->away != NULL)
        req->error = g_error_copy(pool->away);
    else
        g_set_error(&req->error, TOROKU_ERROR, TOROKU_ERROR_BUSY,
                    "PostgreSQL: %u requests wait for a connection of the pool %s already; try again later",
                    pool->waiters_max, pool->name);
    req->done(req);
}

/* Answers everybody who can be answered now, with an idle connection or an error, and ends a drained pool. */
static void pool_turn(struct loop_task *task)
{
    struct pool *pool = (struct pool *)(void *)((char *)task - offsetof(struct pool, task));

    pool->deferred = false;
    while (!g_queue_is_empty(&pool->surplus))
        pool_refuse(pool, &pool->surplus);
    while (!g_queue_is_empty(&pool->waiters)) {
        if (pool->draining || pool->away != NULL)
            pool_refuse(pool, &pool->waiters);
        else if (!g_queue_is_empty(&pool->lists[SLOT_IDLE]))
            pool_serve(pool);
        else
            break;
    }
    pool_settle(pool);
    if (pool->draining && !pool->closing && g_queue_is_empty(&pool->lists[SLOT_BUSY]))
        pool_close(pool);
    else if (pool->closing && pool->open == 0 && !pool->deferred)
        pool_free(pool);
}

static void pool_conn_up(struct pool *pool, struct pool_slot *slot)
{
    g_clear_error(&pool->away);
    pool_slot_move(slot, SLOT_IDLE);
    pool_defer(pool);
    if (pool->up++ > 0)
        return;
    g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_INFO, "EVENT", "database.up", "POOL", pool->name, "MESSAGE",
                     "PostgreSQL: the pool %s is connected", pool->name);
    if (pool->event != NULL)
        pool->event(pool, true, pool->data);
}

static void pool_conn_lost(struct pool *pool, struct pool_slot *slot, const GError *reason)
{
    if (slot->state == SLOT_IDLE)
        pool_slot_move(slot, SLOT_CONNECTING); /* a busy one moves when it is given back */
    g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "EVENT", "database.lost", "POOL", pool->name, "MESSAGE",
                     "a connection of the pool %s was lost: %s", pool->name, reason->message);
    g_assert(pool->up > 0);
    if (--pool->up == 0 && pool->event != NULL)
        pool->event(pool, false, pool->data);
}

/* An attempt failed. With no connection left nobody shall wait for the next one. */
static void pool_conn_refused(struct pool *pool, const GError *reason)
{
    if (pool->up > 0)
        return;
    if (pool->away == NULL)
        g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "EVENT", "database.away", "POOL", pool->name, "MESSAGE",
                         "the pool %s has no connection and keeps trying: %s", pool->name, reason->message);
    g_clear_error(&pool->away);
    pool->away = g_error_copy(reason);
    pool_defer(pool);
}

static void pool_conn_event(struct conn *c, enum conn_event event, const GError *reason, void *data)
{
    struct pool_slot *slot = data;

    (void)c;
    switch (event) {
    case CONN_UP:
        pool_conn_up(slot->pool, slot);
        break;
    case CONN_LOST:
        pool_conn_lost(slot->pool, slot, reason);
        break;
    case CONN_REFUSED:
        pool_conn_refused(slot->pool, reason);
        break;
    }
}

struct pool *pool_new(const struct pool_config *config, uv_loop_t *uv, struct loop *loop, pool_event_cb *event,
                      void *data, GError **error)
{
    struct pool *pool = g_new0(struct pool, 1);

    g_assert(config->size > 0);
    pool->slots = g_new0(struct pool_slot, config->size);
    for (unsigned i = 0; i < config->size; i++) {
        struct pool_slot *slot = &pool->slots[i];

        slot->pool = pool;
        slot->link.data = slot;
        slot->conn = conn_new(&config->conn, uv, loop, pool_conn_event, slot, error);
        if (slot->conn == NULL) {
            g_assert(i == 0); /* the conninfo is the same for all */
            g_free(pool->slots);
            g_free(pool);
            return NULL;
        }
        g_queue_push_head_link(&pool->lists[SLOT_CONNECTING], &slot->link);
    }
    pool->name = g_strdup(config->name);
    pool->loop = loop;
    pool->event = event;
    pool->data = data;
    pool->size = pool->open = config->size;
    pool->waiters_max = config->waiters_max;
    pool->task.done = pool_turn;
    return pool;
}

void pool_acquire(struct pool *pool, struct pool_req *req)
{
    g_assert(req->queue == NULL);
    req->conn = NULL;
    req->error = NULL;
    req->link = (GList){.data = req};
    req->queue = g_queue_get_length(&pool->waiters) < pool->waiters_max ? &pool->waiters : &pool->surplus;
    g_queue_push_tail_link(req->queue, &req->link);
    pool_settle(pool);
    pool_defer(pool);
}

void pool_cancel(struct pool *pool, struct pool_req *req)
{
    if (req->queue == NULL)
        return;
    g_queue_unlink(req->queue, &req->link);
    req->queue = NULL;
    pool_settle(pool);
}

void pool_release(struct pool *pool, struct conn *conn)
{
    struct pool_slot *slot = conn_data(conn);

    g_assert(slot->pool == pool && slot->state == SLOT_BUSY);
    conn_unlease(conn);
    pool_slot_move(slot, conn_is_ready(conn) ? SLOT_IDLE : SLOT_CONNECTING);
    if (pool->draining || !g_queue_is_empty(&pool->waiters))
        pool_defer(pool);
}

bool pool_is_up(const struct pool *pool)
{
    return pool->up > 0;
}

void pool_drain(struct pool *pool, pool_drained_cb *drained, void *data)
{
    g_assert(!pool->draining);
    pool->draining = true;
    pool->drained = drained;
    pool->drained_data = data;
    pool_defer(pool);
}
