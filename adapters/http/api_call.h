/*
 * What the API's handlers share: the caller behind a request, asking the reader, answering. Private to this room.
 */
#ifndef TOROKU_ADAPTERS_HTTP_API_CALL_H
#define TOROKU_ADAPTERS_HTTP_API_CALL_H

#include "adapters/http/api.h"
#include "adapters/http/form.h"
#include "adapters/http/query.h"
#include "adapters/http/router.h"

/* Flags of a route. With one of them request->user is the call when the handler runs. */
enum {
    ROUTE_TOKEN = 1, /* a bearer token is needed */
    ROUTE_PAGE = 2,  /* a page: a session is needed, else the browser is sent to /sign-in; forms are read and checked */
    ROUTE_VISITOR = 4, /* a page for everybody, who may have a session; forms are read, their token is not looked at */
    ROUTE_NO_ORG = 8   /* with ROUTE_PAGE: also while the session has no organisation yet */
};

struct api {
    struct api_config config;
    struct http_router *router;
    GHashTable *callers; /* token hash as GBytes -> struct caller */
    bool draining;
};

/* Somebody known by a token, which is kept for a while so that not every request asks the database; or by a session,
 * which is asked for each time. */
struct caller {
    int refs;
    struct actor actor;
    char **roles;
    char *name;
    char *org_ja, *org_en; /* by session: the organisation that the person acts for; NULL: none yet, or by token */
    char *orgs;            /* by session: JSON list of {"id", "ja", "en"}, all that the person may act for */
    bool several;          /* of them */
    instant known_until;
};

#define CSRF_SIZE 65 /* with its NUL */

/* One request with its caller, from the gate to the answer. */
struct call {
    struct api *api;
    struct http_request *request;
    const struct chart_set *charts; /* those in force when the call began; held */
    struct caller *caller;          /* NULL: nobody (a public route) */
    struct form *form;              /* what was posted to a page; NULL otherwise */
    char csrf[CSRF_SIZE];           /* "" without a session */
    const char *language;           /* "ja" or "en" whatever the request says; NULL: as it says */
    struct reader_request ask;
    char *params[READER_PARAMS_MAX]; /* owned texts behind ask.params */
    void (*answer)(struct call *call);
    void *own; /* what the handler keeps across its waits, and how it is freed with the call; or NULL */
    GDestroyNotify own_free;
};

struct call *call_new(struct api *api, struct http_request *request, struct caller *caller);
void call_free(struct call *call);
struct actor call_actor(const struct call *call);

/* The token that every form of the caller's session carries in a field named CSRF_FIELD; "" without a session. */
const char *call_csrf(const struct call *call);
#define CSRF_FIELD "csrf"

/* "ja" or "en": call->language, else ?lang=, else the cookie of the pages, else Accept-Language. */
const char *call_language(const struct call *call);

/* Answers and frees the call. */
void call_respond(struct call *call, int status, const char *type, const char *headers, const char *body, size_t size);
void call_respond_json(struct call *call, int status, const char *headers, const struct value *v);
void call_refuse(struct call *call, enum toroku_error code, const char *detail);
void call_fail(struct call *call, const GError *error);

/* Asks ${question} with what stands in call->params; ${answer} finds call->ask.json. Errors are answered here. */
void call_ask(struct call *call, enum reader_question question, void (*answer)(struct call *call));

/* The answer of the reader as a value, the caller's; NULL after answering that it is not well-formed. */
struct value *call_answer_value(struct call *call);

/* The query of the request, for query_free, with names of ${known} alone (ended by NULL); NULL after answering that it
 * has others or is not well-formed: call and request are gone then. */
struct query *call_query(struct call *call, const char *const *known);

/* The id in a case number in its one spelling, "SA-42"; 0 when it is none. ${prefix}: its letters, for g_free, or NULL.
 */
int64_t call_case_id(const char *number, char **prefix);

/* The gate of the router: finds out who is calling. Of a page that was posted to it has read the form, and checked that
 * a page of ours sent it. */
bool caller_gate(struct http_request *request, const struct http_route *route, void *user);
void caller_unref(gpointer caller);

/* Handlers. */
http_handler case_open, case_event, case_read, case_history, case_part, case_list, queue_list, me_read;
http_handler document_put, document_get;
http_handler sign_in_page, sign_in_post, sign_out_post, organisation_page, organisation_post;
http_handler register_html, register_json, register_csv, register_entry_html, register_entry_json, style_css;
http_handler opening_index, opening_page, opening_post, filing_page, filing_post, receipt_page, rectify_page;
http_handler home, queue_page, cases_page, case_page, notices_page;
http_handler feeds_page, feeds_post, feed_get;
http_handler ministry_page, ministry_file, figure_json;
http_handler path_missing; /* for whatever has no path: one answer, whoever asks */
http_handler health_live, health_ready;

#endif
