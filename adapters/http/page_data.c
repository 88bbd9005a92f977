#include "adapters/http/page_data.h"

#include "engine/app/access.h"

#include <string.h>

static void data_absent(struct page *page)
{
    html_add(page->out, "<span class=\"quiet\">%s</span>", page_text(page, "記入なし", "Not provided"));
}

static bool data_is_empty(const struct value *v)
{
    return value_is_null(v) || (value_kind(v) == VALUE_TEXT && value_text(v)[0] == '\0') ||
           ((value_kind(v) == VALUE_LIST || value_kind(v) == VALUE_MAP) && value_size(v) == 0);
}

static void data_day(struct page *page, const struct value *v)
{
    civil_day day;

    if (value_text(v) != NULL && civil_parse(value_text(v), &day))
        page_day(page, day);
    else
        html_text(page->out, value_text(v));
}

static void data_instant(struct page *page, const struct value *v)
{
    instant at;

    if (value_text(v) != NULL && instant_parse(value_text(v), &at))
        page_instant(page, at);
    else
        html_text(page->out, value_text(v));
}

static void data_file(struct page *page, const struct value *v)
{
    g_autofree char *size = g_format_size((guint64)value_int(value_get(v, "size")));
    const char *hash = value_text(value_get(v, "sha256"));

    html_add(page->out,
             "<a href=\"/documents/%s\">%s</a> (%s, %s)<br><span class=\"quiet\">SHA-256 <code>%s</code></span>", hash,
             value_text(value_get(v, "name")), value_text(value_get(v, "media_type")), size, hash);
}

/* Without a definition: the value as it is, one line a member. */
static void data_plain(struct page *page, const struct value *v)
{
    g_autofree char *number = NULL;

    switch (value_kind(v)) {
    case VALUE_NULL:
        data_absent(page);
        break;
    case VALUE_BOOL:
        html_text(page->out, value_bool(v) ? page_text(page, "はい", "Yes") : page_text(page, "いいえ", "No"));
        break;
    case VALUE_INT:
        number = g_strdup_printf("%" G_GINT64_FORMAT, value_int(v));
        html_text(page->out, number);
        break;
    case VALUE_TEXT:
        html_text(page->out, value_text(v));
        break;
    case VALUE_LIST:
        g_string_append(page->out, "<ul>");
        for (size_t i = 0; i < value_size(v); i++) {
            g_string_append(page->out, "<li>");
            data_plain(page, value_at(v, i));
            g_string_append(page->out, "</li>");
        }
        g_string_append(page->out, "</ul>");
        break;
    case VALUE_MAP:
        page_summary_begin(page);
        for (size_t i = 0; i < value_size(v); i++) {
            page_summary_row_begin(page, value_key_at(v, i));
            data_plain(page, value_member_at(v, i));
            page_summary_row_end(page);
        }
        page_summary_end(page);
        break;
    }
}

/* The label of the option ${v}, else the option itself. */
static const char *data_option(const struct page *page, const struct chart_field *field, const struct value *v)
{
    const char *label;

    for (int i = 0; field->options != NULL && field->option_labels != NULL && field->options[i] != NULL; i++)
        if (g_strcmp0(field->options[i], value_text(v)) == 0) {
            label = page_chart_text(page, field->option_labels[i]);
            return label[0] == '\0' ? field->options[i] : label;
        }
    return value_text(v);
}

static void data_single(struct page *page, const struct chart_field *field, enum field_type type, const struct value *v)
{
    if (type == FIELD_ENUM) {
        html_text(page->out, data_option(page, field, v));
    } else if (type == FIELD_DATE) {
        data_day(page, v);
    } else if (type == FIELD_INSTANT) {
        data_instant(page, v);
    } else if (type == FIELD_PERIOD) {
        data_day(page, value_get(v, "start"));
        g_string_append(page->out, page_text(page, " から ", " to "));
        data_day(page, value_get(v, "end"));
        g_string_append(page->out, page_text(page, " まで", ""));
    } else if (type == FIELD_FILE) {
        data_file(page, v);
    } else if (type == FIELD_CASE) {
        html_add(page->out, "<a href=\"/cases/%s\">%s</a>", value_text(v), value_text(v));
    } else if (type == FIELD_EMAIL) {
        html_add(page->out, "<a href=\"mailto:%s\">%s</a>", value_text(v), value_text(v));
    } else if (type == FIELD_CORP_NO || type == FIELD_REG_NO || type == FIELD_COUNTRY) {
        html_add(page->out, "<span class=\"mono\">%s</span>", value_text(v));
    } else {
        data_plain(page, v);
    }
}

static void data_inner(struct page *page, const struct chart *chart, const struct range *fields, const struct value *v)
{
    page_summary_begin(page);
    for (int f = fields->first; f < fields->first + fields->count; f++) {
        page_summary_row_begin(page, page_chart_text(page, chart->fields[f].label));
        page_field_value(page, chart, &chart->fields[f], value_get(v, chart->fields[f].id));
        page_summary_row_end(page);
    }
    page_summary_end(page);
}

void page_field_value(struct page *page, const struct chart *chart, const struct chart_field *field,
                      const struct value *v)
{
    if (data_is_empty(v)) {
        data_absent(page);
    } else if (field == NULL) {
        data_plain(page, v);
    } else if (field->type == FIELD_GROUP) {
        data_inner(page, chart, &field->fields, v);
    } else if (field->type == FIELD_LIST) {
        g_string_append(page->out, "<ol>");
        for (size_t i = 0; i < value_size(v); i++) {
            g_string_append(page->out, "<li>");
            if (field->fields.count > 0)
                data_inner(page, chart, &field->fields, value_at(v, i));
            else
                data_single(page, field, field->items, value_at(v, i));
            g_string_append(page->out, "</li>");
        }
        g_string_append(page->out, "</ol>");
    } else {
        data_single(page, field, field->type, v);
    }
}

void page_fields(struct page *page, const struct chart *chart, struct range fields, const struct value *data)
{
    struct actor actor = call_actor(page->call);
    bool hidden = false;

    page_summary_begin(page);
    for (int f = fields.first; f < fields.first + fields.count; f++) {
        const struct chart_field *field = &chart->fields[f];

        if (!access_may_read(&actor, field->access)) {
            hidden = true;
            continue;
        }
        page_summary_row_begin(page, page_chart_text(page, field->label));
        page_field_value(page, chart, field, value_get(data, field->id));
        page_summary_row_end(page);
    }
    page_summary_end(page);
    if (hidden)
        html_add(page->out, "<p class=\"quiet\">%s</p>",
                 page_text(page, "閲覧の権限がない項目は表示していません。",
                           "Fields that your roles do not read are not shown."));
}

static const struct chart_field *chart_field_find(const struct chart *chart, const char *id)
{
    for (int form = 0; form < chart->form_count; form++) {
        const struct range *fields = &chart->forms[form].fields;

        for (int f = fields->first; f < fields->first + fields->count; f++)
            if (strcmp(chart->fields[f].id, id) == 0)
                return &chart->fields[f];
    }
    return NULL;
}

const struct chart_field *page_field_find(const struct page *page, const struct chart **chart, const char *id)
{
    const GPtrArray *charts = page->call->charts->charts;
    const struct chart_field *field = chart_field_find(*chart, id);

    for (guint i = 0; field == NULL && i < charts->len; i++) {
        const struct chart *other = g_ptr_array_index(charts, i);

        field = chart_field_find(other, id);
        if (field != NULL)
            *chart = other;
    }
    return field;
}
