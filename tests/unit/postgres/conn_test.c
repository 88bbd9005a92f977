#include "adapters/postgres/conn.h"

#include "adapters/postgres/rows.h"
#include "adapters/uv/loop_uv.h"
#include "engine/error.h"
#include "tests/support/pg.h"

#include <criterion/criterion.h>
#include <string.h>

/* A loop, a database and one connection to it. */
struct world {
    struct loop_uv *loop;
    char *database;
    struct conn *conn;
    GString *events; /* one letter each: Up, Lost, Refused */
    char stop_at;    /* the event that ends the run */
    GError *reason;  /* of the last event */
    GString *trace;  /* names of probes in the order of their answers */
};

/* A want with a name and something to do once it is answered. */
struct probe {
    struct want want; /* first */
    struct world *world;
    const char *name;
    void (*then)(struct probe *probe);
    bool last; /* ends the run */
};

static void world_event(struct conn *c, enum conn_event event, const GError *reason, void *data)
{
    struct world *w = data;
    char letter = "ULR"[event];

    (void)c;
    g_string_append_c(w->events, letter);
    g_clear_error(&w->reason);
    if (reason != NULL)
        w->reason = g_error_copy(reason);
    if (letter == w->stop_at)
        loop_uv_stop(w->loop);
}

static void world_run_to(struct world *w, char event)
{
    w->stop_at = event;
    loop_uv_run(w->loop);
    w->stop_at = '\0';
}

static void world_open_with(struct world *w, struct conn_config config, enum loop_uv_clock clock)
{
    GError *error = NULL;

    w->loop = loop_uv_new(clock, clock == LOOP_UV_VIRTUAL ? INT64_C(1700000000) * INSTANT_SECOND : 0, &error);
    cr_assert_not_null(w->loop);
    w->events = g_string_new(NULL);
    w->trace = g_string_new(NULL);
    if (config.conninfo == NULL)
        config.conninfo = w->database = pg_database_new();
    w->conn = conn_new(&config, loop_uv_handle(w->loop), loop_uv_port(w->loop), world_event, w, &error);
    cr_assert_not_null(w->conn, "%s", error != NULL ? error->message : "");
}

static void world_open(struct world *w)
{
    world_open_with(w, (struct conn_config){0}, LOOP_UV_REAL);
    world_run_to(w, 'U');
}

static void world_closed(void *data)
{
    loop_uv_stop(((struct world *)data)->loop);
}

static void world_close(struct world *w)
{
    conn_close(w->conn, world_closed, w);
    loop_uv_run(w->loop);
    loop_uv_free(w->loop);
    g_string_free(w->events, TRUE);
    g_string_free(w->trace, TRUE);
    g_clear_error(&w->reason);
    if (w->database != NULL)
        pg_database_drop(w->database);
}

static void probe_done(struct want *want)
{
    struct probe *probe = (struct probe *)(void *)want;

    g_string_append_printf(probe->world->trace, "%s%s ", probe->name, want->error != NULL ? "!" : "");
    if (probe->then != NULL)
        probe->then(probe);
    if (probe->last)
        loop_uv_stop(probe->world->loop);
}

static struct probe a_probe(struct world *w, const char *name)
{
    return (struct probe){.want = {.done = probe_done}, .world = w, .name = name};
}

/* One statement in a transaction of its own; its answer stays on ${probe}. */
static void world_ask(struct world *w, struct probe *probe, const char *sql)
{
    struct probe sync = a_probe(w, "sync");

    sync.last = true;
    *probe = a_probe(w, "ask");
    conn_send_text(w->conn, sql, NULL, &probe->want);
    conn_sync(w->conn, &sync.want);
    loop_uv_run(w->loop);
    want_clear(&sync.want);
}

static int64_t world_number(struct world *w, const char *sql)
{
    struct probe probe;
    int64_t number;

    world_ask(w, &probe, sql);
    cr_assert_null(probe.want.error, "%s", probe.want.error != NULL ? probe.want.error->message : "");
    number = row_int8(probe.want.result, 0, 0);
    want_clear(&probe.want);
    return number;
}

Test(postgres_conn, a_query_is_prepared_once_per_connection)
{
    struct world w = {0};

    world_open(&w);
    for (int round = 0; round < 200; round++) { /* crosses the rounds in which plans are made again */
        struct probe first = a_probe(&w, "a"), second = a_probe(&w, "b"), sync = a_probe(&w, "s");

        sync.last = true;
        conn_send(w.conn, QUERY_PING, NULL, &first.want);
        conn_send(w.conn, QUERY_PING, NULL, &second.want);
        conn_sync(w.conn, &sync.want);
        loop_uv_run(w.loop);
        cr_assert_eq(row_int4(first.want.result, 0, 0), 1);
        cr_assert_eq(row_int4(second.want.result, 0, 0), 1);
        cr_assert_null(sync.want.error);
        want_clear(&first.want);
        want_clear(&second.want);
    }
    cr_expect_eq(strncmp(w.trace->str, "a b s a b s ", 12), 0);
    cr_expect_eq(world_number(&w, "select count(*) from pg_prepared_statements where name = 'ping'"), 1);
    cr_expect_eq(world_number(&w, "select generic_plans + custom_plans from pg_prepared_statements"), 400);
    world_close(&w);
}

static char *world_plan(struct world *w)
{
    struct probe probe;
    char *plan;

    world_ask(w, &probe, "explain (costs off) execute q (1)");
    cr_assert_null(probe.want.error, "%s", probe.want.error != NULL ? probe.want.error->message : "");
    plan = g_strdup(row_text(probe.want.result, 0, 0, NULL));
    want_clear(&probe.want);
    return plan;
}

Test(postgres_conn, a_plan_made_for_an_empty_table_does_not_outlive_its_growth)
{
    struct world w = {0};
    struct probe probe;
    char *plan;

    world_open(&w);
    pg_run(w.database, "create table t (id int8 primary key) with (autovacuum_enabled = off)");
    pg_run(w.database, "analyze t");
    world_ask(&w, &probe, "set plan_cache_mode = force_generic_plan");
    want_clear(&probe.want);
    world_ask(&w, &probe, "prepare q (int8) as select id from t where id = $1");
    want_clear(&probe.want);
    plan = world_plan(&w);
    cr_expect_not_null(strstr(plan, "Seq Scan"), "%s", plan);
    g_free(plan);
    pg_run(w.database, "insert into t select generate_series(1, 100000)");
    plan = world_plan(&w);
    cr_expect_not_null(strstr(plan, "Seq Scan"), "the trap is there: %s", plan);
    for (int segment = 0; segment < 20; segment++) {
        g_free(plan);
        plan = world_plan(&w);
    }
    cr_expect_not_null(strstr(plan, "Index"), "%s", plan);
    g_free(plan);
    world_close(&w);
}

static void send_writes(struct probe *load)
{
    static const char *const sql[] = {"insert into t values (2)", "insert into t values (1)",
                                      "insert into t values (3)"};
    struct probe *next = load + 1;

    cr_assert_eq(row_int4(load->want.result, 0, 0), 1);
    for (size_t i = 0; i < G_N_ELEMENTS(sql); i++)
        conn_send_text(load->world->conn, sql[i], NULL, &next[i].want);
    conn_sync(load->world->conn, &next[3].want);
}

Test(postgres_conn, load_then_writes_are_one_transaction_that_rolls_back_whole)
{
    struct world w = {0};
    struct probe p[5];

    world_open(&w);
    pg_run(w.database, "create table t (id int4 constraint t_unique primary key)");
    p[0] = a_probe(&w, "load");
    p[1] = a_probe(&w, "first");
    p[2] = a_probe(&w, "twice");
    p[3] = a_probe(&w, "after");
    p[4] = a_probe(&w, "sync");
    p[0].then = send_writes;
    p[4].last = true;
    conn_send_text(w.conn, "insert into t values (1) returning id", NULL, &p[0].want);
    conn_flush_request(w.conn);
    loop_uv_run(w.loop);

    cr_expect_str_eq(w.trace->str, "load first twice! after! sync! ");
    for (size_t i = 2; i < G_N_ELEMENTS(p); i++) {
        cr_assert_not_null(p[i].want.error);
        cr_expect_eq(toroku_error_code(p[i].want.error), TOROKU_ERROR_CONFLICT, "%s", p[i].name);
        cr_expect_str_eq(p[i].want.sqlstate, "23505");
        cr_expect_str_eq(p[i].want.constraint, "t_unique");
        cr_expect_null(p[i].want.result);
    }
    cr_expect_eq(world_number(&w, "select count(*) from t"), 0);
    for (size_t i = 0; i < G_N_ELEMENTS(p); i++)
        want_clear(&p[i].want);
    world_close(&w);
}

static void send_after_error(struct probe *failed)
{
    conn_send(failed->world->conn, QUERY_PING, NULL, &failed[1].want);
    conn_flush_request(failed->world->conn);
}

static void send_sync(struct probe *probe)
{
    conn_sync(probe->world->conn, &probe[1].want);
}

Test(postgres_conn, a_segment_that_failed_answers_on_and_a_statement_not_prepared_then_is_prepared_later)
{
    struct world w = {0};
    struct probe p[3];

    world_open(&w);
    p[0] = a_probe(&w, "bad");
    p[1] = a_probe(&w, "ping");
    p[2] = a_probe(&w, "sync");
    p[0].then = send_after_error;
    p[1].then = send_sync;
    p[2].last = true;
    conn_send_text(w.conn, "select 1 / 0", NULL, &p[0].want);
    conn_flush_request(w.conn);
    loop_uv_run(w.loop);
    cr_expect_str_eq(w.trace->str, "bad! ping! sync! ");
    cr_expect_str_eq(p[2].want.sqlstate, "22012");
    cr_expect_eq(toroku_error_code(p[2].want.error), TOROKU_ERROR_INTERNAL);

    p[1].then = NULL;
    conn_send(w.conn, QUERY_PING, NULL, &p[1].want);
    conn_sync(w.conn, &p[2].want);
    loop_uv_run(w.loop);
    cr_expect_null(p[1].want.error);
    cr_expect_null(p[2].want.error);
    for (size_t i = 0; i < G_N_ELEMENTS(p); i++)
        want_clear(&p[i].want);
    world_close(&w);
}

Test(postgres_conn, a_commit_that_fails_is_the_error_of_the_sync)
{
    struct world w = {0};
    struct probe write, sync;

    world_open(&w);
    pg_run(w.database, "create table t (id int4 unique deferrable initially deferred); insert into t values (1)");
    write = a_probe(&w, "write");
    sync = a_probe(&w, "sync");
    sync.last = true;
    conn_send_text(w.conn, "insert into t values (1)", NULL, &write.want);
    conn_sync(w.conn, &sync.want);
    loop_uv_run(w.loop);
    cr_expect_str_eq(w.trace->str, "write sync! ");
    cr_expect_str_eq(sync.want.sqlstate, "23505");
    cr_expect_eq(world_number(&w, "select count(*) from t"), 1);
    want_clear(&write.want);
    want_clear(&sync.want);
    world_close(&w);
}

static const struct {
    const char *sql, *sqlstate;
    enum toroku_error code;
} failures[] = {
    {"select pg_sleep(5)", "57014", TOROKU_ERROR_TIMEOUT},
    {"select id from locked for update", "55P03", TOROKU_ERROR_BUSY},
    {"do $$ begin raise exception 'x' using errcode = '40001'; end $$", "40001", TOROKU_ERROR_BUSY},
    {"do $$ begin raise exception 'x' using errcode = '40P01'; end $$", "40P01", TOROKU_ERROR_BUSY},
    {"do $$ begin raise exception 'x' using errcode = '53100'; end $$", "53100", TOROKU_ERROR_UNAVAILABLE},
    {"do $$ begin raise exception 'x' using errcode = '57P03'; end $$", "57P03", TOROKU_ERROR_UNAVAILABLE},
    {"do $$ begin raise exception 'x' using errcode = '08006'; end $$", "08006", TOROKU_ERROR_UNAVAILABLE},
    {"do $$ begin raise exception 'x' using errcode = 'TK001', detail = 'why'; end $$", "TK001", TOROKU_ERROR_INTERNAL},
    {"selec 1", "42601", TOROKU_ERROR_INTERNAL},
};

Test(postgres_conn, sqlstate_becomes_our_code)
{
    struct world w = {0};
    PGconn *other;

    world_open_with(&w, (struct conn_config){.statement_timeout_ms = 300, .lock_timeout_ms = 50}, LOOP_UV_REAL);
    world_run_to(&w, 'U');
    pg_run(w.database, "create table locked (id int4); insert into locked values (1)");
    other = PQconnectdb(w.database);
    PQclear(PQexec(other, "begin; select id from locked for update"));
    for (size_t i = 0; i < G_N_ELEMENTS(failures); i++) {
        struct probe probe;

        world_ask(&w, &probe, failures[i].sql);
        cr_assert_not_null(probe.want.error, "%s", failures[i].sql);
        cr_expect_eq(toroku_error_code(probe.want.error), failures[i].code, "%s: %s", failures[i].sql,
                     probe.want.error->message);
        cr_expect_str_eq(probe.want.sqlstate, failures[i].sqlstate);
        if (strstr(failures[i].sql, "detail") != NULL)
            cr_expect_not_null(strstr(probe.want.error->message, "why"));
        want_clear(&probe.want);
    }
    PQfinish(other);
    cr_expect_str_eq(w.events->str, "U");
    world_close(&w);
}

/* Sends three statements and a Sync of which the first never ends, and has the session ended meanwhile. */
static void world_cut(struct world *w, struct probe p[4])
{
    static const char *const names[] = {"a", "b", "c", "sync"};

    for (size_t i = 0; i < 4; i++)
        p[i] = a_probe(w, names[i]);
    conn_send_text(w->conn, "select pg_sleep(60)", NULL, &p[0].want);
    conn_send(w->conn, QUERY_PING, NULL, &p[1].want);
    conn_send(w->conn, QUERY_PING, NULL, &p[2].want);
    conn_sync(w->conn, &p[3].want);
    cr_assert_eq(pg_terminate_sessions(w->database), 1);
}

Test(postgres_conn, wants_fail_in_order_when_the_session_ends_and_it_comes_back)
{
    struct world w = {0};
    struct probe p[4];

    world_open(&w);
    world_cut(&w, p);
    world_run_to(&w, 'U');
    cr_expect_str_eq(w.trace->str, "a! b! c! sync! ");
    cr_expect_str_eq(w.events->str, "ULU");
    for (size_t i = 0; i < G_N_ELEMENTS(p); i++) {
        cr_assert_not_null(p[i].want.error);
        cr_expect_eq(toroku_error_code(p[i].want.error), TOROKU_ERROR_UNAVAILABLE);
        want_clear(&p[i].want);
    }
    cr_expect_eq(world_number(&w, "select 7::int8"), 7);
    world_close(&w);
}

Test(postgres_conn, an_idle_connection_notices_its_end)
{
    struct world w = {0};

    world_open(&w);
    cr_assert_eq(pg_terminate_sessions(w.database), 1);
    world_run_to(&w, 'L');
    cr_expect_not(conn_is_ready(w.conn));
    world_run_to(&w, 'U');
    cr_expect(conn_is_ready(w.conn));
    cr_expect_str_eq(w.events->str, "ULU");
    world_close(&w);
}

static struct world *timer_world;

static void timer_fired(struct loop_timer *timer)
{
    (void)timer;
    g_string_append(timer_world->trace, "timer ");
    loop_uv_stop(timer_world->loop);
}

/* Lets the loop run for a while. */
static void world_wait(struct world *w, instant span)
{
    struct loop_timer timer = {.done = timer_fired};

    timer_world = w;
    loop_timer_at(loop_uv_port(w->loop), &timer, loop_now(loop_uv_port(w->loop)) + span);
    loop_uv_run(w->loop);
}

Test(postgres_conn, while_leased_a_lost_transaction_is_not_continued_on_a_new_session)
{
    struct world w = {0};
    struct probe p[4], late, sync;

    world_open(&w);
    conn_lease(w.conn);
    world_cut(&w, p);
    world_run_to(&w, 'L');
    world_wait(&w, 600 * INSTANT_MS); /* the first retry would come within 200 */
    cr_assert_str_eq(w.trace->str, "a! b! c! sync! timer ");
    cr_assert_str_eq(w.events->str, "UL");

    late = a_probe(&w, "late");
    sync = a_probe(&w, "sync");
    sync.last = true;
    conn_send(w.conn, QUERY_PING, NULL, &late.want);
    conn_flush_request(w.conn);
    conn_sync(w.conn, &sync.want);
    cr_expect_null(late.want.error, "nothing completes within the call");
    loop_uv_run(w.loop);
    cr_expect_str_eq(w.trace->str, "a! b! c! sync! timer late! sync! ");
    cr_expect_eq(toroku_error_code(late.want.error), TOROKU_ERROR_UNAVAILABLE);
    cr_expect_str_eq(w.events->str, "UL");

    conn_unlease(w.conn);
    world_run_to(&w, 'U');
    cr_expect_eq(world_number(&w, "select 7::int8"), 7);
    for (size_t i = 0; i < G_N_ELEMENTS(p); i++)
        want_clear(&p[i].want);
    want_clear(&late.want);
    want_clear(&sync.want);
    world_close(&w);
}

Test(postgres_conn, a_closed_connection_fails_its_wants)
{
    struct world w = {0};
    struct probe p[4];

    world_open(&w);
    world_cut(&w, p);
    world_close(&w);
    for (size_t i = 0; i < G_N_ELEMENTS(p); i++) {
        cr_expect_eq(toroku_error_code(p[i].want.error), TOROKU_ERROR_UNAVAILABLE);
        want_clear(&p[i].want);
    }
}

static const struct {
    const char *conninfo, *text;
} refusals[] = {
    {"host=/nonexistent dbname=x", "/nonexistent"},
    {"host=127.0.0.1 port=1 dbname=x", "port 1"},
    {"host=no-such-host.invalid dbname=x", "no-such-host.invalid"},
};

Test(postgres_conn, an_absent_server_is_tried_again)
{
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        struct world w = {0};

        world_open_with(&w, (struct conn_config){.conninfo = refusals[i].conninfo}, LOOP_UV_REAL);
        while (w.events->len < 3)
            world_run_to(&w, 'R');
        cr_expect_eq(strspn(w.events->str, "R"), w.events->len);
        cr_expect_eq(toroku_error_code(w.reason), TOROKU_ERROR_UNAVAILABLE);
        cr_expect_not_null(strstr(w.reason->message, refusals[i].text), "%s", w.reason->message);
        world_close(&w);
    }
}

Test(postgres_conn, a_bad_conninfo_is_invalid)
{
    struct conn_config config = {.conninfo = "nonsense"};
    GError *error = NULL;

    cr_expect_null(conn_new(&config, NULL, NULL, world_event, NULL, &error));
    cr_expect_eq(toroku_error_code(error), TOROKU_ERROR_INVALID);
    g_error_free(error);
}

Test(postgres_conn, host_names_are_looked_up_and_the_first_that_answers_is_taken)
{
    struct world w = {0};
    char *database = pg_database_new(); /* "host=... port=... user=... dbname=..." */
    g_autofree char *port = pg_value(database, "show port");
    g_autofree char *conninfo =
        g_strdup_printf("host=no-such-host.invalid,/nonexistent,localhost port=%s user=toroku dbname=%s", port,
                        strstr(database, "dbname=test_") + 7);

    world_open_with(&w, (struct conn_config){.conninfo = conninfo}, LOOP_UV_REAL);
    world_run_to(&w, 'U');
    cr_expect_eq(world_number(&w, "select (inet_client_addr() is not null)::int::int8"), 1);
    world_close(&w);
    pg_database_drop(database);
}

Test(postgres_conn, a_session_is_set_up)
{
    static const struct {
        const char *name, *value;
    } settings[] = {
        {"application_name", "toroku"},
        {"TimeZone", "UTC"},
        {"client_encoding", "UTF8"},
        {"statement_timeout", "10s"},
        {"lock_timeout", "4s"},
        {"idle_in_transaction_session_timeout", "5s"},
        {"jit", "off"},
        {"synchronous_commit", "on"},
    };
    struct world w = {0};

    world_open(&w);
    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
        g_autofree char *sql = g_strdup_printf("show %s", settings[i].name);
        struct probe probe;

        world_ask(&w, &probe, sql);
        cr_expect_str_eq(row_text(probe.want.result, 0, 0, NULL), settings[i].value, "%s", settings[i].name);
        want_clear(&probe.want);
    }
    world_close(&w);
}

Test(postgres_conn, a_statement_larger_than_the_socket_buffers_passes_both_ways)
{
    enum { SIZE = 24 << 20 };
    struct world w = {0};
    struct params params;
    struct probe echo, sync;
    g_autofree unsigned char *bytes = g_malloc(SIZE);
    const unsigned char *back;
    size_t length;

    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (unsigned char)(i * 31 >> 3);
    world_open(&w);
    echo = a_probe(&w, "echo");
    sync = a_probe(&w, "sync");
    sync.last = true;
    params_init(&params);
    params_bytea(&params, bytes, SIZE);
    conn_send_text(w.conn, "select $1", &params, &echo.want);
    params_reset(&params);
    conn_sync(w.conn, &sync.want);
    loop_uv_run(w.loop);
    cr_assert_null(echo.want.error);
    back = row_bytea(echo.want.result, 0, 0, &length);
    cr_expect_eq(length, SIZE);
    cr_expect_eq(memcmp(back, bytes, SIZE), 0);
    want_clear(&echo.want);
    params_release(&params);
    world_close(&w);
}

Test(postgres_conn, a_virtual_clock_stands_still_while_an_answer_is_outstanding)
{
    struct world w = {0};
    struct loop_timer timer = {.done = timer_fired};
    struct probe slow, sync;

    timer_world = &w;
    world_open_with(&w, (struct conn_config){0}, LOOP_UV_VIRTUAL);
    loop_hold(loop_uv_port(w.loop)); /* as whoever waits for the connection does */
    world_run_to(&w, 'U');
    slow = a_probe(&w, "slow");
    sync = a_probe(&w, "sync");
    loop_timer_at(loop_uv_port(w.loop), &timer, loop_now(loop_uv_port(w.loop)) + INSTANT_DAY);
    conn_send_text(w.conn, "select pg_sleep(0.2)", NULL, &slow.want);
    conn_sync(w.conn, &sync.want);
    loop_release(loop_uv_port(w.loop));
    loop_uv_run(w.loop);
    cr_expect_str_eq(w.trace->str, "slow sync timer ");
    want_clear(&slow.want);
    world_close(&w);
}
