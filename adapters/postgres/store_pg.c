#include "adapters/postgres/store_pg.h"

#include "adapters/postgres/conninfo.h"
#include "adapters/postgres/store_internal.h"

/*
 * Every statement of the store reaches its rows by an index. A plan that scans a table whole is right only while the
 * table is small, and plans are kept for long: it must not be made. Nor is a plan to be made for each batch whose
 * arrays are shorter than what a kept plan assumes.
 */
#define STORE_OPTIONS "-c enable_seqscan=off -c plan_cache_mode=force_generic_plan"

#define STORE_CONNECTIONS 3
#define STORE_WAITERS_MAX 1024

static const struct store_ops store_pg_ops = {
    .load = store_pg_load,
    .fetch = store_pg_fetch,
    .commit = store_pg_commit,
    .abandon = store_pg_abandon,
    .due = store_pg_due,
    .claim = store_pg_claim,
    .settle = store_pg_settle,
};

/* The database is back: what others wrote meanwhile, and what failed here, is to be looked at again. */
static void store_pg_event(struct pool *pool, bool up, void *data)
{
    struct store_pg *pg = data;

    (void)pool;
    if (up && pg->drained == NULL && pg->store.woken != NULL)
        pg->store.woken(&pg->store, pg->store.woken_user);
}

static bool store_pg_pool(struct store_pg *pg, struct op_pool *home, const struct pool_config *config, uv_loop_t *uv,
                          struct loop *loop, GError **error)
{
    struct pool *pool = pool_new(config, uv, loop, store_pg_event, pg, error);

    if (pool == NULL)
        return false;
    op_pool_init(home, pool);
    pg->pools++;
    return true;
}

struct store_pg *store_pg_new(const char *conninfo, unsigned connections, uv_loop_t *uv, struct loop *loop,
                              GError **error)
{
    g_autofree char *with_options = conninfo_with_options(conninfo, STORE_OPTIONS, error);
    struct pool_config batches = {
        .name = "batches",
        .conn = {.conninfo = with_options},
        .size = connections > 0 ? connections : STORE_CONNECTIONS,
        .waiters_max = STORE_WAITERS_MAX,
    };
    struct pool_config side = {
        .name = "side", .conn = {.conninfo = with_options}, .size = 1, .waiters_max = STORE_WAITERS_MAX};
    struct store_pg *pg;

    if (with_options == NULL)
        return NULL;
    pg = g_new0(struct store_pg, 1);
    pg->store.ops = &store_pg_ops;
    if (!store_pg_pool(pg, &pg->batches, &batches, uv, loop, error)) {
        g_free(pg);
        return NULL;
    }
    if (!store_pg_pool(pg, &pg->side, &side, uv, loop, NULL))
        g_assert_not_reached(); /* the same conninfo was parsed before */
    return pg;
}

struct store *store_pg_port(struct store_pg *pg)
{
    return &pg->store;
}

bool store_pg_is_up(const struct store_pg *pg)
{
    return pool_is_up(pg->batches.pool);
}

static void store_pg_pool_drained(void *data)
{
    struct store_pg *pg = data;
    store_pg_drained_cb *drained = pg->drained;
    void *drained_data = pg->drained_data;

    if (--pg->pools > 0)
        return;
    op_pool_release(&pg->batches);
    op_pool_release(&pg->side);
    g_free(pg);
    drained(drained_data);
}

void store_pg_drain(struct store_pg *pg, store_pg_drained_cb *drained, void *data)
{
    pg->drained = drained;
    pg->drained_data = data;
    pool_drain(pg->batches.pool, store_pg_pool_drained, pg);
    pool_drain(pg->side.pool, store_pg_pool_drained, pg);
}

void store_pg_finish(struct op *op, struct store_request *request, GError *error)
{
    op_end(op);
    request->impl = NULL;
    request->error = error;
    request->done(request);
}

GArray *store_rows(const struct store_batch *batch, size_t offset)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct store_row));

    for (guint i = 0; i < batch->cases->len; i++) {
        const struct store_case *c = g_ptr_array_index(batch->cases, i);
        const GArray *items = *(GArray *const *)(const void *)((const char *)c + offset);

        for (guint j = 0; j < items->len; j++) {
            struct store_row row = {c, items->data + j * g_array_get_element_size((GArray *)(uintptr_t)items)};

            g_array_append_val(rows, row);
        }
    }
    return rows;
}
