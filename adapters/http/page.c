#include "adapters/http/page.h"

#include "adapters/http/problem.h"
#include "adapters/http/query.h"
#include "engine/app/access.h"

#include <string.h>

const char *call_text(const struct call *call, const char *ja, const char *en)
{
    return strcmp(call_language(call), "en") == 0 ? en : ja;
}

const char *page_text(const struct page *page, const char *ja, const char *en)
{
    return page->en ? en : ja;
}

const char *page_chart_text(const struct page *page, struct chart_text text)
{
    const char *chosen = page->en && text.en != NULL && text.en[0] != '\0' ? text.en : text.ja;

    return chosen == NULL ? "" : chosen;
}

const char *page_value_text(const struct page *page, const struct value *v)
{
    const char *text = value_kind(v) == VALUE_TEXT ? value_text(v) : value_text(value_get(v, page->en ? "en" : "ja"));

    if (text == NULL || text[0] == '\0')
        text = value_text(value_get(v, "ja"));
    return text == NULL ? "" : text;
}

bool call_wants_page(const struct http_request *request)
{
    const char *accept = http_request_header(request, "accept");

    return accept != NULL && strstr(accept, "text/html") != NULL && !g_str_has_prefix(request->path, "/api/");
}

/* The present target in the other language: its query with lang replaced. */
static void page_language_link(struct page *page, const char *language, const char *name, bool present)
{
    const struct http_request *request = page->call->request;
    g_auto(GStrv) pairs = g_strsplit(request->query, "&", QUERY_ITEMS_MAX);
    g_autoptr(GString) target = g_string_new(request->path);

    g_string_append_c(target, '?');
    for (char **pair = pairs; *pair != NULL; pair++)
        if (**pair != '\0' && !g_str_has_prefix(*pair, "lang="))
            g_string_append_printf(target, "%s&", *pair);
    g_string_append_printf(target, "lang=%s", language);
    html_add(page->out, "<li><a href=\"%s\" lang=\"%s\" hreflang=\"%s\"", target->str, language, language);
    html_add(page->out, present ? " aria-current=\"true\">%s</a></li>" : ">%s</a></li>", name);
}

static void page_language_button(struct page *page, const char *form, const char *language, const char *name,
                                 bool present)
{
    html_add(page->out, "<li><button class=\"link\" form=\"%s\" name=\"do\" value=\"lang-%s\" lang=\"%s\"", form,
             language, language);
    html_add(page->out,
             present ? " formnovalidate aria-current=\"true\">%s</button></li>" : " formnovalidate>%s</button></li>",
             name);
}

static void page_languages(struct page *page, const char *form)
{
    html_add(page->out, "<nav class=\"languages\" aria-label=\"%s\"><ul>", page_text(page, "言語", "Language"));
    if (form != NULL) {
        /* The first button of a form is what the Enter key presses. */
        html_add(page->out,
                 "<li class=\"hidden\"><button form=\"%s\" name=\"do\" value=\"check\" tabindex=\"-1\" "
                 "aria-hidden=\"true\"></button></li>",
                 form);
        page_language_button(page, form, "ja", "日本語", !page->en);
        page_language_button(page, form, "en", "English", page->en);
    } else {
        page_language_link(page, "ja", "日本語", !page->en);
        page_language_link(page, "en", "English", page->en);
    }
    g_string_append(page->out, "</ul></nav>");
}

static void page_nav_link(struct page *page, const char *href, const char *text)
{
    const char *path = page->call->request->path;
    size_t size = strlen(href);
    bool here = strcmp(path, href) == 0;
    bool within = size > 1 && strncmp(path, href, size) == 0 && path[size] == '/';

    html_add(page->out, "<li><a href=\"%s\"", href);
    g_string_append(page->out, here ? " aria-current=\"page\">" : within ? " aria-current=\"true\">" : ">");
    html_add(page->out, "%s</a></li>", text);
}

/* What a person of these roles works with. */
static void page_navigation(struct page *page)
{
    struct actor actor = call_actor(page->call);
    bool staff = access_eyes(&actor) == EYES_STAFF;
    bool watches = access_may_ask(&actor, READ_STAT_CASES);

    html_add(page->out, "<nav class=\"places\" aria-label=\"%s\"><ul>", page_text(page, "主なページ", "Main pages"));
    if (page->call->caller != NULL) {
        page_nav_link(page, "/", page_text(page, "対応が必要", "Needs you now"));
        if (staff)
            page_nav_link(page, "/queue", page_text(page, "受付箱", "Queue"));
        page_nav_link(page, "/cases", page_text(page, "案件", "Cases"));
        page_nav_link(page, "/notices", page_text(page, "通知", "Notices"));
        if (watches)
            page_nav_link(page, "/ministry", page_text(page, "制度の状況", "Programme figures"));
    }
    page_nav_link(page, "/register", page_text(page, "登録簿", "Register"));
    g_string_append(page->out, "</ul></nav>");
}

static void page_person(struct page *page)
{
    const struct caller *caller = page->call->caller;

    if (page->public_)
        return;
    if (caller == NULL) {
        if (strcmp(page->call->request->path, "/sign-in") != 0)
            html_add(page->out, "<p class=\"person\"><a href=\"/sign-in\">%s</a></p>",
                     page_text(page, "サインイン", "Sign in"));
        return;
    }
    g_string_append(page->out, "<div class=\"person\">");
    html_add(page->out, "<p><span class=\"hidden\">%s</span>%s", page_text(page, "サインイン中：", "Signed in: "),
             caller->name);
    if (caller->org_ja != NULL)
        html_add(page->out, " (%s)", page_text(page, caller->org_ja, caller->org_en));
    if (caller->several)
        html_add(page->out, " <a href=\"/organisation\">%s</a>", page_text(page, "組織の切替", "Change organisation"));
    g_string_append(page->out, "</p>");
    page_form_begin(page, "/sign-out", NULL, false);
    html_add(page->out, "<button class=\"link\">%s</button></form></div>", page_text(page, "サインアウト", "Sign out"));
}

static struct page *page_open(struct call *call, const char *title, const char *form, bool error, bool public_)
{
    struct page *page = g_new0(struct page, 1);

    page->call = call;
    page->out = g_string_sized_new(8192);
    page->en = strcmp(call_language(call), "en") == 0;
    page->public_ = public_;
    html_add(page->out, "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\">", page->en ? "en" : "ja");
    g_string_append(page->out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    html_add(page->out, "<title>%s%s – %s</title>", error ? page_text(page, "エラー：", "Error: ") : "", title,
             page_text(page, "登録ワークフロー Toroku", "Toroku"));
    g_string_append(page->out, "<link rel=\"stylesheet\" href=\"/style.css\"></head><body>");
    html_add(page->out, "<a class=\"skip\" href=\"#main\">%s</a><header><div class=\"bar\">",
             page_text(page, "本文へ移動", "Skip to the content"));
    html_add(page->out, "<a class=\"name\" href=\"%s\">%s</a>", call->caller == NULL ? "/register" : "/",
             page_text(page, "登録ワークフロー Toroku", "Toroku, registration workflow"));
    page_languages(page, form);
    page_person(page);
    g_string_append(page->out, "</div>");
    page_navigation(page);
    html_add(page->out, "</header><main id=\"main\" tabindex=\"-1\"><h1>%s</h1>", title);
    return page;
}

struct page *page_begin(struct call *call, const char *title)
{
    return page_open(call, title, NULL, false, false);
}

struct page *page_begin_public(struct call *call, const char *title)
{
    return page_open(call, title, NULL, false, true);
}

struct page *page_begin_form(struct call *call, const char *title, const char *form, bool error)
{
    return page_open(call, title, form, error, false);
}

/* The cookie that keeps the language, when this request has asked for one. */
static char *page_headers(const struct page *page, const char *headers)
{
    struct query *query = query_parse(page->call->request->query, NULL);
    bool chosen = page->call->language != NULL || (query != NULL && query_get(query, "lang") != NULL);
    bool asked = chosen && !page->public_;
    char *all = g_strdup_printf("Content-Language: %s\r\nVary: Accept-Language, Cookie\r\n%s%s%s%s",
                                page->en ? "en" : "ja", asked ? "Set-Cookie: lang=" : "",
                                !asked     ? ""
                                : page->en ? "en"
                                           : "ja",
                                asked ? "; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly\r\n" : "",
                                headers == NULL ? "" : headers);

    query_free(query);
    return all;
}

void page_end(struct page *page, int status, const char *headers)
{
    g_autofree char *all = page_headers(page, headers);

    html_add(page->out, "</main><footer><p>%s</p>",
             page_text(page, "このページは JavaScript を使いません。時刻は日本時間（Asia/Tokyo）です。",
                       "These pages need no JavaScript. Times are those of Japan (Asia/Tokyo)."));
    g_string_append(
        page->out,
        page_text(
            page,
            "<p>"
            "配色と寸法の出典：デジタル庁デザインシステムウェブサイト（デザイントークンの値を選び、組み直しています）。"
            "デジタル庁のサービスではありません。</p>",
            "<p>Colours and sizes: <span lang=\"ja\">出典：デジタル庁デザインシステムウェブサイト</span> (values of "
            "its "
            "design tokens, selected and recombined). This is no service of the Digital Agency.</p>"));
    g_string_append(page->out, "</footer></body></html>\n");
    call_respond(page->call, status, HTML_TYPE, all, page->out->str, page->out->len);
    g_string_free(page->out, TRUE);
    g_free(page);
}

void page_refuse(struct call *call, enum toroku_error code, const char *detail)
{
    const struct problem problem = {.code = code};
    int status = problem_status(&problem);
    struct page *page;
    const char *title;

    if (status == 404)
        title = call_text(call, "ページが見つかりません", "There is no such page");
    else if (status == 403)
        title = call_text(call, "このページは利用できません", "This page is not open to you");
    else if (status >= 500)
        title = call_text(call, "ただいま処理できません", "This cannot be done at the moment");
    else
        title = call_text(call, "受け付けられませんでした", "This could not be taken");
    page = page_begin(call, title);
    if (status == 404)
        page_paragraph(page, page_text(page, "番号が違うか、ご覧になれないものです。",
                                       "The number is wrong, or it is not yours to see."));
    else if (detail != NULL)
        page_paragraph(page, detail);
    if (status >= 500)
        page_paragraph(
            page, page_text(page, "しばらくしてから、もう一度お試しください。", "Please try again in a little while."));
    html_add(page->out, "<p><a href=\"/\">%s</a></p>", page_text(page, "最初のページへ", "To the first page"));
    page_end(page, status, status == 503 ? "Retry-After: 1\r\n" : NULL);
}

void page_fail(struct call *call, const GError *error)
{
    enum toroku_error code = toroku_error_code(error);
    bool ours = toroku_error_status(code) == 500;

    if (ours)
        g_warning("%s %s: %s", call->request->method, call->request->path, error->message);
    page_refuse(call, code, ours ? NULL : error->message);
}

void page_redirect(struct call *call, const char *location, const char *headers)
{
    g_autofree char *all = g_strdup_printf("Location: %s\r\n%s", location, headers == NULL ? "" : headers);

    call_respond(call, 303, NULL, all, NULL, 0);
}
