#include "adapters/postgres/pool.h"

#include "adapters/uv/loop_uv.h"
#include "engine/error.h"
#include "tests/support/pg.h"

#include <criterion/criterion.h>
#include <string.h>

struct world {
    struct loop_uv *loop;
    char *database;
    struct pool *pool;
    GString *trace; /* up, down, names of requests with ! for an error, drained */
    const char *stop_at;
};

struct request {
    struct pool_req req; /* first */
    struct world *world;
    const char *name;
};

static void world_note(struct world *w, const char *what)
{
    g_string_append_printf(w->trace, "%s ", what);
    if (g_strcmp0(what, w->stop_at) == 0)
        loop_uv_stop(w->loop);
}

static void world_run_to(struct world *w, const char *what)
{
    w->stop_at = what;
    loop_uv_run(w->loop);
    w->stop_at = NULL;
}

static void world_event(struct pool *pool, bool up, void *data)
{
    struct world *w = data;

    cr_expect_eq(pool_is_up(pool), up);
    world_note(w, up ? "up" : "down");
}

static void world_open(struct world *w, const char *conninfo, unsigned size, unsigned waiters_max)
{
    struct pool_config config = {.name = "test", .size = size, .waiters_max = waiters_max};
    GError *error = NULL;

    w->loop = loop_uv_new(LOOP_UV_REAL, 0, &error);
    w->trace = g_string_new(NULL);
    w->database = conninfo == NULL ? pg_database_new() : NULL;
    config.conn.conninfo = conninfo != NULL ? conninfo : w->database;
    w->pool = pool_new(&config, loop_uv_handle(w->loop), loop_uv_port(w->loop), world_event, w, &error);
    cr_assert_not_null(w->pool);
}

static void world_drained(void *data)
{
    world_note(data, "drained");
}

static void world_close(struct world *w)
{
    pool_drain(w->pool, world_drained, w);
    world_run_to(w, "drained");
    loop_uv_free(w->loop);
    g_string_free(w->trace, TRUE);
    if (w->database != NULL)
        pg_database_drop(w->database);
}

static void request_done(struct pool_req *req)
{
    struct request *r = (struct request *)(void *)req;
    g_autofree char *name = g_strconcat(r->name, req->error != NULL ? "!" : "", NULL);

    cr_expect((req->conn == NULL) == (req->error != NULL));
    world_note(r->world, name);
}

static void request(struct world *w, struct request *r, const char *name)
{
    *r = (struct request){.req = {.done = request_done}, .world = w, .name = name};
    pool_acquire(w->pool, &r->req);
}

static void expect_error(struct request *r, enum toroku_error code, const char *text)
{
    cr_assert_not_null(r->req.error, "%s", r->name);
    cr_expect_eq(toroku_error_code(r->req.error), code, "%s: %s", r->name, r->req.error->message);
    cr_expect_not_null(strstr(r->req.error->message, text), "%s", r->req.error->message);
    g_clear_error(&r->req.error);
}

Test(postgres_pool, requests_are_served_in_order_and_those_over_the_bound_refused)
{
    struct world w = {0};
    struct request r[5];

    world_open(&w, NULL, 1, 3);
    request(&w, &r[0], "a");
    request(&w, &r[1], "b");
    request(&w, &r[2], "c");
    request(&w, &r[3], "d");
    cr_expect_str_eq(w.trace->str, "", "nothing completes within the call");
    world_run_to(&w, "a");
    expect_error(&r[3], TOROKU_ERROR_BUSY, "3 requests wait");
    request(&w, &r[4], "e");
    pool_cancel(w.pool, &r[1].req);
    pool_cancel(w.pool, &r[1].req);
    pool_release(w.pool, r[0].req.conn);
    world_run_to(&w, "c");
    cr_expect_eq(r[2].req.conn, r[0].req.conn);
    pool_release(w.pool, r[2].req.conn);
    world_run_to(&w, "e");
    cr_expect_str_eq(w.trace->str, "d! up a c e ");
    pool_release(w.pool, r[4].req.conn);
    world_close(&w);
}

Test(postgres_pool, holders_have_connections_of_their_own)
{
    struct world w = {0};
    struct request a, b;

    world_open(&w, NULL, 2, 10);
    request(&w, &a, "a");
    request(&w, &b, "b");
    world_run_to(&w, "b");
    cr_expect_neq(a.req.conn, b.req.conn);
    cr_expect_eq(pg_number(w.database, "select count(*) from pg_stat_activity where datname = current_database()"
                                       " and application_name = 'toroku'"),
                 2);
    pool_release(w.pool, a.req.conn);
    pool_release(w.pool, b.req.conn);
    world_close(&w);
}

Test(postgres_pool, a_lost_connection_comes_back_after_its_release_and_serves_who_waits)
{
    struct world w = {0};
    struct request a, b;

    world_open(&w, NULL, 1, 10);
    request(&w, &a, "a");
    world_run_to(&w, "a");
    request(&w, &b, "b");
    cr_assert_eq(pg_terminate_sessions(w.database), 1);
    world_run_to(&w, "down");
    cr_expect_not(conn_is_ready(a.req.conn));
    pool_release(w.pool, a.req.conn);
    world_run_to(&w, "b");
    cr_expect(conn_is_ready(b.req.conn));
    cr_expect_str_eq(w.trace->str, "up a down up b ");
    pool_release(w.pool, b.req.conn);
    world_close(&w);
}

Test(postgres_pool, an_idle_connection_lost_is_replaced)
{
    struct world w = {0};
    struct request a;

    world_open(&w, NULL, 1, 10);
    world_run_to(&w, "up");
    cr_assert_eq(pg_terminate_sessions(w.database), 1);
    world_run_to(&w, "down");
    world_run_to(&w, "up");
    request(&w, &a, "a");
    world_run_to(&w, "a");
    cr_expect_str_eq(w.trace->str, "up down up a ");
    pool_release(w.pool, a.req.conn);
    world_close(&w);
}

Test(postgres_pool, an_absent_database_fails_those_who_wait_and_those_who_come)
{
    struct world w = {0};
    struct request a, b;

    world_open(&w, "host=/nonexistent", 2, 10);
    request(&w, &a, "a");
    world_run_to(&w, "a!");
    expect_error(&a, TOROKU_ERROR_UNAVAILABLE, "/nonexistent");
    request(&w, &b, "b");
    world_run_to(&w, "b!");
    expect_error(&b, TOROKU_ERROR_UNAVAILABLE, "/nonexistent");
    cr_expect_str_eq(w.trace->str, "a! b! ");
    world_close(&w);
}

Test(postgres_pool, draining_waits_for_holders_and_refuses_the_rest)
{
    struct world w = {0};
    struct request a, b, c;

    world_open(&w, NULL, 1, 10);
    request(&w, &a, "a");
    world_run_to(&w, "a");
    request(&w, &b, "b");
    pool_drain(w.pool, world_drained, &w);
    request(&w, &c, "c");
    world_run_to(&w, "c!");
    expect_error(&b, TOROKU_ERROR_UNAVAILABLE, "closing");
    expect_error(&c, TOROKU_ERROR_UNAVAILABLE, "closing");
    cr_expect(conn_is_ready(a.req.conn));
    pool_release(w.pool, a.req.conn);
    world_run_to(&w, "drained");
    cr_expect_str_eq(w.trace->str, "up a b! c! drained ");
    loop_uv_free(w.loop);
    g_string_free(w.trace, TRUE);
    cr_expect_eq(pg_number(w.database, "select count(*) from pg_stat_activity where application_name = 'toroku'"
                                       " and datname = current_database()"),
                 0);
    pg_database_drop(w.database);
}
