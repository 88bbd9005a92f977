#include "adapters/uv/loop_uv.h"

#include "adapters/uv/timer_heap.h"
#include "engine/error.h"

#include <poll.h>
#include <sodium.h>
#include <string.h>
#include <time.h>

/* The longest sleep: what a step of the system's clock can delay a timer by. */
#define LOOP_UV_SLEEP_MS_MAX 1000

struct loop_uv {
    struct loop port; /* first: loop_uv_of relies on it */
    enum loop_uv_clock clock;
    uv_loop_t uv;
    uv_timer_t alarm;   /* the earliest instant of the heap, or an earlier look at the clock */
    uv_prepare_t early; /* drains tasks that timers queued */
    uv_check_t late;    /* drains tasks that I/O queued */
    uv_idle_t busy;     /* active while tasks wait, so that the loop does not sleep */
    struct timer_heap timers;
    instant offset;
    instant now; /* VIRTUAL: the present; otherwise the latest instant that was ever told */
    struct loop_task *first;
    struct loop_task **last;
    unsigned holds;
    uint64_t activity; /* counts callbacks and changes of holds: unchanged over a turn means that nothing happened */
    uint64_t randoms;
    bool stopped;
};

static struct loop_uv *loop_uv_of(struct loop *port)
{
    return (struct loop_uv *)(void *)port;
}

static instant loop_uv_now(struct loop *port)
{
    struct loop_uv *loop = loop_uv_of(port);
    struct timespec ts;
    instant now;

    if (loop->clock == LOOP_UV_VIRTUAL)
        return loop->now;
    clock_gettime(CLOCK_REALTIME, &ts);
    now = (instant)ts.tv_sec * INSTANT_SECOND + ts.tv_nsec / 1000 + loop->offset;
    loop->now = MAX(loop->now, now);
    return loop->now;
}

static void loop_uv_fire(struct loop_uv *loop)
{
    struct loop_timer *timer = timer_heap_first(&loop->timers)->timer;

    timer_heap_remove(&loop->timers, timer);
    loop->activity++;
    timer->done(timer);
}

static void loop_uv_alarm(uv_timer_t *alarm);

/* Sets the alarm for the first timer: whole milliseconds, rounded up; an early look only sets it again. */
static void loop_uv_set_alarm(struct loop_uv *loop)
{
    const struct timer_entry *first = timer_heap_first(&loop->timers);
    instant now;
    uint64_t sleep_ms = 0;

    if (loop->clock == LOOP_UV_VIRTUAL)
        return;
    if (first == NULL) {
        uv_timer_stop(&loop->alarm);
        return;
    }
    now = loop_uv_now(&loop->port);
    if (first->at > now) {
        uint64_t sleep_us = (uint64_t)first->at - (uint64_t)now;

        sleep_ms = MIN((sleep_us + 999) / 1000, LOOP_UV_SLEEP_MS_MAX);
    }
    uv_update_time(&loop->uv);
    uv_timer_start(&loop->alarm, loop_uv_alarm, sleep_ms, 0);
}

/* Fires what is due. A timer armed by one of these callbacks waits for the next turn, even when it is due. */
static void loop_uv_alarm(uv_timer_t *alarm)
{
    struct loop_uv *loop = alarm->data;
    uint64_t newest = loop->timers.next_order;
    instant now = loop_uv_now(&loop->port);
    const struct timer_entry *first;

    while ((first = timer_heap_first(&loop->timers)) != NULL && first->at <= now && first->order < newest)
        loop_uv_fire(loop);
    loop_uv_set_alarm(loop);
}

static void loop_uv_timer_at(struct loop *port, struct loop_timer *timer, instant at)
{
    struct loop_uv *loop = loop_uv_of(port);

    g_assert(timer->done != NULL);
    timer_heap_put(&loop->timers, timer, at);
    /* A later alarm than needed would be late; an earlier one is only looked at in vain. */
    if (timer_heap_first(&loop->timers)->timer == timer)
        loop_uv_set_alarm(loop);
}

static void loop_uv_timer_cancel(struct loop *port, struct loop_timer *timer)
{
    timer_heap_remove(&loop_uv_of(port)->timers, timer);
}

static void loop_uv_stay_awake(uv_idle_t *busy)
{
    (void)busy;
}

static void loop_uv_defer(struct loop *port, struct loop_task *task)
{
    struct loop_uv *loop = loop_uv_of(port);

    g_assert(task->done != NULL);
    if (task->queued)
        return;
    if (loop->first == NULL)
        uv_idle_start(&loop->busy, loop_uv_stay_awake);
    task->queued = true;
    task->next = NULL;
    *loop->last = task;
    loop->last = &task->next;
}

static struct loop_task *loop_uv_take_tasks(struct loop_uv *loop)
{
    struct loop_task *first = loop->first;

    loop->first = NULL;
    loop->last = &loop->first;
    return first;
}

/* One pass over the tasks that are queued now. A task may free or queue itself. */
static void loop_uv_drain(struct loop_uv *loop)
{
    struct loop_task *task = loop_uv_take_tasks(loop);

    while (task != NULL) {
        struct loop_task *next = task->next;

        task->queued = false;
        task->next = NULL;
        loop->activity++;
        task->done(task);
        task = next;
    }
    if (loop->first == NULL)
        uv_idle_stop(&loop->busy);
}

static void loop_uv_early(uv_prepare_t *early)
{
    loop_uv_drain(early->data);
}

static void loop_uv_late(uv_check_t *late)
{
    loop_uv_drain(late->data);
}

/* Under the virtual clock: a stream of its own for each call, so that a run repeats byte by byte. */
static void loop_uv_random(struct loop *port, void *bytes, size_t size)
{
    struct loop_uv *loop = loop_uv_of(port);
    unsigned char seed[randombytes_SEEDBYTES] = {0};

    if (loop->clock != LOOP_UV_VIRTUAL) {
        randombytes_buf(bytes, size);
        return;
    }
    memcpy(seed, &loop->randoms, sizeof(loop->randoms));
    loop->randoms++;
    randombytes_buf_deterministic(bytes, size, seed);
}

static void loop_uv_hold(struct loop *port)
{
    struct loop_uv *loop = loop_uv_of(port);

    loop->holds++;
    loop->activity++;
}

static void loop_uv_release(struct loop *port)
{
    struct loop_uv *loop = loop_uv_of(port);

    g_assert(loop->holds > 0);
    loop->holds--;
    loop->activity++;
}

static const struct loop_ops loop_uv_ops = {
    .now = loop_uv_now,
    .timer_at = loop_uv_timer_at,
    .timer_cancel = loop_uv_timer_cancel,
    .defer = loop_uv_defer,
    .random = loop_uv_random,
    .hold = loop_uv_hold,
    .release = loop_uv_release,
};

static void loop_uv_init_handles(struct loop_uv *loop)
{
    uv_timer_init(&loop->uv, &loop->alarm);
    uv_prepare_init(&loop->uv, &loop->early);
    uv_check_init(&loop->uv, &loop->late);
    uv_idle_init(&loop->uv, &loop->busy);
    loop->alarm.data = loop->early.data = loop->late.data = loop->busy.data = loop;
    uv_prepare_start(&loop->early, loop_uv_early);
    uv_check_start(&loop->late, loop_uv_late);
    if (loop->clock == LOOP_UV_VIRTUAL) {
        /* There a loop that waits for nothing must be recognised: only what others wait for may keep it alive. */
        uv_unref((uv_handle_t *)&loop->early);
        uv_unref((uv_handle_t *)&loop->late);
    }
}

struct loop_uv *loop_uv_new(enum loop_uv_clock clock, instant start_or_offset, GError **error)
{
    struct loop_uv *loop;
    int status;

    if (sodium_init() < 0) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE,
                    "libsodium found no source of entropy: /dev/urandom or getrandom(2) is needed");
        return NULL;
    }
    loop = g_new0(struct loop_uv, 1);
    status = uv_loop_init(&loop->uv);
    if (status < 0) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE,
                    "libuv could not create a loop: %s; look at the limit of open files", uv_strerror(status));
        g_free(loop);
        return NULL;
    }
    loop->port.ops = &loop_uv_ops;
    loop->clock = clock;
    loop->offset = clock == LOOP_UV_OFFSET ? start_or_offset : 0;
    loop->now = clock == LOOP_UV_VIRTUAL ? start_or_offset : INT64_MIN;
    loop->last = &loop->first;
    timer_heap_init(&loop->timers);
    loop_uv_init_handles(loop);
    return loop;
}

void loop_uv_free(struct loop_uv *loop)
{
    struct loop_task *task;
    int status;

    if (loop == NULL)
        return;
    for (task = loop_uv_take_tasks(loop); task != NULL; task = task->next)
        task->queued = false;
    timer_heap_release(&loop->timers);
    uv_close((uv_handle_t *)&loop->alarm, NULL);
    uv_close((uv_handle_t *)&loop->early, NULL);
    uv_close((uv_handle_t *)&loop->late, NULL);
    uv_close((uv_handle_t *)&loop->busy, NULL);
    /* The close callbacks of others run here as well; what they defer is forgotten. */
    uv_run(&loop->uv, UV_RUN_NOWAIT);
    status = uv_loop_close(&loop->uv);
    if (status == UV_EBUSY)
        uv_print_all_handles(&loop->uv, stderr);
    g_assert(status == 0);
    g_free(loop);
}

struct loop *loop_uv_port(struct loop_uv *loop)
{
    return &loop->port;
}

uv_loop_t *loop_uv_handle(struct loop_uv *loop)
{
    return &loop->uv;
}

static bool loop_uv_io_ready(struct loop_uv *loop)
{
    struct pollfd fd = {.fd = uv_backend_fd(&loop->uv), .events = POLLIN};

    return poll(&fd, 1, 0) > 0;
}

/*
 * Runs turns until nothing is held, queued or ready. Two quiet turns in a row are needed, because libuv registers a
 * watcher started in one turn only in the next.
 */
static void loop_uv_settle(struct loop_uv *loop)
{
    int quiet = 0;

    while (quiet < 2 && !loop->stopped) {
        uint64_t before = loop->activity;
        bool ready = loop_uv_io_ready(loop);
        bool waiting = loop->holds > 0 && loop->first == NULL;

        uv_run(&loop->uv, waiting ? UV_RUN_ONCE : UV_RUN_NOWAIT);
        /* A hold that no handle, request or task can release would wait for ever: a bug of its owner. */
        g_assert(loop->holds == 0 || loop->first != NULL || uv_loop_alive(&loop->uv));
        quiet = loop->holds > 0 || loop->first != NULL || ready || loop->activity != before ? 0 : quiet + 1;
    }
}

static void loop_uv_run_virtual(struct loop_uv *loop)
{
    for (;;) {
        const struct timer_entry *first;

        loop_uv_settle(loop);
        first = timer_heap_first(&loop->timers);
        if (loop->stopped || first == NULL || first->at == INSTANT_NEVER)
            break;
        loop->now = MAX(loop->now, first->at);
        loop_uv_fire(loop);
    }
}

void loop_uv_run(struct loop_uv *loop)
{
    if (loop->clock == LOOP_UV_VIRTUAL)
        loop_uv_run_virtual(loop);
    else
        while (!loop->stopped)
            uv_run(&loop->uv, UV_RUN_ONCE);
    loop->stopped = false;
}

void loop_uv_stop(struct loop_uv *loop)
{
    loop->stopped = true;
}

void loop_uv_step_clock(struct loop_uv *loop, instant by)
{
    g_assert(loop->clock == LOOP_UV_OFFSET);
    loop->offset += by;
}
