#include "adapters/http/pages_case.h"

#include "engine/app/access.h"
#include "engine/core/rectify.h"

#include <string.h>

static void case_headline(struct page *page, const struct case_view *view)
{
    g_autofree char *states = NULL, *version = g_strdup_printf("%d", view->s->seq);
    struct value *ids = snapshot_states(view->s);

    states = page_states_text(page, view->chart, ids);
    value_unref(ids);
    page_summary_begin(page);
    page_summary_row(page, page_text(page, "状態", "State"), states);
    page_summary_row(page, page_text(page, "手続", "Workflow"), page_chart_text(page, view->chart->title));
    if (page_subject_text(view->row)[0] != '\0')
        page_summary_row(page, page_text(page, "対象", "About"), page_subject_text(view->row));
    page_summary_row(page, page_text(page, "組織", "Organisation"), page_owner_text(page, view->row));
    page_summary_row_begin(page, page_text(page, "最後の動き", "Last event"));
    page_instant(page, view->s->at);
    page_summary_row_end(page);
    page_summary_row(page, page_text(page, "版", "Version"), version);
    page_summary_end(page);
}

/* Whose turn, by when, under which rule, and what follows: one row a role. */
static void case_turns(struct page *page, const struct case_view *view)
{
    GArray *turns = snapshot_turns(view->s);
    const char *const columns[] = {page_text(page, "手番", "Turn"), page_text(page, "期限", "Due"),
                                   page_text(page, "根拠", "Rule"), page_text(page, "過ぎた場合", "If it passes"),
                                   NULL};

    page_heading(page, 2, "turn", page_text(page, "誰の手番か", "Whose turn it is"));
    if (turns->len == 0)
        page_paragraph(page, view->s->closed
                                 ? page_text(page, "この案件は終了しました。", "This case has ended.")
                                 : page_text(page, "今、対応を求められている人はいません。", "Nobody has to act now."));
    else
        page_table_begin(page, page_text(page, "手番と期限", "Turns and when they are due"), columns);
    for (guint i = 0; i < turns->len; i++) {
        const struct turn *turn = &g_array_index(turns, struct turn, i);
        const char *role = g_array_index(view->chart->book->roles, struct chart_role, turn->role).id;
        bool mine = page_turn_is_mine(page, view->chart, role, view->s->owner);

        page_row_begin(page);
        page_cell_begin(page, columns[0]);
        html_add(page->out, "%s ", page_role_text(page, view->chart, role));
        if (mine)
            page_tag(page, PAGE_WARNING, page_text(page, "あなたの手番", "Your turn"));
        page_cell_end(page);
        page_cells_deadline(page, columns + 1, view->chart, turn->deadline, turn->due);
        page_row_end(page);
    }
    if (turns->len > 0)
        page_table_end(page);
    g_array_unref(turns);
}

/* The forms of exactly what this person may do now; what four eyes or the case's data forbid is told, not linked. */
static void case_offers(struct page *page, const struct case_view *view)
{
    GArray *offers = offers_of(view->s, &view->actor, NULL, MAX(page->call->request->received, view->s->at));

    page_heading(page, 2, "offers", page_text(page, "あなたができること", "What you may do now"));
    if (offers->len == 0)
        page_paragraph(page, page_text(page, "今、この案件であなたができる手続はありません。",
                                       "There is nothing that you may do in this case now."));
    else
        g_string_append(page->out, "<ul class=\"offers\">");
    for (guint i = 0; i < offers->len; i++) {
        const struct offer *offer = &g_array_index(offers, struct offer, i);
        const struct chart_take *take = &view->chart->takes[offer->take];
        const char *label = page_chart_text(page, take->label);

        if (label[0] == '\0')
            label = offer->event;
        g_string_append(page->out, "<li>");
        if (offer->open)
            html_add(page->out, "<a class=\"button\" href=\"/cases/%s/events/%s\">%s</a> ", view->number, offer->event,
                     label);
        else
            html_add(page->out, "%s <span class=\"quiet\">%s</span> ", label,
                     page_text(page, offer->why_ja, offer->why_en));
        page_basis(page, view->chart, take->basis);
        g_string_append(page->out, "</li>");
    }
    if (offers->len > 0)
        g_string_append(page->out, "</ul>");
    if (rectify_may(view->s, &view->actor))
        html_add(page->out, "<p><a href=\"/cases/%s/rectify\">%s</a></p>", view->number,
                 page_text(page, "この案件を更正する", "Rectify this case"));
    g_array_unref(offers);
}

static void case_deadline(struct page *page, const struct case_view *view, const struct deadline_state *d)
{
    const struct chart_deadline *rule = &view->chart->deadlines[d->deadline];
    const char *label = page_chart_text(page, rule->label);
    bool past = d->due != INSTANT_NEVER && d->occurrence > rule->reminder_count;

    page_heading(page, 3, NULL, label[0] == '\0' ? rule->id : label);
    page_summary_begin(page);
    page_summary_row_begin(page, page_text(page, "期限", "Due"));
    page_due(page, d->due);
    if (snapshot_holds(view->s, d->deadline)) {
        g_string_append_c(page->out, ' ');
        page_tag(page, PAGE_PLAIN, page_text(page, "効力の発生は待っています", "Held: nothing fires meanwhile"));
    }
    page_summary_row_end(page);
    page_summary_row_begin(page, page_text(page, "種類", "Kind"));
    page_deadline_kind(page, view->chart, d->deadline);
    page_summary_row_end(page);
    page_summary_row_begin(page, page_text(page, "根拠", "Rule"));
    page_basis(page, view->chart, rule->basis);
    page_summary_row_end(page);
    page_summary_row_begin(page, page_text(page, "過ぎた場合", "If it passes"));
    if (past)
        html_add(page->out, "<strong>%s</strong> ", page_text(page, "既に過ぎました。", "It has passed."));
    page_consequence(page, view->chart, d->deadline);
    page_summary_row_end(page);
    page_summary_row_begin(page, page_text(page, "計算の過程", "How it was found"));
    page_why(page, view->chart, value_get(value_get(view->row, "why"), rule->id));
    page_summary_row_end(page);
    page_summary_end(page);
}

static void case_deadlines(struct page *page, const struct case_view *view)
{
    if (view->s->deadlines->len == 0)
        return;
    page_heading(page, 2, "deadlines", page_text(page, "期限とその根拠", "Deadlines and how they were found"));
    for (guint i = 0; i < view->s->deadlines->len; i++)
        case_deadline(page, view, &g_array_index(view->s->deadlines, struct deadline_state, i));
}

/* How a case stands to this one: by a relation of the chart, by a signal, or about the same subject. */
static const char *case_relation_text(const struct page *page, const char *relation)
{
    if (strcmp(relation, "subject") == 0)
        return page_text(page, "同じ対象の案件", "About the same subject");
    if (strcmp(relation, "signal") == 0)
        return page_text(page, "この案件に信号を送った案件", "Signalled this case");
    return page_text(page, "この案件から参照", "Named by this case");
}

static void case_linked(struct page *page, const struct case_view *view)
{
    const struct value *linked = value_get(view->row, "linked");
    const char *const columns[] = {page_text(page, "案件", "Case"), page_text(page, "手続", "Workflow"),
                                   page_text(page, "状態", "State"), page_text(page, "関係", "Relation"), NULL};

    if (value_size(linked) == 0)
        return;
    page_heading(page, 2, "linked", page_text(page, "関係する案件", "Linked cases"));
    page_table_begin(page, page_text(page, "関係する案件", "Linked cases"), columns);
    for (size_t i = 0; i < value_size(linked); i++) {
        const struct value *row = value_at(linked, i);
        const struct chart *chart = page_row_chart(page, row);
        g_autofree char *states = page_states_text(page, chart, value_get(row, "states"));

        page_row_begin(page);
        page_cell_case(page, columns[0], value_text(value_get(row, "case")));
        page_cell(page, columns[1], chart == NULL ? "" : page_chart_text(page, chart->title));
        page_cell(page, columns[2], states);
        page_cell(page, columns[3], case_relation_text(page, value_text(value_get(row, "relation"))));
        page_row_end(page);
    }
    page_table_end(page);
}

/* Notices that this person may know of: what was sent to whom, and whether it arrived. */
static void case_notices(struct page *page, const struct case_view *view)
{
    const struct value *notices = value_get(view->row, "notices");
    const char *const columns[] = {page_text(page, "時刻", "When"), page_text(page, "通知", "Notice"),
                                   page_text(page, "宛先", "To"), page_text(page, "配達", "Delivery"), NULL};

    if (value_size(notices) == 0)
        return;
    page_heading(page, 2, "notices", page_text(page, "通知", "Notices"));
    page_table_begin(page, page_text(page, "この案件について送られた通知", "Notices sent about this case"), columns);
    for (size_t i = 0; i < value_size(notices); i++) {
        const struct value *row = value_at(notices, i);
        g_autofree char *to = page_recipient_text(page, view->chart, value_text(value_get(row, "to")));
        g_autofree char *title =
            page_notice_subject(page, value_text(value_get(row, "notice")), view->number, value_get(row, "vars"));

        page_row_begin(page);
        page_cell_begin(page, columns[0]);
        page_instant(page, value_instant(value_get(row, "at")));
        page_cell_end(page);
        page_cell(page, columns[1], title);
        page_cell_begin(page, columns[2]);
        html_add(page->out, "%s<br><span class=\"quiet\">%s</span>", to, value_text(value_get(row, "address")));
        page_cell_end(page);
        page_cell_begin(page, columns[3]);
        page_delivery(page, row);
        page_cell_end(page);
        page_row_end(page);
    }
    page_table_end(page);
}

/* The snapshot behind the answer; NULL when it does not fit its chart. */
static struct snapshot *case_snapshot(const struct value *row, const struct chart *chart, GError **error)
{
    struct snapshot *s = snapshot_new(chart, value_int(value_get(row, "id")), value_int(value_path(row, "subject.id")),
                                      value_int(value_path(row, "owner.id")));

    s->seq = (int)value_int(value_get(row, "seq"));
    s->at = value_instant(value_get(row, "at"));
    if (snapshot_read(s, value_get(row, "body"), value_get(row, "data"), error))
        return s;
    snapshot_free(s);
    return NULL;
}

static void case_show(struct call *call, struct case_view *view)
{
    g_autofree char *title =
        g_strdup_printf("%s %s", view->number, call_text(call, view->chart->title.ja, view->chart->title.en));
    struct page *page = page_begin(call, title);

    case_headline(page, view);
    case_turns(page, view);
    case_offers(page, view);
    case_deadlines(page, view);
    case_filings(page, view);
    case_linked(page, view);
    case_notices(page, view);
    case_timeline(page, view);
    page_end(page, 200, NULL);
}

bool case_view_read(struct call *call, struct case_view *view)
{
    struct value *row = call_answer_value(call);
    GError *error = NULL;

    *view = (struct case_view){.row = row, .number = value_text(value_get(row, "case")), .actor = call_actor(call)};
    if (row == NULL)
        return false;
    view->chart = chart_set_by_id(call->charts, (int32_t)value_int(value_get(row, "chart")));
    if (g_strcmp0(view->number, http_request_param(call->request, "case")) != 0 ||
        !access_sees_case(&view->actor, value_int(value_path(row, "owner.id")))) {
        call_refuse(call, TOROKU_ERROR_NOT_FOUND, NULL);
    } else if (view->chart == NULL) {
        engine_want_chart(call->api->config.engine, (int32_t)value_int(value_get(row, "chart")));
        call_refuse(call, TOROKU_ERROR_UNAVAILABLE,
                    "This daemon does not know the version of the workflow yet; try again in a moment.");
    } else if ((view->s = case_snapshot(row, view->chart, &error)) == NULL) {
        call_fail(call, error);
        g_error_free(error);
    } else {
        return true;
    }
    case_view_release(view);
    return false;
}

void case_view_release(struct case_view *view)
{
    snapshot_free(view->s);
    value_unref((struct value *)(uintptr_t)view->row);
    *view = (struct case_view){0};
}

bool case_event_is_own(const struct case_view *view, const struct value *event)
{
    return view->actor.org != 0 && value_int(value_get(event, "org_id")) == view->actor.org;
}

static void case_answer(struct call *call)
{
    struct case_view view;

    if (!case_view_read(call, &view))
        return;
    case_show(call, &view);
    case_view_release(&view);
}

/* The classes that ${actor} may read, as the reader takes them: "0,1,2". */
static char *case_classes(const struct actor *actor)
{
    GString *classes = g_string_new(NULL);

    for (int access = 0; access < ACCESS_CLASS_COUNT; access++)
        if (access_may_read(actor, (enum access_class)access))
            g_string_append_printf(classes, "%s%d", classes->len > 0 ? "," : "", access);
    return g_string_free(classes, FALSE);
}

void case_view_ask(struct call *call, void (*answer)(struct call *call))
{
    struct actor actor = call_actor(call);
    int64_t id = call_case_id(http_request_param(call->request, "case"), NULL);

    g_free(call->params[0]);
    g_free(call->params[1]);
    call->params[0] = g_strdup_printf("%" G_GINT64_FORMAT, id);
    call->params[1] = case_classes(&actor);
    g_clear_pointer(&call->ask.json, g_free);
    if (id == 0)
        call_refuse(call, TOROKU_ERROR_NOT_FOUND, NULL);
    else
        call_ask(call, READ_CASE_PAGE, answer);
}

void case_page(struct http_request *request, void *user)
{
    (void)user;
    case_view_ask(request->user, case_answer);
}
