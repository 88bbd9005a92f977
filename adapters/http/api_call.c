#include "adapters/http/api_call.h"

#include "adapters/http/page.h"
#include "adapters/http/problem.h"
#include "adapters/http/session.h"
#include "adapters/json/json.h"
#include "engine/app/access.h"

#include <string.h>

/* How long a token's owner is believed without asking again: a revoked token works that much longer at most. */
#define CALLER_KNOWN_US (5 * INSTANT_SECOND)
#define CALLERS_MAX 10000

struct caller_search {
    struct reader_identity identity;
    struct api *api;
    struct http_request *request;
    const struct http_route *route;
};

static struct caller *caller_ref(struct caller *caller)
{
    if (caller != NULL)
        caller->refs++;
    return caller;
}

void caller_unref(gpointer p)
{
    struct caller *caller = p;

    if (caller == NULL || --caller->refs > 0)
        return;
    g_strfreev(caller->roles);
    g_free(caller->name);
    g_free(caller->org_ja);
    g_free(caller->org_en);
    g_free(caller->orgs);
    g_free(caller);
}

static void caller_refuse(struct http_request *request, const char *detail)
{
    const struct problem problem = {.code = TOROKU_ERROR_UNAUTHENTICATED, .detail = detail};

    http_respond_problem(request, &problem, "WWW-Authenticate: Bearer realm=\"toroku\"\r\n");
}

static void caller_found(struct reader_identity *identity)
{
    struct caller_search *search = (struct caller_search *)(void *)identity;
    struct caller *caller;

    if (identity->error != NULL) {
        if (g_error_matches(identity->error, TOROKU_ERROR, TOROKU_ERROR_UNAUTHENTICATED))
            caller_refuse(search->request, "The token is not known, has expired or was revoked.");
        else
            http_respond_error(search->request, identity->error);
        g_clear_error(&identity->error);
        g_free(search);
        return;
    }
    caller = g_new0(struct caller, 1);
    caller->refs = 1;
    caller->roles = identity->roles;
    caller->name = identity->name;
    caller->actor = (struct actor){identity->person, identity->org, (const char *const *)caller->roles};
    caller->known_until = identity->now + CALLER_KNOWN_US;
    if (g_hash_table_size(search->api->callers) >= CALLERS_MAX)
        g_hash_table_remove_all(search->api->callers);
    g_hash_table_replace(search->api->callers, g_bytes_new(identity->token_hash, HASH_SIZE), caller);
    search->request->user = call_new(search->api, search->request, caller);
    search->route->handler(search->request, search->api);
    g_free(search);
}

/* A token that is known lets the request pass at once; otherwise the handler runs when the reader has answered. */
bool caller_gate(struct http_request *request, const struct http_route *route, void *user)
{
    struct api *api = user;
    const char *header = http_request_header(request, "authorization");
    struct caller_search *search;
    struct caller *caller;
    uint8_t hash[HASH_SIZE];
    GBytes *key;

    if ((route->flags & (ROUTE_PAGE | ROUTE_VISITOR)) != 0)
        return session_gate(request, route, api);
    if ((route->flags & ROUTE_TOKEN) == 0)
        return true;
    if (header == NULL || g_ascii_strncasecmp(header, "Bearer ", 7) != 0 || header[7] == '\0') {
        caller_refuse(request, "This needs a bearer token: Authorization: Bearer TOKEN.");
        return false;
    }
    chain_sha256(header + 7, strlen(header + 7), hash);
    key = g_bytes_new_static(hash, HASH_SIZE);
    caller = g_hash_table_lookup(api->callers, key);
    g_bytes_unref(key);
    if (caller != NULL && request->received < caller->known_until) {
        request->user = call_new(api, request, caller);
        return true;
    }
    search = g_new0(struct caller_search, 1);
    search->api = api;
    search->request = request;
    search->route = route;
    search->identity.done = caller_found;
    search->identity.now = request->received;
    search->identity.demonstration = api->config.demonstration;
    memcpy(search->identity.token_hash, hash, HASH_SIZE);
    reader_identify(api->config.reader, &search->identity);
    return false;
}

struct call *call_new(struct api *api, struct http_request *request, struct caller *caller)
{
    struct call *call = g_new0(struct call, 1);

    call->api = api;
    call->request = request;
    call->charts = chart_set_hold(api->config.charts);
    call->caller = caller_ref(caller);
    return call;
}

void call_free(struct call *call)
{
    if (call->own != NULL)
        call->own_free(call->own);
    caller_unref(call->caller);
    form_free(call->form);
    for (int i = 0; i < READER_PARAMS_MAX; i++)
        g_free(call->params[i]);
    g_free(call->ask.json);
    g_clear_error(&call->ask.error);
    chart_set_drop(call->charts);
    g_free(call);
}

struct actor call_actor(const struct call *call)
{
    return call->caller == NULL ? (struct actor){0} : call->caller->actor;
}

const char *call_csrf(const struct call *call)
{
    return call->csrf;
}

/* The cookie that page_end set when a page was asked for in a language (RFC 6265, 4.2.1). */
static const char *call_language_cookie(const struct call *call)
{
    const char *cookie = http_request_header(call->request, "cookie");
    const char *found = cookie == NULL ? NULL : strstr(cookie, "lang=");

    if (found == NULL || (found != cookie && found[-1] != ' ' && found[-1] != ';'))
        return NULL;
    return found + 5;
}

const char *call_language(const struct call *call)
{
    const char *accept = http_request_header(call->request, "accept-language");
    const char *cookie = call_language_cookie(call);
    struct query *query = query_parse(call->request->query, NULL);
    const char *asked = query == NULL ? NULL : query_get(query, "lang");
    bool en;

    if (call->language != NULL)
        asked = call->language;
    if (asked != NULL)
        en = strcmp(asked, "en") == 0;
    else if (cookie != NULL)
        en = strncmp(cookie, "en", 2) == 0;
    else
        en = accept != NULL && g_ascii_strncasecmp(accept, "en", 2) == 0;
    query_free(query);
    return en ? "en" : "ja";
}

void call_respond(struct call *call, int status, const char *type, const char *headers, const char *body, size_t size)
{
    http_respond(call->request, status, type, headers, body, size);
    call_free(call);
}

void call_respond_json(struct call *call, int status, const char *headers, const struct value *v)
{
    GString *out = g_string_new(NULL);

    value_print(v, out);
    call_respond(call, status, "application/json", headers, out->str, out->len);
    g_string_free(out, TRUE);
}

void call_refuse(struct call *call, enum toroku_error code, const char *detail)
{
    if (call_wants_page(call->request)) {
        page_refuse(call, code, detail);
        return;
    }
    http_respond_refusal(call->request, code, detail);
    call_free(call);
}

void call_fail(struct call *call, const GError *error)
{
    if (call_wants_page(call->request)) {
        page_fail(call, error);
        return;
    }
    http_respond_error(call->request, error);
    call_free(call);
}

static void call_answered(struct reader_request *ask)
{
    struct call *call = (struct call *)(void *)((char *)ask - offsetof(struct call, ask));

    if (ask->error != NULL)
        call_fail(call, ask->error);
    else
        call->answer(call);
}

void call_ask(struct call *call, enum reader_question question, void (*answer)(struct call *call))
{
    struct actor actor = call_actor(call);

    if (!access_may_ask(&actor, question)) {
        call_refuse(call, TOROKU_ERROR_FORBIDDEN, "Your roles do not allow this question.");
        return;
    }
    call->answer = answer;
    call->ask.done = call_answered;
    call->ask.question = question;
    call->ask.actor = actor;
    for (int i = 0; i < READER_PARAMS_MAX; i++)
        call->ask.params[i] = call->params[i];
    reader_ask(call->api->config.reader, &call->ask);
}

struct value *call_answer_value(struct call *call)
{
    GError *error = NULL;
    struct value *v = json_parse(call->ask.json, call->ask.size, JSON_DEPTH_MAX, &error);

    if (v == NULL) {
        call_fail(call, error);
        g_error_free(error);
    }
    return v;
}

struct query *call_query(struct call *call, const char *const *known)
{
    GError *error = NULL;
    struct query *query = query_parse(call->request->query, &error);

    if (query != NULL && query_check_names(query, known, &error))
        return query;
    call_fail(call, error);
    g_error_free(error);
    query_free(query);
    return NULL;
}

int64_t call_case_id(const char *number, char **prefix)
{
    size_t letters = strspn(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    int64_t id;

    if (letters == 0 || number[letters] != '-' || number[letters + 1] < '1' || number[letters + 1] > '9' ||
        !g_ascii_string_to_signed(number + letters + 1, 10, 1, G_MAXINT64, &id, NULL))
        return 0;
    if (prefix != NULL)
        *prefix = g_strndup(number, letters);
    return id;
}
