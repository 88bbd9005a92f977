/*
 * For the tests of the server: a server on a thread of its own with a handful of handlers, and a blocking client.
 */
#ifndef TOROKU_TESTS_HTTP_SERVED_H
#define TOROKU_TESTS_HTTP_SERVED_H

#include "adapters/http/problem.h"
#include "adapters/http/router.h"
#include "adapters/http/server.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct served {
    struct http_config config;
    struct http_server *server;
    struct http_router *router;
    struct loop_uv *loop;
    GThread *thread;
    uv_async_t order; /* something of the fields below was set */
    int stop;
    int release;
    int ready;
    uint16_t port;
    int connections;              /* as the server last counted them */
    struct http_request *held[8]; /* by /hold, until `release` */
    unsigned held_count;
    int held_seen;
};

struct later {
    struct loop_timer timer;
    struct http_request *request;
};

static inline void served_hello(struct http_request *request, void *user)
{
    (void)user;
    http_respond(request, 200, "text/plain", NULL, "hello", 5);
}

static inline void served_echo(struct http_request *request, void *user)
{
    (void)user;
    http_respond(request, 200, "application/octet-stream", "Cache-Control: max-age=1\r\n", request->body,
                 request->body_size);
}

static inline void served_later_done(struct loop_timer *timer)
{
    struct later *later = (struct later *)(void *)timer;

    http_respond(later->request, 200, "text/plain", NULL, "later", 5);
    g_free(later);
}

static inline void served_later(struct http_request *request, void *user)
{
    struct served *served = user;
    struct later *later = g_new0(struct later, 1);
    struct loop *port = loop_uv_port(served->loop);

    later->timer.done = served_later_done;
    later->request = request;
    loop_timer_at(port, &later->timer, loop_now(port) + 30 * INSTANT_MS);
}

static inline void served_hold(struct http_request *request, void *user)
{
    struct served *served = user;

    served->held[served->held_count++] = request;
    g_atomic_int_inc(&served->held_seen);
}

static inline void served_big(struct http_request *request, void *user)
{
    size_t size = 8 * 1024 * 1024;
    g_autofree char *body = g_malloc(size);

    (void)user;
    for (size_t i = 0; i < size; i++)
        body[i] = (char)('a' + i % 23);
    http_respond(request, 200, "text/plain", NULL, body, size);
}

static inline void served_medium(struct http_request *request, void *user)
{
    g_autofree char *body = g_strnfill(400000, 'm');

    (void)user;
    http_respond(request, 200, "text/plain", NULL, body, 400000);
}

static inline void served_bad_header(struct http_request *request, void *user)
{
    (void)user;
    http_respond(request, 200, "text/plain", "X: a\r\n\r\nHTTP/1.1 200 OK\r\n", "x", 1);
}

static inline void served_case(struct http_request *request, void *user)
{
    g_autofree char *body =
        g_strdup_printf("case %s document %s", http_request_param(request, "id"), http_request_param(request, "name"));

    (void)user;
    http_respond(request, 200, "text/plain", NULL, body, strlen(body));
}

static const struct http_route served_routes[] = {
    {"GET", "/hello", served_hello, 0, 0},     {"GET", "/later", served_later, 0, 0},
    {"GET", "/hold", served_hold, 0, 0},       {"GET", "/big", served_big, 0, 0},
    {"GET", "/medium", served_medium, 0, 0},   {"GET", "/bad-header", served_bad_header, 0, 0},
    {"POST", "/echo", served_echo, 100000, 0}, {"PUT", "/echo", served_echo, 10, 0},
    {"GET", "/cases/new", served_hello, 0, 0}, {"GET", "/cases/{id}/documents/{name}", served_case, 0, 0},
    {"GET", "/closed", served_hello, 0, 1},
};

static inline bool served_gate(struct http_request *request, const struct http_route *route, void *user)
{
    (void)user;
    if (route->flags == 0)
        return true;
    http_respond_refusal(request, TOROKU_ERROR_UNAUTHENTICATED, "Nobody is known here.");
    return false;
}

static inline void served_stopped(struct http_server *server, void *user)
{
    struct served *served = user;

    http_server_free(server);
    uv_close((uv_handle_t *)&served->order, NULL);
    loop_uv_stop(served->loop);
}

static inline void served_ordered(uv_async_t *order)
{
    struct served *served = order->data;

    if (g_atomic_int_get(&served->release) != 0) {
        while (served->held_count > 0)
            http_respond(served->held[--served->held_count], 200, "text/plain", NULL, "held", 4);
        g_atomic_int_set(&served->release, 0);
    }
    if (g_atomic_int_compare_and_exchange(&served->stop, 1, 2))
        http_server_stop(served->server, served_stopped, served);
    else if (g_atomic_int_get(&served->stop) == 0)
        g_atomic_int_set(&served->connections, (int)http_server_connections(served->server));
}

static inline void *served_run(void *data)
{
    struct served *served = data;
    GError *error = NULL;

    served->loop = loop_uv_new(LOOP_UV_REAL, 0, &error);
    cr_assert_not_null(served->loop);
    uv_async_init(loop_uv_handle(served->loop), &served->order, served_ordered);
    served->order.data = served;
    served->router = http_router_new(served_routes, G_N_ELEMENTS(served_routes), served);
    http_router_set_gate(served->router, served_gate);
    served->config.handler = http_router_handle;
    served->config.body_limit = http_router_body_limit;
    served->config.user = served->router;
    served->server = http_server_new(served->loop, &served->config);
    cr_assert(http_server_listen(served->server, "127.0.0.1", 0, &error));
    served->port = http_server_port(served->server);
    g_atomic_int_set(&served->ready, 1);
    loop_uv_run(served->loop);
    http_router_free(served->router);
    loop_uv_free(served->loop);
    return NULL;
}

static inline void served_start(struct served *served, struct http_config config)
{
    /* A test that hangs must end; Criterion 2.4.1 leaks when several tests have a timeout of its own. */
    alarm(60);
    memset(served, 0, sizeof(*served));
    served->config = config;
    served->thread = g_thread_new("served", served_run, served);
    while (g_atomic_int_get(&served->ready) == 0)
        g_usleep(1000);
}

static inline void served_stop(struct served *served)
{
    g_atomic_int_set(&served->stop, 1);
    uv_async_send(&served->order);
}

static inline void served_end(struct served *served)
{
    if (g_atomic_int_get(&served->stop) == 0)
        served_stop(served);
    g_thread_join(served->thread);
}

static inline void served_release(struct served *served)
{
    g_atomic_int_set(&served->release, 1);
    uv_async_send(&served->order);
    while (g_atomic_int_get(&served->release) != 0)
        g_usleep(1000);
}

/* Waits until the server counts ${wanted} connections. */
static inline void served_expect_connections(struct served *served, int wanted)
{
    g_atomic_int_set(&served->connections, -1);
    while (g_atomic_int_get(&served->connections) != wanted) {
        uv_async_send(&served->order);
        g_usleep(2000);
    }
}

static inline int client_connect(uint16_t port)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    cr_assert_geq(fd, 0);
    if (connect(fd, (struct sockaddr *)&name, sizeof(name)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static inline void client_send(int fd, const char *text)
{
    cr_assert_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* Everything until the server closes. */
static inline GString *client_read_all(int fd)
{
    GString *all = g_string_new(NULL);
    char bytes[65536];
    ssize_t size;

    while ((size = recv(fd, bytes, sizeof(bytes), 0)) > 0)
        g_string_append_len(all, bytes, size);
    return all;
}

/* One answer with a body as its Content-Length says; the caller reads nothing else of this connection meanwhile. */
static inline GString *client_read_answer(int fd)
{
    GString *answer = g_string_new(NULL);
    const char *length;
    size_t left;
    char byte;

    while (strstr(answer->str, "\r\n\r\n") == NULL && recv(fd, &byte, 1, 0) == 1)
        g_string_append_c(answer, byte);
    length = strstr(answer->str, "Content-Length: ");
    left = length != NULL ? (size_t)g_ascii_strtoull(length + 16, NULL, 10) : 0;
    for (; left > 0 && recv(fd, &byte, 1, 0) == 1; left--)
        g_string_append_c(answer, byte);
    return answer;
}

/* Sends ${bytes}, says that nothing more comes, returns all answers. */
static inline GString *client_talk(uint16_t port, const char *bytes)
{
    int fd = client_connect(port);
    GString *all;

    cr_assert_geq(fd, 0);
    client_send(fd, bytes);
    shutdown(fd, SHUT_WR);
    all = client_read_all(fd);
    close(fd);
    return all;
}

static inline int answer_status(const GString *answer)
{
    cr_assert(g_str_has_prefix(answer->str, "HTTP/1.1 "), "not an answer: %.80s", answer->str);
    return (int)g_ascii_strtoll(answer->str + 9, NULL, 10);
}

static inline const char *answer_body(const GString *answer)
{
    const char *body = strstr(answer->str, "\r\n\r\n");

    cr_assert_not_null(body);
    return body + 4;
}

#endif
