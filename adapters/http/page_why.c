#include "adapters/http/page_chart.h"

#include "engine/core/why.h"

void page_why(struct page *page, const struct chart *chart, const struct value *why)
{
    g_autoptr(GPtrArray) sentences = why_explain(chart, why, page->en ? EXPLAIN_EN : EXPLAIN_JA);
    const char *calendar = value_text(value_get(why, "calendar"));
    const char *version = value_text(value_get(why, "calendar_version"));
    const char *zone = value_text(value_get(why, "zone"));

    g_string_append(page->out, "<ol>");
    for (guint i = 0; i < sentences->len; i++)
        html_add(page->out, "<li>%s</li>", (const char *)g_ptr_array_index(sentences, i));
    g_string_append(page->out, "</ol>");
    html_add(page->out, page_text(page, "<p class=\"quiet\">時間帯 %s。", "<p class=\"quiet\">Time zone %s. "),
             zone == NULL ? "" : zone);
    if (calendar != NULL)
        html_add(page->out, page_text(page, "暦 %s（版 %s）。", "Calendar %s, version %s."), calendar,
                 version == NULL ? "" : version);
    g_string_append(page->out, "</p>");
}
