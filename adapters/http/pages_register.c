#include "adapters/http/api_call.h"
#include "adapters/http/csv.h"
#include "adapters/http/page.h"
#include "adapters/http/registers.h"

#include <string.h>

static const char *entry_text(const struct value *row, const char *path)
{
    const char *text = value_text(value_path(value_get(row, "entry"), path));

    return text == NULL ? "" : text;
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

/* What an entry has at ${value}, in the language of the page. */
static const char *register_value_text(const struct page *page, const struct register_value *value,
                                       const struct value *row)
{
    const char *en = page->en && value->path_en != NULL ? entry_text(row, value->path_en) : "";

    return en[0] != '\0' ? en : entry_text(row, value->path);
}

static void register_cell(struct page *page, const struct register_value *value, const struct value *row,
                          const char *banner)
{
    page_cell_begin(page, page_text(page, value->ja, value->en));
    html_text(page->out, register_value_text(page, value, row));
    if (value->path_end != NULL)
        html_add(page->out, " – %s", entry_text(row, value->path_end));
    if (banner != NULL)
        html_add(page->out, " <span class=\"banner\">%s</span>", banner);
    page_cell_end(page);
}

static void register_row(struct page *page, const struct register_page *about, const struct value *row)
{
    const char *key = value_text(value_get(row, "key"));
    g_autofree char *href = g_strdup_printf("%s/%s%s", about->path, key, page->en ? "?lang=en" : "");

    page_row_begin(page);
    page_cell_head(page, page_text(page, "登録番号", "Registration number"), href, key);
    for (const struct register_value *value = about->columns; value->path != NULL; value++)
        register_cell(page, value, row, value == about->columns ? banner_text(row, page->en) : NULL);
    page_row_end(page);
}

/* Where else the list is to be had, and the other lists. */
static void register_links(struct page *page, const struct register_page *about)
{
    html_add(page->out, "<p><a href=\"%s.csv\">CSV</a> <a href=\"%s.json\">JSON</a></p><p>", about->path, about->path);
    for (const struct register_page *other = register_pages; other->name != NULL; other++)
        if (other != about)
            html_add(page->out, "<a href=\"%s%s\">%s</a> ", other->path, page->en ? "?lang=en" : "",
                     page_text(page, other->title_ja, other->title_en));
    g_string_append(page->out, "</p>");
}

static void register_table_begin(struct page *page, const struct register_page *about)
{
    g_autoptr(GPtrArray) columns = g_ptr_array_new();

    g_ptr_array_add(columns, (gpointer)(uintptr_t)page_text(page, "登録番号", "Registration number"));
    for (const struct register_value *value = about->columns; value->path != NULL; value++)
        g_ptr_array_add(columns, (gpointer)(uintptr_t)page_text(page, value->ja, value->en));
    g_ptr_array_add(columns, NULL);
    page_table_begin(page, page_text(page, about->caption_ja, about->caption_en), (const char *const *)columns->pdata);
}

static void register_answer_html(struct call *call)
{
    const struct register_page *about = register_page_at(call->request->path);
    struct value *v = call_answer_value(call);
    const struct value *rows = value_get(v, "entries");
    g_autofree char *count = g_strdup_printf("%zu", value_size(rows));
    struct page *page;

    if (v == NULL)
        return;
    page = page_begin_public(call, call_text(call, about->title_ja, about->title_en));
    html_add(page->out, "<p>%s %s</p>", count, page_text(page, about->unit_ja, about->unit_en));
    register_links(page, about);
    register_table_begin(page, about);
    for (size_t i = 0; i < value_size(rows); i++)
        register_row(page, about, value_at(rows, i));
    page_table_end(page);
    page_end(page, 200, "Cache-Control: public, max-age=30\r\n");
    value_unref(v);
}

static void register_csv_head(GString *out, const struct register_page *about)
{
    csv_begin(out);
    csv_text(out, about->key);
    csv_text(out, "banner");
    for (const struct register_cell *cell = about->cells; cell->name != NULL; cell++)
        csv_text(out, cell->name);
    csv_end_row(out);
}

static void register_answer_csv(struct call *call)
{
    const struct register_page *about = register_page_at(call->request->path);
    struct value *v = call_answer_value(call);
    const struct value *rows = value_get(v, "entries");
    g_autofree char *headers = g_strdup_printf(
        "Content-Disposition: attachment; filename=\"%s\"\r\nCache-Control: public, max-age=30\r\n", about->file);
    GString *out;

    if (v == NULL)
        return;
    out = g_string_new(NULL);
    register_csv_head(out, about);
    for (size_t i = 0; i < value_size(rows); i++) {
        const struct value *row = value_at(rows, i);

        csv_text(out, value_text(value_get(row, "key")));
        csv_text(out, value_text(value_get(row, "banner")));
        for (const struct register_cell *cell = about->cells; cell->name != NULL; cell++)
            csv_text(out, entry_text(row, cell->path));
        csv_end_row(out);
    }
    call_respond(call, 200, CSV_TYPE, headers, out->str, out->len);
    g_string_free(out, TRUE);
    value_unref(v);
}

static void register_answer_json(struct call *call)
{
    call_respond(call, 200, "application/json", "Cache-Control: public, max-age=30\r\n", call->ask.json,
                 call->ask.size);
}

/* Asks for the register as it is at ?at= (RFC 3339), now when absent, and as it was known at ?known=, now likewise. */
static void register_ask(struct http_request *request, struct api *api, void (*answer)(struct call *call))
{
    static const char *const known[] = {"at", "known", "lang", NULL};
    struct call *call = call_new(api, request, NULL);
    const char *name = http_request_param(request, "register");
    instant at = request->received, known_at = INSTANT_MAX;
    struct query *query = call_query(call, known);
    const char *at_text, *known_text;
    char text[INSTANT_TEXT_SIZE];

    if (query == NULL)
        return;
    at_text = query_get(query, "at");
    known_text = query_get(query, "known");
    if ((at_text != NULL && !instant_parse(at_text, &at)) ||
        (known_text != NULL && !instant_parse(known_text, &known_at))) {
        call_refuse(call, TOROKU_ERROR_INVALID,
                    "?at= and ?known= are instants as in RFC 3339: 2026-04-01T00:00:00+09:00.");
    } else {
        instant_print(at, text);
        call->params[0] = g_strdup(name == NULL ? register_page_at(request->path)->name : name);
        call->params[1] = g_strdup(text);
        instant_print(known_at, text);
        call->params[2] = g_strdup(known_text == NULL ? "infinity" : text);
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

static instant row_instant(const struct value *row, const char *name)
{
    const char *text = value_text(value_get(row, name));
    instant at = INSTANT_MIN;

    return text != NULL && instant_parse(text, &at) ? at : INSTANT_MIN;
}

/* The version that holds now: of all, the latest by its instant, and of those the last written. */
static const struct value *entry_now(const struct value *versions)
{
    const struct value *now = value_at(versions, 0);

    for (size_t i = 1; i < value_size(versions); i++)
        if (row_instant(value_at(versions, i), "at") >= row_instant(now, "at"))
            now = value_at(versions, i);
    return now;
}

static const char *entry_op_text(const struct page *page, const char *op)
{
    static const struct {
        const char *op, *ja, *en;
    } ops[] = {{"publish", "掲載", "Published"},
               {"mark", "表示を付す", "Marked"},
               {"unmark", "表示を外す", "Unmarked"},
               {"withdraw", "掲載終了", "Withdrawn"},
               {"rectify", "更正", "Rectified"}};

    for (size_t i = 0; i < G_N_ELEMENTS(ops); i++)
        if (g_strcmp0(ops[i].op, op) == 0)
            return page_text(page, ops[i].ja, ops[i].en);
    return op;
}

/* From when on each version holds, and since when that is recorded: a rectification tells of the past. */
static void entry_history(struct page *page, const struct value *versions)
{
    const char *when = page_text(page, "効力の時刻", "Holds from"), *what = page_text(page, "内容", "What happened");
    const char *since = page_text(page, "記録の時刻", "Recorded");

    page_table_begin(page, page_text(page, "履歴", "History"), (const char *[]){when, what, since, NULL});
    for (size_t i = value_size(versions); i-- > 0;) {
        const struct value *row = value_at(versions, i);

        page_row_begin(page);
        page_cell_begin(page, when);
        page_instant(page, row_instant(row, "at"));
        page_cell_end(page);
        page_cell(page, what, entry_op_text(page, value_text(value_get(row, "op"))));
        page_cell_begin(page, since);
        page_instant(page, row_instant(row, "recorded_at"));
        page_cell_end(page);
        page_row_end(page);
    }
    page_table_end(page);
}

static void entry_facts(struct page *page, const struct register_page *about, const struct value *row)
{
    page_summary_begin(page);
    for (const struct register_value *fact = about->facts; fact->path != NULL; fact++)
        entry_pair(page, page_text(page, fact->ja, fact->en), entry_text(row, fact->path));
    page_summary_end(page);
}

static void entry_answer_html(struct call *call)
{
    const struct register_page *about = register_page_at(call->request->path);
    struct value *v = call_answer_value(call);
    const struct value *versions, *row;
    struct page *page;

    if (v == NULL)
        return;
    versions = value_get(v, "versions");
    row = entry_now(versions);
    page = page_begin_public(call, value_text(value_get(v, "key")));
    html_add(page->out, "<p><a href=\"%s%s\">%s</a></p>", about->path, page->en ? "?lang=en" : "",
             page_text(page, about->title_ja, about->title_en));
    if (!value_bool(value_get(row, "listed")))
        html_add(page->out, "<p class=\"banner\">%s</p>",
                 page_text(page, "現在は登録されていません。", "No longer on the list."));
    else if (banner_text(row, page->en) != NULL)
        html_add(page->out, "<p class=\"banner\">%s</p>", banner_text(row, page->en));
    entry_facts(page, about, row);
    entry_history(page, versions);
    page_end(page, 200, "Cache-Control: public, max-age=30\r\n");
    value_unref(v);
}

static void entry_ask(struct http_request *request, struct api *api, void (*answer)(struct call *call))
{
    struct call *call = call_new(api, request, NULL);
    const char *name = http_request_param(request, "register");

    call->params[0] = g_strdup(name == NULL ? register_page_at(request->path)->name : name);
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
