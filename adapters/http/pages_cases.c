#include "adapters/http/page_chart.h"

#include "adapters/http/page_list.h"
#include "engine/app/access.h"
#include "engine/core/offer.h"

#include <string.h>

/* The filters of the list, and their names in its query. */
enum { CASES_WORKFLOW, CASES_STANDING, CASES_SEARCH };

static bool cases_filter_read(struct call *call, struct list_filter *filter)
{
    static const char *const names[] = {"workflow", "standing", "search", NULL};

    if (!list_filter_read(call, "/cases", names, filter))
        return false;
    if (strcmp(filter->values[CASES_STANDING], "open") != 0 && strcmp(filter->values[CASES_STANDING], "closed") != 0)
        filter->values[CASES_STANDING] = "";
    return true;
}

/* Procedures that this person may begin. An office begins none in the place of an owner. */
static void cases_openings(struct page *page)
{
    const struct chart_set *set = page->call->charts;
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

static const char *cases_standing_text(const struct page *page, const char *standing)
{
    return strcmp(standing, "open") == 0 ? page_text(page, "継続中のみ", "Only those under way")
                                         : page_text(page, "終了したもののみ", "Only those that ended");
}

static void cases_form(struct page *page, const struct list_filter *filter)
{
    const char *standing = filter->values[CASES_STANDING];

    html_add(
        page->out,
        "<form method=\"get\" action=\"/cases\" class=\"filter\" role=\"search\"><div class=\"field\">"
        "<label for=\"search\">%s</label><p class=\"help\" id=\"search-help\">%s</p>"
        "<input type=\"search\" id=\"search\" name=\"search\" value=\"%s\" aria-describedby=\"search-help\"></div>",
        page_text(page, "検索", "Search"),
        page_text(page, "案件番号、サービスの名称、組織の名称", "Case number, name of a service or an organisation"),
        filter->values[CASES_SEARCH]);
    list_select_workflow(page, filter->values[CASES_WORKFLOW]);
    list_select_begin(page, "standing", page_text(page, "終了", "Ended"));
    list_select_option(page, "", page_text(page, "すべて", "All"), standing);
    list_select_option(page, "open", cases_standing_text(page, "open"), standing);
    list_select_option(page, "closed", cases_standing_text(page, "closed"), standing);
    list_select_end(page);
    html_add(page->out, "<button>%s</button></form>", page_text(page, "検索", "Search"));
}

static void cases_choices(struct page *page, const struct list_filter *filter)
{
    const char *workflow = filter->values[CASES_WORKFLOW], *standing = filter->values[CASES_STANDING];
    const char *search = filter->values[CASES_SEARCH];

    if (workflow[0] == '\0' && standing[0] == '\0' && search[0] == '\0')
        return;
    html_add(page->out, "<p>%s</p><ul>", page_text(page, "選択中の条件", "Chosen filters"));
    list_filter_chosen(page, filter, CASES_SEARCH, page_text(page, "検索", "Search"), search);
    list_filter_chosen(page, filter, CASES_WORKFLOW, page_text(page, "手続", "Workflow"),
                       page_workflow_text(page, workflow));
    list_filter_chosen(page, filter, CASES_STANDING, page_text(page, "終了", "Ended"),
                       cases_standing_text(page, standing));
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
    page_cell_about(page, columns[1], row);
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

static void cases_answer(struct call *call)
{
    struct value *answer = call_answer_value(call);
    struct list_filter filter;
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
    list_filter_pages(page, &filter, value_text(value_get(answer, "next")));
    page_end(page, 200, NULL);
    list_filter_release(&filter);
    value_unref(answer);
}

void cases_page(struct http_request *request, void *user)
{
    struct call *call = request->user;
    struct list_filter filter;
    g_autofree char *search = NULL, *upper = NULL;

    (void)user;
    if (!cases_filter_read(call, &filter))
        return;
    /* Full-width letters and digits are those that people type; a number is found however it is written. */
    search = g_strstrip(g_utf8_normalize(filter.values[CASES_SEARCH], -1, G_NORMALIZE_NFKC));
    upper = g_ascii_strup(search, -1);
    call->params[0] = g_strdup(filter.values[CASES_WORKFLOW]);
    call->params[1] = g_strdup(filter.values[CASES_STANDING]);
    call->params[2] = g_strdup(search);
    call->params[3] = g_strdup_printf("%" G_GINT64_FORMAT, call_case_id(upper, NULL));
    call->params[4] = g_strdup(LIST_ROWS);
    call->params[5] = g_strdup(filter.after);
    list_filter_release(&filter);
    call_ask(call, READ_CASE_LIST, cases_answer);
}
