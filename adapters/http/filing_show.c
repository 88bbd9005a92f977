#include "adapters/http/filing.h"

#include "adapters/http/page_data.h"

#include <sodium.h>
#include <string.h>

#define FORM_ID "filing"
#define KEY_BYTES 16

static void show_hidden(struct page *page, const char *name, const char *value)
{
    html_add(page->out, "<input type=\"hidden\" name=\"%s\" value=\"%s\">", name, value);
}

static void show_hidden_number(struct page *page, const char *name, int64_t number)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);

    show_hidden(page, name, text);
}

static void show_way_back(struct page *page, const struct filing *f)
{
    if (f->opening)
        html_add(page->out, "<p class=\"screen\"><a href=\"/cases/new\">%s</a></p>",
                 page_text(page, "開始できる手続の一覧", "What may be begun"));
    else
        html_add(page->out, "<p class=\"screen\"><a href=\"/cases/%s\">%s %s</a></p>", f->view.number, f->view.number,
                 page_chart_text(page, f->view.chart->title));
}

static void show_basis(struct page *page, const struct filing *f)
{
    int basis = f->take != CHART_NONE          ? f->view.chart->takes[f->take].basis
                : f->fields.form != CHART_NONE ? f->view.chart->forms[f->fields.form].basis
                                               : f->view.chart->basis;

    if (basis == CHART_NONE)
        return;
    html_add(page->out, "<p class=\"basis\">%s ", page_text(page, "根拠：", "Basis: "));
    page_basis(page, f->view.chart, basis);
    g_string_append(page->out, "</p>");
}

/* The case's subject, chosen among those that the person may open a case about. */
static void show_subjects(struct page *page, const struct filing *f)
{
    const struct value *list = f->subjects;
    bool needed = f->view.chart->about_subject;

    if (!f->opening || (value_size(list) == 0 && !needed))
        return;
    html_add(page->out, "<div class=\"field%s\"><label for=\"subject\">%s <span class=\"need\">%s</span></label>",
             f->lacks_subject ? " invalid" : "", page_text(page, "対象（サービスなど）", "About (a service, …)"),
             needed ? page_text(page, "（必須）", "(required)") : page_text(page, "（任意）", "(optional)"));
    if (value_size(list) == 0)
        page_paragraph(page, page_text(page, "対象がまだ登録されていません。事務局に連絡してください。",
                                       "There is nothing to choose yet: please tell the secretariat."));
    if (f->lacks_subject)
        html_add(page->out, "<p class=\"finding\" id=\"subject-finding\">%s</p>",
                 page_text(page, "対象を選択してください。", "Choose what this is about."));
    html_add(page->out, "<select id=\"subject\" name=\"subject\"%s><option value=\"\">%s</option>", "",
             page_text(page, "選択してください", "Choose"));
    for (size_t i = 0; i < value_size(list); i++) {
        const struct value *row = value_at(list, i);
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, value_int(value_get(row, "id")));

        html_add(page->out, "<option value=\"%s\"", id);
        html_add(page->out,
                 value_int(value_get(row, "id")) == f->subject ? " selected>%s – %s</option>" : ">%s – %s</option>",
                 value_text(value_get(row, "name")), page_value_text(page, value_path(row, "org")));
    }
    g_string_append(page->out, "</select></div>");
}

static void show_notice(struct page *page, const struct filing *f)
{
    if (f->title != NULL)
        page_notice(page, f->kind, f->title, f->text);
}

static void show_errors(struct page *page, const struct filing *f)
{
    if (f->findings->len == 0 && !f->lacks_subject)
        return;
    page_errors_begin(page);
    if (f->lacks_subject)
        page_errors_item(page, "subject", page_text(page, "対象を選択してください。", "Choose what this is about."));
    fields_show_errors(page, &f->fields);
    page_errors_end(page);
}

static void show_changes(struct page *page, const struct filing *f)
{
    if (f->opening || f->since < 0 || f->since >= f->view.s->seq)
        return;
    html_add(page->out, "<div class=\"notice warning\" id=\"changes\"><h2 class=\"title\">%s</h2>",
             page_text(page, "入力を始めた後に、この案件は変わりました", "The case has changed since you began"));
    filing_changes(page, &f->view, f->since);
    g_string_append(page->out, "</div>");
}

void filing_show_form(struct filing *f, int status)
{
    bool wrong = f->findings->len > 0 || f->lacks_subject;
    g_autofree char *path = filing_path(f);
    struct page *page = page_begin_form(f->call, filing_title(f), FORM_ID, wrong);
    const struct chart *chart = f->view.chart;
    const char *draft = filing_draft(f);

    f->fields.data = f->data;
    f->fields.findings = f->findings;
    f->fields.focus = f->focus;
    show_way_back(page, f);
    show_errors(page, f);
    show_notice(page, f);
    show_changes(page, f);
    show_basis(page, f);
    page_form_begin(page, path, FORM_ID, fields_have_file(chart, f->fields.form));
    show_hidden_number(page, "version", f->version);
    if (f->since < f->version)
        show_hidden_number(page, "since", f->since);
    show_subjects(page, f);
    fields_show(page, &f->fields);
    html_add(page->out, "<p><button class=\"first\" name=\"do\" value=\"check\">%s</button>",
             f->fields.partial ? page_text(page, "下書きを保存する", "Save the draft")
                               : page_text(page, "内容の確認へ進む", "Continue to check your answers"));
    if (draft != NULL)
        html_add(page->out, "<button name=\"do\" value=\"draft\">%s</button>",
                 page_text(page, "下書きを保存する", "Save the draft"));
    g_string_append(page->out, "</p></form>");
    page_end(page, status, NULL);
}

static void show_answer(struct page *page, const struct filing *f, const struct chart_field *field)
{
    const struct value *v = value_get(f->data, field->id);
    const char *label = page_chart_text(page, field->label);

    page_summary_row_begin(page, label);
    page_field_value(page, f->view.chart, field, v);
    html_add(
        page->out,
        " <button class=\"link screen\" name=\"do\" value=\"change:/%s\">%s<span class=\"hidden\"> %s</span></button>",
        field->id, page_text(page, "変更", "Change"), label);
    page_summary_row_end(page);
}

static void show_answers(struct page *page, const struct filing *f)
{
    const struct chart *chart = f->view.chart;
    const struct range *fields;

    if (f->fields.form == CHART_NONE)
        return;
    fields = &chart->forms[f->fields.form].fields;
    page_heading(page, 2, NULL, page_text(page, "入力した内容", "Your answers"));
    page_summary_begin(page);
    for (int i = fields->first; i < fields->first + fields->count; i++)
        show_answer(page, f, &chart->fields[i]);
    page_summary_end(page);
}

static void show_subject_chosen(struct page *page, const struct filing *f)
{
    const struct value *list = f->subjects;

    for (size_t i = 0; i < value_size(list); i++)
        if (value_int(value_get(value_at(list, i), "id")) == f->subject && f->subject != 0) {
            page_summary_begin(page);
            page_summary_row(page, page_text(page, "対象", "About"), value_text(value_get(value_at(list, i), "name")));
            page_summary_end(page);
        }
}

/* Whoever may not file now keeps what was typed, and may look again. */
static void show_last_buttons(struct page *page, const struct filing *f)
{
    g_string_append(page->out, "<p>");
    if (f->open)
        html_add(page->out, "<button class=\"first\" name=\"do\" value=\"file\">%s</button>",
                 page_text(page, "この内容で提出する", "File this"));
    else
        html_add(page->out, "<button name=\"do\" value=\"check\">%s</button>",
                 page_text(page, "もう一度確かめる", "Look again"));
    if (f->fields.form != CHART_NONE || f->opening)
        html_add(page->out, "<button name=\"do\" value=\"change:\">%s</button>",
                 page_text(page, "入力に戻る", "Back to the form"));
    g_string_append(page->out, "</p></form>");
}

void filing_show_check(struct filing *f, int status)
{
    g_autofree char *path = filing_path(f);
    g_autofree char *title =
        g_strdup_printf("%s%s", call_text(f->call, "内容の確認：", "Check your answers: "), filing_title(f));
    g_autoptr(GString) data = g_string_new(NULL);
    struct page *page = page_begin_form(f->call, title, FORM_ID, f->kind == PAGE_ERROR && f->title != NULL);
    unsigned char random[KEY_BYTES];
    char key[2 * KEY_BYTES + 1];

    randombytes_buf(random, sizeof random);
    sodium_bin2hex(key, sizeof key, random, sizeof random);
    value_print(f->data, data);
    show_way_back(page, f);
    show_notice(page, f);
    show_changes(page, f);
    show_basis(page, f);
    page_form_begin(page, path, FORM_ID, false);
    show_hidden(page, "data", data->str);
    show_hidden_number(page, "version", f->opening ? 0 : f->view.s->seq);
    show_hidden_number(page, "since", MAX(f->since, 0));
    show_hidden(page, "key", f->key != NULL ? f->key : key);
    if (f->subject != 0)
        show_hidden_number(page, "subject", f->subject);
    show_subject_chosen(page, f);
    show_answers(page, f);
    if (f->open)
        filing_consequences(page, f);
    show_last_buttons(page, f);
    page_end(page, status, NULL);
}
