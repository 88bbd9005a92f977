/*
 * Which handler a request goes to: a table of routes.
 *
 * A pattern is a path whose segments are literal or "{name}"; a parameter takes exactly one segment, decoded, not
 * empty, valid UTF-8. The first route of the table that matches wins. HEAD is answered by the GET route. An unknown
 * path is 404, by http_router_set_missing also as a page; a known one with another method is 405 with Allow.
 */
#ifndef TOROKU_ADAPTERS_HTTP_ROUTER_H
#define TOROKU_ADAPTERS_HTTP_ROUTER_H

#include "adapters/http/server.h"

struct http_route {
    const char *method;
    const char *pattern; /* "/api/v1/cases/{id}/events" */
    http_handler *handler;
    size_t body_max; /* bytes; 0: a body is refused */
    unsigned flags;  /* the handlers' own: who may call, which checks come first */
};

struct http_router;

/* Keeps ${routes}, a table that outlives it. ${user} is passed to the handlers. At most HTTP_PARAMS_MAX parameters. */
struct http_router *http_router_new(const struct http_route *routes, size_t count, void *user);

void http_router_free(struct http_router *router);

/*
 * Called between the match and the handler, with the route: answers the request itself and returns false, or returns
 * true to let it pass. One place for what all routes check first (credentials by flags). NULL: none.
 */
typedef bool http_gate(struct http_request *request, const struct http_route *route, void *user);
void http_router_set_gate(struct http_router *router, http_gate *gate);

/* Where requests for a path go that no route has, whatever their method, by the gate as well; it outlives the router.
 * NULL: a problem document answers. */
void http_router_set_missing(struct http_router *router, const struct http_route *route);

/* The two callbacks of struct http_config, with the router as `user`. */
void http_router_handle(struct http_request *request, void *router);
size_t http_router_body_limit(const struct http_request *request, void *router);

#endif
