#include "adapters/http/pages_case.h"

#include "adapters/http/page_data.h"
#include "engine/app/access.h"
#include "engine/core/rectify.h"

#include <string.h>

static const struct chart_take *chart_take_by_row(const struct chart *chart, const char *row)
{
    for (int i = 0; i < chart->take_count; i++)
        if (g_strcmp0(chart->takes[i].row, row) == 0)
            return &chart->takes[i];
    return NULL;
}

char *case_event_text(const struct page *page, const struct case_view *view, const struct value *event)
{
    const char *kind = value_text(value_get(event, "kind")), *name = value_text(value_get(event, "name"));
    const struct value *rows = value_get(event, "rows");
    const struct chart_take *take = chart_take_by_row(view->chart, value_text(value_at(rows, 0)));
    int deadline = chart_deadline_index(view->chart, name);

    if (value_int(value_get(event, "seq")) == 1)
        return g_strdup(page_text(page, "案件の開始", "Case opened"));
    if (strcmp(kind, "migrate") == 0)
        return g_strdup(page_text(page, "手続の別の版への移行", "Moved to another version of the workflow"));
    if (strcmp(kind, "due") == 0 && deadline != CHART_NONE && take == NULL) {
        const char *label = page_chart_text(page, view->chart->deadlines[deadline].label);
        bool reminder = value_int(value_get(event, "reminder")) < view->chart->deadlines[deadline].reminder_count;

        if (label[0] == '\0')
            label = name;
        if (reminder)
            return g_strdup_printf(page->en ? "Reminder: %s" : "事前の知らせ：%s", label);
        return g_strdup_printf(page->en ? "Passed: %s" : "期限の経過：%s", label);
    }
    if (take != NULL && page_chart_text(page, take->label)[0] != '\0')
        return g_strdup(page_chart_text(page, take->label));
    if (value_get(event, "rectified") != NULL)
        return g_strdup(page_text(page, "更正", "Rectification"));
    return g_strdup(name);
}

/* Who raised it: a person of an organisation, as far as that may be known; the clock; another case. */
static void event_who(struct page *page, const struct value *event)
{
    const char *kind = value_text(value_get(event, "kind")), *person = value_text(value_get(event, "person"));
    const char *origin = value_text(value_get(event, "origin"));

    if (strcmp(kind, "due") == 0)
        html_text(page->out, page_text(page, "時計（期限の到来）", "The clock"));
    else if (strcmp(kind, "signal") == 0 && origin != NULL)
        html_add(page->out,
                 page_text(page, "案件 <a href=\"/cases/%s\">%s</a> からの信号",
                           "A signal from <a href=\"/cases/%s\">%s</a>"),
                 origin, origin);
    else if (strcmp(kind, "signal") == 0)
        html_text(page->out, page_text(page, "他の案件からの信号", "A signal from another case"));
    else if (strcmp(kind, "migrate") == 0)
        html_text(page->out, page_text(page, "システムの運用者", "The operator of the system"));
    else
        html_add(page->out, "%s %s", page_value_text(page, value_path(event, "org.name")),
                 person == NULL ? "" : person);
}

/* Each row that was taken, with its basis. */
static void event_rows(struct page *page, const struct case_view *view, const struct value *event)
{
    const struct value *rows = value_get(event, "rows");

    for (size_t i = 0; i < value_size(rows); i++) {
        const char *row = value_text(value_at(rows, i));
        const struct chart_take *take = chart_take_by_row(view->chart, row);

        html_add(page->out, i == 0 ? "<code>%s</code> " : "<br><code>%s</code> ", row);
        if (take != NULL)
            page_basis(page, view->chart, take->basis);
    }
}

static void event_notices(struct page *page, const struct case_view *view, const struct value *notices)
{
    for (size_t i = 0; i < value_size(notices); i++) {
        g_autofree char *to = page_recipient_text(page, view->chart, value_text(value_get(value_at(notices, i), "to")));

        html_add(page->out, i == 0 ? "%s" : page_text(page, "、%s", ", %s"), to);
    }
}

static void event_registers(struct page *page, const struct value *registers)
{
    for (size_t i = 0; i < value_size(registers); i++) {
        const struct value *r = value_at(registers, i);
        const char *is = value_text(value_get(r, "is"));

        html_add(page->out, i == 0 ? "%s %s" : "<br>%s %s",
                 strcmp(is, "rectify") == 0   ? page_text(page, "更正", "Rectified")
                 : strcmp(is, "publish") == 0 ? page_text(page, "掲載", "Published")
                 : strcmp(is, "mark") == 0    ? page_text(page, "表示を付す", "Marked")
                 : strcmp(is, "unmark") == 0  ? page_text(page, "表示を外す", "Unmarked")
                                              : page_text(page, "掲載終了", "Withdrawn"),
                 value_text(value_get(r, "key")));
    }
}

static void event_flags(struct page *page, const struct value *flags)
{
    for (size_t i = 0; i < value_size(flags); i++)
        html_add(page->out, value_bool(value_member_at(flags, i)) ? "+<code>%s</code> " : "−<code>%s</code> ",
                 value_key_at(flags, i));
}

/* The member ${name} of the input of ${event}, as far as the reader may know it. */
static const struct value *event_input(const struct value *event, const char *name)
{
    const struct value *parts = value_get(event, "parts"), *found = NULL;

    for (size_t i = 0; i < value_size(parts) && found == NULL; i++)
        found = value_get(value_get(value_at(parts, i), "body"), name);
    return found;
}

/* One field from what it was to what it is. */
static void rectified_field(struct page *page, const struct case_view *view, const char *id, const struct value *was,
                            const struct value *is)
{
    const struct chart *chart = view->chart;
    const struct chart_field *field = page_field_find(page, &chart, id);
    const char *label = field == NULL ? "" : page_chart_text(page, field->label);

    if (!access_may_read(&view->actor, rectify_access(view->chart, id)))
        return;
    page_summary_row_begin(page, label[0] == '\0' ? id : label);
    g_string_append(page->out, "<del>");
    page_field_value(page, chart, field, was);
    g_string_append(page->out, "</del> → <ins>");
    page_field_value(page, chart, field, is);
    g_string_append(page->out, "</ins>");
    page_summary_row_end(page);
}

/* Since when it holds, why, and what was changed into what. What no part of the workflow reads stands in the input. */
static void event_rectified(struct page *page, const struct case_view *view, const struct value *event)
{
    const struct value *rectified = value_get(event, "rectified"), *set = value_get(event, "set");
    const struct value *states = value_path(rectified, "was.states"), *was = value_path(rectified, "was.data");
    const struct value *parts = value_get(event, "parts");
    const char *reason = value_text(event_input(event, "reason"));

    page_summary_row_begin(page, page_text(page, "効力の生じる時刻", "Holds from"));
    page_instant(page, value_int(value_get(rectified, "effective")));
    page_summary_row_end(page);
    page_summary_row(page, page_text(page, "更正の理由", "Why"), reason == NULL ? "" : reason);
    if (value_get(rectified, "undoes") != NULL) {
        g_autofree char *seq = g_strdup_printf("%" G_GINT64_FORMAT, value_int(value_get(rectified, "undoes")));

        page_summary_row_begin(page, page_text(page, "取り消す更正", "Undoes"));
        html_add(page->out, "<a href=\"#event-%s\">%s</a>", seq, seq);
        page_summary_row_end(page);
    }
    for (size_t i = 0; i < value_size(set); i++)
        rectified_field(page, view, value_key_at(set, i), value_get(was, value_key_at(set, i)),
                        value_member_at(set, i));
    for (size_t i = 0; i < value_size(was); i++)
        if (value_get(set, value_key_at(was, i)) == NULL)
            rectified_field(page, view, value_key_at(was, i), value_member_at(was, i), NULL);
    for (size_t p = 0; p < value_size(parts); p++) {
        const struct value *sent = value_get(value_get(value_at(parts, p), "body"), "set");

        for (size_t i = 0; i < value_size(sent); i++)
            if (value_get(set, value_key_at(sent, i)) == NULL)
                rectified_field(page, view, value_key_at(sent, i), NULL, value_member_at(sent, i));
    }
    if (states != NULL) {
        g_autofree char *text = page_states_text(page, view->chart, states);

        page_summary_row(page, page_text(page, "それまでの状態", "State before"), text);
    }
}

static void event_details(struct page *page, const struct case_view *view, const struct value *event)
{
    g_autofree char *states = page_states_text(page, view->chart, value_get(event, "states"));

    if (value_get(event, "rectified") != NULL)
        event_rectified(page, view, event);
    page_summary_row(page, page_text(page, "その後の状態", "State afterwards"), states);
    if (value_size(value_get(event, "rows")) > 0) {
        page_summary_row_begin(page, page_text(page, "規則の行と根拠", "Row and rule"));
        event_rows(page, view, event);
        page_summary_row_end(page);
    }
    if (value_size(value_get(event, "flags")) > 0) {
        page_summary_row_begin(page, page_text(page, "印", "Marks"));
        event_flags(page, value_get(event, "flags"));
        page_summary_row_end(page);
    }
    if (value_size(value_get(event, "notices")) > 0) {
        page_summary_row_begin(page, page_text(page, "通知先", "Told"));
        event_notices(page, view, value_get(event, "notices"));
        page_summary_row_end(page);
    }
    if (value_size(value_get(event, "registers")) > 0) {
        page_summary_row_begin(page, page_text(page, "登録簿", "Register"));
        event_registers(page, value_get(event, "registers"));
        page_summary_row_end(page);
    }
}

static void timeline_event(struct page *page, const struct case_view *view, const struct value *event)
{
    g_autofree char *what = case_event_text(page, view, event);
    g_autofree char *seq = g_strdup_printf("%" G_GINT64_FORMAT, value_int(value_get(event, "seq")));
    const struct value *received = value_get(event, "received");
    bool own = value_int(value_get(event, "org_id")) == view->actor.org && view->actor.org != 0;

    html_add(page->out, "<li id=\"event-%s\"><h3>%s</h3>", seq, what);
    page_summary_begin(page);
    page_summary_row_begin(page, page_text(page, "時刻", "When"));
    page_instant(page, value_instant(value_get(event, "at")));
    if (value_kind(received) == VALUE_INT) {
        html_add(page->out, "<br>%s ", page_text(page, "受信：", "Received:"));
        page_instant(page, value_int(received));
    }
    page_summary_row_end(page);
    page_summary_row_begin(page, page_text(page, "誰が", "Who"));
    event_who(page, event);
    page_summary_row_end(page);
    event_details(page, view, event);
    page_summary_row_begin(page, page_text(page, "記録", "Record"));
    html_add(page->out, page_text(page, "%s番、ハッシュ <code>%s</code>", "Number %s, hash <code>%s</code>"), seq,
             value_text(value_get(event, "hash")));
    if (own && strcmp(value_text(value_get(event, "kind")), "command") == 0)
        html_add(page->out, "<br><a href=\"/cases/%s/receipts/%s\">%s<span class=\"hidden\">%s</span></a>",
                 view->number, seq, page_text(page, "受付の控え", "Receipt"), what);
    page_summary_row_end(page);
    page_summary_end(page);
    g_string_append(page->out, "</li>");
}

void case_timeline(struct page *page, const struct case_view *view)
{
    const struct value *events = value_get(view->row, "events");

    page_heading(page, 2, "history", page_text(page, "履歴（新しい順）", "History, newest first"));
    g_string_append(page->out, "<ol class=\"timeline\" reversed>");
    for (size_t i = value_size(events); i-- > 0;)
        timeline_event(page, view, value_at(events, i));
    g_string_append(page->out, "</ol>");
}

/* The members of an event's input that the caller may read, of all classes together: a new map. */
static struct value *filing_data(const struct value *event)
{
    const struct value *parts = value_get(event, "parts");
    struct value *data = value_new_map();

    for (size_t i = 0; i < value_size(parts); i++) {
        const struct value *body = value_get(value_at(parts, i), "body");

        for (size_t m = 0; m < value_size(body); m++)
            value_map_set(data, value_key_at(body, m), value_ref(value_member_at(body, m)));
    }
    return data;
}

static bool filing_erased(const struct value *event)
{
    const struct value *parts = value_get(event, "parts");

    for (size_t i = 0; i < value_size(parts); i++)
        if (value_bool(value_get(value_at(parts, i), "erased")))
            return true;
    return false;
}

/* The newest event that filled ${form}; a draft only when there is nothing else. NULL: none. */
static const struct value *filing_newest(const struct case_view *view, const char *form)
{
    const struct value *events = value_get(view->row, "events"), *draft = NULL;

    for (size_t i = value_size(events); i-- > 0;) {
        const struct value *event = value_at(events, i);

        if (g_strcmp0(value_text(value_get(event, "form")), form) != 0)
            continue;
        if (!value_bool(value_get(event, "draft")))
            return event;
        if (draft == NULL)
            draft = event;
    }
    return draft;
}

static void filing_show(struct page *page, const struct case_view *view, const struct chart_form *form,
                        const struct value *event)
{
    struct value *data = filing_data(event);
    g_autofree char *what = case_event_text(page, view, event);
    g_autofree char *at = page_instant_text(page, value_instant(value_get(event, "at")));
    g_autofree char *seq = g_strdup_printf("%" G_GINT64_FORMAT, value_int(value_get(event, "seq")));

    page_heading(page, 3, NULL, page_chart_text(page, form->title));
    html_add(page->out, "<p><a href=\"#event-%s\">%s</a> %s ", seq, what, at);
    if (value_bool(value_get(event, "draft")))
        page_tag(page, PAGE_WARNING, page_text(page, "下書き（未提出）", "Draft, not filed"));
    if (filing_erased(event))
        page_tag(page, PAGE_PLAIN, page_text(page, "一部は消去済み", "Partly erased"));
    g_string_append(page->out, "</p>");
    page_fields(page, view->chart, form->fields, data);
    value_unref(data);
}

/* Was ${key} shown with a form already? */
static bool filing_has(const struct case_view *view, const char *key)
{
    for (int i = 0; i < view->chart->form_count; i++) {
        const struct range *fields = &view->chart->forms[i].fields;

        if (filing_newest(view, view->chart->forms[i].id) == NULL)
            continue;
        for (int f = fields->first; f < fields->first + fields->count; f++)
            if (strcmp(view->chart->fields[f].id, key) == 0)
                return true;
    }
    return false;
}

static const char *kept_label(const struct page *page, const struct chart_field *field, const char *key)
{
    static const struct {
        const char *key, *ja, *en;
    } numbers[] = {{"receipt_no", "受付番号", "Receipt number"},
                   {"registration_no", "登録番号", "Registration number"}};
    const char *label = field == NULL ? "" : page_chart_text(page, field->label);

    for (size_t i = 0; label[0] == '\0' && i < G_N_ELEMENTS(numbers); i++)
        if (strcmp(numbers[i].key, key) == 0)
            return page_text(page, numbers[i].ja, numbers[i].en);
    return label[0] == '\0' ? key : label;
}

/* Data of the case that came with no form shown here: numbers, what a signal brought. */
static void case_kept(struct page *page, const struct case_view *view)
{
    bool any = false;

    for (size_t i = 0; i < value_size(view->s->data); i++) {
        const char *key = value_key_at(view->s->data, i);
        const struct chart *chart = view->chart;
        const struct chart_field *field = page_field_find(page, &chart, key);

        if (filing_has(view, key) || !access_may_read(&view->actor, field == NULL ? ACCESS_CASE : field->access))
            continue;
        if (!any) {
            page_heading(page, 3, NULL, page_text(page, "案件が保持する情報", "What the case keeps"));
            page_summary_begin(page);
        }
        any = true;
        page_summary_row_begin(page, kept_label(page, field, key));
        page_field_value(page, chart, field, value_member_at(view->s->data, i));
        page_summary_row_end(page);
    }
    if (any)
        page_summary_end(page);
}

void case_filings(struct page *page, const struct case_view *view)
{
    page_heading(page, 2, "data", page_text(page, "内容", "Contents"));
    case_kept(page, view);
    for (int i = 0; i < view->chart->form_count; i++) {
        const struct value *event = filing_newest(view, view->chart->forms[i].id);

        if (event != NULL)
            filing_show(page, view, &view->chart->forms[i], event);
    }
}
