#include "adapters/http/page_chart.h"

#include "adapters/http/query.h"
#include "engine/app/access.h"
#include "engine/core/offer.h"

#include <string.h>

/* What the query chose: "" for what it left open. Borrowed from its query. */
struct cases_filter {
    struct query *query;
    const char *workflow, *standing, *search, *after;
};

static bool cases_filter_read(struct call *call, struct cases_filter *filter)
{
    static const char *const known[] = {"workflow", "standing", "search", "after", "lang", NULL};
    const char **const into[] = {&filter->workflow, &filter->standing, &filter->search, &filter->after};
    GError *error = NULL;

    filter->query = query_parse(call->request->query, &error);
    if (filter->query == NULL || !query_check_names(filter->query, known, &error)) {
        call_fail(call, error);
        g_error_free(error);
        query_free(filter->query);
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(into); i++) {
        const char *given = query_get(filter->query, known[i]);

        *into[i] = given == NULL ? "" : given;
    }
    if (strcmp(filter->standing, "open") != 0 && strcmp(filter->standing, "closed") != 0)
        filter->standing = "";
    return true;
}

/* Procedures that this person may begin. An office begins none in the place of an owner. */
static void cases_openings(struct page *page)
{
    const struct chart_set *set = page->call->api->config.charts;
    struct actor actor = call_actor(page->call);
    int64_t owner = access_eyes(&actor) == EYES_STAFF ? 0 : actor.org;
    civil_day today = (civil_day)(page->call->request->received / INSTANT_DAY);
    bool any = false;

    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);

        if (chart != chart_set_for(set, chart->workflow, today) || !offer_opens(chart, &actor, owner))
            continue;
        if (!any) {
            page_heading(page, 2, "new", page_text(page, "新しい手続を始める", "Begin a new procedure"));
            g_string_append(page->out, "<ul>");
        }
        any = true;
        html_add(page->out, "<li><a class=\"button\" href=\"/cases/new/%s\">%s</a></li>", chart->workflow,
                 page_chart_text(page, chart->title));
    }
    if (any)
        g_string_append(page->out, "</ul>");
}

static void cases_option(struct page *page, const char *value, const char *text, const char *chosen)
{
    html_add(page->out,
             strcmp(value, chosen) == 0 ? "<option value=\"%s\" selected>%s</option>"
                                        : "<option value=\"%s\">%s</option>",
             value, text);
}

static void cases_form(struct page *page, const struct cases_filter *filter)
{
    const struct chart_set *set = page->call->api->config.charts;

    html_add(
        page->out,
        "<form method=\"get\" action=\"/cases\" class=\"filter\" role=\"search\"><div class=\"field\">"
        "<label for=\"search\">%s</label><p class=\"help\" id=\"search-help\">%s</p>"
        "<input type=\"search\" id=\"search\" name=\"search\" value=\"%s\" aria-describedby=\"search-help\"></div>",
        page_text(page, "検索", "Search"),
        page_text(page, "案件番号、サービスの名称、組織の名称", "Case number, name of a service or an organisation"),
        filter->search);
    html_add(page->out,
             "<div class=\"field\"><label for=\"workflow\">%s</label><select id=\"workflow\" name=\"workflow\">",
             page_text(page, "手続", "Workflow"));
    cases_option(page, "", page_text(page, "すべて", "All"), filter->workflow);
    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);

        if (page_chart_is_newest(set, chart))
            cases_option(page, chart->workflow, page_chart_text(page, chart->title), filter->workflow);
    }
    html_add(page->out,
             "</select></div><div class=\"field\"><label for=\"standing\">%s</label>"
             "<select id=\"standing\" name=\"standing\">",
             page_text(page, "終了", "Ended"));
    cases_option(page, "", page_text(page, "すべて", "All"), filter->standing);
    cases_option(page, "open", page_text(page, "継続中のみ", "Only those under way"), filter->standing);
    cases_option(page, "closed", page_text(page, "終了したもののみ", "Only those that ended"), filter->standing);
    html_add(page->out, "</select></div><button>%s</button></form>", page_text(page, "検索", "Search"));
}

/* The address of this list with one parameter replaced, or left out (NULL), from its beginning. */
static char *cases_href(const struct cases_filter *filter, const char *name, const char *with)
{
    const char *const names[] = {"workflow", "standing", "search", "after"};
    const char *const values[] = {filter->workflow, filter->standing, filter->search, ""};
    GString *href = g_string_new("/cases");

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = strcmp(names[i], name) == 0 ? with : values[i];

        if (value == NULL || value[0] == '\0')
            continue;
        g_string_append_printf(href, "%c%s=", strchr(href->str, '?') == NULL ? '?' : '&', names[i]);
        g_string_append_uri_escaped(href, value, NULL, FALSE);
    }
    return g_string_free(href, FALSE);
}

static void cases_chosen(struct page *page, const struct cases_filter *filter, const char *name, const char *label,
                         const char *text)
{
    g_autofree char *href = cases_href(filter, name, NULL);

    html_add(page->out,
             page_text(page, "<li>%s：%s <a href=\"%s\">外す<span class=\"hidden\">（%s：%s）</span></a></li>",
                       "<li>%s: %s <a href=\"%s\">Remove<span class=\"hidden\"> (%s: %s)</span></a></li>"),
             label, text, href, label, text);
}

static void cases_choices(struct page *page, const struct cases_filter *filter)
{
    const struct chart_set *set = page->call->api->config.charts;
    const char *title = filter->workflow;

    if (filter->workflow[0] == '\0' && filter->standing[0] == '\0' && filter->search[0] == '\0')
        return;
    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);

        if (strcmp(chart->workflow, filter->workflow) == 0)
            title = page_chart_text(page, chart->title);
    }
    html_add(page->out, "<p>%s</p><ul>", page_text(page, "選択中の条件", "Chosen filters"));
    if (filter->search[0] != '\0')
        cases_chosen(page, filter, "search", page_text(page, "検索", "Search"), filter->search);
    if (filter->workflow[0] != '\0')
        cases_chosen(page, filter, "workflow", page_text(page, "手続", "Workflow"), title);
    if (filter->standing[0] != '\0')
        cases_chosen(page, filter, "standing", page_text(page, "終了", "Ended"),
                     strcmp(filter->standing, "open") == 0
                         ? page_text(page, "継続中のみ", "Only those under way")
                         : page_text(page, "終了したもののみ", "Only those that ended"));
    g_string_append(page->out, "</ul>");
}

static void cases_turns(struct page *page, const struct chart *chart, const struct value *turns)
{
    if (value_size(turns) == 0) {
        html_add(page->out, "<span class=\"quiet\">%s</span>", page_text(page, "なし", "Nobody's"));
        return;
    }
    for (size_t i = 0; i < value_size(turns); i++) {
        const struct value *turn = value_at(turns, i);
        instant due = value_instant(value_get(turn, "due"));

        html_add(page->out, i == 0 ? "%s" : "<br>%s", page_role_text(page, chart, value_text(value_get(turn, "role"))));
        if (value_text(value_get(turn, "deadline")) == NULL)
            continue;
        g_string_append(page->out, "<br>");
        page_due(page, due);
    }
}

static void cases_row(struct page *page, const struct value *row, const char *const *columns)
{
    const struct chart *chart = page_row_chart(page, row);
    g_autofree char *states = page_states_text(page, chart, value_get(row, "states"));

    page_row_begin(page);
    page_cell_case(page, columns[0], value_text(value_get(row, "case")));
    page_cell_begin(page, columns[1]);
    html_text(page->out, chart == NULL ? value_text(value_get(row, "workflow")) : page_chart_text(page, chart->title));
    if (page_subject_text(row)[0] != '\0')
        html_add(page->out, "<br>%s", page_subject_text(row));
    if (page_owner_text(page, row)[0] != '\0')
        html_add(page->out, "<br><span class=\"quiet\">%s</span>", page_owner_text(page, row));
    page_cell_end(page);
    page_cell(page, columns[2], states);
    page_cell_begin(page, columns[3]);
    if (chart != NULL)
        cases_turns(page, chart, value_get(row, "turns"));
    page_cell_end(page);
    page_cell_begin(page, columns[4]);
    page_instant(page, value_instant(value_get(row, "at")));
    page_cell_end(page);
    page_row_end(page);
}

static void cases_table(struct page *page, const struct value *rows, const char *caption)
{
    const char *const columns[] = {page_text(page, "案件", "Case"),
                                   page_text(page, "件名", "About"),
                                   page_text(page, "状態", "State"),
                                   page_text(page, "手番と期限", "Turn and due"),
                                   page_text(page, "最後の動き", "Last event"),
                                   NULL};

    page_table_begin(page, caption, columns);
    for (size_t i = 0; i < value_size(rows); i++)
        cases_row(page, value_at(rows, i), columns);
    page_table_end(page);
}

static void cases_pages(struct page *page, const struct cases_filter *filter, const char *next)
{
    g_string_append(page->out, "<p>");
    if (filter->after[0] != '\0') {
        g_autofree char *first = cases_href(filter, "after", NULL);

        html_add(page->out, "<a href=\"%s\">%s</a> ", first, page_text(page, "先頭へ", "First page"));
    }
    if (next != NULL) {
        g_autofree char *href = cases_href(filter, "after", next);

        html_add(page->out, "<a href=\"%s\" rel=\"next\">%s</a>", href, page_text(page, "次へ", "Next page"));
    }
    g_string_append(page->out, "</p>");
}

static void cases_answer(struct call *call)
{
    struct value *answer = call_answer_value(call);
    struct cases_filter filter;
    struct page *page;
    g_autofree char *count = NULL;

    if (answer == NULL)
        return;
    if (!cases_filter_read(call, &filter)) {
        value_unref(answer);
        return;
    }
    page = page_begin(call, call_text(call, "案件", "Cases"));
    count = page_count_text(page, answer);
    cases_openings(page);
    page_heading(page, 2, "list", page_text(page, "案件の一覧", "List of cases"));
    cases_form(page, &filter);
    cases_choices(page, &filter);
    html_add(page->out, "<p role=\"status\">%s</p>", count);
    if (value_size(value_get(answer, "rows")) > 0)
        cases_table(page, value_get(answer, "rows"), count);
    else
        page_paragraph(page, page_text(page, "該当する案件はありません。", "No case fits."));
    cases_pages(page, &filter, value_text(value_get(answer, "next")));
    page_end(page, 200, NULL);
    query_free(filter.query);
    value_unref(answer);
}

void cases_page(struct http_request *request, void *user)
{
    struct call *call = request->user;
    struct cases_filter filter;
    g_autofree char *search = NULL, *upper = NULL;

    (void)user;
    if (!cases_filter_read(call, &filter))
        return;
    /* Full-width letters and digits are those that people type; a number is found however it is written. */
    search = g_strstrip(g_utf8_normalize(filter.search, -1, G_NORMALIZE_NFKC));
    upper = g_ascii_strup(search, -1);
    call->params[0] = g_strdup(filter.workflow);
    call->params[1] = g_strdup(filter.standing);
    call->params[2] = g_strdup(search);
    call->params[3] = g_strdup_printf("%" G_GINT64_FORMAT, call_case_id(upper, NULL));
    call->params[4] = g_strdup("50");
    call->params[5] = g_strdup(filter.after);
    query_free(filter.query);
    call_ask(call, READ_CASE_LIST, cases_answer);
}
