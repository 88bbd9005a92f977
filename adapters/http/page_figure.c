#include "adapters/http/page_figure.h"

#include <string.h>

#define BAR_WIDTH 120.0

static const char *column_label(const struct page *page, const struct figure_column *column)
{
    return page_text(page, column->label.ja, column->label.en);
}

static const char *row_name_text(const struct page *page, const struct value *row, const char *id)
{
    g_autofree char *member = g_strconcat(id, page->en ? "_en" : "_ja", NULL);
    const char *text = value_text(value_get(row, member));

    return text == NULL ? "" : text;
}

static bool value_day(const struct value *v, civil_day *day)
{
    return value_text(v) != NULL && civil_parse(value_text(v), day);
}

/* Numbers stand at the end of their cells; a single word is not broken where there is room, free text anywhere. */
static const char *column_class(const struct figure_column *column)
{
    static const char *const words[] = {"case", "kind", "closed", "standing"};

    if (column->kind == FIGURE_COUNT || column->kind == FIGURE_DECIMAL)
        return " class=\"number\">";
    if (column->kind == FIGURE_TEXT)
        return " class=\"free\">";
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i], column->id) == 0)
            return " class=\"word\">";
    return ">";
}

/* The number of a cell; 0 for what is none. */
static double cell_number(const struct value *cell)
{
    const char *text = value_text(cell);

    return text == NULL ? (double)value_int(cell) : g_ascii_strtod(text, NULL);
}

static double rows_greatest(const struct value *rows, const char *id)
{
    double greatest = 0;

    for (size_t i = 0; i < value_size(rows); i++)
        greatest = MAX(greatest, cell_number(value_get(value_at(rows, i), id)));
    return greatest;
}

/* A bar as long as the number beside it, which says the same: nothing for a screen reader. */
static void page_bar(struct page *page, double number, double greatest)
{
    char width[G_ASCII_DTOSTR_BUF_SIZE];

    if (number <= 0 || greatest <= 0)
        return;
    g_ascii_formatd(width, sizeof width, "%.1f", MAX(1.0, BAR_WIDTH * number / greatest));
    html_add(page->out,
             "<svg class=\"amount\" width=\"%s\" height=\"8\" aria-hidden=\"true\" focusable=\"false\">"
             "<rect width=\"%s\" height=\"8\" fill=\"currentColor\"/></svg>",
             width, width);
}

static void page_figure_instant(struct page *page, const struct value *cell)
{
    instant at;

    if (value_text(cell) != NULL && instant_parse(value_text(cell), &at))
        page_due(page, at);
    else
        g_string_append(page->out, "–");
}

static void page_figure_rule(struct page *page, const struct value *row)
{
    const char *rule = value_text(value_get(row, "rule"));

    if (rule == NULL)
        return;
    html_add(page->out, " <span class=\"basis\">%s%s</span>", rule,
             value_bool(value_get(row, "rule_is_default"))
                 ? page_text(page, "（この設置の既定値）", " (this installation's default)")
                 : "");
}

/* What stands in a cell; what was left out of a total, or is not known, is a dash. */
static void page_figure_cell(struct page *page, const struct figure_column *column, const struct value *row)
{
    const struct value *cell = value_get(row, column->id);
    const char *text = value_text(cell);

    switch (column->kind) {
    case FIGURE_NAMED:
        html_text(page->out, row_name_text(page, row, column->id));
        if (strcmp(column->id, "deadline") == 0)
            page_figure_rule(page, row);
        return;
    case FIGURE_COUNT:
        if (value_is_null(cell))
            g_string_append(page->out, "–");
        else
            g_string_append_printf(page->out, "%" G_GINT64_FORMAT, value_int(cell));
        return;
    case FIGURE_INSTANT:
        page_figure_instant(page, cell);
        return;
    case FIGURE_BOOL:
        if (!value_is_null(cell))
            html_text(page->out,
                      value_bool(cell) ? page_text(page, "終了", "Closed") : page_text(page, "進行中", "Open"));
        return;
    case FIGURE_CASE:
        html_add(page->out, "<a href=\"/cases/%s\">%s</a>", text, text);
        return;
    case FIGURE_TEXT:
    case FIGURE_DECIMAL:
        html_text(page->out, text == NULL ? "–" : text);
        return;
    }
}

static void page_figure_row(struct page *page, const struct figure *figure, const struct value *row, double greatest)
{
    page_row_begin(page);
    for (const struct figure_column *column = figure->columns; column->id != NULL; column++) {
        bool head = column == figure->columns;

        html_add(page->out, head ? "<th scope=\"row\" role=\"rowheader\"" : "<td role=\"cell\"");
        html_add(page->out, " data-label=\"%s\"", column_label(page, column));
        g_string_append(page->out, column_class(column));
        page_figure_cell(page, column, row);
        if (figure->bar != NULL && strcmp(figure->bar, column->id) == 0)
            page_bar(page, cell_number(value_get(row, column->id)), greatest);
        g_string_append(page->out, head ? "</th>" : "</td>");
    }
    page_row_end(page);
}

/* A total stands below its columns; what is not summed stays empty. */
static void page_figure_total(struct page *page, const struct figure *figure, const struct value *row)
{
    const char *workflow = row_name_text(page, row, "workflow");

    html_add(page->out, "<tr class=\"total\" role=\"row\"><th scope=\"row\" role=\"rowheader\">%s%s%s</th>", workflow,
             workflow[0] == '\0' ? "" : page_text(page, " ", ": "),
             page_text(page, "計", workflow[0] == '\0' ? "Total" : "total"));
    for (const struct figure_column *column = figure->columns + 1; column->id != NULL; column++) {
        html_add(page->out, "<td role=\"cell\" data-label=\"%s\"", column_label(page, column));
        g_string_append(page->out, column_class(column));
        if (value_get(row, column->id) != NULL)
            page_figure_cell(page, column, row);
        g_string_append(page->out, "</td>");
    }
    page_row_end(page);
}

static void page_figure_head(struct page *page, const struct figure *figure)
{
    html_add(page->out, "<table role=\"table\"><caption>%s</caption><thead role=\"rowgroup\"><tr role=\"row\">",
             page_text(page, figure->title.ja, figure->title.en));
    for (const struct figure_column *column = figure->columns; column->id != NULL; column++) {
        g_string_append(page->out, "<th scope=\"col\" role=\"columnheader\"");
        g_string_append(page->out, column_class(column));
        html_add(page->out, "%s</th>", column_label(page, column));
    }
    g_string_append(page->out, "</tr></thead><tbody role=\"rowgroup\">");
}

static void page_figure_table(struct page *page, const struct figure *figure, const struct value *v)
{
    const struct value *rows = value_get(v, "rows"), *totals = value_get(v, "totals");
    double greatest = figure->bar == NULL ? 0 : rows_greatest(rows, figure->bar);

    page_figure_head(page, figure);
    for (size_t i = 0; i < value_size(rows); i++)
        page_figure_row(page, figure, value_at(rows, i), greatest);
    if (value_size(totals) > 0 && !figure->is_list) {
        g_string_append(page->out, "</tbody><tbody role=\"rowgroup\">");
        for (size_t i = 0; i < value_size(totals); i++)
            page_figure_total(page, figure, value_at(totals, i));
    }
    page_table_end(page);
}

/* "50 of 112": a list that is cut says so. */
static void page_figure_count(struct page *page, const struct value *v)
{
    int64_t shown = (int64_t)value_size(value_get(v, "rows"));
    int64_t all = value_int(value_get(value_at(value_get(v, "totals"), 0), "turns"));
    g_autofree char *text =
        page->en ? g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " shown.", shown, all)
                 : g_strdup_printf("%" G_GINT64_FORMAT "件のうち%" G_GINT64_FORMAT "件を表示しています。", all, shown);

    page_paragraph(page, text);
}

/* The files hold the same figure for the same period. */
static void page_figure_files(struct page *page, const struct figure *figure, const struct value *v)
{
    const char *from = value_text(value_path(v, "period.from")), *to = value_text(value_path(v, "period.to"));
    g_autofree char *query = from == NULL ? g_strdup("") : g_strdup_printf("?from=%s&to=%s", from, to);
    const char *title = page_text(page, figure->title.ja, figure->title.en);

    g_string_append(page->out, "<p class=\"screen\">");
    html_add(page->out, "<a href=\"/ministry/%s.csv%s\">CSV<span class=\"hidden\">: %s</span></a> ", figure->id, query,
             title);
    html_add(page->out, "<a href=\"/ministry/%s.json%s\">JSON<span class=\"hidden\">: %s</span></a></p>", figure->id,
             query, title);
}

static void page_figure_times(struct page *page, const struct value *v)
{
    civil_day first, last;
    instant at;

    g_string_append(page->out, "<p class=\"quiet\">");
    if (value_day(value_path(v, "period.from"), &first) && value_day(value_path(v, "period.to"), &last)) {
        html_text(page->out, page_text(page, "期間：", "Period: "));
        page_day(page, first);
        g_string_append(page->out, " – ");
        page_day(page, last);
        g_string_append(page->out, "<br>");
    }
    html_text(page->out, page_text(page, "データの時点：", "Data of "));
    if (value_text(value_get(v, "at")) != NULL && instant_parse(value_text(value_get(v, "at")), &at))
        page_instant(page, at);
    g_string_append(page->out, "</p>");
}

void page_figure(struct page *page, const struct figure *figure, const struct value *v)
{
    html_add(page->out, "<section class=\"figure\" aria-labelledby=\"%s\">", figure->id);
    page_heading(page, 2, figure->id, page_text(page, figure->title.ja, figure->title.en));
    page_paragraph(page, page_text(page, figure->definition.ja, figure->definition.en));
    page_figure_times(page, v);
    if (value_size(value_get(v, "rows")) == 0)
        page_paragraph(page, page_text(page, "該当するものはありません。", "There is none."));
    else
        page_figure_table(page, figure, v);
    if (figure->is_list)
        page_figure_count(page, v);
    page_figure_files(page, figure, v);
    g_string_append(page->out, "</section>");
}

static void page_figures_day(struct page *page, const char *name, const char *label, civil_day day)
{
    char text[CIVIL_TEXT_SIZE];

    civil_print(day, text);
    html_add(page->out, "<div class=\"field\"><label for=\"%s\">%s</label>", name, label);
    html_add(page->out, "<input type=\"date\" class=\"short\" id=\"%s\" name=\"%s\" value=\"%s\"></div>", name, name,
             text);
}

void page_figures_begin(struct page *page, const struct figure_period *period)
{
    page_paragraph(page,
                   page_text(page,
                             "制度の運用を数で示します。閲覧のみです。各項目に定義、期間、データの時点があり、"
                             "同じ数をCSVとJSONで取得できます。",
                             "The operation of the programme in figures, for reading only. Each has its definition, "
                             "its period and the instant of its data, and can be had as CSV and JSON."));
    html_add(page->out, "<nav aria-label=\"%s\"><ul>", page_text(page, "項目", "Figures"));
    for (size_t i = 0; i < figure_count; i++)
        html_add(page->out, "<li><a href=\"#%s\">%s</a></li>", figures[i].id,
                 page_text(page, figures[i].title.ja, figures[i].title.en));
    html_add(page->out,
             "</ul></nav><form method=\"get\" action=\"/ministry\"><fieldset><legend>%s</legend><div class=\"pair\">",
             page_text(page, "期間（初日と末日を含む。日本時間）", "Period (both days included, Japan time)"));
    page_figures_day(page, "from", page_text(page, "初日", "First day"), period->first);
    page_figures_day(page, "to", page_text(page, "末日", "Last day"), period->last);
    html_add(page->out, "</div><button>%s</button></fieldset></form>",
             page_text(page, "この期間を表示", "Show this period"));
}
