#include "adapters/http/api_call.h"
#include "adapters/http/html.h"
#include "adapters/http/query.h"
#include "adapters/json/json.h"

#include <string.h>

#define DEPTH_MAX 32

static const char *entry_text(const struct value *row, const char *path)
{
    const char *text = value_text(value_path(value_get(row, "entry"), path));

    return text == NULL ? "" : text;
}

static bool call_is_en(const struct call *call)
{
    return strcmp(call_language(call), "en") == 0;
}

/* The answer parsed, or NULL after answering. */
static struct value *register_parsed(struct call *call)
{
    GError *error = NULL;
    struct value *v = json_parse(call->ask.json, call->ask.size, DEPTH_MAX, &error);

    if (v == NULL) {
        call_fail(call, error);
        g_error_free(error);
    }
    return v;
}

static const char *banner_text(const struct value *row, bool en)
{
    const char *banner = value_text(value_get(row, "banner"));

    if (banner == NULL)
        return NULL;
    if (strcmp(banner, "suspended") == 0)
        return en ? "Suspended" : "一時停止中";
    return banner;
}

static void register_row(GString *out, const struct value *row, bool en)
{
    const char *key = value_text(value_get(row, "key")), *banner = banner_text(row, en);
    const char *name =
        entry_text(row, en && entry_text(row, "service_name_en")[0] != '\0' ? "service_name_en" : "service_name");

    html_add(out, "<tr><th scope=\"row\"><a href=\"/register/%s%s\">%s</a></th><td data-label=\"%s\">%s", key,
             en ? "?lang=en" : "", key, en ? "Service" : "サービス", name);
    if (banner != NULL)
        html_add(out, " <span class=\"banner\">%s</span>", banner);
    html_add(out,
             "</td><td data-label=\"%s\">%s</td><td data-label=\"%s\">%s – %s</td><td data-label=\"%s\">%s</td></tr>",
             en ? "Provider" : "事業者", entry_text(row, "applicant_name"), en ? "Audit period" : "監査対象期間",
             entry_text(row, "audit_period.start"), entry_text(row, "audit_period.end"),
             en ? "Valid until" : "有効期限", entry_text(row, "expiry"));
}

static void register_answer_html(struct call *call)
{
    struct value *v = register_parsed(call);
    bool en;
    GString *out;
    const struct value *rows;
    g_autofree char *count = NULL;

    if (v == NULL)
        return;
    en = call_is_en(call);
    rows = value_get(v, "entries");
    count = g_strdup_printf("%zu", value_size(rows));
    out = g_string_new(NULL);
    html_begin(out, en ? "en" : "ja", en ? "Cloud Service List" : "クラウドサービスリスト");
    html_add(out, "<h1>%s</h1><p>%s %s</p><p><a href=\"/register.csv\">CSV</a> <a href=\"/register.json\">JSON</a></p>",
             en ? "Cloud Service List" : "クラウドサービスリスト", count, en ? "services" : "件");
    html_add(out,
             "<table><caption>%s</caption><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th>"
             "<th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead><tbody>",
             en ? "Services registered now" : "現在登録されているサービス", en ? "Registration number" : "登録番号",
             en ? "Service" : "サービス", en ? "Provider" : "事業者", en ? "Audit period" : "監査対象期間",
             en ? "Valid until" : "有効期限");
    for (size_t i = 0; i < value_size(rows); i++)
        register_row(out, value_at(rows, i), en);
    g_string_append(out, "</tbody></table>");
    html_end(out, en ? "en" : "ja");
    call_respond(call, 200, HTML_TYPE, "Cache-Control: public, max-age=30\r\n", out->str, out->len);
    g_string_free(out, TRUE);
    value_unref(v);
}

/* RFC 4180; a cell that a spreadsheet would take for a formula begins with an apostrophe. */
static void csv_cell(GString *out, const char *text, bool last)
{
    g_string_append_c(out, '"');
    if (text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL)
        g_string_append_c(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *text);
    }
    g_string_append(out, last ? "\"\r\n" : "\",");
}

static void register_answer_csv(struct call *call)
{
    static const char *const paths[] = {
        "service_name",       "service_name_en",  "applicant_name", "listed_information.scope",
        "audit_period.start", "audit_period.end", "expiry"};
    struct value *v = register_parsed(call);
    GString *out;
    const struct value *rows;

    if (v == NULL)
        return;
    rows = value_get(v, "entries");
    /* Excel in Japan takes a file without the byte order mark for Shift_JIS. */
    out = g_string_new("\xef\xbb\xbf");
    g_string_append(out,
                    "\"registration_no\",\"banner\",\"service_name\",\"service_name_en\",\"applicant_name\",\"scope\","
                    "\"audit_period_start\",\"audit_period_end\",\"valid_until\"\r\n");
    for (size_t i = 0; i < value_size(rows); i++) {
        const struct value *row = value_at(rows, i);
        const char *banner = value_text(value_get(row, "banner"));

        csv_cell(out, value_text(value_get(row, "key")), false);
        csv_cell(out, banner == NULL ? "" : banner, false);
        for (size_t p = 0; p < G_N_ELEMENTS(paths); p++)
            csv_cell(out, entry_text(row, paths[p]), p + 1 == G_N_ELEMENTS(paths));
    }
    call_respond(call, 200, "text/csv; charset=utf-8; header=present",
                 "Content-Disposition: attachment; filename=\"register.csv\"\r\nCache-Control: public, max-age=30\r\n",
                 out->str, out->len);
    g_string_free(out, TRUE);
    value_unref(v);
}

static void register_answer_json(struct call *call)
{
    call_respond(call, 200, "application/json", "Cache-Control: public, max-age=30\r\n", call->ask.json,
                 call->ask.size);
}

/* Asks for the register as it is at ?at= (RFC 3339), now when absent. */
static void register_ask(struct http_request *request, struct api *api, void (*answer)(struct call *call))
{
    static const char *const known[] = {"at", "lang", NULL};
    struct call *call = call_new(api, request, NULL);
    const char *name = http_request_param(request, "register");
    GError *error = NULL;
    struct query *query = query_parse(request->query, &error);
    const char *at_text;
    char text[INSTANT_TEXT_SIZE];
    instant at = request->received;

    if (query == NULL || !query_check_names(query, known, &error)) {
        call_fail(call, error);
        g_error_free(error);
        query_free(query);
        return;
    }
    at_text = query_get(query, "at");
    if (at_text != NULL && !instant_parse(at_text, &at)) {
        call_refuse(call, TOROKU_ERROR_INVALID, "?at= is an instant as in RFC 3339: 2026-04-01T00:00:00+09:00.");
    } else {
        instant_print(at, text);
        call->params[0] = g_strdup(name == NULL ? "services" : name);
        call->params[1] = g_strdup(text);
        call_ask(call, READ_REGISTER, answer);
    }
    query_free(query);
}

void register_html(struct http_request *request, void *user)
{
    register_ask(request, user, register_answer_html);
}

void register_json(struct http_request *request, void *user)
{
    register_ask(request, user, register_answer_json);
}

void register_csv(struct http_request *request, void *user)
{
    register_ask(request, user, register_answer_csv);
}

static void entry_pair(GString *out, const char *label, const char *text)
{
    if (text != NULL && text[0] != '\0')
        html_add(out, "<dt>%s</dt><dd>%s</dd>", label, text);
}

static void entry_history(GString *out, const struct value *versions, bool en)
{
    html_add(out, "<h2>%s</h2><table><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead><tbody>",
             en ? "History" : "履歴", en ? "Instant (UTC)" : "時刻（UTC）", en ? "What happened" : "内容");
    for (size_t i = value_size(versions); i-- > 0;) {
        const struct value *row = value_at(versions, i);

        html_add(out, "<tr><td data-label=\"%s\">%s</td><td data-label=\"%s\">%s</td></tr>",
                 en ? "Instant (UTC)" : "時刻（UTC）", value_text(value_get(row, "at")), en ? "What happened" : "内容",
                 value_text(value_get(row, "op")));
    }
    g_string_append(out, "</tbody></table>");
}

static void entry_answer_html(struct call *call)
{
    struct value *v = register_parsed(call);
    const struct value *versions, *row;
    bool en;
    GString *out;

    if (v == NULL)
        return;
    en = call_is_en(call);
    versions = value_get(v, "versions");
    row = value_at(versions, value_size(versions) - 1);
    out = g_string_new(NULL);
    html_begin(out, en ? "en" : "ja", value_text(value_get(v, "key")));
    html_add(out, "<p><a href=\"/register%s\">%s</a></p><h1>%s</h1>", en ? "?lang=en" : "",
             en ? "Cloud Service List" : "クラウドサービスリスト", value_text(value_get(v, "key")));
    if (!value_bool(value_get(row, "listed")))
        html_add(out, "<p class=\"banner\">%s</p>", en ? "No longer on the list." : "現在は登録されていません。");
    else if (banner_text(row, en) != NULL)
        html_add(out, "<p class=\"banner\">%s</p>", banner_text(row, en));
    g_string_append(out, "<dl>");
    entry_pair(out, en ? "Service" : "サービス", entry_text(row, "service_name"));
    entry_pair(out, en ? "Service (English)" : "サービス（英語）", entry_text(row, "service_name_en"));
    entry_pair(out, en ? "Provider" : "事業者", entry_text(row, "applicant_name"));
    entry_pair(out, en ? "Scope of the statement" : "言明の対象範囲", entry_text(row, "listed_information.scope"));
    entry_pair(out, en ? "Not covered" : "対象外", entry_text(row, "listed_information.not_covered"));
    entry_pair(out, en ? "Control objectives implemented" : "実施している統制目標",
               entry_text(row, "listed_information.control_objectives"));
    entry_pair(out, en ? "Audit period from" : "監査対象期間の初日", entry_text(row, "audit_period.start"));
    entry_pair(out, en ? "Audit period to" : "監査対象期間の末日", entry_text(row, "audit_period.end"));
    entry_pair(out, en ? "Subsequent events" : "後発事象", entry_text(row, "listed_information.subsequent_events"));
    entry_pair(out, en ? "Valid until (end of the day, Japan)" : "有効期限（日本時間の終日）",
               entry_text(row, "expiry"));
    g_string_append(out, "</dl>");
    entry_history(out, versions, en);
    html_end(out, en ? "en" : "ja");
    call_respond(call, 200, HTML_TYPE, "Cache-Control: public, max-age=30\r\n", out->str, out->len);
    g_string_free(out, TRUE);
    value_unref(v);
}

static void entry_ask(struct http_request *request, struct api *api, void (*answer)(struct call *call))
{
    struct call *call = call_new(api, request, NULL);
    const char *name = http_request_param(request, "register");

    call->params[0] = g_strdup(name == NULL ? "services" : name);
    call->params[1] = g_strdup(http_request_param(request, "key"));
    call_ask(call, READ_REGISTER_ENTRY, answer);
}

void register_entry_html(struct http_request *request, void *user)
{
    entry_ask(request, user, entry_answer_html);
}

void register_entry_json(struct http_request *request, void *user)
{
    entry_ask(request, user, register_answer_json);
}

void style_css(struct http_request *request, void *user)
{
    (void)user;
    http_respond(request, 200, "text/css; charset=utf-8", "Cache-Control: public, max-age=3600\r\n", html_style,
                 strlen(html_style));
}
