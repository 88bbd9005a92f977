#include "adapters/http/fields.h"

#include "adapters/http/page_chart.h"
#include "engine/core/validate.h"

#include <string.h>

/* Up to so many options stand open, each with a button of its own. */
#define RADIOS_MAX 6

struct showing {
    struct page *page;
    const struct fields_view *view;
    const struct chart *chart;
    bool focus; /* the next input is the one to begin in */
};

/* One field on its way to the page. */
struct shown {
    const struct chart_field *field;
    enum field_type type;
    char *pointer;
    char *label; /* that of the field, with the row in a list of single values */
    const struct value *value;
    const struct finding *finding; /* the first about this very pointer, or NULL */
    bool required, may_be;         /* now; under a condition that does not hold now */
    bool top;
};

static void show_fields(struct showing *sh, const struct range *fields, const char *pointer, const struct value *data,
                        bool top);

static const struct finding *finding_at(const struct fields_view *view, const char *pointer)
{
    for (guint i = 0; view->findings != NULL && i < view->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(view->findings, i);

        if (strcmp(finding->pointer, pointer) == 0)
            return finding;
    }
    return NULL;
}

/* ---- what stands around the inputs ---- */

static const char *access_note(const struct page *page, enum access_class access)
{
    switch (access) {
    case ACCESS_PUBLIC:
        return page_text(page, "公開され得る項目です。", "May be published.");
    case ACCESS_RESTRICTED:
        return page_text(page, "閲覧が制限される項目です。審査に必要な機関だけが見ます。",
                         "Restricted: seen only by the bodies that need it for the review.");
    case ACCESS_PERSONAL:
        return page_text(page, "個人情報です。閲覧は審査の担当者に限られ、後で消去できます。",
                         "Personal data: seen only by those who review, and can be erased later.");
    case ACCESS_CASE:
    case ACCESS_CLASS_COUNT:
        break;
    }
    return NULL;
}

static void show_need(struct showing *sh, const struct shown *f)
{
    const char *text = f->required ? page_text(sh->page, "必須", "required")
                       : f->may_be ? page_text(sh->page, "条件により必須", "required in some cases")
                                   : page_text(sh->page, "任意", "optional");

    html_add(sh->page->out, " <span class=\"need\">%s%s%s</span>", page_text(sh->page, "（", "("), text,
             page_text(sh->page, "）", ")"));
}

/* Help, access class, rule, finding; their ids are what show_described names. */
static void show_notes(struct showing *sh, const struct shown *f)
{
    const char *help = page_chart_text(sh->page, f->field->help);
    const char *access = f->top ? access_note(sh->page, f->field->access) : NULL;
    int basis = sh->view->form == CHART_NONE ? CHART_NONE : sh->chart->forms[sh->view->form].basis;

    if (help[0] != '\0')
        html_add(sh->page->out, "<p class=\"help\" id=\"f%s-help\">%s</p>", f->pointer, help);
    if (f->type == FIELD_COUNTRY)
        html_add(sh->page->out, "<p class=\"help\">%s</p>",
                 page_text(sh->page, "国名の3文字コード（ISO 3166-1）。例：JPN", "Three letters, ISO 3166-1: JPN"));
    if (access != NULL)
        html_add(sh->page->out, "<p class=\"help\">%s</p>", access);
    if (f->top && f->field->basis != CHART_NONE && f->field->basis != basis) {
        html_add(sh->page->out, "<p class=\"basis\">%s ", page_text(sh->page, "根拠：", "Basis: "));
        page_basis(sh->page, sh->chart, f->field->basis);
        g_string_append(sh->page->out, "</p>");
    }
    if (f->finding != NULL)
        html_add(sh->page->out, "<p class=\"finding\" id=\"f%s-finding\"><span class=\"hidden\">%s</span>%s</p>",
                 f->pointer, page_text(sh->page, "エラー：", "Error: "),
                 fields_finding_text(sh->page, f->finding, f->field));
}

static void show_described(struct showing *sh, const struct shown *f)
{
    bool help = page_chart_text(sh->page, f->field->help)[0] != '\0';

    if (f->finding != NULL)
        html_add(sh->page->out,
                 help ? " aria-invalid=\"true\" aria-describedby=\"f%s-help f%s-finding\""
                      : " aria-invalid=\"true\" aria-describedby=\"f%s-finding\"",
                 f->pointer, f->pointer);
    else if (help)
        html_add(sh->page->out, " aria-describedby=\"f%s-help\"", f->pointer);
    if (sh->focus)
        g_string_append(sh->page->out, " autofocus");
    sh->focus = false;
}

static void show_label(struct showing *sh, const struct shown *f)
{
    html_add(sh->page->out, "<div class=\"field%s\"><label for=\"f%s\">%s", f->finding != NULL ? " invalid" : "",
             f->pointer, f->label);
    show_need(sh, f);
    g_string_append(sh->page->out, "</label>");
    show_notes(sh, f);
}

static void show_legend(struct showing *sh, const struct shown *f, const char *class)
{
    html_add(sh->page->out, "<fieldset class=\"%s%s\"><legend>%s", class, f->finding != NULL ? " invalid" : "",
             f->label);
    show_need(sh, f);
    g_string_append(sh->page->out, "</legend>");
    show_notes(sh, f);
}

/* ---- single inputs ---- */

static char *value_typed(const struct value *v)
{
    if (value_kind(v) == VALUE_INT)
        return g_strdup_printf("%" G_GINT64_FORMAT, value_int(v));
    return g_strdup(value_text(v) == NULL ? "" : value_text(v));
}

/* ${part}: of several inputs of one field; the first has "" in its id. */
static void show_input(struct showing *sh, const struct shown *f, const char *type, const char *part, const char *name,
                       const char *typed)
{
    bool is_short = strcmp(type, "date") == 0 || strcmp(type, "time") == 0 || f->type == FIELD_INT ||
                    f->type == FIELD_CORP_NO || f->type == FIELD_REG_NO || f->type == FIELD_COUNTRY ||
                    f->type == FIELD_CASE;

    html_add(sh->page->out, "<input type=\"%s\" id=\"f%s%s\" name=\"f%s%s\" value=\"%s\"", type, f->pointer, part,
             f->pointer, name, typed);
    if (is_short)
        g_string_append(sh->page->out, " class=\"short\"");
    if (f->type == FIELD_INT || f->type == FIELD_CORP_NO)
        g_string_append(sh->page->out, " inputmode=\"numeric\"");
    if (strcmp(type, "time") == 0)
        g_string_append(sh->page->out, " step=\"1\"");
    show_described(sh, f);
    g_string_append_c(sh->page->out, '>');
}

/* A browser's own field for dates shows nothing that is none: what was typed otherwise stays in a field for text. */
static const char *day_input(const char *typed)
{
    civil_day day;

    return typed[0] == '\0' || civil_parse(typed, &day) ? "date" : "text";
}

static void show_text(struct showing *sh, const struct shown *f)
{
    g_autofree char *typed = value_typed(f->value);
    const char *type = f->type == FIELD_EMAIL ? "email" : f->type == FIELD_DATE ? day_input(typed) : "text";

    show_label(sh, f);
    show_input(sh, f, type, "", "", typed);
    g_string_append(sh->page->out, "</div>");
}

static void show_longtext(struct showing *sh, const struct shown *f)
{
    show_label(sh, f);
    html_add(sh->page->out, "<textarea id=\"f%s\" name=\"f%s\" rows=\"6\"", f->pointer, f->pointer);
    show_described(sh, f);
    /* The parser takes a first line break for none of the text. */
    html_add(sh->page->out, ">\n%s</textarea></div>", value_text(f->value));
}

static void show_part(struct showing *sh, const struct shown *f, const char *type, const char *part, const char *name,
                      const char *label, const char *typed)
{
    html_add(sh->page->out, "<div class=\"part\"><label for=\"f%s%s\">%s</label>", f->pointer, part, label);
    show_input(sh, f, type, part, name, typed);
    g_string_append(sh->page->out, "</div>");
}

static void show_period(struct showing *sh, const struct shown *f)
{
    g_autofree char *start = value_typed(value_get(f->value, "start")), *end = value_typed(value_get(f->value, "end"));

    show_legend(sh, f, "period");
    g_string_append(sh->page->out, "<div class=\"pair\">");
    show_part(sh, f, day_input(start), "", "/start", page_text(sh->page, "初日", "First day"), start);
    show_part(sh, f, day_input(end), "/end", "/end", page_text(sh->page, "末日", "Last day"), end);
    g_string_append(sh->page->out, "</div></fieldset>");
}

/* An instant as day and time of day in the chart's zone; one that is none as it was typed, at its space. */
static void instant_typed(const struct chart *chart, const struct value *v, char **day_text, char **time_text)
{
    const char *text = value_text(v) == NULL ? "" : value_text(v), *space = strchr(text, ' ');
    char printed[CIVIL_TEXT_SIZE];
    civil_day day;
    int64_t us;
    instant at;

    if (!instant_parse(text, &at)) {
        *day_text = space == NULL ? g_strdup(text) : g_strndup(text, (gsize)(space - text));
        *time_text = g_strdup(space == NULL ? "" : space + 1);
        return;
    }
    zone_day(chart->zone, at, &day, &us);
    civil_print(day, printed);
    *day_text = g_strdup(printed);
    *time_text = g_strdup_printf("%02d:%02d:%02d", (int)(us / INSTANT_HOUR), (int)(us % INSTANT_HOUR / INSTANT_MINUTE),
                                 (int)(us % INSTANT_MINUTE / INSTANT_SECOND));
}

static void show_instant(struct showing *sh, const struct shown *f)
{
    g_autofree char *day = NULL, *time = NULL, *utc = NULL;
    instant of_day;

    instant_typed(sh->chart, f->value, &day, &time);
    utc = g_strdup_printf("1970-01-01T%s%sZ", time, strlen(time) == 5 ? ":00" : "");
    show_legend(sh, f, "instant");
    g_string_append(sh->page->out, "<div class=\"pair\">");
    show_part(sh, f, day_input(day), "", "/day", page_text(sh->page, "日", "Day"), day);
    show_part(sh, f, time[0] == '\0' || instant_parse(utc, &of_day) ? "time" : "text", "/time", "/time",
              page_text(sh->page, "時刻（日本時間）", "Time of day (Japan)"), time);
    g_string_append(sh->page->out, "</div></fieldset>");
}

/* ---- choices ---- */

/* ${index} 0 has the field's own id, to which findings lead. */
static void show_choice(struct showing *sh, const struct shown *f, const char *type, int index, const char *value,
                        const char *label, bool chosen)
{
    g_autofree char *id =
        index == 0 ? g_strdup_printf("f%s", f->pointer) : g_strdup_printf("f%s-%d", f->pointer, index);

    html_add(sh->page->out, "<div class=\"choice\"><input type=\"%s\" id=\"%s\" name=\"f%s\" value=\"%s\"", type, id,
             f->pointer, value);
    if (chosen)
        g_string_append(sh->page->out, " checked");
    if (index == 0)
        show_described(sh, f);
    html_add(sh->page->out, "><label for=\"%s\">%s</label></div>", id, label);
}

static void show_pledge(struct showing *sh, const struct shown *f)
{
    html_add(sh->page->out, "<div class=\"field%s\">", f->finding != NULL ? " invalid" : "");
    show_notes(sh, f);
    show_choice(sh, f, "checkbox", 0, "true", f->label, value_bool(f->value));
    g_string_append(sh->page->out, "</div>");
}

static void show_bool(struct showing *sh, const struct shown *f)
{
    bool given = value_kind(f->value) == VALUE_BOOL;

    show_legend(sh, f, "choices");
    show_choice(sh, f, "radio", 0, "true", page_text(sh->page, "はい", "Yes"), given && value_bool(f->value));
    show_choice(sh, f, "radio", 1, "false", page_text(sh->page, "いいえ", "No"), given && !value_bool(f->value));
    if (!f->required)
        show_choice(sh, f, "radio", 2, "", page_text(sh->page, "回答しない", "No answer"), !given);
    g_string_append(sh->page->out, "</fieldset>");
}

static const char *option_label(const struct page *page, const struct chart_field *field, int option)
{
    const char *label = field->option_labels == NULL ? "" : page_chart_text(page, field->option_labels[option]);

    return label[0] == '\0' ? field->options[option] : label;
}

static void show_select(struct showing *sh, const struct shown *f, const char *typed)
{
    show_label(sh, f);
    html_add(sh->page->out, "<select id=\"f%s\" name=\"f%s\"", f->pointer, f->pointer);
    show_described(sh, f);
    html_add(sh->page->out, "><option value=\"\">%s</option>", page_text(sh->page, "選択してください", "Choose"));
    for (int i = 0; f->field->options[i] != NULL; i++) {
        html_add(sh->page->out, "<option value=\"%s\"", f->field->options[i]);
        html_add(sh->page->out, strcmp(typed, f->field->options[i]) == 0 ? " selected>%s</option>" : ">%s</option>",
                 option_label(sh->page, f->field, i));
    }
    g_string_append(sh->page->out, "</select></div>");
}

static void show_enum(struct showing *sh, const struct shown *f)
{
    g_autofree char *typed = value_typed(f->value);
    int count = (int)g_strv_length(f->field->options);

    if (count > RADIOS_MAX) {
        show_select(sh, f, typed);
        return;
    }
    show_legend(sh, f, "choices");
    for (int i = 0; i < count; i++)
        show_choice(sh, f, "radio", i, f->field->options[i], option_label(sh->page, f->field, i),
                    strcmp(typed, f->field->options[i]) == 0);
    if (!f->required)
        show_choice(sh, f, "radio", count, "", page_text(sh->page, "選択しない", "None of these"), typed[0] == '\0');
    g_string_append(sh->page->out, "</fieldset>");
}

static bool list_has(const struct value *list, const char *text)
{
    for (size_t i = 0; i < value_size(list); i++)
        if (g_strcmp0(value_text(value_at(list, i)), text) == 0)
            return true;
    return false;
}

static void show_choices(struct showing *sh, const struct shown *f)
{
    show_legend(sh, f, "choices");
    for (int i = 0; f->field->options[i] != NULL; i++)
        show_choice(sh, f, "checkbox", i, f->field->options[i], option_label(sh->page, f->field, i),
                    list_has(f->value, f->field->options[i]));
    g_string_append(sh->page->out, "</fieldset>");
}

/* ---- files, groups, lists ---- */

static void show_carried(struct showing *sh, const struct shown *f, const char *member)
{
    g_autofree char *text = value_typed(value_get(f->value, member));

    html_add(sh->page->out, "<input type=\"hidden\" name=\"f%s/%s\" value=\"%s\">", f->pointer, member, text);
}

static void show_file(struct showing *sh, const struct shown *f)
{
    g_autofree char *size = g_format_size((guint64)value_int(value_get(f->value, "size")));
    bool carried = value_text(value_get(f->value, "sha256")) != NULL;

    show_label(sh, f);
    if (carried) {
        html_add(sh->page->out, "<p>%s <strong>%s</strong> (%s)</p>", page_text(sh->page, "添付済み：", "Attached:"),
                 value_text(value_get(f->value, "name")), size);
        show_carried(sh, f, "name");
        show_carried(sh, f, "sha256");
        show_carried(sh, f, "size");
        show_carried(sh, f, "media_type");
    }
    html_add(sh->page->out, "<input type=\"file\" id=\"f%s\" name=\"f%s/file\"", f->pointer, f->pointer);
    show_described(sh, f);
    g_string_append_c(sh->page->out, '>');
    if (carried)
        html_add(sh->page->out,
                 "<p class=\"help\">%s</p><div class=\"choice\"><input type=\"checkbox\" id=\"f%s-drop\" "
                 "name=\"f%s/drop\" value=\"true\"><label for=\"f%s-drop\">%s</label></div>",
                 page_text(sh->page, "別のファイルを選ぶと差し替わります。", "Another file replaces it."), f->pointer,
                 f->pointer, f->pointer, page_text(sh->page, "添付を取り消す", "Take the file away"));
    g_string_append(sh->page->out, "</div>");
}

static void show_group(struct showing *sh, const struct shown *f)
{
    show_legend(sh, f, "group");
    html_add(sh->page->out, "<span id=\"f%s\" tabindex=\"-1\"></span>", f->pointer);
    show_fields(sh, &f->field->fields, f->pointer, f->value, false);
    g_string_append(sh->page->out, "</fieldset>");
}

static void show_one(struct showing *sh, const struct shown *f);

static void show_row(struct showing *sh, const struct shown *list, size_t row)
{
    const struct value *value = value_at(list->value, row);
    g_autofree char *pointer = g_strdup_printf("%s/%zu", list->pointer, row);
    g_autofree char *label = g_strdup_printf("%s %zu", list->label, row + 1);

    if (list->field->fields.count > 0) {
        html_add(sh->page->out, "<fieldset class=\"row\"><legend>%s</legend>", label);
        show_fields(sh, &list->field->fields, pointer, value, false);
    } else {
        static const struct chart_text none = {0};
        struct chart_field single = *list->field;
        struct shown f = {.field = &single,
                          .type = list->field->items,
                          .pointer = pointer,
                          .label = label,
                          .value = value,
                          .finding = finding_at(sh->view, pointer)};

        single.help = none;
        show_one(sh, &f);
    }
    html_add(
        sh->page->out,
        "<p><button class=\"small\" name=\"do\" value=\"remove:%s\">%s<span class=\"hidden\"> %s</span></button></p>",
        pointer, page_text(sh->page, "この行を削除", "Remove"), label);
    if (list->field->fields.count > 0)
        g_string_append(sh->page->out, "</fieldset>");
}

static void show_list(struct showing *sh, const struct shown *f)
{
    size_t least = (size_t)MAX(f->field->min_items, f->required ? 1 : 0);
    size_t rows = MAX(value_size(f->value), least);
    g_autofree char *count = g_strdup_printf("%zu", rows);
    bool focus_last = sh->focus && rows > 0;

    sh->focus = sh->focus && !focus_last;
    show_legend(sh, f, "group list");
    html_add(sh->page->out, "<input type=\"hidden\" name=\"f%s/rows\" value=\"%s\">", f->pointer, count);
    for (size_t row = 0; row < rows; row++) {
        sh->focus = sh->focus || (focus_last && row + 1 == rows);
        show_row(sh, f, row);
    }
    if (f->field->max == 0 || rows < (size_t)f->field->max) {
        html_add(sh->page->out, "<p><button class=\"small\" id=\"f%s\" name=\"do\" value=\"add:%s\"", f->pointer,
                 f->pointer);
        if (sh->focus)
            g_string_append(sh->page->out, " autofocus");
        sh->focus = false;
        html_add(sh->page->out, ">%s<span class=\"hidden\"> %s</span></button></p>",
                 page_text(sh->page, "行を追加", "Add one"), f->label);
    } else {
        html_add(sh->page->out, "<span id=\"f%s\" tabindex=\"-1\"></span>", f->pointer);
    }
    g_string_append(sh->page->out, "</fieldset>");
}

/* ---- all of them ---- */

static void show_one(struct showing *sh, const struct shown *f)
{
    if (sh->view->focus != NULL && strcmp(sh->view->focus, f->pointer) == 0)
        sh->focus = true;
    switch (f->type) {
    case FIELD_LONGTEXT:
        show_longtext(sh, f);
        break;
    case FIELD_BOOL:
        if (f->field->accept)
            show_pledge(sh, f);
        else
            show_bool(sh, f);
        break;
    case FIELD_INSTANT:
        show_instant(sh, f);
        break;
    case FIELD_PERIOD:
        show_period(sh, f);
        break;
    case FIELD_ENUM:
        show_enum(sh, f);
        break;
    case FIELD_FILE:
        show_file(sh, f);
        break;
    case FIELD_GROUP:
        show_group(sh, f);
        break;
    case FIELD_LIST:
        if (f->field->fields.count == 0 && f->field->items == FIELD_ENUM)
            show_choices(sh, f);
        else
            show_list(sh, f);
        break;
    case FIELD_TEXT:
    case FIELD_INT:
    case FIELD_DATE:
    case FIELD_CORP_NO:
    case FIELD_REG_NO:
    case FIELD_COUNTRY:
    case FIELD_EMAIL:
    case FIELD_CASE:
    case FIELD_ORG:
        show_text(sh, f);
        break;
    }
}

static void show_fields(struct showing *sh, const struct range *fields, const char *pointer, const struct value *data,
                        bool top)
{
    const struct fields_view *view = sh->view;

    for (int i = fields->first; i < fields->first + fields->count; i++) {
        const struct chart_field *field = &sh->chart->fields[i];
        g_autofree char *at = g_strdup_printf("%s/%s", pointer, field->id);
        g_autofree char *label = g_strdup(page_chart_text(sh->page, field->label));
        struct shown f = {.field = field,
                          .type = field->type,
                          .pointer = at,
                          .label = label,
                          .value = value_get(data, field->id),
                          .finding = finding_at(view, at),
                          .top = top};

        f.required = !view->partial && validate_requires(view->s, view->at, view->form, field, view->data);
        f.may_be = !view->partial && field->required_if != CHART_NONE && !f.required;
        show_one(sh, &f);
    }
}

void fields_show(struct page *page, const struct fields_view *view)
{
    struct showing sh = {.page = page, .view = view, .chart = view->s->chart};

    if (view->form != CHART_NONE)
        show_fields(&sh, &sh.chart->forms[view->form].fields, "", view->data, true);
}
