#include "adapters/http/page_list.h"

#include "adapters/http/page_chart.h"

#include <string.h>

#define LIST_PAGE (-1) /* which page, beside the indexes of filters */

static const char *list_filter_get(const struct list_filter *filter, const char *name)
{
    const char *given = query_get(filter->query, name);

    return given == NULL ? "" : given;
}

bool list_filter_read(struct call *call, const char *path, const char *const *names, struct list_filter *filter)
{
    const char *known[LIST_FILTERS_MAX + 3];
    size_t count = 0;

    *filter = (struct list_filter){.path = path, .names = names};
    for (; names[count] != NULL; count++) {
        g_assert(count < LIST_FILTERS_MAX);
        known[count] = names[count];
    }
    known[count] = "after";
    known[count + 1] = "lang"; /* which every page takes */
    known[count + 2] = NULL;
    filter->query = call_query(call, known);
    if (filter->query == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        filter->values[i] = list_filter_get(filter, names[i]);
    filter->after = list_filter_get(filter, "after");
    return true;
}

void list_filter_release(struct list_filter *filter)
{
    query_free(filter->query);
    filter->query = NULL;
}

static void list_href_add(GString *href, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    g_string_append_printf(href, "%c%s=", strchr(href->str, '?') == NULL ? '?' : '&', name);
    g_string_append_uri_escaped(href, value, NULL, FALSE);
}

/* The address of this list without the filter ${without}, from its beginning; LIST_PAGE: from ${after} (NULL: the
 * beginning) with all filters. */
static char *list_href(const struct list_filter *filter, int without, const char *after)
{
    GString *href = g_string_new(filter->path);

    for (int i = 0; filter->names[i] != NULL; i++)
        if (i != without)
            list_href_add(href, filter->names[i], filter->values[i]);
    list_href_add(href, "after", after);
    return g_string_free(href, FALSE);
}

void list_filter_chosen(struct page *page, const struct list_filter *filter, int index, const char *label,
                        const char *text)
{
    g_autofree char *href = list_href(filter, index, NULL);

    if (filter->values[index][0] == '\0')
        return;
    html_add(page->out,
             page_text(page, "<li>%s：%s <a href=\"%s\">外す<span class=\"hidden\">（%s：%s）</span></a></li>",
                       "<li>%s: %s <a href=\"%s\">Remove<span class=\"hidden\"> (%s: %s)</span></a></li>"),
             label, text, href, label, text);
}

void list_filter_pages(struct page *page, const struct list_filter *filter, const char *next)
{
    g_string_append(page->out, "<p>");
    if (filter->after[0] != '\0') {
        g_autofree char *first = list_href(filter, LIST_PAGE, NULL);

        html_add(page->out, "<a href=\"%s\">%s</a> ", first, page_text(page, "先頭へ", "First page"));
    }
    if (next != NULL) {
        g_autofree char *href = list_href(filter, LIST_PAGE, next);

        html_add(page->out, "<a href=\"%s\" rel=\"next\">%s</a>", href, page_text(page, "次へ", "Next page"));
    }
    g_string_append(page->out, "</p>");
}

void list_select_begin(struct page *page, const char *name, const char *label)
{
    html_add(page->out, "<div class=\"field\"><label for=\"%s\">%s</label><select id=\"%s\" name=\"%s\">", name, label,
             name, name);
}

void list_select_option(struct page *page, const char *value, const char *text, const char *chosen)
{
    html_add(page->out,
             strcmp(value, chosen) == 0 ? "<option value=\"%s\" selected>%s</option>"
                                        : "<option value=\"%s\">%s</option>",
             value, text);
}

void list_select_end(struct page *page)
{
    g_string_append(page->out, "</select></div>");
}

void list_select_workflow(struct page *page, const char *chosen)
{
    const struct chart_set *set = page->call->charts;

    list_select_begin(page, "workflow", page_text(page, "手続", "Workflow"));
    list_select_option(page, "", page_text(page, "すべて", "All"), chosen);
    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);

        if (page_chart_is_newest(set, chart))
            list_select_option(page, chart->workflow, page_chart_text(page, chart->title), chosen);
    }
    list_select_end(page);
}
