#include "adapters/http/conn.h"

#include "adapters/http/problem.h"
#include "adapters/http/response.h"

#include <string.h>

/* Answers waiting for a client that does not take them: beyond this its further requests wait as well. */
#define CONN_BACKLOG_MAX (256 * 1024)

static void conn_enter(struct http_conn *conn, enum conn_state state)
{
    conn->state = state;
    /* A body's time counts from the first byte of its request. */
    if (state != CONN_BODY)
        conn->since_ms = http_server_now_ms(conn->server);
}

static bool conn_parses(const struct http_conn *conn)
{
    return conn->state == CONN_IDLE || conn->state == CONN_HEAD || conn->state == CONN_BODY;
}

static bool conn_backlogged(const struct http_conn *conn)
{
    size_t waiting = conn->out != NULL ? conn->out->len : 0;

    return waiting + uv_stream_get_write_queue_size((const uv_stream_t *)&conn->tcp) > CONN_BACKLOG_MAX;
}

bool http_conn_waits(const struct http_conn *conn)
{
    return (conn->state == CONN_IDLE || conn->state == CONN_HEAD) && conn->out == NULL && conn->writing == NULL;
}

static GString *conn_out(struct http_conn *conn)
{
    if (conn->out == NULL)
        conn->out = g_string_sized_new(1024);
    return conn->out;
}

static void conn_forget_input(struct http_conn *conn)
{
    if (conn->in != NULL)
        g_byte_array_unref(conn->in);
    conn->in = NULL;
}

/* Gives up the request that is being read. */
static void conn_drop_request(struct http_conn *conn)
{
    if (conn->parser.request != NULL)
        conn->server->bodies -= conn->parser.request->content_counted;
    http_parser_release(&conn->parser);
}

static void conn_write_answer(struct http_conn *conn, struct http_answer *answer)
{
    answer->date = http_server_date(conn->server);
    http_answer_write(conn_out(conn), answer);
    conn_enter(conn, answer->close ? CONN_LAST : CONN_IDLE);
    if (answer->close)
        conn_forget_input(conn);
    http_server_mark(conn->server, conn);
}

/* The server's own answer to what is no request, or one too many: a problem document and the end. */
static void conn_refuse(struct http_conn *conn, struct http_refusal refusal)
{
    struct problem problem = {.code = refusal.code, .status = refusal.status, .detail = refusal.detail};
    size_t size;
    g_autofree char *body = problem_write(&problem, &size);
    const struct http_request *request = conn->parser.request;
    struct http_answer answer = {
        .status = refusal.status,
        .content_type = PROBLEM_TYPE,
        .extra_headers = refusal.status == 503 ? "Retry-After: 1\r\n" : NULL,
        .body = body,
        .size = size,
        .head_only = request != NULL && request->method != NULL && strcmp(request->method, "HEAD") == 0,
        .close = true,
    };

    conn_drop_request(conn);
    conn_write_answer(conn, &answer);
}

static void conn_refuse_busy(struct http_conn *conn, const char *detail)
{
    conn_refuse(conn, (struct http_refusal){503, TOROKU_ERROR_BUSY, detail});
}

/* The head is known: may its body come? */
static void conn_admit(struct http_conn *conn, bool more_is_here)
{
    struct http_server *server = conn->server;
    struct http_request *request = conn->parser.request;
    const char *expect = http_request_header(request, "expect");
    size_t limit = server->config.body_max;

    conn_enter(conn, CONN_BODY);
    request->server = server;
    if (server->config.body_limit != NULL)
        limit = server->config.body_limit(request, server->config.user);
    conn->parser.body_limit = limit;
    if (request->content_length > 0 && (uint64_t)request->content_length > limit)
        conn_refuse(conn,
                    (struct http_refusal){413, TOROKU_ERROR_TOO_LARGE, "The body is longer than this resource takes."});
    else if (request->content_length > 0 && (uint64_t)request->content_length > server->config.bodies_max)
        conn_refuse_busy(conn, "The server holds as much as it can; try again.");
    else if (expect != NULL && !conn->parser.scan.http_1_0 && request->content_length != 0 && !more_is_here) {
        g_string_append(conn_out(conn), "HTTP/1.1 100 Continue\r\n\r\n");
        http_server_mark(server, conn);
    }
}

/* Puts what has arrived of a body on the server's account. */
static void conn_count_body(struct http_conn *conn)
{
    struct http_request *request = conn->parser.request;
    struct http_server *server = conn->server;

    if (request == NULL)
        return;
    server->bodies += request->content->len - request->content_counted;
    request->content_counted = request->content->len;
    if (server->bodies > server->config.bodies_max)
        conn_refuse_busy(conn, "The server holds as much as it can; try again.");
}

static void conn_dispatch(struct http_conn *conn)
{
    struct http_server *server = conn->server;
    struct http_request *request = http_parser_take(&conn->parser);

    request->conn = conn;
    request->received = conn->read_at;
    conn->request = request;
    server->requests++;
    conn_enter(conn, CONN_HANDLING);
    server->config.handler(request, server->config.user);
}

/* Parses as far as it can; returns how many of ${bytes} were used. Handlers may answer from inside. */
static size_t conn_parse(struct http_conn *conn, const char *bytes, size_t size)
{
    size_t used = 0;

    conn->held = false;
    while (conn_parses(conn) && !conn_backlogged(conn)) {
        size_t step;
        enum http_parse result = http_parser_run(&conn->parser, bytes + used, size - used, &step);

        used += step;
        conn_count_body(conn);
        if (!conn_parses(conn))
            return size;
        if (result == HTTP_PARSE_HEAD) {
            conn_admit(conn, used < size);
        } else if (result == HTTP_PARSE_DONE) {
            conn_dispatch(conn);
        } else if (result == HTTP_PARSE_BAD) {
            conn_refuse(conn, conn->parser.refusal);
            return size;
        } else {
            if (conn->state == CONN_IDLE && used < size)
                conn_enter(conn, CONN_HEAD);
            return used;
        }
    }
    conn->held = conn_parses(conn);
    return used;
}

/* Goes on with the bytes that were kept. */
static void conn_parse_kept(struct http_conn *conn)
{
    size_t used;

    if (conn->in == NULL)
        return;
    used = conn_parse(conn, (const char *)conn->in->data, conn->in->len);
    if (conn->in == NULL)
        return;
    if (used == conn->in->len || conn->state == CONN_LAST)
        conn_forget_input(conn);
    else if (used > 0)
        g_byte_array_remove_range(conn->in, 0, (guint)used);
}

static void conn_receive(struct http_conn *conn, const char *bytes, size_t size)
{
    if (conn->in != NULL) {
        g_byte_array_append(conn->in, (const guint8 *)bytes, (guint)size);
        conn_parse_kept(conn);
    } else {
        size_t used = conn_parse(conn, bytes, size);

        if (used < size && (conn_parses(conn) || conn->state == CONN_HANDLING)) {
            conn->in = g_byte_array_new();
            g_byte_array_append(conn->in, (const guint8 *)bytes + used, (guint)(size - used));
        }
    }
}

static void conn_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct http_conn *conn = handle->data;

    *buffer = uv_buf_init(conn->server->read_buffer, (unsigned)MIN(suggested, HTTP_READ_SIZE));
}

static void conn_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer);

/* The one place where reading starts and stops: while a request is with its handler, one read ahead is enough. */
static void conn_watch(struct http_conn *conn)
{
    bool want = !conn->eof && conn->state != CONN_CLOSED;

    if (conn_parses(conn))
        want = want && !conn_backlogged(conn);
    if (conn->state == CONN_HANDLING)
        want = want && conn->in == NULL;
    if (want == conn->reading || conn->state == CONN_CLOSED)
        return;
    conn->reading = want;
    if (!want)
        uv_read_stop((uv_stream_t *)&conn->tcp);
    else if (uv_read_start((uv_stream_t *)&conn->tcp, conn_allocate, conn_read) < 0)
        http_conn_close(conn);
}

static void conn_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct http_conn *conn = stream->data;

    if (size == 0)
        return;
    if (size < 0) {
        conn->eof = true;
        if (size != UV_EOF || conn->state == CONN_LINGER)
            http_conn_close(conn);
        else
            http_conn_turn(conn);
        return;
    }
    conn->byte_ms = http_server_now_ms(conn->server);
    if (conn->state == CONN_LAST || conn->state == CONN_LINGER)
        return;
    conn->read_at = loop_now(loop_uv_port(conn->server->loop));
    conn_receive(conn, buffer->base, (size_t)size);
    conn_watch(conn);
}

static void conn_written(uv_write_t *write, int status)
{
    struct http_conn *conn = write->data;

    g_string_free(conn->writing, TRUE);
    conn->writing = NULL;
    if (status < 0)
        http_conn_close(conn);
    else
        http_conn_turn(conn);
}

/* Gives what is waiting to the kernel, and the rest of it to uv. One write at a time. */
static void conn_flush(struct http_conn *conn)
{
    uv_stream_t *stream = (uv_stream_t *)&conn->tcp;
    uv_buf_t buffer;
    int status;

    if (conn->state == CONN_CLOSED || conn->out == NULL || conn->writing != NULL)
        return;
    buffer = uv_buf_init(conn->out->str, (unsigned)conn->out->len);
    status = uv_try_write(stream, &buffer, 1);
    conn->writing = g_steal_pointer(&conn->out);
    if (status < 0 && status != UV_EAGAIN) {
        g_string_free(g_steal_pointer(&conn->writing), TRUE);
        http_conn_close(conn);
        return;
    }
    status = MAX(status, 0);
    if ((size_t)status == conn->writing->len) {
        g_string_free(g_steal_pointer(&conn->writing), TRUE);
        return;
    }
    buffer = uv_buf_init(conn->writing->str + status, (unsigned)conn->writing->len - (unsigned)status);
    conn->write.data = conn;
    conn->write_left = buffer.len;
    conn->taken_ms = http_server_now_ms(conn->server);
    if (uv_write(&conn->write, stream, &buffer, 1, conn_written) < 0) {
        g_string_free(g_steal_pointer(&conn->writing), TRUE);
        http_conn_close(conn);
    }
}

static void conn_shut(uv_shutdown_t *shutdown, int status)
{
    (void)shutdown;
    (void)status;
}

/* The last answer is with the kernel: says so to the client, and waits for it to close. */
static void conn_finish(struct http_conn *conn)
{
    if (conn->eof || uv_shutdown(&conn->shutdown, (uv_stream_t *)&conn->tcp, conn_shut) < 0)
        http_conn_close(conn);
    else
        conn_enter(conn, CONN_LINGER);
}

void http_conn_turn(struct http_conn *conn)
{
    conn_flush(conn);
    if (conn->state != CONN_CLOSED)
        conn_parse_kept(conn);
    conn_flush(conn);
    if (conn->state == CONN_CLOSED)
        return;
    /* Nothing more can come; what has begun cannot end. */
    if (conn->eof && conn_parses(conn) && !conn->held) {
        conn_drop_request(conn);
        conn_forget_input(conn);
        conn_enter(conn, CONN_LAST);
    }
    if (conn->state == CONN_LAST && conn->out == NULL && conn->writing == NULL)
        conn_finish(conn);
    conn_watch(conn);
}

static void conn_sweep_write(struct http_conn *conn, uint64_t now_ms)
{
    size_t left = uv_stream_get_write_queue_size((uv_stream_t *)&conn->tcp);

    if (left != conn->write_left) {
        conn->write_left = left;
        conn->taken_ms = now_ms;
    } else if (now_ms - conn->taken_ms > conn->server->config.write_ms) {
        http_conn_close(conn);
    }
}

void http_conn_sweep(struct http_conn *conn, uint64_t now_ms)
{
    const struct http_config *config = &conn->server->config;
    uint64_t state_ms = now_ms - conn->since_ms;
    uint64_t whole_ms = conn->state == CONN_HEAD ? config->head_ms : config->request_ms;

    if (conn->writing != NULL) {
        conn_sweep_write(conn, now_ms);
        return;
    }
    switch (conn->state) {
    case CONN_IDLE:
        if (state_ms > (conn->served ? config->idle_ms : config->first_byte_ms))
            http_conn_close(conn);
        break;
    case CONN_HEAD:
    case CONN_BODY:
        if (state_ms > whole_ms || now_ms - conn->byte_ms > config->between_ms)
            conn_refuse(conn, (struct http_refusal){408, TOROKU_ERROR_TIMEOUT,
                                                    "The request did not arrive in the time it may take."});
        break;
    case CONN_LINGER:
        if (state_ms > config->linger_ms)
            http_conn_close(conn);
        break;
    case CONN_HANDLING:
    case CONN_LAST:
    case CONN_CLOSED:
        break;
    }
}

void http_conn_drain(struct http_conn *conn)
{
    if (conn->state != CONN_IDLE || conn->in != NULL)
        return;
    if (http_conn_waits(conn))
        http_conn_close(conn);
    else
        conn_enter(conn, CONN_LAST);
}

static void conn_closed(uv_handle_t *handle)
{
    struct http_conn *conn = handle->data;
    struct http_server *server = conn->server;

    conn_forget_input(conn);
    if (conn->out != NULL)
        g_string_free(conn->out, TRUE);
    g_free(conn);
    server->connections--;
    http_server_check_stopped(server);
}

void http_conn_close(struct http_conn *conn)
{
    if (conn->state == CONN_CLOSED)
        return;
    conn_enter(conn, CONN_CLOSED);
    http_server_forget(conn->server, conn);
    conn_drop_request(conn);
    if (conn->request != NULL)
        conn->request->conn = NULL;
    conn->request = NULL;
    uv_close((uv_handle_t *)&conn->tcp, conn_closed);
}

void http_conn_accept(struct http_server *server, uv_stream_t *listener)
{
    struct http_conn *conn = g_new0(struct http_conn, 1);
    bool room = server->conns.length < server->config.connections_max || http_server_make_room(server);

    conn->server = server;
    conn->link.data = conn->dirty.data = conn;
    http_parser_init(&conn->parser);
    uv_tcp_init(loop_uv_handle(server->loop), &conn->tcp);
    conn->tcp.data = conn;
    conn_enter(conn, CONN_IDLE);
    conn->byte_ms = conn->since_ms;
    server->connections++;
    g_queue_push_tail_link(&server->conns, &conn->link);
    if (uv_accept(listener, (uv_stream_t *)&conn->tcp) < 0) {
        http_conn_close(conn);
        return;
    }
    uv_tcp_nodelay(&conn->tcp, 1);
    if (!room)
        conn_refuse_busy(conn, "The server has as many connections as it takes; try again.");
    conn_watch(conn);
}

void http_respond(struct http_request *request, int status, const char *content_type, const char *extra_headers,
                  const char *body, size_t size)
{
    struct http_server *server = request->server;
    struct http_conn *conn = request->conn;
    struct http_answer answer = {
        .status = status,
        .content_type = content_type,
        .extra_headers = extra_headers,
        .body = body,
        .size = size,
        .head_only = strcmp(request->method, "HEAD") == 0,
        .close = !request->keep_alive || server->stopping,
    };

    if (extra_headers != NULL && !http_headers_valid(extra_headers)) {
        g_critical("%s %s: the handler wrote malformed header lines", request->method, request->path);
        http_respond_refusal(request, TOROKU_ERROR_INTERNAL, NULL);
        return;
    }
    server->bodies -= request->content_counted;
    server->requests--;
    if (conn != NULL) {
        g_assert(conn->request == request);
        conn->request = NULL;
        conn->served = true;
        conn_write_answer(conn, &answer);
    }
    http_request_free(request);
    http_server_check_stopped(server);
}
