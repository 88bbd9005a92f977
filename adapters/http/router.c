#include "adapters/http/router.h"

#include "adapters/http/percent.h"
#include "adapters/http/problem.h"

#include <string.h>

/* A body sent to no route is read, so that the answer is about the path and not about the body. */
#define ROUTER_BODY_MAX_UNKNOWN (64 * 1024)

struct http_router {
    const struct http_route *routes;
    size_t count;
    http_gate *gate;
    const struct http_route *missing;
    void *user;
};

static size_t router_segment(const char *path)
{
    return strcspn(path, "/");
}

/* Does ${path} fit ${pattern}? Both begin with '/'. Escapes in literal segments never match: one path, one spelling. */
static bool router_matches(const char *pattern, const char *path)
{
    while (*pattern == '/' && *path == '/') {
        size_t wanted = router_segment(++pattern), given = router_segment(++path);

        if (*pattern == '{' ? given == 0 : wanted != given || memcmp(pattern, path, given) != 0)
            return false;
        pattern += wanted;
        path += given;
    }
    return *pattern == '\0' && *path == '\0';
}

/* Notes the parameters of a match on the request; false when one is not encoded as it must be. */
static bool router_take_params(struct http_request *request, const char *pattern)
{
    const char *path = request->path;

    while (*pattern == '/') {
        size_t wanted = router_segment(++pattern), given = router_segment(++path);

        if (*pattern == '{') {
            struct http_param *param = &request->params[request->param_count];

            param->value = percent_decode(path, given, false);
            if (param->value == NULL)
                return false;
            param->name = g_strndup(pattern + 1, wanted - 2);
            request->param_count++;
        }
        pattern += wanted;
        path += given;
    }
    return true;
}

static bool router_takes_method(const struct http_route *route, const char *method)
{
    return strcmp(route->method, method) == 0 || (strcmp(method, "HEAD") == 0 && strcmp(route->method, "GET") == 0);
}

static const struct http_route *router_find(const struct http_router *router, const struct http_request *request)
{
    for (size_t i = 0; i < router->count; i++)
        if (router_takes_method(&router->routes[i], request->method) &&
            router_matches(router->routes[i].pattern, request->path))
            return &router->routes[i];
    return NULL;
}

/* "Allow: GET, HEAD, POST\r\n" for the routes that have this path; NULL when none has. */
static char *router_allow(const struct http_router *router, const char *path)
{
    g_autoptr(GString) allow = g_string_new(NULL);

    for (size_t i = 0; i < router->count; i++) {
        const struct http_route *route = &router->routes[i];

        if (!router_matches(route->pattern, path))
            continue;
        g_string_append_printf(allow, "%s%s%s", allow->len == 0 ? "Allow: " : ", ", route->method,
                               strcmp(route->method, "GET") == 0 ? ", HEAD" : "");
    }
    if (allow->len == 0)
        return NULL;
    g_string_append(allow, "\r\n");
    return g_strdup(allow->str);
}

static void router_pass(const struct http_router *router, const struct http_route *route, struct http_request *request)
{
    if (router->gate == NULL || router->gate(request, route, router->user))
        route->handler(request, router->user);
}

static void router_refuse(const struct http_router *router, struct http_request *request)
{
    g_autofree char *allow = router_allow(router, request->path);

    if (allow == NULL && router->missing != NULL)
        router_pass(router, router->missing, request);
    else if (allow == NULL)
        http_respond_refusal(request, TOROKU_ERROR_NOT_FOUND, "No resource has this path.");
    else
        http_respond_problem(request,
                             &(struct problem){.code = TOROKU_ERROR_INVALID,
                                               .status = 405,
                                               .detail = "The resource does not take this method; see Allow."},
                             allow);
}

struct http_router *http_router_new(const struct http_route *routes, size_t count, void *user)
{
    struct http_router *router = g_new0(struct http_router, 1);

    for (size_t i = 0; i < count; i++) {
        unsigned params = 0;

        g_assert(routes[i].pattern[0] == '/' && routes[i].handler != NULL);
        for (const char *c = routes[i].pattern; (c = strchr(c, '{')) != NULL; c++)
            params++;
        g_assert(params <= HTTP_PARAMS_MAX);
    }
    router->routes = routes;
    router->count = count;
    router->user = user;
    return router;
}

void http_router_free(struct http_router *router)
{
    g_free(router);
}

void http_router_set_gate(struct http_router *router, http_gate *gate)
{
    router->gate = gate;
}

void http_router_set_missing(struct http_router *router, const struct http_route *route)
{
    router->missing = route;
}

void http_router_handle(struct http_request *request, void *user)
{
    const struct http_router *router = user;
    const struct http_route *route = router_find(router, request);

    if (route == NULL)
        router_refuse(router, request);
    else if (!router_take_params(request, route->pattern))
        http_respond_refusal(request, TOROKU_ERROR_INVALID, "A part of the path is not percent-encoded UTF-8 text.");
    else
        router_pass(router, route, request);
}

size_t http_router_body_limit(const struct http_request *request, void *user)
{
    const struct http_route *route = router_find(user, request);

    return route != NULL ? route->body_max : ROUTER_BODY_MAX_UNKNOWN;
}
