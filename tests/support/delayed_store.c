#include "tests/support/delayed_store.h"

#include <glib.h>

struct delayed_store {
    struct store port; /* first */
    struct store *inner;
    struct loop *loop;
    GRand *dice;
    int64_t load_us, fetch_us;
    unsigned waiting;
    unsigned loads;
    int64_t sum_us, max_us;
};

/* One call on its way. */
struct delayed_call {
    struct loop_timer timer;
    struct delayed_store *store;
    struct store_batch *batch;
    void (*call)(struct store *store, struct store_batch *batch);
};

static struct delayed_store *delayed_store_of(struct store *store)
{
    return (struct delayed_store *)(void *)store;
}

static void delayed_call_now(struct loop_timer *timer)
{
    struct delayed_call *call = (struct delayed_call *)(void *)timer;

    call->store->waiting--;
    call->call(call->store->inner, call->batch);
    g_free(call);
}

static int64_t delayed_store_call(struct delayed_store *d, struct store_batch *batch, int64_t max_us,
                                  void (*call)(struct store *store, struct store_batch *batch))
{
    struct delayed_call *waiting = g_new0(struct delayed_call, 1);
    int64_t delay = (int64_t)((double)max_us * g_rand_double(d->dice) * (batch->skip_locked ? 0.1 : 1));

    waiting->timer.done = delayed_call_now;
    waiting->store = d;
    waiting->batch = batch;
    waiting->call = call;
    d->waiting++;
    loop_timer_at(d->loop, &waiting->timer, loop_now(d->loop) + delay);
    return delay;
}

static void delayed_store_load(struct store *store, struct store_batch *batch)
{
    struct delayed_store *d = delayed_store_of(store);
    int64_t delay;

    if (d->load_us == 0) {
        store_load(d->inner, batch);
        return;
    }
    delay = delayed_store_call(d, batch, d->load_us, d->inner->ops->load);
    if (batch->skip_locked)
        return;
    d->loads++;
    d->sum_us += delay;
    d->max_us = MAX(d->max_us, delay);
}

/* The first round asks for linked cases. */
static void delayed_store_fetch(struct store *store, struct store_batch *batch)
{
    struct delayed_store *d = delayed_store_of(store);

    if (d->fetch_us == 0 || batch->linked->len == 0)
        store_fetch(d->inner, batch);
    else
        delayed_store_call(d, batch, d->fetch_us, d->inner->ops->fetch);
}

static void delayed_store_commit(struct store *store, struct store_batch *batch)
{
    store_commit(delayed_store_of(store)->inner, batch);
}

static void delayed_store_abandon(struct store *store, struct store_batch *batch)
{
    store_abandon(delayed_store_of(store)->inner, batch);
}

static void delayed_store_due(struct store *store, struct store_due *due)
{
    store_due(delayed_store_of(store)->inner, due);
}

static void delayed_store_claim(struct store *store, struct store_claim *claim)
{
    store_claim(delayed_store_of(store)->inner, claim);
}

static void delayed_store_settle(struct store *store, struct store_settles *settles)
{
    store_settle(delayed_store_of(store)->inner, settles);
}

static const struct store_ops delayed_store_ops = {
    .load = delayed_store_load,
    .fetch = delayed_store_fetch,
    .commit = delayed_store_commit,
    .abandon = delayed_store_abandon,
    .due = delayed_store_due,
    .claim = delayed_store_claim,
    .settle = delayed_store_settle,
};

static void delayed_store_woken(struct store *inner, void *user)
{
    struct delayed_store *d = user;

    (void)inner;
    if (d->port.woken != NULL)
        d->port.woken(&d->port, d->port.woken_user);
}

struct delayed_store *delayed_store_new(struct store *inner, struct loop *loop, guint32 seed)
{
    struct delayed_store *d = g_new0(struct delayed_store, 1);

    d->port.ops = &delayed_store_ops;
    d->inner = inner;
    d->loop = loop;
    d->dice = g_rand_new_with_seed(seed);
    inner->woken = delayed_store_woken;
    inner->woken_user = d;
    return d;
}

void delayed_store_set(struct delayed_store *d, int64_t load_us, int64_t fetch_us)
{
    d->load_us = load_us;
    d->fetch_us = fetch_us;
}

struct store *delayed_store_port(struct delayed_store *d)
{
    return &d->port;
}

struct delayed_figures delayed_store_figures(const struct delayed_store *d)
{
    return (struct delayed_figures){
        .loads = d->loads, .mean_us = d->loads == 0 ? 0 : d->sum_us / d->loads, .max_us = d->max_us};
}

void delayed_store_free(struct delayed_store *d)
{
    if (d == NULL)
        return;
    g_assert(d->waiting == 0);
    d->inner->woken = NULL;
    g_rand_free(d->dice);
    g_free(d);
}
