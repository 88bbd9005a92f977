/*
 * One connection: the server's inside, included by server.c and conn.c alone.
 *
 *           first byte        head whole        body whole            answer written
 *   IDLE --------------> HEAD ----------> BODY ----------> HANDLING ----------------> IDLE
 *     |                   |                |                  |
 *     '-------------------+----------------+------------------+--> LAST --> LINGER --> CLOSED
 *                            refused, timed out, Connection: close, stopping
 */
#ifndef TOROKU_ADAPTERS_HTTP_CONN_H
#define TOROKU_ADAPTERS_HTTP_CONN_H

#include "adapters/http/parser.h"
#include "adapters/http/server.h"

#define HTTP_LISTENERS_MAX 4
#define HTTP_READ_SIZE 65536

enum conn_state {
    CONN_IDLE,     /* waits for the first byte of a request */
    CONN_HEAD,     /* has some of it */
    CONN_BODY,     /* has its head */
    CONN_HANDLING, /* a handler has it */
    CONN_LAST,     /* the last answer is being written */
    CONN_LINGER,   /* it is written; the client may still be sending, a reset would take the answer from it */
    CONN_CLOSED    /* uv is closing the handle */
};

struct http_conn {
    uv_tcp_t tcp;
    struct http_server *server;
    GList link;  /* in server->conns, oldest first */
    GList dirty; /* in server->dirty while `is_dirty` */
    bool is_dirty;
    enum conn_state state;
    bool reading, eof, served;
    bool held; /* parsing stopped because answers are not taken, and not for want of bytes */
    struct http_parser parser;
    struct http_request *request; /* HANDLING: the handler's */
    GByteArray *in;               /* read and not yet used; NULL when empty */
    GString *out;                 /* answers not yet given to uv; NULL when empty */
    GString *writing;             /* given to uv; NULL when none */
    uv_write_t write;
    uv_shutdown_t shutdown;
    uint64_t since_ms; /* when the state began; for BODY: when HEAD began */
    uint64_t byte_ms;  /* when a byte was last read */
    uint64_t taken_ms; /* when the client last took a byte of what is being written */
    size_t write_left;
    instant read_at;
};

struct http_server {
    struct loop_uv *loop;
    struct http_config config;
    uv_tcp_t listeners[HTTP_LISTENERS_MAX];
    unsigned listener_count;
    uv_timer_t sweep;
    struct loop_task flush;
    struct loop_task stopped;
    GQueue conns;
    GQueue dirty;
    unsigned handles;     /* uv handles of the server itself that are open */
    unsigned connections; /* open, closing ones included */
    unsigned requests;    /* with handlers */
    size_t bodies;        /* bytes of bodies held */
    bool stopping, told;
    uint64_t stopping_ms;
    http_stopped *done;
    void *done_user;
    int64_t date_second;
    char date[30];
    char *read_buffer;
};

/* Takes the connection that waits at ${listener}. */
void http_conn_accept(struct http_server *server, uv_stream_t *listener);

/* Goes on with what has been read, writes what has been answered. */
void http_conn_turn(struct http_conn *conn);

/* Acts on the limits of time; ${now_ms} as uv_now. May close the connection. */
void http_conn_sweep(struct http_conn *conn, uint64_t now_ms);

/* The server stops: closes an idle connection; others end with their answer. */
void http_conn_drain(struct http_conn *conn);

/* Cuts the connection; a handler keeps its request and its answer is dropped. */
void http_conn_close(struct http_conn *conn);

/* Is it waiting for its client to begin or go on with a head, so that it may make room for another? */
bool http_conn_waits(const struct http_conn *conn);

/* Server side, for conn.c. */
const char *http_server_date(struct http_server *server);
void http_server_mark(struct http_server *server, struct http_conn *conn);
void http_server_forget(struct http_server *server, struct http_conn *conn);
bool http_server_make_room(struct http_server *server);
void http_server_check_stopped(struct http_server *server);
uint64_t http_server_now_ms(struct http_server *server);

#endif
