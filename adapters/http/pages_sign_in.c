#include "adapters/http/page.h"
#include "adapters/http/query.h"
#include "adapters/http/session.h"
#include "adapters/json/json.h"

#include <sodium.h>
#include <string.h>

#define LOGIN_MAX 200
/* Somebody on the way in: the try is counted, the password is looked at, the session begins. */
struct sign_in {
    struct session_attempt attempt;
    struct password_check check;
    struct session_request session;
    struct call *call;
    char *login, *password;
    char id[SESSION_ID_SIZE];
    char old_id[SESSION_ID_SIZE];
    uint8_t old_hash[HASH_SIZE];
};

/* What is wrong with the form; NULL: nothing. */
struct sign_in_errors {
    const char *login, *password;
    const char *all; /* of no field in particular */
};

static void sign_in_free(struct sign_in *in)
{
    session_request_clear(&in->session);
    g_clear_error(&in->attempt.error);
    g_free(in->attempt.hash);
    sodium_memzero(in->password, strlen(in->password));
    g_free(in->password);
    g_free(in->login);
    sodium_memzero(in->id, sizeof in->id);
    sodium_memzero(in->old_id, sizeof in->old_id);
    g_free(in);
}

/* ---- the page ---- */

/* A field with its label and what is wrong with it; ${attributes}: a literal of ours. */
static void sign_in_field(struct page *page, const char *id, const char *label, const char *attributes,
                          const char *value, const char *error)
{
    g_string_append(page->out, error == NULL ? "<div class=\"field\">" : "<div class=\"field invalid\">");
    html_add(page->out, "<label for=\"%s\">%s</label>", id, label);
    if (error != NULL)
        html_add(page->out, "<p class=\"finding\" id=\"%s-error\">%s</p>", id, error);
    html_add(page->out, "<input id=\"%s\" name=\"%s\" ", id, id);
    g_string_append(page->out, attributes);
    if (value != NULL)
        html_add(page->out, " value=\"%s\"", value);
    if (error != NULL)
        html_add(page->out, " aria-invalid=\"true\" aria-describedby=\"%s-error\"", id);
    g_string_append(page->out, " required></div>");
}

static void sign_in_tell_errors(struct page *page, const struct sign_in_errors *errors)
{
    page_errors_begin(page);
    if (errors->all != NULL)
        page_errors_item(page, "login", errors->all);
    if (errors->login != NULL)
        page_errors_item(page, "login", errors->login);
    if (errors->password != NULL)
        page_errors_item(page, "password", errors->password);
    page_errors_end(page);
}

/* ${path} with where to go afterwards; for g_free. */
static char *sign_in_target(const char *path, const char *next)
{
    g_autofree char *escaped = g_uri_escape_string(next, "/", FALSE);

    return strcmp(next, "/") == 0 ? g_strdup(path) : g_strdup_printf("%s?next=%s", path, escaped);
}

/* Where to go afterwards; for g_free. */
static char *sign_in_next(const struct call *call)
{
    struct query *query = query_parse(call->request->query, NULL);
    char *next = g_strdup(session_next(query == NULL ? NULL : query_get(query, "next")));

    query_free(query);
    return next;
}

/* ${login}: what was typed, NULL for an empty form; ${errors}: NULL for none. */
static void sign_in_show(struct call *call, int status, const char *headers, const char *login,
                         const struct sign_in_errors *errors)
{
    g_autofree char *next = sign_in_next(call);
    const char *title = call_text(call, "サインイン", "Sign in");
    struct page *page = page_begin_form(call, title, NULL, errors != NULL);
    g_autofree char *action = sign_in_target("/sign-in", next);

    if (errors != NULL)
        sign_in_tell_errors(page, errors);
    if (call->api->config.demonstration)
        page_notice(page, PAGE_WARNING, page_text(page, "これは見本です", "This is a demonstration"),
                    page_text(page, "見本の利用者がサインインできます。本物の情報を入力しないでください。",
                              "People of the demonstration may sign in. Enter nothing that is real."));
    page_form_begin(page, action, NULL, false);
    sign_in_field(page, "login", page_text(page, "利用者名", "Login"),
                  "type=\"text\" autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\"", login,
                  errors == NULL ? NULL : errors->login);
    sign_in_field(page, "password", page_text(page, "パスワード", "Password"),
                  "type=\"password\" autocomplete=\"current-password\"", NULL,
                  errors == NULL ? NULL : errors->password);
    html_add(page->out, "<p><button class=\"first\">%s</button></p></form>", page_text(page, "サインイン", "Sign in"));
    page_paragraph(page, page_text(page, "サインインの状態はクッキーで保持します。ほかの目的には使いません。",
                                   "A cookie keeps you signed in. It serves nothing else."));
    page_end(page, status, headers);
}

void sign_in_page(struct http_request *request, void *user)
{
    struct call *call = request->user;
    g_autofree char *next = sign_in_next(call);

    (void)request;
    (void)user;
    if (call->caller != NULL)
        page_redirect(call, next, NULL);
    else
        sign_in_show(call, 200, NULL, NULL, NULL);
}

/* ---- the way in ---- */

static void sign_in_fail(struct sign_in *in, const GError *error)
{
    struct call *call = in->call;

    page_fail(call, error);
    sign_in_free(in);
}

static void sign_in_opened(struct session_request *session)
{
    struct sign_in *in = (struct sign_in *)(void *)((char *)session - offsetof(struct sign_in, session));
    g_autofree char *cookie = NULL, *next = NULL;

    if (session->error != NULL) {
        sign_in_fail(in, session->error);
        return;
    }
    g_message("sign-in: person %" G_GINT64_FORMAT, session->person);
    cookie = session_cookie_write(in->call->api, in->id);
    next = sign_in_next(in->call);
    page_redirect(in->call, next, cookie);
    sign_in_free(in);
}

static void sign_in_open(struct sign_in *in)
{
    struct api *api = in->call->api;
    struct session_request *session = &in->session;
    unsigned char bytes[(SESSION_ID_SIZE - 1) / 2];

    loop_random(api->config.loop, bytes, sizeof bytes);
    sodium_bin2hex(in->id, sizeof in->id, bytes, sizeof bytes);
    sodium_memzero(bytes, sizeof bytes);
    chain_sha256(in->id, strlen(in->id), session->hash);
    if (session_cookie_read(api, in->call->request, in->old_id)) {
        chain_sha256(in->old_id, strlen(in->old_id), in->old_hash);
        session->replaces = in->old_hash;
    }
    session->done = sign_in_opened;
    session->now = in->attempt.now;
    session->person = in->attempt.person;
    session->login = in->login;
    session->expires = session->now + api->config.session_life;
    sessions_open(api->config.sessions, session);
}

static void sign_in_checked(struct password_check *check)
{
    struct sign_in *in = (struct sign_in *)(void *)((char *)check - offsetof(struct sign_in, check));
    struct sign_in_errors errors = {0};

    if (check->matches && in->attempt.person != 0) {
        sign_in_open(in);
        return;
    }
    g_message("sign-in refused: person %" G_GINT64_FORMAT, in->attempt.person);
    errors.all = call_text(in->call, "利用者名又はパスワードが違います。", "The login or the password is wrong.");
    sign_in_show(in->call, 422, NULL, in->login, &errors);
    sign_in_free(in);
}

static void sign_in_refuse_wait(struct sign_in *in)
{
    struct call *call = in->call;
    instant left = in->attempt.again - in->attempt.now;
    g_autofree char *headers =
        g_strdup_printf("Retry-After: %" G_GINT64_FORMAT "\r\n", (left + INSTANT_SECOND - 1) / INSTANT_SECOND);
    const struct sign_in_errors errors = {
        .all = call_text(call, "誤りが続いたため、しばらくサインインできません。時間をおいてお試しください。",
                         "Too many tries have failed. Wait a little, then try again.")};

    sign_in_show(call, 429, headers, in->login, &errors);
    sign_in_free(in);
}

static void sign_in_attempted(struct session_attempt *attempt)
{
    struct sign_in *in = (struct sign_in *)(void *)attempt;

    if (attempt->error != NULL) {
        sign_in_fail(in, attempt->error);
        return;
    }
    if (!attempt->allowed) {
        sign_in_refuse_wait(in);
        return;
    }
    in->check.done = sign_in_checked;
    in->check.hash = attempt->person == 0 ? password_of_nobody : attempt->hash;
    in->check.password = in->password;
    if (passwords_check(in->call->api->config.passwords, &in->check))
        return;
    attempt->error =
        g_error_new_literal(TOROKU_ERROR, TOROKU_ERROR_BUSY, "too many people are signing in at this moment");
    sign_in_fail(in, attempt->error);
}

/* What is missing from the form; nothing is counted for it. FALSE after answering. */
static bool sign_in_form_whole(struct call *call, const char *login, const char *password)
{
    struct sign_in_errors errors = {0};

    if (login == NULL || login[0] == '\0')
        errors.login = call_text(call, "利用者名を入力してください。", "Enter your login.");
    else if (strlen(login) > LOGIN_MAX)
        errors.login = call_text(call, "利用者名が長すぎます。", "The login is too long.");
    if (password == NULL || password[0] == '\0')
        errors.password = call_text(call, "パスワードを入力してください。", "Enter your password.");
    else if (strlen(password) > PASSWORD_BYTES_MAX)
        errors.password = call_text(call, "パスワードが長すぎます。", "The password is too long.");
    if (errors.login == NULL && errors.password == NULL)
        return true;
    sign_in_show(call, 422, NULL, login, &errors);
    return false;
}

void sign_in_post(struct http_request *request, void *user)
{
    struct call *call = request->user;
    const char *login = form_get(call->form, "login"), *password = form_get(call->form, "password");
    struct sign_in *in;

    (void)user;
    if (!sign_in_form_whole(call, login, password))
        return;
    in = g_new0(struct sign_in, 1);
    in->call = call;
    in->login = g_strstrip(g_strdup(login));
    in->password = g_strdup(password);
    in->attempt.done = sign_in_attempted;
    in->attempt.login = in->login;
    in->attempt.now = request->received;
    in->attempt.demonstration = call->api->config.demonstration;
    sessions_attempt(call->api->config.sessions, &in->attempt);
}

/* ---- the way out, and from one organisation to another ---- */

/* A session that is changed for a call. */
struct session_change {
    struct session_request session;
    struct call *call;
    char id[SESSION_ID_SIZE];
};

static struct session_change *session_change_new(struct call *call, void (*done)(struct session_request *session))
{
    struct session_change *change = g_new0(struct session_change, 1);

    change->call = call;
    change->session.done = done;
    change->session.now = call->request->received;
    if (session_cookie_read(call->api, call->request, change->id))
        chain_sha256(change->id, strlen(change->id), change->session.hash);
    return change;
}

static void session_change_free(struct session_change *change)
{
    session_request_clear(&change->session);
    g_free(change);
}

static void signed_out(struct session_request *session)
{
    struct session_change *change = (struct session_change *)(void *)session;
    g_autofree char *cookie = NULL;

    if (session->error != NULL) {
        page_fail(change->call, session->error);
    } else {
        cookie = session_cookie_write(change->call->api, NULL);
        page_redirect(change->call, "/sign-in", cookie);
    }
    session_change_free(change);
}

void sign_out_post(struct http_request *request, void *user)
{
    struct call *call = request->user;

    (void)user;
    if (call->caller == NULL)
        page_redirect(call, "/sign-in", NULL);
    else if (!session_csrf_matches(call))
        page_refuse(call, TOROKU_ERROR_FORBIDDEN,
                    call_text(call, "このフォームは、このサービスのページから送信されたものではありません。",
                              "This form was not sent by a page of this service."));
    else
        sessions_end(call->api->config.sessions, &session_change_new(call, signed_out)->session);
}

static void organisation_option(struct page *page, const struct value *org, bool chosen)
{
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, value_int(value_get(org, "id")));

    html_add(page->out, "<div class=\"choice\"><input type=\"radio\" name=\"org\" id=\"org-%s\" value=\"%s\" required",
             id, id);
    g_string_append(page->out, chosen ? " checked>" : ">");
    html_add(page->out, " <label for=\"org-%s\">%s</label></div>", id, page_value_text(page, org));
}

static void organisation_show(struct call *call, const struct value *orgs)
{
    g_autofree char *next = sign_in_next(call), *action = sign_in_target("/organisation", next);
    struct page *page = page_begin(call, call_text(call, "どの組織として利用しますか", "For which organisation?"));

    if (value_size(orgs) == 0) {
        page_paragraph(page, page_text(page, "どの組織の利用者でもありません。管理者にお問い合わせください。",
                                       "You act for no organisation. Please ask your operator."));
        page_end(page, 403, NULL);
        return;
    }
    page_form_begin(page, action, NULL, false);
    html_add(page->out, "<fieldset><legend>%s</legend>", page_text(page, "組織", "Organisation"));
    for (size_t i = 0; i < value_size(orgs); i++)
        organisation_option(page, value_at(orgs, i),
                            value_int(value_get(value_at(orgs, i), "id")) == call->caller->actor.org);
    html_add(page->out, "</fieldset><p><button class=\"first\">%s</button></p></form>",
             page_text(page, "選ぶ", "Choose"));
    page_end(page, 200, NULL);
}

void organisation_page(struct http_request *request, void *user)
{
    struct call *call = request->user;
    struct value *orgs = json_parse(call->caller->orgs, strlen(call->caller->orgs), JSON_DEPTH_MAX, NULL);

    (void)user;
    organisation_show(call, orgs);
    value_unref(orgs);
}

static void organisation_chosen(struct session_request *session)
{
    struct session_change *change = (struct session_change *)(void *)session;
    g_autofree char *next = sign_in_next(change->call);

    if (session->error != NULL)
        page_fail(change->call, session->error);
    else
        page_redirect(change->call, next, NULL);
    session_change_free(change);
}

void organisation_post(struct http_request *request, void *user)
{
    struct call *call = request->user;
    const char *org = form_get(call->form, "org");
    struct session_change *change;
    gint64 id;

    (void)user;
    if (org == NULL || !g_ascii_string_to_signed(org, 10, 1, G_MAXINT64, &id, NULL)) {
        page_redirect(call, "/organisation", NULL);
        return;
    }
    change = session_change_new(call, organisation_chosen);
    change->session.org = id;
    sessions_choose(call->api->config.sessions, &change->session);
}
