#include "adapters/http/page_chart.h"

#include "adapters/http/page_list.h"
#include "engine/app/access.h"

#include <string.h>

static void turn_row(struct page *page, const struct value *row, const char *const *columns)
{
    const struct chart *chart = page_row_chart(page, row);
    const char *id = value_text(value_get(row, "deadline")), *role = value_text(value_get(row, "role"));
    int deadline = id == NULL || chart == NULL ? CHART_NONE : chart_deadline_index(chart, id);
    g_autofree char *states = page_states_text(page, chart, value_get(row, "states"));

    page_row_begin(page);
    page_cell_case(page, columns[0], value_text(value_get(row, "case")));
    page_cell_about(page, columns[1], row);
    page_cell(page, columns[2], states);
    page_cell(page, columns[3], chart == NULL ? role : page_role_text(page, chart, role));
    page_cells_deadline(page, columns + 4, chart, deadline, value_instant(value_get(row, "due")));
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
static char *turns_who(const struct rulebook *book, const struct actor *actor)
{
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
    html_add(page->out, "<p><a href=\"/feeds\">%s</a></p>",
             page_text(page, "カレンダーに期限を表示する", "Deadlines in your calendar"));
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
    call->params[0] = turns_who(call_rulebook(call), &actor);
    call->params[1] = g_strdup("");
    call->params[2] = g_strdup("");
    call->params[3] = g_strdup("due");
    call->params[4] = g_strdup(LIST_ROWS);
    call->params[5] = g_strdup("");
    call_ask(call, READ_TURNS, home_answer);
}

/* Queue. */

/* The filters of the queue, and their names in its query. */
enum { QUEUE_ROLE, QUEUE_WORKFLOW, QUEUE_STATE, QUEUE_SORT };

static bool queue_filter_read(struct call *call, struct list_filter *filter)
{
    static const char *const names[] = {"role", "workflow", "state", "sort", NULL};

    if (!list_filter_read(call, "/queue", names, filter))
        return false;
    if (strcmp(filter->values[QUEUE_SORT], "newest") != 0 && strcmp(filter->values[QUEUE_SORT], "waiting") != 0)
        filter->values[QUEUE_SORT] = "due";
    return true;
}

/* Whose queue ${role} names for this person: staff see each role's, others their organisation's own. NULL: none. */
static char *queue_who(const struct call *call, const char *role)
{
    struct actor actor = call_actor(call);
    const struct rulebook *book = call_rulebook(call);
    int index = rulebook_role(book, role);

    if (role[0] == '\0')
        return turns_who(book, &actor);
    if (index == CHART_NONE)
        return NULL;
    if (!g_array_index(book->roles, struct chart_role, index).is_relation)
        return access_eyes(&actor) == EYES_STAFF || access_has_role(&actor, role) ? g_strdup_printf("%s:0", role)
                                                                                  : NULL;
    if (access_eyes(&actor) == EYES_STAFF)
        return g_strdup_printf("%s:*", role);
    return g_strdup_printf("%s:%" G_GINT64_FORMAT, role, actor.org);
}

static const char *queue_sort_text(const struct page *page, const char *sort)
{
    if (strcmp(sort, "newest") == 0)
        return page_text(page, "案件番号の新しい順", "Newest case first");
    if (strcmp(sort, "waiting") == 0)
        return page_text(page, "動きのない期間の長い順", "Longest without an event first");
    return page_text(page, "期限の近い順", "Nearest deadline first");
}

static void queue_select_role(struct page *page, const struct list_filter *filter)
{
    const struct rulebook *book = call_rulebook(page->call);

    list_select_begin(page, "role", page_text(page, "手番", "Turn"));
    list_select_option(page, "", page_text(page, "自分", "Mine"), filter->values[QUEUE_ROLE]);
    for (guint i = 0; i < book->roles->len; i++) {
        const struct chart_role *role = &g_array_index(book->roles, struct chart_role, i);
        g_autofree char *who = queue_who(page->call, role->id);

        if (who != NULL)
            list_select_option(page, role->id, page_chart_text(page, role->label), filter->values[QUEUE_ROLE]);
    }
    list_select_end(page);
}

/* The states in which it is somebody's turn: of the chosen workflow, else of all, grouped. */
static void queue_select_state(struct page *page, const struct list_filter *filter)
{
    const struct chart_set *set = page->call->charts;

    list_select_begin(page, "state", page_text(page, "状態", "State"));
    list_select_option(page, "", page_text(page, "すべて", "All"), filter->values[QUEUE_STATE]);
    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);

        if (!page_chart_is_newest(set, chart) ||
            (filter->values[QUEUE_WORKFLOW][0] != '\0' && strcmp(filter->values[QUEUE_WORKFLOW], chart->workflow) != 0))
            continue;
        html_add(page->out, "<optgroup label=\"%s\">", page_chart_text(page, chart->title));
        for (int s = 1; s < chart->state_count; s++)
            if (chart->states[s].kind == STATE_ATOMIC && chart->states[s].turn.count > 0)
                list_select_option(page, chart->states[s].id, page_chart_text(page, chart->states[s].label),
                                   filter->values[QUEUE_STATE]);
        g_string_append(page->out, "</optgroup>");
    }
    list_select_end(page);
}

static void queue_form(struct page *page, const struct list_filter *filter)
{
    static const char *const sorts[] = {"due", "newest", "waiting"};

    html_add(page->out, "<form method=\"get\" action=\"/queue\" class=\"filter\" aria-label=\"%s\">",
             page_text(page, "絞り込みと並べ替え", "Filter and sort"));
    queue_select_role(page, filter);
    list_select_workflow(page, filter->values[QUEUE_WORKFLOW]);
    queue_select_state(page, filter);
    list_select_begin(page, "sort", page_text(page, "並べ替え", "Sort"));
    for (size_t i = 0; i < G_N_ELEMENTS(sorts); i++)
        list_select_option(page, sorts[i], queue_sort_text(page, sorts[i]), filter->values[QUEUE_SORT]);
    list_select_end(page);
    html_add(page->out, "<button>%s</button></form>", page_text(page, "適用", "Apply"));
}

static const char *queue_state_text(const struct page *page, const struct list_filter *filter)
{
    const struct chart_set *set = page->call->charts;

    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);
        int state = chart_state_index(chart, filter->values[QUEUE_STATE]);

        if (state != CHART_NONE &&
            (filter->values[QUEUE_WORKFLOW][0] == '\0' || strcmp(filter->values[QUEUE_WORKFLOW], chart->workflow) == 0))
            return page_chart_text(page, chart->states[state].label);
    }
    return filter->values[QUEUE_STATE];
}

/* What is chosen, each removable; nothing when nothing is. */
static void queue_choices(struct page *page, const struct list_filter *filter)
{
    const struct chart_set *set = page->call->charts;
    const char *role = filter->values[QUEUE_ROLE], *workflow = filter->values[QUEUE_WORKFLOW];
    const struct chart *any = g_ptr_array_index(set->charts, 0);

    if (role[0] == '\0' && workflow[0] == '\0' && filter->values[QUEUE_STATE][0] == '\0')
        return;
    html_add(page->out, "<p>%s</p><ul>", page_text(page, "選択中の条件", "Chosen filters"));
    list_filter_chosen(page, filter, QUEUE_ROLE, page_text(page, "手番", "Turn"), page_role_text(page, any, role));
    list_filter_chosen(page, filter, QUEUE_WORKFLOW, page_text(page, "手続", "Workflow"),
                       page_workflow_text(page, workflow));
    list_filter_chosen(page, filter, QUEUE_STATE, page_text(page, "状態", "State"), queue_state_text(page, filter));
    g_string_append(page->out, "</ul>");
}

static void queue_answer(struct call *call)
{
    struct value *answer = call_answer_value(call);
    struct list_filter filter;
    struct page *page;
    g_autofree char *count = NULL;

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
             queue_sort_text(page, filter.values[QUEUE_SORT]));
    if (value_size(value_get(answer, "rows")) > 0)
        turns_table(page, value_get(answer, "rows"), count);
    else
        page_paragraph(page, page_text(page, "該当する案件はありません。", "No case fits."));
    list_filter_pages(page, &filter, value_text(value_get(answer, "next")));
    page_end(page, 200, NULL);
    list_filter_release(&filter);
    value_unref(answer);
}

void queue_page(struct http_request *request, void *user)
{
    struct call *call = request->user;
    struct list_filter filter;
    char *who;

    (void)user;
    if (!queue_filter_read(call, &filter))
        return;
    who = queue_who(call, filter.values[QUEUE_ROLE]);
    if (who == NULL) {
        call_refuse(call, TOROKU_ERROR_NOT_FOUND, NULL);
        list_filter_release(&filter);
        return;
    }
    call->params[0] = who;
    call->params[1] = g_strdup(filter.values[QUEUE_WORKFLOW]);
    call->params[2] = g_strdup(filter.values[QUEUE_STATE]);
    call->params[3] = g_strdup(filter.values[QUEUE_SORT]);
    call->params[4] = g_strdup(LIST_ROWS);
    call->params[5] = g_strdup(filter.after);
    list_filter_release(&filter);
    call_ask(call, READ_TURNS, queue_answer);
}
