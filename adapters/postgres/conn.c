#include "adapters/postgres/conn.h"

#include "adapters/postgres/pipeline.h"
#include "adapters/postgres/resolve.h"
#include "adapters/postgres/sqlstate.h"
#include "adapters/postgres/watch.h"

#include <stddef.h>

#define CONN_RETRY_MIN_MS 100u
#define CONN_RETRY_MAX_MS 5000u
#define CONN_CONNECT_MS 5000u
#define CONN_ANSWER_MS 15000u /* more than statement_timeout: the server, or the way to it, is gone */

enum conn_state {
    CONN_WAITING,    /* for the next attempt */
    CONN_RESOLVING,  /* names are being looked up */
    CONN_CONNECTING, /* PQconnectPoll has the word */
    CONN_READY,
    CONN_BROKEN, /* lost while leased: whatever is sent fails, until given back */
    CONN_CLOSED, /* waits for its handles to leave the loop */
};

struct conn {
    struct session *session;
    unsigned connect_ms, answer_ms;
    uv_loop_t *uv;
    struct loop *loop;
    conn_event_cb *event;
    void *data;

    enum conn_state state;
    bool leased;
    bool held; /* the loop is held by us */
    PGconn *pg;
    PostgresPollingStatusType polling; /* what PQconnectPoll waits for */
    struct watch *watch;
    struct resolve resolve;
    uv_timer_t timer; /* WAITING: next attempt; CONNECTING: time limit; READY: answers overdue */
    unsigned retry_ms;
    struct loop_task task;
    bool deferred; /* the task is queued */
    GError *doom;  /* what the task shall fail the connection with */

    struct pipeline pipeline;

    unsigned pending; /* polls, timer, look-up, task: all that may still call back */
    conn_closed_cb *closed;
    void *closed_data;
};

static void conn_fail(struct conn *c, GError *reason);
static void conn_polled(void *data, int status, int events);
static void conn_retry(uv_timer_t *timer);
static void conn_overdue(uv_timer_t *timer);

static struct conn *conn_of_task(struct loop_task *task)
{
    return (struct conn *)(void *)((char *)task - offsetof(struct conn, task));
}

static struct conn *conn_of_resolve(struct resolve *r)
{
    return (struct conn *)(void *)((char *)r - offsetof(struct conn, resolve));
}

/* One thing less may call back. The last one ends a closed connection. */
static void conn_unref(struct conn *c)
{
    g_assert(c->pending > 0);
    c->pending--;
    if (c->state != CONN_CLOSED || c->pending > 0)
        return;
    if (c->closed != NULL)
        c->closed(c->closed_data);
    resolve_release(&c->resolve);
    session_free(c->session);
    g_free(c);
}

static void conn_defer(struct conn *c)
{
    if (c->deferred)
        return;
    c->deferred = true;
    c->pending++;
    loop_defer(c->loop, &c->task);
}

/* Fails the connection later, for a reason found within a call of the owner's. Takes ${reason}. */
static void conn_doom(struct conn *c, GError *reason)
{
    if (c->doom == NULL)
        c->doom = reason;
    else
        g_error_free(reason);
    conn_defer(c);
}

/* Waits for the next answer anew, or for none. */
static void conn_expect(struct conn *c)
{
    if (c->state != CONN_READY)
        return;
    if (c->pipeline.wants.first != NULL)
        uv_timer_start(&c->timer, conn_overdue, c->answer_ms, 0);
    else
        uv_timer_stop(&c->timer);
}

/* Holds the loop while wants are outstanding. */
static void conn_settle(struct conn *c)
{
    bool busy = c->pipeline.wants.first != NULL || c->pipeline.strays.first != NULL;

    if (busy == c->held)
        return;
    c->held = busy;
    conn_expect(c);
    if (busy)
        loop_hold(c->loop);
    else
        loop_release(c->loop);
}

static void conn_watch_closed(void *data)
{
    conn_unref(data);
}

static bool conn_watch_open(struct conn *c, int fd)
{
    int status = watch_open(&c->watch, c->uv, fd, conn_polled, conn_watch_closed, c);

    if (status < 0) {
        conn_doom(c, g_error_new(TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE, "PostgreSQL: cannot watch the socket: %s",
                                 uv_strerror(status)));
        return false;
    }
    c->pending++;
    return true;
}

/*
 * Sends what libpq holds back, and watches the socket for what is needed next. The only place that begins to watch.
 */
static void conn_watch(struct conn *c)
{
    int events = UV_READABLE;

    if (c->state == CONN_CONNECTING) {
        events = c->polling == PGRES_POLLING_READING ? UV_READABLE : UV_WRITABLE;
    } else if (c->state == CONN_READY) {
        int flushed = PQflush(c->pg);

        if (flushed < 0)
            conn_doom(c, sqlstate_lost(c->pg, "send"));
        if (flushed > 0)
            events |= UV_WRITABLE;
    } else {
        return;
    }
    if (c->watch != NULL && !watch_is_for(c->watch, PQsocket(c->pg)))
        watch_close(&c->watch);
    if (c->watch != NULL || conn_watch_open(c, PQsocket(c->pg)))
        watch_set(c->watch, events);
}

/* Ends the session with the server, if any, in whatever phase. */
static void conn_disconnect(struct conn *c)
{
    watch_close(&c->watch); /* before libpq closes the socket */
    uv_timer_stop(&c->timer);
    pipeline_stop(&c->pipeline);
    g_clear_pointer(&c->pg, PQfinish);
    g_clear_error(&c->doom);
}

/* Waits for the next attempt: a random part of a bound that doubles, so that daemons do not come back in step. */
static void conn_wait(struct conn *c)
{
    uint32_t dice;

    c->state = CONN_WAITING;
    c->retry_ms = CLAMP(2 * c->retry_ms, 2 * CONN_RETRY_MIN_MS, CONN_RETRY_MAX_MS);
    loop_random(c->loop, &dice, sizeof dice);
    uv_timer_start(&c->timer, conn_retry, CONN_RETRY_MIN_MS + dice % (c->retry_ms - CONN_RETRY_MIN_MS + 1), 0);
}

/* The single door out of a session or an attempt at one. Takes ${reason}. */
static void conn_fail(struct conn *c, GError *reason)
{
    bool was_ready = c->state == CONN_READY;

    conn_disconnect(c);
    if (c->leased)
        c->state = CONN_BROKEN;
    else
        conn_wait(c);
    c->event(c, was_ready ? CONN_LOST : CONN_REFUSED, reason, c->data);
    pipeline_fail(&c->pipeline, reason);
    conn_settle(c);
    g_error_free(reason);
}

/* Takes in what has arrived, and fails the connection when that was the last. */
static void conn_read(struct conn *c)
{
    bool alive = PQconsumeInput(c->pg) != 0;

    pipeline_drain(&c->pipeline);
    if (c->state != CONN_READY)
        return;
    if (!alive || PQstatus(c->pg) == CONNECTION_BAD) {
        conn_fail(c, sqlstate_lost(c->pg, "receive"));
        return;
    }
    conn_settle(c);
    conn_expect(c);
    conn_watch(c);
}

static void conn_up(struct conn *c)
{
    if (!pipeline_start(&c->pipeline, c->pg)) {
        conn_fail(c, sqlstate_lost(c->pg, "pipeline mode"));
        return;
    }
    uv_timer_stop(&c->timer);
    c->state = CONN_READY;
    c->retry_ms = 0;
    conn_watch(c);
    c->event(c, CONN_UP, NULL, c->data);
}

/* One step of libpq's connecting; the socket may be another one afterwards, so it is not watched meanwhile. */
static void conn_connect_step(struct conn *c)
{
    watch_set(c->watch, 0);
    c->polling = PQconnectPoll(c->pg);
    if (c->polling == PGRES_POLLING_FAILED)
        conn_fail(c, sqlstate_lost(c->pg, "connect"));
    else if (c->polling == PGRES_POLLING_OK)
        conn_up(c);
    else
        conn_watch(c);
}

static void conn_polled(void *data, int status, int events)
{
    struct conn *c = data;

    if (c->state == CONN_CONNECTING)
        conn_connect_step(c);
    else if (status < 0 || (events & UV_READABLE) != 0)
        conn_read(c); /* libpq meets the socket's error itself */
    else
        conn_watch(c);
}

/* Notices, and the server's farewell to an idle session. The connection fails by itself where it must. */
static void conn_notice(void *data, const PGresult *res)
{
    (void)data;
    g_debug("PostgreSQL: %s", PQresultErrorMessage(res));
}

static void conn_connect(struct conn *c, const struct resolve *found)
{
    c->pg = session_connect(c->session, found);
    if (PQstatus(c->pg) == CONNECTION_BAD) {
        conn_fail(c, sqlstate_lost(c->pg, "connect"));
        return;
    }
    PQsetNoticeReceiver(c->pg, conn_notice, NULL);
    c->state = CONN_CONNECTING;
    c->polling = PGRES_POLLING_WRITING;
    uv_timer_start(&c->timer, conn_overdue, c->connect_ms, 0);
    conn_watch(c);
}

static void conn_resolved(struct resolve *r)
{
    struct conn *c = conn_of_resolve(r);

    if (c->state == CONN_RESOLVING && r->error != NULL)
        conn_fail(c, g_steal_pointer(&r->error));
    else if (c->state == CONN_RESOLVING)
        conn_connect(c, r);
    conn_unref(c);
}

static void conn_retry(uv_timer_t *timer)
{
    struct conn *c = timer->data;

    c->state = CONN_RESOLVING;
    if (session_value(c->session, "hostaddr") != NULL || session_value(c->session, "host") == NULL) {
        conn_connect(c, NULL);
        return;
    }
    c->pending++;
    if (!resolve_start(&c->resolve, c->uv, session_value(c->session, "host"), session_value(c->session, "port")))
        conn_resolved(&c->resolve);
}

static void conn_overdue(uv_timer_t *timer)
{
    struct conn *c = timer->data;
    bool ready = c->state == CONN_READY;

    conn_fail(c, g_error_new(TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE, "PostgreSQL: no answer within %u ms %s",
                             ready ? c->answer_ms : c->connect_ms, ready ? "to a statement" : "while connecting"));
}

/* What calls of the owner's left over, because nothing of theirs may be answered within them. */
static void conn_task(struct loop_task *task)
{
    struct conn *c = conn_of_task(task);

    c->deferred = false;
    pipeline_fail_strays(&c->pipeline);
    if (c->doom != NULL && c->state != CONN_CLOSED) {
        GError *reason = g_steal_pointer(&c->doom);

        if (c->state == CONN_READY && PQconsumeInput(c->pg))
            pipeline_drain(&c->pipeline);
        if (c->state != CONN_CLOSED)
            conn_fail(c, reason);
        else
            g_error_free(reason);
    } else if (c->state == CONN_READY) {
        conn_read(c);
    }
    conn_settle(c);
    conn_unref(c);
}

struct conn *conn_new(const struct conn_config *config, uv_loop_t *uv, struct loop *loop, conn_event_cb *event,
                      void *data, GError **error)
{
    struct session *session = session_new(config, error);
    struct conn *c;

    if (session == NULL)
        return NULL;
    c = g_new0(struct conn, 1);
    c->session = session;
    c->connect_ms = config->connect_timeout_ms > 0 ? config->connect_timeout_ms : CONN_CONNECT_MS;
    c->answer_ms = MAX(CONN_ANSWER_MS, config->statement_timeout_ms + config->statement_timeout_ms / 2);
    c->uv = uv;
    c->loop = loop;
    c->event = event;
    c->data = data;
    c->state = CONN_WAITING;
    c->resolve.done = conn_resolved;
    c->task.done = conn_task;
    uv_timer_init(uv, &c->timer);
    c->timer.data = c;
    c->pending = 1;
    uv_timer_start(&c->timer, conn_retry, 0, 0);
    return c;
}

static void conn_timer_closed(uv_handle_t *handle)
{
    conn_unref(handle->data);
}

void conn_close(struct conn *c, conn_closed_cb *closed, void *data)
{
    GError *reason =
        g_error_new_literal(TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE, "PostgreSQL: the connection was closed");

    g_assert(c->state != CONN_CLOSED);
    c->closed = closed;
    c->closed_data = data;
    conn_disconnect(c);
    c->state = CONN_CLOSED;
    resolve_cancel(&c->resolve);
    uv_close((uv_handle_t *)&c->timer, conn_timer_closed);
    pipeline_fail(&c->pipeline, reason);
    pipeline_fail_strays(&c->pipeline);
    conn_settle(c);
    g_error_free(reason);
}

bool conn_is_ready(const struct conn *c)
{
    return c->state == CONN_READY && c->doom == NULL;
}

void *conn_data(const struct conn *c)
{
    return c->data;
}

void conn_lease(struct conn *c)
{
    g_assert(!c->leased && c->state == CONN_READY && pipeline_is_idle(&c->pipeline));
    c->leased = true;
}

void conn_unlease(struct conn *c)
{
    g_assert(c->leased && pipeline_is_idle(&c->pipeline));
    c->leased = false;
    if (c->state == CONN_BROKEN)
        conn_wait(c);
}

/* Something was given to the pipeline; ${taken} says whether libpq took it. */
static void conn_sent(struct conn *c, bool taken)
{
    g_assert(c->state != CONN_CLOSED);
    if (c->state != CONN_READY)
        conn_defer(c);
    else if (!taken)
        conn_doom(c, sqlstate_lost(c->pg, "send"));
    conn_settle(c);
}

void conn_send(struct conn *c, enum query query, struct params *params, struct want *want)
{
    conn_sent(c, pipeline_send(&c->pipeline, query, params, want));
}

void conn_send_text(struct conn *c, const char *sql, struct params *params, struct want *want)
{
    conn_sent(c, pipeline_send_text(&c->pipeline, sql, params, want));
}

void conn_flush_request(struct conn *c)
{
    conn_sent(c, pipeline_flush_request(&c->pipeline));
    if (c->state == CONN_READY && PQpipelineStatus(c->pg) == PQ_PIPELINE_ABORTED)
        conn_defer(c); /* libpq answers by itself, the server will not */
    conn_watch(c);
}

void conn_sync(struct conn *c, struct want *want)
{
    conn_sent(c, pipeline_sync(&c->pipeline, want));
    conn_watch(c);
}
