#include "adapters/http/filing.h"

#include "adapters/http/page_data.h"

#include <string.h>

static void filing_case_read(struct call *call)
{
    struct filing *f = call->own;
    struct case_view view;

    if (!case_view_read(call, &view))
        return;
    f->view = view;
    filing_prepare(f);
    if (f->take == CHART_NONE)
        call_refuse(call, TOROKU_ERROR_NOT_FOUND, NULL);
    else
        filing_act(f);
}

static void filing_read_case(struct filing *f)
{
    case_view_ask(f->call, filing_case_read);
}

void filing_page(struct http_request *request, void *user)
{
    struct filing *f = filing_new(request->user);

    (void)user;
    f->event = http_request_param(request, "event");
    filing_read_case(f);
}

void filing_post(struct http_request *request, void *user)
{
    struct filing *f = filing_new(request->user);

    (void)user;
    f->event = http_request_param(request, "event");
    filing_keep_files(f, filing_read_case);
}

/* ---- the receipt ---- */

static const struct value *receipt_event(const struct case_view *view, const char *seq)
{
    const struct value *events = value_get(view->row, "events");
    gint64 wanted;

    if (!g_ascii_string_to_signed(seq, 10, 1, G_MAXINT, &wanted, NULL))
        return NULL;
    for (size_t i = 0; i < value_size(events); i++)
        if (value_int(value_get(value_at(events, i), "seq")) == wanted)
            return value_at(events, i);
    return NULL;
}

static void receipt_facts(struct page *page, const struct case_view *view, const struct value *event)
{
    const char *receipt_no = value_text(value_get(view->s->data, "receipt_no"));
    g_autofree char *number = g_strdup_printf("%s-%" G_GINT64_FORMAT, view->number, value_int(value_get(event, "seq")));
    g_autofree char *what = case_event_text(page, view, event);
    g_autofree char *states = page_states_text(page, view->chart, value_get(event, "states"));

    page_summary_begin(page);
    page_summary_row_begin(page, page_text(page, "受付票の番号", "Receipt"));
    html_add(page->out, "<strong class=\"mono\">%s</strong>", number);
    page_summary_row_end(page);
    if (receipt_no != NULL)
        page_summary_row(page, page_text(page, "受付番号", "Receipt number of the case"), receipt_no);
    page_summary_row(page, page_text(page, "手続", "What was filed"), what);
    page_summary_row_begin(page, page_text(page, "受け付けた時刻", "Received"));
    page_instant(page, value_instant(value_get(event, "at")));
    page_summary_row_end(page);
    page_summary_row(page, page_text(page, "提出した人", "By"), value_text(value_get(event, "person")));
    page_summary_row(page, page_text(page, "組織", "Organisation"),
                     page_value_text(page, value_path(event, "org.name")));
    page_summary_row(page, page_text(page, "その結果の状態", "State since"), states);
    page_summary_row_begin(page, page_text(page, "記録のハッシュ（SHA-256）", "Hash of the record (SHA-256)"));
    html_add(page->out, "<code>%s</code>", value_text(value_get(event, "hash")));
    page_summary_row_end(page);
    page_summary_end(page);
}

/* A kept draft is nothing filed, and must not look like it. */
static bool receipt_is_draft(const struct value *event)
{
    return value_bool(value_get(event, "draft"));
}

static void receipt_contents(struct page *page, const struct case_view *view, const struct value *event)
{
    const char *form_id = value_text(value_get(event, "form"));
    int form = form_id == NULL ? CHART_NONE : chart_form_index(view->chart, form_id);
    const struct value *parts = value_get(event, "parts");
    struct value *data = value_new_map();

    for (size_t p = 0; p < value_size(parts); p++) {
        const struct value *body = value_get(value_at(parts, p), "body");

        for (size_t i = 0; i < value_size(body); i++)
            value_map_set(data, value_key_at(body, i), value_ref(value_member_at(body, i)));
    }
    if (form != CHART_NONE) {
        page_heading(page, 2, NULL,
                     receipt_is_draft(event) ? page_text(page, "保存した内容", "What was saved")
                                             : page_text(page, "提出した内容", "What was filed"));
        page_fields(page, view->chart, view->chart->forms[form].fields, data);
    }
    value_unref(data);
}

/* Whose turn it is now, and by when. */
static void receipt_follows(struct page *page, const struct case_view *view)
{
    GArray *turns = snapshot_turns(view->s);

    page_heading(page, 2, NULL, page_text(page, "この後", "What follows"));
    g_string_append(page->out, "<ul>");
    for (guint i = 0; i < turns->len; i++) {
        const struct turn *turn = &g_array_index(turns, struct turn, i);
        const char *role = g_array_index(view->chart->book->roles, struct chart_role, turn->role).id;

        html_add(page->out, page_text(page, "<li>次の手番：%s ", "<li>The next turn: %s "),
                 page_role_text(page, view->chart, role));
        if (turn->deadline != CHART_NONE)
            page_due(page, turn->due);
        g_string_append(page->out, "</li>");
    }
    if (turns->len == 0)
        html_add(page->out, "<li>%s</li>",
                 view->s->closed ? page_text(page, "この案件は終了しました。", "This case has ended.")
                                 : page_text(page, "今、対応を求められている人はいません。", "Nobody has to act now."));
    g_string_append(page->out, "</ul>");
    g_array_unref(turns);
}

static void receipt_notice(struct page *page, const struct value *event)
{
    if (receipt_is_draft(event))
        page_notice(page, PAGE_WARNING,
                    page_text(page, "下書きを保存しました。提出はまだです", "Saved as a draft, not filed yet"),
                    page_text(page, "案件のページから手続を開くと、続きから入力できます。",
                              "Open the form again from the page of the case to go on where you stopped."));
    else
        page_notice(page, PAGE_SUCCESS, page_text(page, "受け付けました", "This has been received"),
                    page_text(page, "このページは印刷または保存できます。いつでも案件のページから開けます。",
                              "You may print or keep this page; the page of the case leads here at any time."));
}

static void receipt_answer(struct call *call)
{
    struct case_view view;
    const struct value *event;
    struct page *page;

    if (!case_view_read(call, &view))
        return;
    event = receipt_event(&view, http_request_param(call->request, "seq"));
    if (event == NULL) {
        call_refuse(call, TOROKU_ERROR_NOT_FOUND, NULL);
    } else {
        page = page_begin(call, receipt_is_draft(event) ? call_text(call, "下書きの控え", "Saved draft")
                                                        : call_text(call, "受付票", "Receipt"));
        if (case_event_is_own(&view, event))
            receipt_notice(page, event);
        receipt_facts(page, &view, event);
        receipt_follows(page, &view);
        html_add(page->out, "<p class=\"screen\"><a class=\"button\" href=\"/cases/%s\">%s %s</a></p>", view.number,
                 page_text(page, "案件", "Case"), view.number);
        receipt_contents(page, &view, event);
        page_end(page, 200, NULL);
    }
    case_view_release(&view);
}

void receipt_page(struct http_request *request, void *user)
{
    (void)user;
    case_view_ask(request->user, receipt_answer);
}
