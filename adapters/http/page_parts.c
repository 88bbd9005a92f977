#include "adapters/http/page.h"

#include "engine/calendar/explain.h"

#include <string.h>

void page_heading(struct page *page, int level, const char *id, const char *text)
{
    g_string_append_printf(page->out, "<h%d", level);
    if (id != NULL)
        html_add(page->out, " id=\"%s\"", id);
    html_add(page->out, ">%s", text);
    g_string_append_printf(page->out, "</h%d>", level);
}

void page_paragraph(struct page *page, const char *text)
{
    html_add(page->out, "<p>%s</p>", text);
}

void page_summary_begin(struct page *page)
{
    g_string_append(page->out, "<dl class=\"summary\">");
}

void page_summary_row_begin(struct page *page, const char *label)
{
    html_add(page->out, "<div><dt>%s</dt><dd>", label);
}

void page_summary_row_end(struct page *page)
{
    g_string_append(page->out, "</dd></div>");
}

void page_summary_row(struct page *page, const char *label, const char *text)
{
    page_summary_row_begin(page, label);
    if (text == NULL || text[0] == '\0')
        html_add(page->out, "<span class=\"quiet\">%s</span>", page_text(page, "記入なし", "Not provided"));
    else
        html_text(page->out, text);
    page_summary_row_end(page);
}

void page_summary_end(struct page *page)
{
    g_string_append(page->out, "</dl>");
}

/* ARIA names the roles that a table loses when a narrow screen lays it out as blocks. */
void page_table_begin(struct page *page, const char *caption, const char *const *columns)
{
    html_add(page->out, "<table role=\"table\"><caption>%s</caption><thead role=\"rowgroup\"><tr role=\"row\">",
             caption);
    for (; *columns != NULL; columns++)
        html_add(page->out, "<th scope=\"col\" role=\"columnheader\">%s</th>", *columns);
    g_string_append(page->out, "</tr></thead><tbody role=\"rowgroup\">");
}

void page_row_begin(struct page *page)
{
    g_string_append(page->out, "<tr role=\"row\">");
}

void page_cell_head(struct page *page, const char *label, const char *href, const char *text)
{
    html_add(page->out, "<th scope=\"row\" role=\"rowheader\" data-label=\"%s\">", label);
    if (href != NULL)
        html_add(page->out, "<a href=\"%s\">%s</a></th>", href, text);
    else
        html_add(page->out, "%s</th>", text);
}

void page_cell_begin(struct page *page, const char *label)
{
    html_add(page->out, "<td role=\"cell\" data-label=\"%s\">", label);
}

void page_cell_end(struct page *page)
{
    g_string_append(page->out, "</td>");
}

void page_cell(struct page *page, const char *label, const char *text)
{
    page_cell_begin(page, label);
    html_text(page->out, text);
    page_cell_end(page);
}

void page_row_end(struct page *page)
{
    g_string_append(page->out, "</tr>");
}

void page_table_end(struct page *page)
{
    g_string_append(page->out, "</tbody></table>");
}

static const char *page_kind_class(enum page_kind kind)
{
    static const char *const classes[] = {"plain", "success", "warning", "error"};

    return classes[kind];
}

void page_notice(struct page *page, enum page_kind kind, const char *title, const char *text)
{
    html_add(page->out, "<div class=\"notice %s\" role=\"%s\">", page_kind_class(kind),
             kind == PAGE_ERROR     ? "alert"
             : kind == PAGE_SUCCESS ? "status"
                                    : "note");
    html_add(page->out, "<p class=\"title\">%s</p>", title);
    if (text != NULL && text[0] != '\0')
        html_add(page->out, "<p>%s</p>", text);
    g_string_append(page->out, "</div>");
}

void page_tag(struct page *page, enum page_kind kind, const char *text)
{
    html_add(page->out, "<span class=\"tag %s\">%s</span>", page_kind_class(kind), text);
}

void page_errors_begin(struct page *page)
{
    html_add(
        page->out,
        "<div class=\"notice error\" role=\"alert\" aria-labelledby=\"errors-title\" tabindex=\"-1\" id=\"errors\">"
        "<h2 class=\"title\" id=\"errors-title\">%s</h2><ul>",
        page_text(page, "入力内容を確認してください", "There is a problem with what was entered"));
}

void page_errors_item(struct page *page, const char *id, const char *text)
{
    html_add(page->out, "<li><a href=\"#%s\">%s</a></li>", id, text);
}

void page_errors_end(struct page *page)
{
    g_string_append(page->out, "</ul></div>");
}

void page_form_begin(struct page *page, const char *action, const char *id, bool files)
{
    html_add(page->out, "<form method=\"post\" action=\"%s\"", action);
    if (id != NULL)
        html_add(page->out, " id=\"%s\"", id);
    g_string_append(page->out, files ? " enctype=\"multipart/form-data\" novalidate>" : " novalidate>");
    if (page->call->csrf[0] != '\0')
        html_add(page->out, "<input type=\"hidden\" name=\"%s\" value=\"%s\">", CSRF_FIELD, call_csrf(page->call));
}

/* That of the workflows; NULL when none is loaded: then UTC. */
static const struct zone *page_zone(const struct page *page)
{
    const struct chart_set *charts = page->call->charts;

    return charts == NULL || charts->charts->len == 0
               ? NULL
               : ((const struct chart *)g_ptr_array_index(charts->charts, 0))->zone;
}

static void page_civil(const struct page *page, instant at, civil_day *day, int64_t *us)
{
    const struct zone *zone = page_zone(page);

    if (zone != NULL) {
        zone_day(zone, at, day, us);
        return;
    }
    *day = (civil_day)(at / INSTANT_DAY - (at % INSTANT_DAY < 0));
    *us = at - *day * INSTANT_DAY;
}

char *page_day_text(const struct page *page, civil_day day)
{
    return explain_day(day, page->en ? EXPLAIN_EN : EXPLAIN_JA);
}

char *page_instant_text(const struct page *page, instant at)
{
    return explain_instant(at, page_zone(page), page->en ? EXPLAIN_EN : EXPLAIN_JA);
}

void page_instant(struct page *page, instant at)
{
    char machine[INSTANT_TEXT_SIZE];
    g_autofree char *text = page_instant_text(page, at);

    instant_print(at, machine);
    html_add(page->out, "<time datetime=\"%s\">%s</time>", machine, text);
}

void page_day(struct page *page, civil_day day)
{
    char machine[CIVIL_TEXT_SIZE];
    g_autofree char *text = page_day_text(page, day);

    civil_print(day, machine);
    html_add(page->out, "<time datetime=\"%s\">%s</time>", machine, text);
}

/* "overdue by 3 days", "due today", "12 days left": whole civil days between now and the last day. */
static void page_due_words(struct page *page, instant due, civil_day last)
{
    instant now = page->call->request->received;
    civil_day today;
    int64_t us;
    g_autofree char *words = NULL;

    page_civil(page, now, &today, &us);
    if (due <= now && last >= today)
        words = g_strdup(page_text(page, "期限超過", "Overdue"));
    else if (due <= now)
        words = g_strdup_printf(page->en ? "Overdue by %d days" : "期限超過（%d日）", today - last);
    else if (last == today)
        words = g_strdup(page_text(page, "本日まで", "Due today"));
    else if (last == today + 1)
        words = g_strdup(page_text(page, "明日まで", "Due tomorrow"));
    else
        words = g_strdup_printf(page->en ? "%d days left" : "あと%d日", last - today);
    page_tag(page, due <= now ? PAGE_ERROR : last <= today + 3 ? PAGE_WARNING : PAGE_PLAIN, words);
}

void page_due(struct page *page, instant due)
{
    civil_day day;
    int64_t us;

    if (due == INSTANT_NEVER) {
        page_tag(page, PAGE_PLAIN, page_text(page, "期間は停止中", "The clock stands still"));
        return;
    }
    page_civil(page, due, &day, &us);
    if (us == 0) {
        page_day(page, --day);
        html_add(page->out, " %s ", page_text(page, "終日まで", "(end of day)"));
    } else {
        page_instant(page, due);
        g_string_append_c(page->out, ' ');
    }
    page_due_words(page, due, day);
}
