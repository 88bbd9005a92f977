#include "adapters/http/conn.h"
#include "adapters/http/response.h"
#include "engine/error.h"

#include <signal.h>
#include <string.h>

#define HTTP_BACKLOG 1024

struct http_config http_config_default(void)
{
    return (struct http_config){
        .body_max = 1024 * 1024,
        .bodies_max = 64 * 1024 * 1024,
        .connections_max = 4096,
        .first_byte_ms = 10000,
        .between_ms = 10000,
        .head_ms = 15000,
        .request_ms = 120000,
        .idle_ms = 75000,
        .write_ms = 30000,
        .linger_ms = 2000,
        .drain_ms = 10000,
    };
}

uint64_t http_server_now_ms(struct http_server *server)
{
    return uv_now(loop_uv_handle(server->loop));
}

const char *http_server_date(struct http_server *server)
{
    int64_t second = loop_now(loop_uv_port(server->loop)) / INSTANT_SECOND;

    if (second != server->date_second) {
        server->date_second = second;
        http_date_write(server->date, second);
    }
    return server->date;
}

void http_server_mark(struct http_server *server, struct http_conn *conn)
{
    if (conn->is_dirty)
        return;
    conn->is_dirty = true;
    g_queue_push_tail_link(&server->dirty, &conn->dirty);
    loop_defer(loop_uv_port(server->loop), &server->flush);
}

static void http_server_unmark(struct http_server *server, struct http_conn *conn)
{
    if (conn->is_dirty)
        g_queue_unlink(&server->dirty, &conn->dirty);
    conn->is_dirty = false;
}

void http_server_forget(struct http_server *server, struct http_conn *conn)
{
    http_server_unmark(server, conn);
    g_queue_unlink(&server->conns, &conn->link);
}

static struct http_server *http_server_of_flush(struct loop_task *task)
{
    return (struct http_server *)(void *)((char *)task - offsetof(struct http_server, flush));
}

/* The end of a turn: each connection that was answered writes once. Those marked meanwhile have their own turn. */
static void http_server_flush(struct loop_task *task)
{
    struct http_server *server = http_server_of_flush(task);

    for (guint count = server->dirty.length; count > 0 && server->dirty.length > 0; count--) {
        struct http_conn *conn = server->dirty.head->data;

        http_server_unmark(server, conn);
        http_conn_turn(conn);
    }
}

static void http_server_sweep_done(uv_timer_t *timer)
{
    struct http_server *server = timer->data;
    uint64_t now_ms = http_server_now_ms(server);
    bool cut = server->stopping && now_ms - server->stopping_ms > server->config.drain_ms;

    for (GList *link = server->conns.head, *next; link != NULL; link = next) {
        next = link->next;
        if (cut)
            http_conn_close(link->data);
        else
            http_conn_sweep(link->data, now_ms);
    }
    if (server->connections == 0)
        uv_timer_stop(timer);
}

/* A quarter of the shortest limit, so that none is passed by much. */
static uint64_t http_server_sweep_ms(const struct http_config *config)
{
    unsigned shortest = MIN(MIN(MIN(config->first_byte_ms, config->between_ms), MIN(config->head_ms, config->idle_ms)),
                            MIN(MIN(config->write_ms, config->linger_ms), MIN(config->drain_ms, config->request_ms)));

    return CLAMP(shortest / 4, 5, 250);
}

bool http_server_make_room(struct http_server *server)
{
    struct http_conn *longest = NULL;

    for (GList *link = server->conns.head; link != NULL; link = link->next) {
        struct http_conn *conn = link->data;

        if (http_conn_waits(conn) && (longest == NULL || conn->since_ms < longest->since_ms))
            longest = conn;
    }
    if (longest == NULL)
        return false;
    http_conn_close(longest);
    return true;
}

static void http_server_knocked(uv_stream_t *listener, int status)
{
    struct http_server *server = listener->data;

    if (status < 0) {
        g_warning("http: a connection could not be accepted: %s; look at the limit of open files", uv_strerror(status));
        return;
    }
    http_conn_accept(server, listener);
    if (!uv_is_active((uv_handle_t *)&server->sweep)) {
        uint64_t every_ms = http_server_sweep_ms(&server->config);

        uv_timer_start(&server->sweep, http_server_sweep_done, every_ms, every_ms);
    }
}

static void http_server_told(struct loop_task *task)
{
    struct http_server *server = (struct http_server *)(void *)((char *)task - offsetof(struct http_server, stopped));

    server->done(server, server->done_user);
}

static void http_server_handle_closed(uv_handle_t *handle)
{
    struct http_server *server = handle->data;

    server->handles--;
    http_server_check_stopped(server);
}

static void http_server_close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, http_server_handle_closed);
}

void http_server_check_stopped(struct http_server *server)
{
    if (!server->stopping || server->connections > 0 || server->requests > 0)
        return;
    if (server->handles > 0)
        http_server_close_handle((uv_handle_t *)&server->sweep);
    else if (!server->told)
        loop_defer(loop_uv_port(server->loop), &server->stopped);
    server->told = server->handles == 0;
}

struct http_server *http_server_new(struct loop_uv *loop, const struct http_config *config)
{
    struct http_server *server = g_new0(struct http_server, 1);

    g_assert(config->handler != NULL);
    /* libuv writes without MSG_NOSIGNAL: a client that has gone must be an error and not the end of the process. */
    signal(SIGPIPE, SIG_IGN);
    server->loop = loop;
    server->config = *config;
    server->flush.done = http_server_flush;
    server->stopped.done = http_server_told;
    server->date_second = INT64_MIN;
    server->read_buffer = g_malloc(HTTP_READ_SIZE);
    return server;
}

void http_server_free(struct http_server *server)
{
    if (server == NULL)
        return;
    g_assert(server->handles == 0 && server->connections == 0 && server->requests == 0);
    g_assert(!server->flush.queued && !server->stopped.queued);
    g_free(server->read_buffer);
    g_free(server);
}

static bool http_server_refused(const char *what, int status, GError **error)
{
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE, "cannot listen on %s: %s", what, uv_strerror(status));
    return false;
}

/* Opens a slot for a listener, and with the first the timer of the sweep. */
static uv_tcp_t *http_server_new_listener(struct http_server *server)
{
    uv_tcp_t *listener = &server->listeners[server->listener_count];

    g_assert(server->listener_count < HTTP_LISTENERS_MAX && !server->stopping);
    if (server->handles == 0) {
        uv_timer_init(loop_uv_handle(server->loop), &server->sweep);
        server->sweep.data = server;
        server->handles++;
    }
    uv_tcp_init(loop_uv_handle(server->loop), listener);
    listener->data = server;
    server->listener_count++;
    server->handles++;
    return listener;
}

bool http_server_listen(struct http_server *server, const char *address, uint16_t port, GError **error)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } where = {0};
    g_autofree char *what = g_strdup_printf("%s port %u", address, port);
    uv_tcp_t *listener;
    int status;

    if (uv_ip4_addr(address, port, &where.v4) < 0 && uv_ip6_addr(address, port, &where.v6) < 0) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID,
                    "cannot listen on %s: an IPv4 or IPv6 address in digits is needed, such as 127.0.0.1", what);
        return false;
    }
    listener = http_server_new_listener(server);
    status = uv_tcp_bind(listener, &where.any, 0);
    if (status == 0)
        status = uv_listen((uv_stream_t *)listener, HTTP_BACKLOG, http_server_knocked);
    return status == 0 || http_server_refused(what, status, error);
}

bool http_server_listen_fd(struct http_server *server, int fd, GError **error)
{
    uv_tcp_t *listener = http_server_new_listener(server);
    int status = uv_tcp_open(listener, fd);

    if (status == 0)
        status = uv_listen((uv_stream_t *)listener, HTTP_BACKLOG, http_server_knocked);
    return status == 0 || http_server_refused("the socket handed over", status, error);
}

uint16_t http_server_port(const struct http_server *server)
{
    struct sockaddr_storage name = {0};
    int size = sizeof(name);

    g_assert(server->listener_count > 0);
    if (uv_tcp_getsockname(&server->listeners[0], (struct sockaddr *)&name, &size) < 0)
        return 0;
    return name.ss_family == AF_INET6 ? ntohs(((const struct sockaddr_in6 *)(const void *)&name)->sin6_port)
                                      : ntohs(((const struct sockaddr_in *)(const void *)&name)->sin_port);
}

void http_server_stop(struct http_server *server, http_stopped *done, void *user)
{
    g_assert(!server->stopping);
    server->stopping = true;
    server->stopping_ms = http_server_now_ms(server);
    server->done = done;
    server->done_user = user;
    for (unsigned i = 0; i < server->listener_count; i++)
        http_server_close_handle((uv_handle_t *)&server->listeners[i]);
    for (GList *link = server->conns.head, *next; link != NULL; link = next) {
        next = link->next;
        http_conn_drain(link->data);
    }
    http_server_check_stopped(server);
}

unsigned http_server_connections(const struct http_server *server)
{
    return server->connections;
}
