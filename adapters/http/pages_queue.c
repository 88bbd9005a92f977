#include "adapters/http/page_chart.h"

#include "adapters/http/query.h"
#include "engine/app/access.h"

#include <string.h>

#define HOME_ROWS 50

/* The cell about a deadline: when, which, of what kind. */
static void turn_deadline(struct page *page, const struct chart *chart, int deadline, instant due)
{
    if (deadline == CHART_NONE) {
        html_add(page->out, "<span class=\"quiet\">%s</span>", page_text(page, "期限なし", "No deadline"));
        return;
    }
    page_due(page, due);
    g_string_append(page->out, "<br>");
    page_deadline_name(page, chart, deadline);
}

static void turn_case(struct page *page, const struct chart *chart, const struct value *row, const char *label)
{
    page_cell_case(page, label, value_text(value_get(row, "case")));
    page_cell_begin(page, page_text(page, "件名", "About"));
    html_add(page->out, "%s",
             chart == NULL ? value_text(value_get(row, "workflow")) : page_chart_text(page, chart->title));
    if (page_subject_text(row)[0] != '\0')
        html_add(page->out, "<br>%s", page_subject_text(row));
    if (page_owner_text(page, row)[0] != '\0')
        html_add(page->out, "<br><span class=\"quiet\">%s</span>", page_owner_text(page, row));
    page_cell_end(page);
}

static void turn_row(struct page *page, const struct value *row, const char *const *columns)
{
    const struct chart *chart = page_row_chart(page, row);
    const char *id = value_text(value_get(row, "deadline")), *role = value_text(value_get(row, "role"));
    int deadline = id == NULL || chart == NULL ? CHART_NONE : chart_deadline_index(chart, id);
    g_autofree char *states = page_states_text(page, chart, value_get(row, "states"));

    page_row_begin(page);
    turn_case(page, chart, row, columns[0]);
    page_cell(page, columns[2], states);
    page_cell(page, columns[3], chart == NULL ? role : page_role_text(page, chart, role));
    page_cell_begin(page, columns[4]);
    turn_deadline(page, chart, deadline, value_instant(value_get(row, "due")));
    page_cell_end(page);
    page_cell_begin(page, columns[5]);
    if (deadline != CHART_NONE)
        page_basis(page, chart, chart->deadlines[deadline].basis);
    page_cell_end(page);
    page_cell_begin(page, columns[6]);
    if (deadline != CHART_NONE)
        page_consequence(page, chart, deadline);
    page_cell_end(page);
    page_row_end(page);
}

/* The rows of an answer: each with whose turn, by when, under which rule, and what happens if it passes. */
static void turns_table(struct page *page, const struct value *rows, const char *caption)
{
    const char *const columns[] = {page_text(page, "案件", "Case"),
                                   page_text(page, "件名", "About"),
                                   page_text(page, "状態", "State"),
                                   page_text(page, "手番", "Turn"),
                                   page_text(page, "期限", "Due"),
                                   page_text(page, "根拠", "Rule"),
                                   page_text(page, "過ぎた場合", "If it passes"),
                                   NULL};

    page_table_begin(page, caption, columns);
    for (size_t i = 0; i < value_size(rows); i++)
        turn_row(page, value_at(rows, i), columns);
    page_table_end(page);
}

/* Home. */

/* The turns of a person: of the roles held by membership, and of the own organisation as a case's owner. */
static char *who_of(const struct chart_set *charts, const struct actor *actor)
{
    const struct rulebook *book = ((const struct chart *)g_ptr_array_index(charts->charts, 0))->book;
    GString *who = g_string_new(NULL);

    for (const char *const *role = actor->roles; role != NULL && *role != NULL; role++) {
        int index = rulebook_role(book, *role);

        if (index != CHART_NONE && !g_array_index(book->roles, struct chart_role, index).is_relation)
            g_string_append_printf(who, "%s:0,", *role);
    }
    g_string_append_printf(who, "owner:%" G_GINT64_FORMAT, actor->org);
    return g_string_free(who, FALSE);
}

static void home_answer(struct call *call)
{
    struct value *answer = call_answer_value(call);
    const struct value *rows = value_get(answer, "rows");
    struct page *page;
    g_autofree char *count = NULL;

    if (answer == NULL)
        return;
    page = page_begin(call, call_text(call, "あなたの対応が必要", "Needs you now"));
    count = page_count_text(page, answer);
    if (value_size(rows) == 0) {
        page_paragraph(page, page_text(page, "今、あなたの対応を待っている案件はありません。",
                                       "No case waits for you at the moment."));
    } else {
        html_add(page->out, "<p>%s</p>",
                 page_text(page, "あなた又はあなたの組織の手番である案件です。期限の近い順に並んでいます。",
                           "The cases whose turn is yours or your organisation's, the nearest deadline first."));
        turns_table(page, rows, count);
    }
    if (value_text(value_get(answer, "next")) != NULL)
        html_add(page->out, "<p><a href=\"/queue?sort=due\">%s</a></p>",
                 page_text(page, "すべて見る（受付箱）", "See all of them in the queue"));
    html_add(page->out, "<p><a href=\"/cases\">%s</a></p>",
             page_text(page, "案件の一覧・新しい手続", "All cases, and new procedures"));
    page_end(page, 200, NULL);
    value_unref(answer);
}

static void home_public(struct call *call)
{
    struct page *page = page_begin(call, call_text(call, "登録ワークフロー", "Registration workflow"));

    page_paragraph(page,
                   page_text(page, "クラウドサービスの登録に関する手続を行い、その状況と期限を確認するところです。",
                             "Where procedures about the registration of cloud services are carried out, with "
                             "their state and their deadlines."));
    html_add(page->out, "<ul><li><a href=\"/sign-in\">%s</a></li><li><a href=\"/register\">%s</a></li></ul>",
             page_text(page, "サインイン", "Sign in"), page_text(page, "登録簿を見る", "See the register"));
    page_end(page, 200, NULL);
}

void home(struct http_request *request, void *user)
{
    struct call *call = request->user;
    struct actor actor = call_actor(call);

    (void)user;
    if (call->caller == NULL) {
        home_public(call);
        return;
    }
    if (actor.org == 0) {
        page_redirect(call, "/organisation", NULL);
        return;
    }
    call->params[0] = who_of(call->api->config.charts, &actor);
    call->params[1] = g_strdup("");
    call->params[2] = g_strdup("");
    call->params[3] = g_strdup("due");
    call->params[4] = g_strdup_printf("%d", HOME_ROWS);
    call->params[5] = g_strdup("");
    call_ask(call, READ_TURNS, home_answer);
}

/* Queue. */

/* What the query chose: "" for what it left open. Borrowed from the call's query. */
struct queue_filter {
    struct query *query;
    const char *role, *workflow, *state, *sort, *after;
};

static bool queue_filter_read(struct call *call, struct queue_filter *filter)
{
    static const char *const known[] = {"role", "workflow", "state", "sort", "after", "lang", NULL};
    const char **const into[] = {&filter->role, &filter->workflow, &filter->state, &filter->sort, &filter->after};
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
    if (strcmp(filter->sort, "newest") != 0 && strcmp(filter->sort, "waiting") != 0)
        filter->sort = "due";
    return true;
}

/* Whose queue ${role} names for this person: staff see each role's, others their organisation's own. NULL: none. */
static char *queue_who(const struct call *call, const char *role)
{
    struct actor actor = call_actor(call);
    const struct chart_set *charts = call->api->config.charts;
    const struct rulebook *book = ((const struct chart *)g_ptr_array_index(charts->charts, 0))->book;
    int index = rulebook_role(book, role);

    if (role[0] == '\0')
        return who_of(charts, &actor);
    if (index == CHART_NONE)
        return NULL;
    if (!g_array_index(book->roles, struct chart_role, index).is_relation)
        return access_eyes(&actor) == EYES_STAFF || access_has_role(&actor, role) ? g_strdup_printf("%s:0", role)
                                                                                  : NULL;
    if (access_eyes(&actor) == EYES_STAFF)
        return g_strdup_printf("%s:*", role);
    return g_strdup_printf("%s:%" G_GINT64_FORMAT, role, actor.org);
}

static void queue_option(struct page *page, const char *value, const char *text, const char *chosen)
{
    html_add(page->out,
             strcmp(value, chosen) == 0 ? "<option value=\"%s\" selected>%s</option>"
                                        : "<option value=\"%s\">%s</option>",
             value, text);
}

static void queue_select_begin(struct page *page, const char *name, const char *label)
{
    html_add(page->out, "<div class=\"field\"><label for=\"%s\">%s</label><select id=\"%s\" name=\"%s\">", name, label,
             name, name);
}

static void queue_select_end(struct page *page)
{
    g_string_append(page->out, "</select></div>");
}

static const char *queue_sort_text(const struct page *page, const char *sort)
{
    if (strcmp(sort, "newest") == 0)
        return page_text(page, "案件番号の新しい順", "Newest case first");
    if (strcmp(sort, "waiting") == 0)
        return page_text(page, "動きのない期間の長い順", "Longest without an event first");
    return page_text(page, "期限の近い順", "Nearest deadline first");
}

static void queue_select_role(struct page *page, const struct queue_filter *filter)
{
    const struct chart *any = g_ptr_array_index(page->call->api->config.charts->charts, 0);

    queue_select_begin(page, "role", page_text(page, "手番", "Turn"));
    queue_option(page, "", page_text(page, "自分", "Mine"), filter->role);
    for (guint i = 0; i < any->book->roles->len; i++) {
        const struct chart_role *role = &g_array_index(any->book->roles, struct chart_role, i);
        g_autofree char *who = queue_who(page->call, role->id);

        if (who != NULL)
            queue_option(page, role->id, page_chart_text(page, role->label), filter->role);
    }
    queue_select_end(page);
}

static const struct chart *chart_newest(const struct chart_set *set, const char *workflow)
{
    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);

        if (strcmp(chart->workflow, workflow) == 0 && page_chart_is_newest(set, chart))
            return chart;
    }
    return NULL;
}

static void queue_select_workflow(struct page *page, const struct queue_filter *filter)
{
    const struct chart_set *set = page->call->api->config.charts;

    queue_select_begin(page, "workflow", page_text(page, "手続", "Workflow"));
    queue_option(page, "", page_text(page, "すべて", "All"), filter->workflow);
    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);

        if (page_chart_is_newest(set, chart))
            queue_option(page, chart->workflow, page_chart_text(page, chart->title), filter->workflow);
    }
    queue_select_end(page);
}

/* The states in which it is somebody's turn: of the chosen workflow, else of all, grouped. */
static void queue_select_state(struct page *page, const struct queue_filter *filter)
{
    const struct chart_set *set = page->call->api->config.charts;

    queue_select_begin(page, "state", page_text(page, "状態", "State"));
    queue_option(page, "", page_text(page, "すべて", "All"), filter->state);
    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);

        if (!page_chart_is_newest(set, chart) ||
            (filter->workflow[0] != '\0' && strcmp(filter->workflow, chart->workflow) != 0))
            continue;
        html_add(page->out, "<optgroup label=\"%s\">", page_chart_text(page, chart->title));
        for (int s = 1; s < chart->state_count; s++)
            if (chart->states[s].kind == STATE_ATOMIC && chart->states[s].turn.count > 0)
                queue_option(page, chart->states[s].id, page_chart_text(page, chart->states[s].label), filter->state);
        g_string_append(page->out, "</optgroup>");
    }
    queue_select_end(page);
}

static void queue_form(struct page *page, const struct queue_filter *filter)
{
    static const char *const sorts[] = {"due", "newest", "waiting"};

    html_add(page->out, "<form method=\"get\" action=\"/queue\" class=\"filter\" aria-label=\"%s\">",
             page_text(page, "絞り込みと並べ替え", "Filter and sort"));
    queue_select_role(page, filter);
    queue_select_workflow(page, filter);
    queue_select_state(page, filter);
    queue_select_begin(page, "sort", page_text(page, "並べ替え", "Sort"));
    for (size_t i = 0; i < G_N_ELEMENTS(sorts); i++)
        queue_option(page, sorts[i], queue_sort_text(page, sorts[i]), filter->sort);
    queue_select_end(page);
    html_add(page->out, "<button>%s</button></form>", page_text(page, "適用", "Apply"));
}

/* The address of this queue with one parameter replaced, or left out (NULL). From a new beginning unless it is `after`.
 */
static char *queue_href(const struct queue_filter *filter, const char *name, const char *with)
{
    const char *const names[] = {"role", "workflow", "state", "sort", "after"};
    const char *const values[] = {filter->role, filter->workflow, filter->state, filter->sort, ""};
    GString *href = g_string_new("/queue");

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = strcmp(names[i], name) == 0 ? with : values[i];

        if (value == NULL || value[0] == '\0')
            continue;
        g_string_append_printf(href, "%c%s=", strchr(href->str, '?') == NULL ? '?' : '&', names[i]);
        g_string_append_uri_escaped(href, value, NULL, FALSE);
    }
    return g_string_free(href, FALSE);
}

static void queue_chosen(struct page *page, const struct queue_filter *filter, const char *name, const char *label,
                         const char *text)
{
    g_autofree char *href = queue_href(filter, name, NULL);

    html_add(page->out,
             page_text(page, "<li>%s：%s <a href=\"%s\">外す<span class=\"hidden\">（%s：%s）</span></a></li>",
                       "<li>%s: %s <a href=\"%s\">Remove<span class=\"hidden\"> (%s: %s)</span></a></li>"),
             label, text, href, label, text);
}

static const char *queue_state_text(const struct page *page, const struct queue_filter *filter)
{
    const struct chart_set *set = page->call->api->config.charts;

    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);
        int state = chart_state_index(chart, filter->state);

        if (state != CHART_NONE && (filter->workflow[0] == '\0' || strcmp(filter->workflow, chart->workflow) == 0))
            return page_chart_text(page, chart->states[state].label);
    }
    return filter->state;
}

/* What is chosen, each removable; nothing when nothing is. */
static void queue_choices(struct page *page, const struct queue_filter *filter)
{
    const struct chart_set *set = page->call->api->config.charts;
    const struct chart *chart = chart_newest(set, filter->workflow), *any = g_ptr_array_index(set->charts, 0);

    if (filter->role[0] == '\0' && filter->workflow[0] == '\0' && filter->state[0] == '\0')
        return;
    html_add(page->out, "<p>%s</p><ul>", page_text(page, "選択中の条件", "Chosen filters"));
    if (filter->role[0] != '\0')
        queue_chosen(page, filter, "role", page_text(page, "手番", "Turn"), page_role_text(page, any, filter->role));
    if (filter->workflow[0] != '\0')
        queue_chosen(page, filter, "workflow", page_text(page, "手続", "Workflow"),
                     chart == NULL ? filter->workflow : page_chart_text(page, chart->title));
    if (filter->state[0] != '\0')
        queue_chosen(page, filter, "state", page_text(page, "状態", "State"), queue_state_text(page, filter));
    g_string_append(page->out, "</ul>");
}

static void queue_answer(struct call *call)
{
    struct value *answer = call_answer_value(call);
    struct queue_filter filter;
    struct page *page;
    g_autofree char *count = NULL;
    const char *next;

    if (answer == NULL)
        return;
    if (!queue_filter_read(call, &filter)) {
        value_unref(answer);
        return;
    }
    page = page_begin(call, call_text(call, "受付箱", "Queue"));
    count = page_count_text(page, answer);
    queue_form(page, &filter);
    queue_choices(page, &filter);
    html_add(page->out, "<p role=\"status\">%s%s%s</p>", count, page_text(page, "、", ", "),
             queue_sort_text(page, filter.sort));
    if (value_size(value_get(answer, "rows")) > 0)
        turns_table(page, value_get(answer, "rows"), count);
    else
        page_paragraph(page, page_text(page, "該当する案件はありません。", "No case fits."));
    next = value_text(value_get(answer, "next"));
    g_string_append(page->out, "<p>");
    if (filter.after[0] != '\0') {
        g_autofree char *first = queue_href(&filter, "after", NULL);

        html_add(page->out, "<a href=\"%s\">%s</a> ", first, page_text(page, "先頭へ", "First page"));
    }
    if (next != NULL) {
        g_autofree char *href = queue_href(&filter, "after", next);

        html_add(page->out, "<a href=\"%s\" rel=\"next\">%s</a>", href, page_text(page, "次へ", "Next page"));
    }
    g_string_append(page->out, "</p>");
    page_end(page, 200, NULL);
    query_free(filter.query);
    value_unref(answer);
}

void queue_page(struct http_request *request, void *user)
{
    struct call *call = request->user;
    struct queue_filter filter;
    char *who;

    (void)user;
    if (!queue_filter_read(call, &filter))
        return;
    who = queue_who(call, filter.role);
    if (who == NULL) {
        call_refuse(call, TOROKU_ERROR_NOT_FOUND, NULL);
        query_free(filter.query);
        return;
    }
    call->params[0] = who;
    call->params[1] = g_strdup(filter.workflow);
    call->params[2] = g_strdup(filter.state);
    call->params[3] = g_strdup(filter.sort);
    call->params[4] = g_strdup("50");
    call->params[5] = g_strdup(filter.after);
    query_free(filter.query);
    call_ask(call, READ_TURNS, queue_answer);
}
