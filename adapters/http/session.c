#include "adapters/http/session.h"

#include "adapters/http/page.h"
#include "adapters/json/json.h"

#include <sodium.h>
#include <string.h>

#define SESSION_NEXT_MAX 2000
/* A request whose session is looked for. */
struct session_search {
    struct session_request session;
    struct api *api;
    struct http_request *request;
    const struct http_route *route;
    char id[SESSION_ID_SIZE];
};

/* ---- the cookie ---- */

static bool session_is_secure(const struct api *api)
{
    return g_str_has_prefix(api->config.public_url, "https://");
}

static const char *session_cookie_name(const struct api *api)
{
    return session_is_secure(api) ? "__Host-toroku" : "toroku_session";
}

bool session_cookie_read(const struct api *api, const struct http_request *request, char id[SESSION_ID_SIZE])
{
    const char *cookies = http_request_header(request, "cookie"), *name = session_cookie_name(api);
    size_t size = strlen(name);

    for (const char *p = cookies; p != NULL; p = strchr(p, ';')) {
        p += strspn(p, "; ");
        if (strncmp(p, name, size) != 0 || p[size] != '=')
            continue;
        p += size + 1;
        if (strspn(p, "0123456789abcdef") != SESSION_ID_SIZE - 1 ||
            (p[SESSION_ID_SIZE - 1] != '\0' && p[SESSION_ID_SIZE - 1] != ';'))
            return false;
        g_strlcpy(id, p, SESSION_ID_SIZE);
        return true;
    }
    return false;
}

char *session_cookie_write(const struct api *api, const char *id)
{
    return g_strdup_printf("Set-Cookie: %s=%s; Path=/; HttpOnly; SameSite=Lax%s%s\r\n", session_cookie_name(api),
                           id == NULL ? "" : id, session_is_secure(api) ? "; Secure" : "",
                           id == NULL ? "; Max-Age=0" : "");
}

/* ---- who sent the form ---- */

/* Keyed by the id itself: all daemons agree, and the token tells nothing of the id. */
/* The token of the forms of the session ${id}. */
static void session_csrf(const char *id, char csrf[CSRF_SIZE])
{
    static const char what[] = "toroku form";
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, (const unsigned char *)id, strlen(id));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)what, sizeof what - 1);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_bin2hex(csrf, CSRF_SIZE, mac, sizeof mac);
}

bool session_csrf_matches(const struct call *call)
{
    const char *given = call->form == NULL ? NULL : form_get(call->form, CSRF_FIELD);

    return call->csrf[0] != '\0' && given != NULL && strlen(given) == CSRF_SIZE - 1 &&
           sodium_memcmp(given, call->csrf, CSRF_SIZE - 1) == 0;
}

/*
 * What the browser says of the page that sent the form. Sec-Fetch-Site (Fetch metadata) cannot be written by a page;
 * Origin names the page's host. FALSE: another site, or one that hides. ${told}: the browser said something.
 */
static bool session_sent_by_us(const struct api *api, const struct http_request *request, bool *told)
{
    const char *site = http_request_header(request, "sec-fetch-site");
    const char *origin = http_request_header(request, "origin");
    const char *host = http_request_header(request, "host");
    const char *after;

    *told = site != NULL || origin != NULL;
    if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return false;
    if (origin == NULL || g_ascii_strcasecmp(origin, api->config.public_url) == 0)
        return true;
    after = strstr(origin, "://");
    if (after == NULL)
        return site != NULL && strcmp(site, "same-origin") == 0;
    return host != NULL && g_ascii_strcasecmp(after + 3, host) == 0;
}

/* ---- where to go ---- */

const char *session_next(const char *next)
{
    size_t size = next == NULL ? 0 : strlen(next);

    if (size == 0 || size > SESSION_NEXT_MAX || next[0] != '/' || next[1] == '/' || g_str_has_prefix(next, "/sign-") ||
        g_str_has_prefix(next, "/api/"))
        return "/";
    for (const char *p = next; *p != '\0'; p++)
        if (*p <= ' ' || *p > '~' || *p == '\\')
            return "/";
    return next;
}

static bool session_is_post(const struct http_request *request)
{
    return strcmp(request->method, "POST") == 0;
}

/* Path and query, as sent; for g_free. */
static char *session_target(const struct http_request *request)
{
    return g_strdup_printf("%s%s%s", request->path, request->query[0] == '\0' ? "" : "?", request->query);
}

/* To ${place}, and from there back to where the browser wanted to go. */
static void session_redirect(struct http_request *request, const char *place)
{
    g_autofree char *target = session_target(request);
    const char *next = session_next(session_is_post(request) ? "/" : target);
    g_autofree char *escaped = g_uri_escape_string(next, "/", FALSE);
    g_autofree char *location = g_strdup_printf(
        "Location: %s%s%s\r\n", place, strcmp(next, "/") == 0 ? "" : "?next=", strcmp(next, "/") == 0 ? "" : escaped);

    http_respond(request, 303, NULL, location, NULL, 0);
}

/* ---- the gate ---- */

static bool session_form_read(struct call *call)
{
    const struct http_request *request = call->request;
    GError *error = NULL;

    call->form = form_parse(http_request_header(request, "content-type"), request->body, request->body_size, &error);
    if (call->form != NULL)
        return true;
    page_refuse(call, toroku_error_code(error), error->message);
    g_error_free(error);
    return false;
}

/*
 * A form of ours whose session is over or another now. Nothing that was typed is lost: the page that is answered holds
 * all of it, hidden, to be sent again; files must be chosen again.
 */
static void session_ask_again(struct call *call)
{
    bool over = call->caller == NULL;
    bool files = false;
    g_autofree char *target = session_target(call->request);
    struct page *page = page_begin(call, over ? call_text(call, "サインインが切れています", "Your session has ended")
                                              : call_text(call, "もう一度送信してください", "Please send this again"));

    page_paragraph(page, page_text(page, "まだ何も受け付けていません。入力した内容はこのページが保持しています。",
                                   "Nothing has been taken yet. This page keeps what you typed."));
    for (unsigned i = 0; i < call->form->count; i++)
        files |= form_file(call->form, call->form->items[i].name) != NULL;
    if (over) {
        html_add(page->out, "<p><a href=\"/sign-in\" target=\"_blank\" rel=\"noopener\">%s</a></p>",
                 page_text(page, "新しいタブでサインインする", "Sign in, in a new tab"));
        page_paragraph(page, page_text(page, "サインインした後、このページに戻って送信してください。",
                                       "After signing in, come back to this page and send."));
    } else {
        page_paragraph(page, page_text(page, "フォームを開いた後に、サインインし直しています。",
                                       "You have signed in anew since the form was opened."));
    }
    if (files)
        page_paragraph(page, page_text(page, "添付したファイルは、送信後にもう一度選んでください。",
                                       "Files that you attached must be chosen again after sending."));
    page_form_begin(page, target, NULL, false);
    for (unsigned i = 0; i < call->form->count; i++) {
        const struct form_item *item = &call->form->items[i];

        if (item->value != NULL && strcmp(item->name, CSRF_FIELD) != 0)
            html_add(page->out, "<input type=\"hidden\" name=\"%s\" value=\"%s\">", item->name, item->value);
    }
    html_add(page->out, "<p><button class=\"first\">%s</button></p></form>", page_text(page, "送信する", "Send"));
    page_end(page, 403, NULL);
}

static void session_refuse_foreign(struct call *call)
{
    page_refuse(call, TOROKU_ERROR_FORBIDDEN,
                call_text(call, "このフォームは、このサービスのページから送信されたものではありません。",
                          "This form was not sent by a page of this service."));
}

/* May the posted form be handed on? FALSE after answering. */
static bool session_form_check(struct call *call, const struct http_route *route)
{
    bool told, ours;

    if (!session_is_post(call->request))
        return true;
    ours = session_sent_by_us(call->api, call->request, &told);
    if (!ours) {
        session_refuse_foreign(call);
        return false;
    }
    if (!session_form_read(call))
        return false;
    if ((route->flags & ROUTE_VISITOR) != 0 || session_csrf_matches(call))
        return true;
    if (told)
        session_ask_again(call);
    else
        session_refuse_foreign(call);
    return false;
}

/* Nobody is signed in. TRUE: the handler may run. */
static bool session_gate_nobody(struct http_request *request, const struct http_route *route, struct api *api)
{
    if ((route->flags & ROUTE_PAGE) != 0 && !session_is_post(request)) {
        session_redirect(request, "/sign-in");
        return false;
    }
    request->user = call_new(api, request, NULL);
    return session_form_check(request->user, route);
}

static struct caller *session_caller(struct session_request *session)
{
    struct caller *caller = g_new0(struct caller, 1);
    struct value *orgs = json_parse(session->orgs, strlen(session->orgs), JSON_DEPTH_MAX, NULL);

    caller->several = value_size(orgs) > 1;
    value_unref(orgs);
    caller->refs = 1;
    caller->roles = g_steal_pointer(&session->roles);
    caller->name = g_steal_pointer(&session->name);
    caller->org_ja = g_steal_pointer(&session->org_ja);
    caller->org_en = g_steal_pointer(&session->org_en);
    caller->orgs = g_steal_pointer(&session->orgs);
    caller->actor = (struct actor){session->person, session->org, (const char *const *)caller->roles};
    return caller;
}

/* TRUE: the handler may run. */
static bool session_gate_caller(struct session_search *search)
{
    struct http_request *request = search->request;
    const struct http_route *route = search->route;
    struct caller *caller;
    struct call *call;

    if (search->session.org == 0 && (route->flags & ROUTE_PAGE) != 0 && (route->flags & ROUTE_NO_ORG) == 0) {
        session_redirect(request, "/organisation");
        return false;
    }
    caller = session_caller(&search->session);
    call = request->user = call_new(search->api, request, caller);
    caller_unref(caller);
    session_csrf(search->id, call->csrf);
    return session_form_check(call, route);
}

static void session_found(struct session_request *session)
{
    struct session_search *search = (struct session_search *)(void *)session;
    struct http_request *request = search->request;
    bool pass = false;

    if (session->error == NULL)
        pass = session_gate_caller(search);
    else if (g_error_matches(session->error, TOROKU_ERROR, TOROKU_ERROR_UNAUTHENTICATED))
        pass = session_gate_nobody(request, search->route, search->api);
    else
        call_fail(call_new(search->api, request, NULL), session->error);
    if (pass)
        search->route->handler(request, search->api);
    session_request_clear(session);
    g_free(search);
}

bool session_gate(struct http_request *request, const struct http_route *route, struct api *api)
{
    struct session_search *search = g_new0(struct session_search, 1);

    if (!session_cookie_read(api, request, search->id)) {
        g_free(search);
        return session_gate_nobody(request, route, api);
    }
    search->api = api;
    search->request = request;
    search->route = route;
    search->session.done = session_found;
    search->session.now = request->received;
    search->session.seen_after = request->received - api->config.session_idle;
    search->session.demonstration = api->config.demonstration;
    chain_sha256(search->id, strlen(search->id), search->session.hash);
    sessions_find(api->config.sessions, &search->session);
    return false;
}
