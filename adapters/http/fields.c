#include "adapters/http/fields.h"

#include <string.h>

static bool range_has_file(const struct chart *chart, const struct range *fields)
{
    for (int f = fields->first; f < fields->first + fields->count; f++) {
        const struct chart_field *field = &chart->fields[f];

        if (field->type == FIELD_FILE || (field->type == FIELD_LIST && field->items == FIELD_FILE) ||
            range_has_file(chart, &field->fields))
            return true;
    }
    return false;
}

bool fields_have_file(const struct chart *chart, int form)
{
    return form != CHART_NONE && range_has_file(chart, &chart->forms[form].fields);
}

/* "type" says what was found in JSON: here it is something that could not be read as what the field wants. */
static const char *finding_type_text(const struct page *page, enum field_type type)
{
    if (type == FIELD_INT)
        return page_text(page, "整数を半角で入力してください。", "Write a whole number, in digits.");
    if (type == FIELD_PERIOD)
        return page_text(page, "初日と末日を入力してください。", "Give the first and the last day.");
    if (type == FIELD_FILE)
        return page_text(page, "ファイルを選び直してください。", "Choose the file again.");
    return page_text(page, "入力の形が正しくありません。", "This is not of the expected form.");
}

const char *fields_finding_text(const struct page *page, const struct finding *finding, const struct chart_field *field)
{
    if (field != NULL && strcmp(finding->rule, "type") == 0)
        return finding_type_text(page, field->type == FIELD_LIST ? field->items : field->type);
    if (strcmp(finding->rule, "file") == 0)
        return page_text(page, "このファイルは使えません。空でないファイルを、255文字以内の名前で選んでください。",
                         "This file cannot be used: it must not be empty, and its name has 255 characters at most.");
    if (strcmp(finding->rule, "period") == 0)
        return page_text(page, "初日と末日の両方を、実在する日付で入力してください。",
                         "Give both the first and the last day, as dates that exist.");
    if (strcmp(finding->rule, "date") == 0)
        return page_text(page, "実在する日付を入力してください（例：2026-04-01）。",
                         "Give a date that exists, such as 2026-04-01.");
    if (strcmp(finding->rule, "instant") == 0)
        return page_text(page, "日と時刻の両方を入力してください（例：2026-04-01 と 14:30）。",
                         "Give both the day and the time of day, such as 2026-04-01 and 14:30.");
    return page->en ? finding->en : finding->ja;
}

/* Where a pointer leads in words, "Officers, 2: Name": a new text. */
static char *fields_label(const struct page *page, const struct chart *chart, int form, const char *pointer)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const char *end = pointer;

    while (*end == '/') {
        g_autofree char *part = NULL;
        const struct chart_field *field;
        int row;

        end += 1 + strcspn(end + 1, "/");
        part = g_strndup(pointer, (gsize)(end - pointer));
        field = fields_find(chart, form, part, &row);
        if (field == NULL)
            return g_strdup(pointer);
        if (row >= 0)
            g_string_append_printf(out, " %d", row + 1);
        else
            g_string_append_printf(out, "%s%s", out->len == 0 ? "" : page_text(page, "：", ": "),
                                   page_chart_text(page, field->label));
    }
    return g_strdup(out->str);
}

void fields_show_errors(struct page *page, const struct fields_view *view)
{
    for (guint i = 0; i < view->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(view->findings, i);
        int row;
        const struct chart_field *field = fields_find(view->s->chart, view->form, finding->pointer, &row);
        g_autofree char *label = fields_label(page, view->s->chart, view->form, finding->pointer);
        g_autofree char *text =
            g_strdup_printf(page->en ? "%s: %s" : "%s：%s", label, fields_finding_text(page, finding, field));
        g_autofree char *id = g_strdup_printf("f%s", finding->pointer);

        /* The options of a list of choices share the place of the list. */
        if (row >= 0 && field != NULL && field->fields.count == 0 && field->items == FIELD_ENUM)
            *strrchr(id, '/') = '\0';
        page_errors_item(page, id, text);
    }
}
