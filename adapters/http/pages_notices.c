#include "adapters/http/page_chart.h"

#include "adapters/http/page_list.h"
#include "engine/app/notice_text.h"

#include <string.h>

static const struct chart_notice *notice_template(const struct page *page, const char *id)
{
    return rulebook_notice(call_rulebook(page->call), id);
}

/* A template in the page's language, filled as the mail was. A new text. */
static char *notice_filled(const struct page *page, const char *template, const char *number, const struct value *vars)
{
    g_autofree char *link = g_strdup_printf("/cases/%s", number);
    struct notice_context context = {.language = page->en ? "en" : "ja", .number = number, .link = link, .vars = vars};

    return notice_fill(template, &context);
}

char *page_notice_subject(const struct page *page, const char *notice, const char *number, const struct value *vars)
{
    const struct chart_notice *template = notice_template(page, notice);

    if (template == NULL)
        return g_strdup(notice);
    return notice_filled(page, page_chart_text(page, template->subject), number, vars);
}

/* The order of notices.state. */
enum notice_state { NOTICE_PENDING, NOTICE_DELIVERED, NOTICE_DEAD, NOTICE_NOBODY };

void page_delivery(struct page *page, const struct value *row)
{
    switch ((enum notice_state)value_int(value_get(row, "state"))) {
    case NOTICE_PENDING:
        page_tag(page, PAGE_PLAIN, page_text(page, "送信中", "On its way"));
        break;
    case NOTICE_DELIVERED:
        page_tag(page, PAGE_SUCCESS, page_text(page, "相手方のサーバーに配達済み", "Delivered to the mail server"));
        if (value_instant(value_get(row, "delivered")) != INSTANT_NEVER) {
            g_string_append(page->out, "<br>");
            page_instant(page, value_instant(value_get(row, "delivered")));
        }
        break;
    case NOTICE_DEAD:
        page_tag(page, PAGE_ERROR, page_text(page, "配達できず", "Could not be delivered"));
        break;
    case NOTICE_NOBODY:
        page_tag(page, PAGE_ERROR, page_text(page, "宛先なし", "Nobody to send it to"));
        break;
    }
}

static void inbox_item(struct page *page, const struct value *row)
{
    const char *id = value_text(value_get(row, "notice")), *number = value_text(value_get(row, "case"));
    const struct chart_notice *template = notice_template(page, id);
    const struct value *vars = value_get(row, "vars");
    g_autofree char *subject = page_notice_subject(page, id, number, vars), *body = NULL;

    if (template != NULL)
        body = notice_filled(page, page_chart_text(page, template->body), number, vars);
    html_add(page->out, "<li><h2>%s</h2><p>", subject);
    page_instant(page, value_instant(value_get(row, "at")));
    g_string_append_c(page->out, ' ');
    page_delivery(page, row);
    html_add(page->out, "<br><span class=\"quiet\">%s %s</span></p>", page_text(page, "宛先", "To"),
             value_text(value_get(row, "address")));
    if (body != NULL)
        html_add(page->out, "<p class=\"letter\">%s</p>", g_strstrip(body));
    if (value_bool(value_get(row, "visible")))
        html_add(page->out, "<p><a href=\"/cases/%s\">%s %s</a></p>", number, page_text(page, "案件", "Case"), number);
    g_string_append(page->out, "</li>");
}

static void inbox_answer(struct call *call)
{
    struct value *answer = call_answer_value(call);
    const struct value *rows = value_get(answer, "rows");
    const char *next = value_text(value_get(answer, "next"));
    struct page *page;
    g_autofree char *count = NULL;

    if (answer == NULL)
        return;
    page = page_begin(call, call_text(call, "組織宛ての通知", "Notices to your organisation"));
    count = page_count_text(page, answer);
    html_add(page->out, "<p role=\"status\">%s</p>", count);
    page_paragraph(page, page_text(page, "メールで送ったものと同じ内容です。新しい順に並んでいます。",
                                   "What was sent by mail, in the same words, newest first."));
    g_string_append(page->out, "<ol class=\"timeline\">");
    for (size_t i = 0; i < value_size(rows); i++)
        inbox_item(page, value_at(rows, i));
    g_string_append(page->out, "</ol>");
    if (call->params[1][0] != '\0')
        html_add(page->out, "<p><a href=\"/notices\">%s</a></p>", page_text(page, "先頭へ", "First page"));
    if (next != NULL)
        html_add(page->out, "<p><a href=\"/notices?after=%s\" rel=\"next\">%s</a></p>", next,
                 page_text(page, "次へ", "Next page"));
    page_end(page, 200, NULL);
    value_unref(answer);
}

void notices_page(struct http_request *request, void *user)
{
    static const char *const none[] = {NULL};
    struct call *call = request->user;
    struct list_filter filter;

    (void)user;
    if (!list_filter_read(call, "/notices", none, &filter))
        return;
    call->params[0] = g_strdup(LIST_ROWS);
    call->params[1] = g_strdup(filter.after);
    list_filter_release(&filter);
    call_ask(call, READ_INBOX, inbox_answer);
}
