#include "adapters/http/api_call.h"
#include "adapters/http/csv.h"
#include "adapters/http/page.h"
#include "adapters/http/query.h"
#include "adapters/json/json.h"

#include <string.h>

#define DEPTH_MAX 32

static const char *entry_text(const struct value *row, const char *path)
{
    const char *text = value_text(value_path(value_get(row, "entry"), path));

    return text == NULL ? "" : text;
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

static void register_row(struct page *page, const struct value *row)
{
    const char *key = value_text(value_get(row, "key")), *banner = banner_text(row, page->en);
    const char *name =
        entry_text(row, page->en && entry_text(row, "service_name_en")[0] != '\0' ? "service_name_en" : "service_name");
    g_autofree char *href = g_strdup_printf("/register/%s%s", key, page->en ? "?lang=en" : "");

    page_row_begin(page);
    page_cell_head(page, page_text(page, "登録番号", "Registration number"), href, key);
    page_cell_begin(page, page_text(page, "サービス", "Service"));
    html_text(page->out, name);
    if (banner != NULL)
        html_add(page->out, " <span class=\"banner\">%s</span>", banner);
    page_cell_end(page);
    page_cell(page, page_text(page, "事業者", "Provider"), entry_text(row, "applicant_name"));
    page_cell_begin(page, page_text(page, "監査対象期間", "Audit period"));
    html_add(page->out, "%s – %s", entry_text(row, "audit_period.start"), entry_text(row, "audit_period.end"));
    page_cell_end(page);
    page_cell(page, page_text(page, "有効期限", "Valid until"), entry_text(row, "expiry"));
    page_row_end(page);
}

static void register_answer_html(struct call *call)
{
    struct value *v = register_parsed(call);
    const struct value *rows = value_get(v, "entries");
    g_autofree char *count = g_strdup_printf("%zu", value_size(rows));
    struct page *page;

    if (v == NULL)
        return;
    page = page_begin_public(call, call_text(call, "クラウドサービスリスト", "Cloud Service List"));
    html_add(page->out, "<p>%s %s</p><p><a href=\"/register.csv\">CSV</a> <a href=\"/register.json\">JSON</a></p>",
             count, page_text(page, "件", "services"));
    page_table_begin(page, page_text(page, "現在登録されているサービス", "Services registered now"),
                     (const char *[]){page_text(page, "登録番号", "Registration number"),
                                      page_text(page, "サービス", "Service"), page_text(page, "事業者", "Provider"),
                                      page_text(page, "監査対象期間", "Audit period"),
                                      page_text(page, "有効期限", "Valid until"), NULL});
    for (size_t i = 0; i < value_size(rows); i++)
        register_row(page, value_at(rows, i));
    page_table_end(page);
    page_end(page, 200, "Cache-Control: public, max-age=30\r\n");
    value_unref(v);
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
    out = g_string_new(NULL);
    csv_begin(out);
    g_string_append(out,
                    "\"registration_no\",\"banner\",\"service_name\",\"service_name_en\",\"applicant_name\",\"scope\","
                    "\"audit_period_start\",\"audit_period_end\",\"valid_until\"\r\n");
    for (size_t i = 0; i < value_size(rows); i++) {
        const struct value *row = value_at(rows, i);
        const char *banner = value_text(value_get(row, "banner"));

        csv_text(out, value_text(value_get(row, "key")));
        csv_text(out, banner);
        for (size_t p = 0; p < G_N_ELEMENTS(paths); p++)
            csv_text(out, entry_text(row, paths[p]));
        csv_end_row(out);
    }
    call_respond(call, 200, CSV_TYPE,
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

static void entry_pair(struct page *page, const char *label, const char *text)
{
    if (text != NULL && text[0] != '\0')
        page_summary_row(page, label, text);
}

static void entry_history(struct page *page, const struct value *versions)
{
    const char *when = page_text(page, "時刻", "When"), *what = page_text(page, "内容", "What happened");

    page_table_begin(page, page_text(page, "履歴", "History"), (const char *[]){when, what, NULL});
    for (size_t i = value_size(versions); i-- > 0;) {
        const struct value *row = value_at(versions, i);
        const char *text = value_text(value_get(row, "at"));
        instant at;

        page_row_begin(page);
        page_cell_begin(page, when);
        if (text != NULL && instant_parse(text, &at))
            page_instant(page, at);
        page_cell_end(page);
        page_cell(page, what, value_text(value_get(row, "op")));
        page_row_end(page);
    }
    page_table_end(page);
}

static void entry_listing(struct page *page, const struct value *row)
{
    page_summary_begin(page);
    entry_pair(page, page_text(page, "サービス", "Service"), entry_text(row, "service_name"));
    entry_pair(page, page_text(page, "サービス（英語）", "Service (English)"), entry_text(row, "service_name_en"));
    entry_pair(page, page_text(page, "事業者", "Provider"), entry_text(row, "applicant_name"));
    entry_pair(page, page_text(page, "言明の対象範囲", "Scope of the statement"),
               entry_text(row, "listed_information.scope"));
    entry_pair(page, page_text(page, "対象外", "Not covered"), entry_text(row, "listed_information.not_covered"));
    entry_pair(page, page_text(page, "実施している統制目標", "Control objectives implemented"),
               entry_text(row, "listed_information.control_objectives"));
    entry_pair(page, page_text(page, "監査対象期間の初日", "Audit period from"), entry_text(row, "audit_period.start"));
    entry_pair(page, page_text(page, "監査対象期間の末日", "Audit period to"), entry_text(row, "audit_period.end"));
    entry_pair(page, page_text(page, "後発事象", "Subsequent events"),
               entry_text(row, "listed_information.subsequent_events"));
    entry_pair(page, page_text(page, "有効期限（日本時間の終日）", "Valid until (end of the day, Japan)"),
               entry_text(row, "expiry"));
    page_summary_end(page);
}

static void entry_answer_html(struct call *call)
{
    struct value *v = register_parsed(call);
    const struct value *versions, *row;
    struct page *page;

    if (v == NULL)
        return;
    versions = value_get(v, "versions");
    row = value_at(versions, value_size(versions) - 1);
    page = page_begin_public(call, value_text(value_get(v, "key")));
    html_add(page->out, "<p><a href=\"/register%s\">%s</a></p>", page->en ? "?lang=en" : "",
             page_text(page, "クラウドサービスリスト", "Cloud Service List"));
    if (!value_bool(value_get(row, "listed")))
        html_add(page->out, "<p class=\"banner\">%s</p>",
                 page_text(page, "現在は登録されていません。", "No longer on the list."));
    else if (banner_text(row, page->en) != NULL)
        html_add(page->out, "<p class=\"banner\">%s</p>", banner_text(row, page->en));
    entry_listing(page, row);
    entry_history(page, versions);
    page_end(page, 200, "Cache-Control: public, max-age=30\r\n");
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
    http_respond(request, 200, "text/css; charset=utf-8", "Cache-Control: public, max-age=3600\r\n",
                 (const char *)page_style, page_style_size);
}
