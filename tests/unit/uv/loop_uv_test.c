#include "adapters/uv/loop_uv.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#define START (INT64_C(1700000000) * INSTANT_SECOND)

struct probe {
    struct loop_timer timer; /* first: probe_timer_done relies on it */
    struct loop_uv *loop;
    char name;
    GString *trace;
    instant fired_at;
    bool last; /* stops the loop */
};

static void probe_timer_done(struct loop_timer *timer)
{
    struct probe *probe = (struct probe *)(void *)timer;

    probe->fired_at = loop_now(loop_uv_port(probe->loop));
    g_string_append_c(probe->trace, probe->name);
    if (probe->last)
        loop_uv_stop(probe->loop);
}

static void probe_arm(struct probe *probe, struct loop_uv *loop, GString *trace, char name, instant at)
{
    *probe = (struct probe){.timer = {.done = probe_timer_done}, .loop = loop, .name = name, .trace = trace};
    loop_timer_at(loop_uv_port(loop), &probe->timer, at);
}

static struct loop_uv *a_loop(enum loop_uv_clock clock, instant start)
{
    GError *error = NULL;
    struct loop_uv *loop = loop_uv_new(clock, start, &error);

    cr_assert_not_null(loop);
    cr_assert_null(error);
    return loop;
}

Test(uv_loop, virtual_time_fires_by_instant_then_arming_order)
{
    struct loop_uv *loop = a_loop(LOOP_UV_VIRTUAL, START);
    g_autoptr(GString) trace = g_string_new(NULL);
    static const struct {
        char name;
        instant after;
    } rows[] = {{'d', INSTANT_DAY},      {'b', 1},          {'e', INSTANT_DAY}, {'a', 0},
                {'c', 2 * INSTANT_HOUR}, {'f', INSTANT_DAY}};
    struct probe probes[G_N_ELEMENTS(rows)];

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        probe_arm(&probes[i], loop, trace, rows[i].name, START + rows[i].after);
    loop_uv_run(loop);
    cr_expect_str_eq(trace->str, "abcdef");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        cr_expect_eq(probes[i].fired_at, START + rows[i].after, "timer %c", rows[i].name);
    cr_expect_eq(loop_now(loop_uv_port(loop)), START + INSTANT_DAY);
    loop_uv_free(loop);
}

Test(uv_loop, cancelled_timers_stay_silent_and_moved_ones_move)
{
    struct loop_uv *loop = a_loop(LOOP_UV_VIRTUAL, START);
    g_autoptr(GString) trace = g_string_new(NULL);
    struct probe probes[3];

    probe_arm(&probes[0], loop, trace, 'x', START + 1);
    probe_arm(&probes[1], loop, trace, 'm', START + 2);
    probe_arm(&probes[2], loop, trace, 'k', START + 3);
    loop_timer_cancel(loop_uv_port(loop), &probes[0].timer);
    loop_timer_cancel(loop_uv_port(loop), &probes[0].timer);
    loop_timer_at(loop_uv_port(loop), &probes[1].timer, START + 9);
    loop_uv_run(loop);
    cr_expect_str_eq(trace->str, "km");
    cr_expect_not(probes[1].timer.armed);
    loop_uv_free(loop);
}

/* 2,000 timers armed, moved and cancelled by a fixed recurrence must fire in the order of a plain sort. */
Test(uv_loop, the_heap_agrees_with_a_sort)
{
    enum { COUNT = 2000 };
    struct loop_uv *loop = a_loop(LOOP_UV_VIRTUAL, START);
    g_autoptr(GString) trace = g_string_new(NULL);
    g_autofree struct probe *probes = g_new0(struct probe, COUNT);
    uint32_t random = 1;
    size_t expected = COUNT;
    instant previous = 0;

    for (size_t i = 0; i < COUNT; i++)
        probe_arm(&probes[i], loop, trace, 't', START + (random = random * 1664525 + 1013904223) % 1000);
    for (size_t i = 0; i < COUNT; i += 3)
        loop_timer_at(loop_uv_port(loop), &probes[i].timer, START + (random = random * 1664525 + 1013904223) % 1000);
    for (size_t i = 0; i < COUNT; i += 7, expected--)
        loop_timer_cancel(loop_uv_port(loop), &probes[i].timer);
    loop_uv_run(loop);
    cr_expect_eq(trace->len, expected);
    for (size_t i = 0; i < COUNT; i++) {
        cr_expect_eq(probes[i].fired_at, i % 7 == 0 ? 0 : probes[i].timer.at);
        previous = MAX(previous, probes[i].fired_at);
    }
    cr_expect_eq(previous, loop_now(loop_uv_port(loop)));
    loop_uv_free(loop);
}

struct job {
    struct loop_task task; /* first */
    struct loop_uv *loop;
    GString *trace;
    char name;
    struct job *then; /* deferred by this one */
};

static void job_done(struct loop_task *task)
{
    struct job *job = (struct job *)(void *)task;

    g_string_append_c(job->trace, job->name);
    if (job->then != NULL)
        loop_defer(loop_uv_port(job->loop), &job->then->task);
}

Test(uv_loop, tasks_run_in_order_once_each_and_never_inside_the_call)
{
    struct loop_uv *loop = a_loop(LOOP_UV_VIRTUAL, START);
    g_autoptr(GString) trace = g_string_new(NULL);
    struct job c = {.task = {.done = job_done}, .loop = loop, .trace = trace, .name = 'c'};
    struct job a = {.task = {.done = job_done}, .loop = loop, .trace = trace, .name = 'a', .then = &c};
    struct job b = {.task = {.done = job_done}, .loop = loop, .trace = trace, .name = 'b'};
    struct probe timer;

    probe_arm(&timer, loop, trace, 'T', START);
    loop_defer(loop_uv_port(loop), &a.task);
    loop_defer(loop_uv_port(loop), &b.task);
    loop_defer(loop_uv_port(loop), &a.task);
    cr_expect_str_eq(trace->str, "");
    loop_uv_run(loop);
    cr_expect_str_eq(trace->str, "abcT", "a timer, even a due one, waits for the tasks; got %s", trace->str);
    loop_uv_free(loop);
}

struct query {
    struct loop_timer timer; /* first */
    struct loop_uv *loop;
    uv_poll_t poll;
    int pipe[2];
    struct probe *follow;
    GString *trace;
};

static void query_answered(uv_poll_t *poll, int status, int events)
{
    struct query *query = poll->data;
    struct loop *port = loop_uv_port(query->loop);

    cr_assert_eq(status, 0);
    cr_assert(events & UV_READABLE);
    g_string_append_c(query->trace, '!');
    probe_arm(query->follow, query->loop, query->trace, 'f', loop_now(port) + INSTANT_SECOND);
    uv_close((uv_handle_t *)poll, NULL);
    loop_release(port);
}

static void *query_answer_late(void *data)
{
    struct query *query = data;

    g_usleep(30000);
    cr_assert_eq(write(query->pipe[1], "x", 1), 1);
    return NULL;
}

static void query_sent(struct loop_timer *timer)
{
    struct query *query = (struct query *)(void *)timer;

    g_string_append_c(query->trace, 'q');
    loop_hold(loop_uv_port(query->loop));
    uv_poll_init(loop_uv_handle(query->loop), &query->poll, query->pipe[0]);
    query->poll.data = query;
    uv_poll_start(&query->poll, UV_READABLE, query_answered);
    g_thread_unref(g_thread_new("answer", query_answer_late, query));
}

Test(uv_loop, a_hold_stops_virtual_time_until_the_outside_has_answered)
{
    struct loop_uv *loop = a_loop(LOOP_UV_VIRTUAL, START);
    g_autoptr(GString) trace = g_string_new(NULL);
    struct probe same, later, follow;
    struct query query = {.timer = {.done = query_sent}, .loop = loop, .follow = &follow, .trace = trace};

    cr_assert_eq(pipe(query.pipe), 0);
    loop_timer_at(loop_uv_port(loop), &query.timer, START + INSTANT_DAY);
    probe_arm(&same, loop, trace, 's', START + INSTANT_DAY);
    probe_arm(&later, loop, trace, 'l', START + INSTANT_DAY + INSTANT_MINUTE);
    loop_uv_run(loop);
    cr_expect_str_eq(trace->str, "q!sfl");
    cr_expect_eq(same.fired_at, START + INSTANT_DAY);
    cr_expect_eq(follow.fired_at, START + INSTANT_DAY + INSTANT_SECOND);
    close(query.pipe[0]);
    close(query.pipe[1]);
    loop_uv_free(loop);
}

Test(uv_loop, virtual_time_waits_for_io_that_is_ready)
{
    struct loop_uv *loop = a_loop(LOOP_UV_VIRTUAL, START);
    g_autoptr(GString) trace = g_string_new(NULL);
    struct probe later, follow;
    struct query query = {.loop = loop, .follow = &follow, .trace = trace};

    cr_assert_eq(pipe(query.pipe), 0);
    cr_assert_eq(write(query.pipe[1], "x", 1), 1);
    loop_hold(loop_uv_port(loop));
    loop_hold(loop_uv_port(loop));
    uv_poll_init(loop_uv_handle(loop), &query.poll, query.pipe[0]);
    query.poll.data = &query;
    uv_poll_start(&query.poll, UV_READABLE, query_answered);
    loop_release(loop_uv_port(loop));
    probe_arm(&later, loop, trace, 'l', START + INSTANT_MINUTE);
    loop_uv_run(loop);
    cr_expect_str_eq(trace->str, "!fl");
    close(query.pipe[0]);
    close(query.pipe[1]);
    loop_uv_free(loop);
}

Test(uv_loop, virtual_random_repeats_and_real_random_does_not)
{
    unsigned char a[2][32], b[2][32], c[32];
    struct loop_uv *loop;

    for (int run = 0; run < 2; run++) {
        loop = a_loop(LOOP_UV_VIRTUAL, START);
        loop_random(loop_uv_port(loop), a[run], sizeof(a[run]));
        loop_random(loop_uv_port(loop), b[run], sizeof(b[run]));
        loop_uv_free(loop);
    }
    cr_expect_arr_eq(a[0], a[1], sizeof(a[0]));
    cr_expect_arr_eq(b[0], b[1], sizeof(b[0]));
    cr_expect_arr_neq(a[0], b[0], sizeof(a[0]));
    loop = a_loop(LOOP_UV_REAL, 0);
    loop_random(loop_uv_port(loop), c, sizeof(c));
    loop_uv_free(loop);
    cr_expect_arr_neq(c, a[0], sizeof(c));
}

Test(uv_loop, real_timers_fire_in_order_and_never_early)
{
    struct loop_uv *loop = a_loop(LOOP_UV_REAL, 0);
    g_autoptr(GString) trace = g_string_new(NULL);
    instant now = loop_now(loop_uv_port(loop));
    struct probe probes[5];

    cr_expect_lt(ABS(now - g_get_real_time()), INSTANT_SECOND);
    probe_arm(&probes[0], loop, trace, 'e', now + 40300);
    probe_arm(&probes[1], loop, trace, 'c', now + 10100);
    probe_arm(&probes[2], loop, trace, 'b', now + 700);
    probe_arm(&probes[3], loop, trace, 'd', now + 10101);
    probe_arm(&probes[4], loop, trace, 'a', now - INSTANT_DAY);
    probes[0].last = true;
    loop_uv_run(loop);
    cr_expect_str_eq(trace->str, "abcde");
    for (size_t i = 0; i < G_N_ELEMENTS(probes); i++)
        cr_expect_geq(probes[i].fired_at, probes[i].timer.at);
    loop_uv_free(loop);
}

static void clock_stepped(uv_timer_t *timer)
{
    loop_uv_step_clock(timer->data, INSTANT_HOUR);
    uv_close((uv_handle_t *)timer, NULL);
}

/* The step comes from outside the port, as a real one does: nothing but the loop's own look at the clock can see it. */
Test(uv_loop, a_clock_stepped_forward_fires_what_it_jumped_over, .timeout = 20)
{
    struct loop_uv *loop = a_loop(LOOP_UV_OFFSET, -INSTANT_DAY);
    g_autoptr(GString) trace = g_string_new(NULL);
    instant now = loop_now(loop_uv_port(loop));
    struct probe probe;
    uv_timer_t step = {.data = loop};

    cr_expect_lt(ABS(now + INSTANT_DAY - g_get_real_time()), INSTANT_SECOND);
    probe_arm(&probe, loop, trace, 'p', now + INSTANT_HOUR);
    probe.last = true;
    uv_timer_init(loop_uv_handle(loop), &step);
    uv_timer_start(&step, clock_stepped, 5, 0);
    loop_uv_run(loop);
    cr_expect_str_eq(trace->str, "p");
    cr_expect_geq(probe.fired_at, probe.timer.at);
    loop_uv_free(loop);
}

Test(uv_loop, a_clock_stepped_back_stands_still_and_fires_nothing_early)
{
    struct loop_uv *loop = a_loop(LOOP_UV_OFFSET, 0);
    g_autoptr(GString) trace = g_string_new(NULL);
    instant now = loop_now(loop_uv_port(loop));
    struct probe probe;

    probe_arm(&probe, loop, trace, 'p', now + 30 * INSTANT_MS);
    probe.last = true;
    loop_uv_step_clock(loop, -200 * INSTANT_MS);
    cr_expect_geq(loop_now(loop_uv_port(loop)), now);
    loop_uv_run(loop);
    cr_expect_geq(g_get_real_time(), now + 230 * INSTANT_MS);
    cr_expect_geq(probe.fired_at, probe.timer.at);
    loop_uv_free(loop);
}

Test(uv_loop, freeing_forgets_timers_and_tasks)
{
    struct loop_uv *loop = a_loop(LOOP_UV_REAL, 0);
    g_autoptr(GString) trace = g_string_new(NULL);
    struct job job = {.task = {.done = job_done}, .loop = loop, .trace = trace, .name = 'j'};
    struct probe probe;

    probe_arm(&probe, loop, trace, 'p', INSTANT_NEVER);
    loop_defer(loop_uv_port(loop), &job.task);
    loop_uv_stop(loop);
    loop_uv_run(loop);
    loop_uv_free(loop);
    cr_expect_str_eq(trace->str, "");
    cr_expect_not(probe.timer.armed);
    cr_expect_not(job.task.queued);
}
