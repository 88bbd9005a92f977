#include "adapters/http/figure.h"
#include "adapters/http/csv.h"

#include <string.h>

struct figure_name {
    const char *column, *code, *ja, *en;
};

/* Codes that no definition names. */
static const struct figure_name names[] = {
    {"kind", "target", "目標", "Target"},
    {"kind", "limit", "期限", "Limit"},
    {"kind", "none", "なし", "None"},
    {"standing", "overdue", "超過", "Overdue"},
    {"standing", "soon", "7日以内", "Within 7 days"},
    {"severity", "critical", "重大", "Critical"},
    {"severity", "high", "高", "High"},
    {"severity", "medium", "中", "Medium"},
    {"severity", "low", "低", "Low"},
    {"severity", NULL, "未判定", "Not yet known"},
};

static void row_set_names(struct value *row, const char *column, const char *ja, const char *en)
{
    g_autofree char *id_ja = g_strconcat(column, "_ja", NULL), *id_en = g_strconcat(column, "_en", NULL);

    value_map_set_text(row, id_ja, ja);
    value_map_set_text(row, id_en, en != NULL && en[0] != '\0' ? en : ja);
}

/* The label of the option ${code} of a field ${id} of the chart, where it has one. */
static const struct chart_text *chart_option(const struct chart *chart, const char *id, const char *code)
{
    for (int i = 0; chart != NULL && i < chart->field_count; i++) {
        const struct chart_field *field = &chart->fields[i];

        if (field->options == NULL || field->option_labels == NULL || strcmp(field->id, id) != 0)
            continue;
        for (int o = 0; field->options[o] != NULL; o++)
            if (strcmp(field->options[o], code) == 0)
                return &field->option_labels[o];
    }
    return NULL;
}

static const struct chart_text *chart_role_label(const struct chart *chart, const char *role)
{
    int index = chart == NULL ? CHART_NONE : rulebook_role(chart->book, role);

    return index == CHART_NONE ? NULL : &g_array_index(chart->book->roles, struct chart_role, index).label;
}

static const struct chart_text *chart_label(const struct chart *chart, const char *column, const char *code)
{
    int index;

    if (chart == NULL || code == NULL)
        return NULL;
    if (strcmp(column, "workflow") == 0)
        return &chart->title;
    if (strcmp(column, "role") == 0)
        return chart_role_label(chart, code);
    if (strcmp(column, "severity") == 0)
        return chart_option(chart, column, code);
    if (strcmp(column, "state") == 0) {
        index = chart_state_index(chart, code);
        return index == CHART_NONE ? NULL : &chart->states[index].label;
    }
    if (strcmp(column, "deadline") == 0) {
        index = chart_deadline_index(chart, code);
        return index == CHART_NONE ? NULL : &chart->deadlines[index].label;
    }
    return NULL;
}

/* The names beside a code: from the definition, else from the table above, else what the row brought, else the code. */
static void row_name(struct value *row, const struct value *answered, const char *column, const struct chart *chart)
{
    const char *code = value_text(value_get(answered, column));
    const struct chart_text *label = chart_label(chart, column, code);
    g_autofree char *id_ja = g_strconcat(column, "_ja", NULL), *id_en = g_strconcat(column, "_en", NULL);

    if (label != NULL && label->ja != NULL && label->ja[0] != '\0') {
        row_set_names(row, column, label->ja, label->en);
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i].column, column) == 0 && g_strcmp0(names[i].code, code) == 0) {
            row_set_names(row, column, names[i].ja, names[i].en);
            return;
        }
    if (value_get(answered, id_ja) != NULL)
        row_set_names(row, column, value_text(value_get(answered, id_ja)), value_text(value_get(answered, id_en)));
    else
        row_set_names(row, column, code, code);
}

/* Which rule a deadline follows, and whether that is only this installation's default. */
static void row_rule(struct value *row, const char *deadline, const struct chart *chart)
{
    int index = chart == NULL || deadline == NULL ? CHART_NONE : chart_deadline_index(chart, deadline);
    const struct chart_rule *rule;

    if (index == CHART_NONE || chart->deadlines[index].basis == CHART_NONE)
        return;
    rule = &g_array_index(chart->book->rules, struct chart_rule, chart->deadlines[index].basis);
    value_map_set_text(row, "rule", rule->id);
    value_map_set_bool(row, "rule_is_default", rule->is_default);
}

static struct value *row_to_value(const struct figure *figure, const struct chart_set *charts,
                                  const struct value *answered, bool total)
{
    const struct chart *chart = chart_set_by_id(charts, (int32_t)value_int(value_get(answered, "chart")));
    struct value *row = total ? value_map_copy(answered) : value_new_map();

    value_map_unset(row, "chart");
    for (const struct figure_column *column = figure->columns; column->id != NULL; column++) {
        const struct value *cell = value_get(answered, column->id);

        if (total && value_is_null(cell)) {
            value_map_unset(row, column->id);
            continue;
        }
        value_map_set(row, column->id, cell == NULL ? value_new_null() : value_ref(cell));
        if (column->kind == FIGURE_NAMED)
            row_name(row, answered, column->id, chart);
        if (strcmp(column->id, "deadline") == 0)
            row_rule(row, value_text(cell), chart);
    }
    return row;
}

static struct value *rows_to_value(const struct figure *figure, const struct chart_set *charts,
                                   const struct value *answered, bool total)
{
    struct value *rows = value_new_list();

    for (size_t i = 0; i < value_size(answered); i++)
        value_list_add(rows, row_to_value(figure, charts, value_at(answered, i), total));
    return rows;
}

static struct value *figure_texts(const char *ja, const char *en)
{
    struct value *v = value_new_map();

    value_map_set_text(v, "ja", ja);
    value_map_set_text(v, "en", en);
    return v;
}

static struct value *figure_columns(const struct figure *figure)
{
    struct value *columns = value_new_list();

    for (const struct figure_column *column = figure->columns; column->id != NULL; column++) {
        struct value *v = value_new_map();

        value_map_set_text(v, "id", column->id);
        value_map_set(v, "label", figure_texts(column->label.ja, column->label.en));
        value_list_add(columns, v);
    }
    return columns;
}

static struct value *figure_period(const struct figure *figure, const struct figure_period *period)
{
    struct value *v;
    char day[CIVIL_TEXT_SIZE];

    if (!figure->of_period)
        return value_new_null();
    v = value_new_map();
    civil_print(period->first, day);
    value_map_set_text(v, "from", day);
    civil_print(period->last, day);
    value_map_set_text(v, "to", day);
    value_map_set_text(v, "zone", period->zone);
    return v;
}

struct value *figure_to_value(const struct figure *figure, const struct chart_set *charts,
                              const struct figure_period *period, const struct value *answer)
{
    struct value *v = value_new_map();

    value_map_set_text(v, "figure", figure->id);
    value_map_set(v, "title", figure_texts(figure->title.ja, figure->title.en));
    value_map_set(v, "definition", figure_texts(figure->definition.ja, figure->definition.en));
    value_map_set(v, "period", figure_period(figure, period));
    value_map_set_text(v, "at", value_text(value_get(answer, "at")));
    value_map_set(v, "columns", figure_columns(figure));
    value_map_set(v, "rows", rows_to_value(figure, charts, value_get(answer, "rows"), false));
    value_map_set(v, "totals", rows_to_value(figure, charts, value_get(answer, "totals"), true));
    return v;
}

static void csv_head(const struct figure *figure, GString *out)
{
    for (const struct figure_column *column = figure->columns; column->id != NULL; column++) {
        csv_text(out, column->id);
        if (column->kind == FIGURE_NAMED) {
            g_autofree char *ja = g_strconcat(column->id, "_ja", NULL), *en = g_strconcat(column->id, "_en", NULL);

            csv_text(out, ja);
            csv_text(out, en);
        }
    }
    csv_text(out, "period_from");
    csv_text(out, "period_to");
    csv_text(out, "data_at");
    csv_end_row(out);
}

static void csv_named(const struct value *row, const char *id, GString *out)
{
    g_autofree char *ja = g_strconcat(id, "_ja", NULL), *en = g_strconcat(id, "_en", NULL);

    csv_text(out, value_text(value_get(row, id)));
    csv_text(out, value_text(value_get(row, ja)));
    csv_text(out, value_text(value_get(row, en)));
}

static void csv_cell(const struct figure_column *column, const struct value *row, GString *out)
{
    const struct value *cell = value_get(row, column->id);
    char number[24];

    switch (column->kind) {
    case FIGURE_NAMED:
        csv_named(row, column->id, out);
        return;
    case FIGURE_COUNT:
        g_snprintf(number, sizeof number, "%" G_GINT64_FORMAT, value_int(cell));
        csv_number(out, value_is_null(cell) ? "" : number);
        return;
    case FIGURE_DECIMAL:
        csv_number(out, value_is_null(cell) ? "" : value_text(cell));
        return;
    case FIGURE_BOOL:
        csv_text(out, value_bool(cell) ? "true" : "false");
        return;
    case FIGURE_TEXT:
    case FIGURE_CASE:
    case FIGURE_INSTANT:
        csv_text(out, value_text(cell));
        return;
    }
}

void figure_to_csv(const struct figure *figure, const struct value *v, GString *out)
{
    const struct value *rows = value_get(v, "rows");

    csv_begin(out);
    csv_head(figure, out);
    for (size_t i = 0; i < value_size(rows); i++) {
        for (const struct figure_column *column = figure->columns; column->id != NULL; column++)
            csv_cell(column, value_at(rows, i), out);
        csv_text(out, value_text(value_path(v, "period.from")));
        csv_text(out, value_text(value_path(v, "period.to")));
        csv_text(out, value_text(value_get(v, "at")));
        csv_end_row(out);
    }
}
