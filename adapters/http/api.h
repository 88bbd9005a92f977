/*
 * The routes of the daemon: the JSON API under /api/v1, pages for people who signed in, the public register, health.
 *
 * Writing: POST with a bearer token (RFC 6750), an Idempotency-Key, and for an event If-Match with the case's version.
 * The receipt that counts is the instant at which the request's last byte arrived. Refusals are problem documents
 * (RFC 9457) in the language of Accept-Language, Japanese unless English is asked for.
 */
#ifndef TOROKU_ADAPTERS_HTTP_API_H
#define TOROKU_ADAPTERS_HTTP_API_H

#include "adapters/http/server.h"
#include "adapters/uv/password.h"
#include "engine/app/engine.h"
#include "engine/port/feeds.h"
#include "engine/port/reader.h"
#include "engine/port/sessions.h"

struct api;

struct api_config {
    struct loop *loop;
    struct engine *engine;
    struct reader *reader;
    const struct chart_set *charts;
    size_t body_max;     /* of a JSON request, bytes */
    size_t document_max; /* of a document, bytes */

    /* People with a password. */
    struct sessions *sessions;
    struct passwords *passwords;
    const char *public_url; /* https: the cookie goes over TLS alone */
    instant session_idle;   /* µs without use after which a session is over */
    instant session_life;   /* µs after which it is over in any case */
    bool demonstration;     /* people of a demonstration are served */

    /* Deadlines in people's calendars. */
    struct feeds *feeds;
    feed_writer *feed_write; /* as text/calendar */
};

/* Copies ${config}; borrows what it points to. */
struct api *api_new(const struct api_config *config);

/* Requests that come from now on see ${charts}; borrowed like those before, which requests under way still hold. */
void api_use_charts(struct api *api, const struct chart_set *charts);

/* When no request is under way any more: after http_server_stop has called back. */
void api_free(struct api *api);

/* For struct http_config: handler, body_limit and the `user` of both. */
http_handler *api_handler(void);
http_body_limit *api_body_limit(void);
void *api_user(struct api *api);

/* From now on /health/ready says no: the daemon is stopping. */
void api_set_draining(struct api *api);

#endif
