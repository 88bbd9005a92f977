/*
 * HTTP/1.1 on libuv: sockets, limits, order. TLS and HTTP/2 belong to nginx in front.
 *
 * One request of a connection is with the handler at a time; what the client sends meanwhile waits, first here, then in
 * the kernel (pipelining, in order). All answers that a turn of the loop produces for a connection leave in one write
 * at its end. What the parser refuses is answered by the server itself with a problem document and the connection
 * closed. Times are measured on a monotonic clock, whatever the clock of the loop port.
 */
#ifndef TOROKU_ADAPTERS_HTTP_SERVER_H
#define TOROKU_ADAPTERS_HTTP_SERVER_H

#include "adapters/http/request.h"
#include "adapters/uv/loop_uv.h"

/* Called with each whole request; see request.h for what it owes. */
typedef void http_handler(struct http_request *request, void *user);

/* How many bytes of body ${request}, of which only the head is known, may have; more is refused with 413. */
typedef size_t http_body_limit(const struct http_request *request, void *user);

typedef void http_stopped(struct http_server *server, void *user);

struct http_config {
    http_handler *handler;
    http_body_limit *body_limit; /* NULL: body_max for all */
    void *user;                  /* passed to both */
    size_t body_max;             /* bytes: 1 MiB */
    size_t bodies_max;           /* bytes of all bodies held at once, 503 beyond: 64 MiB */
    unsigned connections_max;    /* the longest waiting makes room, 503 when none waits: 4096 */
    unsigned first_byte_ms;      /* from the connection to its first byte: 10 s */
    unsigned between_ms;         /* between two reads of one request: 10 s */
    unsigned head_ms;            /* from the first byte of a request to the end of its head: 15 s */
    unsigned request_ms;         /* from the first byte of a request to its last: 120 s */
    unsigned idle_ms;            /* from an answer to the next request: 75 s, more than nginx keeps a connection */
    unsigned write_ms;           /* the client takes not one byte of its answer: 30 s */
    unsigned linger_ms;          /* after a last answer, for the client to have read it and to close: 2 s */
    unsigned drain_ms;           /* after http_server_stop, then what is still open is cut: 10 s */
};

/* The values named above, without a handler. */
struct http_config http_config_default(void);

struct http_server *http_server_new(struct loop_uv *loop, const struct http_config *config);

/*
 * Listens on a numeric ${address} (IPv4 or IPv6) and ${port}, 0 for any free one. May be called several times.
 * false and ${error}: INVALID for an address that is none, UNAVAILABLE when the system refuses it.
 */
bool http_server_listen(struct http_server *server, const char *address, uint16_t port, GError **error);

/* The same on a stream socket that is already bound (systemd socket activation); the server owns ${fd} afterwards. */
bool http_server_listen_fd(struct http_server *server, int fd, GError **error);

/* The port of the first listener. */
uint16_t http_server_port(const struct http_server *server);

/*
 * Drains: no new connections, idle ones closed, requests under way answered with `Connection: close`. ${done} runs in a
 * later turn, when every connection and every request with a handler is over.
 */
void http_server_stop(struct http_server *server, http_stopped *done, void *user);

/* After ${done}, or when it never listened. */
void http_server_free(struct http_server *server);

/* Connections open now. */
unsigned http_server_connections(const struct http_server *server);

#endif
