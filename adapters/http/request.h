/*
 * One HTTP request as a handler sees it.
 *
 * It belongs to the handler from the moment the handler is called until http_respond or one of its sisters, exactly
 * one of which must be called, at once or in a later turn of the loop; afterwards it is gone. The connection may be
 * lost meanwhile: the answer is then dropped and nothing else changes for the handler.
 */
#ifndef TOROKU_ADAPTERS_HTTP_REQUEST_H
#define TOROKU_ADAPTERS_HTTP_REQUEST_H

#include "engine/calendar/instant.h"
#include "engine/error.h"

struct http_server;
struct http_conn;

#define HTTP_PARAMS_MAX 8

struct http_field {
    const char *name; /* in lower case */
    const char *value;
};

struct http_param {
    char *name;
    char *value;
};

struct http_request {
    const char *method; /* "GET", ... */
    const char *path;   /* as sent: percent-encoded, begins with '/', without the query */
    const char *query;  /* as sent, after the '?'; "" when there is none */
    const char *body;   /* NUL-terminated after body_size bytes */
    size_t body_size;
    int64_t content_length; /* as announced; -1 when the body came in chunks; 0 without a body */
    instant received;       /* loop_now when the read that held the last byte came in */
    void *user;             /* the handler's own */

    /* The server's own. */
    struct http_server *server;
    struct http_conn *conn; /* NULL: the client has gone */
    struct http_field *fields;
    unsigned field_count;
    GString *content;
    size_t content_counted; /* bytes of the body that the server has on its account */
    bool keep_alive, chunked;
    unsigned param_count;
    struct http_param params[HTTP_PARAMS_MAX]; /* set by the router */
};

/* The value of the header field ${name} (lower case), the first when there are several; NULL when absent. */
const char *http_request_header(const struct http_request *request, const char *name);

/* The value of the path parameter ${name} of the route that matched, decoded, valid UTF-8; NULL when it has none. */
const char *http_request_param(const struct http_request *request, const char *name);

/* Frees a request that was never handed to a handler; a handler answers instead. NULL is fine. */
void http_request_free(struct http_request *request);

/* Answers. All texts and bytes are copied; the request is gone afterwards.
 *
 * ${content_type} may be NULL when there is no body. ${extra_headers}: lines "Name: value\r\n", or NULL; a field named
 * here replaces the default of that name (Cache-Control: no-store, Content-Security-Policy, Referrer-Policy,
 * X-Content-Type-Options). To a HEAD request the body is counted and not sent.
 */
void http_respond(struct http_request *request, int status, const char *content_type, const char *extra_headers,
                  const char *body, size_t size);

struct problem;

/* Answers with a problem document (RFC 9457); retryable codes carry `Retry-After: 1`. */
void http_respond_problem(struct http_request *request, const struct problem *problem, const char *extra_headers);

/* The same from a code and a sentence for the caller. */
void http_respond_refusal(struct http_request *request, enum toroku_error code, const char *detail);

/* The same from a failure; what is our own matter (500) goes to the log and not to the caller. */
void http_respond_error(struct http_request *request, const GError *error);

#endif
