#include "adapters/http/api_call.h"

#define KIB ((size_t)1024)

/* A body_max of 16 MiB (documents) or 1 MiB is set from the configuration; smaller ones stay. */
static struct http_route routes[] = {
    {"POST", "/api/v1/cases", case_open, 1024 * KIB, ROUTE_TOKEN},
    {"POST", "/api/v1/cases/{case}/events", case_event, 1024 * KIB, ROUTE_TOKEN},
    {"GET", "/api/v1/cases", case_list, 0, ROUTE_TOKEN},
    {"GET", "/api/v1/cases/{case}", case_read, 0, ROUTE_TOKEN},
    {"GET", "/api/v1/cases/{case}/events", case_history, 0, ROUTE_TOKEN},
    {"GET", "/api/v1/cases/{case}/events/{seq}/{access}", case_part, 0, ROUTE_TOKEN},
    {"GET", "/api/v1/queue", queue_list, 0, ROUTE_TOKEN},
    {"GET", "/api/v1/me", me_read, 0, ROUTE_TOKEN},
    {"GET", "/api/v1/figures/{figure}", figure_json, 0, ROUTE_TOKEN},
    {"PUT", "/api/v1/documents/{sha256}", document_put, 16 * 1024 * KIB, ROUTE_TOKEN},
    {"GET", "/api/v1/documents/{sha256}", document_get, 0, ROUTE_TOKEN},
    {"GET", "/api/v1/register/{register}", register_json, 0, 0},
    {"GET", "/api/v1/register/{register}/{key}", register_entry_json, 0, 0},
    {"GET", "/sign-in", sign_in_page, 0, ROUTE_VISITOR},
    {"POST", "/sign-in", sign_in_post, 8 * KIB, ROUTE_VISITOR},
    {"POST", "/sign-out", sign_out_post, 8 * KIB, ROUTE_VISITOR},
    {"GET", "/organisation", organisation_page, 0, ROUTE_PAGE | ROUTE_NO_ORG},
    {"POST", "/organisation", organisation_post, 8 * KIB, ROUTE_PAGE | ROUTE_NO_ORG},
    {"GET", "/", home, 0, ROUTE_VISITOR},
    {"GET", "/queue", queue_page, 0, ROUTE_PAGE},
    {"GET", "/cases", cases_page, 0, ROUTE_PAGE},
    {"GET", "/cases/new", opening_index, 0, ROUTE_PAGE},
    {"GET", "/cases/new/{workflow}", opening_page, 0, ROUTE_PAGE},
    {"POST", "/cases/new/{workflow}", opening_post, 16 * 1024 * KIB, ROUTE_PAGE},
    {"GET", "/cases/{case}", case_page, 0, ROUTE_PAGE},
    {"GET", "/cases/{case}/events/{event}", filing_page, 0, ROUTE_PAGE},
    {"POST", "/cases/{case}/events/{event}", filing_post, 16 * 1024 * KIB, ROUTE_PAGE},
    {"GET", "/cases/{case}/rectify", rectify_page, 0, ROUTE_PAGE},
    {"POST", "/cases/{case}/rectify", rectify_page, 1024 * KIB, ROUTE_PAGE},
    {"GET", "/cases/{case}/receipts/{seq}", receipt_page, 0, ROUTE_PAGE},
    {"GET", "/documents/{sha256}", document_get, 0, ROUTE_PAGE},
    {"GET", "/notices", notices_page, 0, ROUTE_PAGE},
    {"GET", "/feeds", feeds_page, 0, ROUTE_PAGE},
    {"POST", "/feeds", feeds_post, 8 * KIB, ROUTE_PAGE},
    {"GET", "/feeds/{file}", feed_get, 0, 0},
    {"GET", "/ministry", ministry_page, 0, ROUTE_PAGE},
    {"GET", "/ministry/{file}", ministry_file, 0, ROUTE_PAGE},
    {"GET", "/register", register_html, 0, 0},
    {"GET", "/register.json", register_json, 0, 0},
    {"GET", "/register.csv", register_csv, 0, 0},
    {"GET", "/register/auditors", register_html, 0, 0},
    {"GET", "/register/auditors.json", register_json, 0, 0},
    {"GET", "/register/auditors.csv", register_csv, 0, 0},
    {"GET", "/register/auditors/{key}", register_entry_html, 0, 0},
    {"GET", "/register/{key}", register_entry_html, 0, 0},
    {"GET", "/style.css", style_css, 0, 0},
    {"GET", "/health", health_ready, 0, 0},
    {"GET", "/health/live", health_live, 0, 0},
    {"GET", "/health/ready", health_ready, 0, 0},
};

void path_missing(struct http_request *request, void *user)
{
    call_refuse(call_new(user, request, NULL), TOROKU_ERROR_NOT_FOUND, "No resource has this path.");
}

/* For everything else: a page for people, a problem document for programs. */
static const struct http_route missing_route = {.handler = path_missing};

struct api *api_new(const struct api_config *config)
{
    struct api *api = g_new0(struct api, 1);

    api->config = *config;
    for (size_t i = 0; i < G_N_ELEMENTS(routes); i++) {
        if (routes[i].body_max >= 16 * 1024 * KIB)
            routes[i].body_max = config->document_max;
        else if (routes[i].body_max >= 1024 * KIB)
            routes[i].body_max = config->body_max;
    }
    api->callers = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, caller_unref);
    api->router = http_router_new(routes, G_N_ELEMENTS(routes), api);
    http_router_set_gate(api->router, caller_gate);
    http_router_set_missing(api->router, &missing_route);
    return api;
}

void api_use_charts(struct api *api, const struct chart_set *charts)
{
    api->config.charts = charts;
}

void api_free(struct api *api)
{
    if (api == NULL)
        return;
    http_router_free(api->router);
    g_hash_table_unref(api->callers);
    g_free(api);
}

http_handler *api_handler(void)
{
    return http_router_handle;
}

http_body_limit *api_body_limit(void)
{
    return http_router_body_limit;
}

void *api_user(struct api *api)
{
    return api->router;
}

void api_set_draining(struct api *api)
{
    api->draining = true;
}

void health_live(struct http_request *request, void *user)
{
    static const char body[] = "{\"live\":true}";

    (void)user;
    http_respond(request, 200, "application/json", NULL, body, sizeof body - 1);
}

static struct value *health_figures(const struct api *api)
{
    struct engine_figures f = engine_figures(api->config.engine);
    struct value *v = value_new_map();

    value_map_set_int(v, "commands_taken", (int64_t)f.commands_taken);
    value_map_set_int(v, "commands_refused", (int64_t)f.commands_refused);
    value_map_set_int(v, "commands_failed", (int64_t)f.commands_failed);
    value_map_set_int(v, "deadlines_fired", (int64_t)f.deadlines_fired);
    value_map_set_int(v, "signals_settled", (int64_t)f.signals_settled);
    value_map_set_int(v, "batches", (int64_t)f.batches);
    value_map_set_int(v, "batches_retried", (int64_t)f.batches_retried);
    value_map_set_int(v, "notices_delivered", (int64_t)f.notices_delivered);
    value_map_set_int(v, "notices_retried", (int64_t)f.notices_retried);
    value_map_set_int(v, "notices_dead", (int64_t)f.notices_dead);
    value_map_set_int(v, "queued", f.queued);
    value_map_set_int(v, "in_flight", f.in_flight);
    return v;
}

static void health_answer(struct call *call)
{
    struct value *v = value_new_map();

    value_map_set_bool(v, "live", true);
    value_map_set_bool(v, "ready", true);
    value_map_set(v, "figures", health_figures(call->api));
    call_respond_json(call, 200, NULL, v);
    value_unref(v);
}

void health_ready(struct http_request *request, void *user)
{
    struct api *api = user;
    struct call *call = call_new(api, request, NULL);

    if (api->draining)
        call_refuse(call, TOROKU_ERROR_UNAVAILABLE, "The daemon is stopping.");
    else
        call_ask(call, READ_READY, health_answer);
}
