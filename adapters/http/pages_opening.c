#include "adapters/http/filing.h"

#include "engine/app/access.h"

/* The day on which a case that is opened by ${request} begins, in UTC as the engine counts it. */
static civil_day opening_day(const struct http_request *request)
{
    return (civil_day)(request->received / INSTANT_DAY);
}

/* Of ${list}, what the caller may open a case of ${chart} about: a new list. */
static struct value *opening_about(const struct call *call, const struct chart *chart, const struct value *list)
{
    struct actor actor = call_actor(call);
    struct value *about = value_new_list();

    for (size_t i = 0; i < value_size(list); i++)
        if (offer_opens(chart, &actor, value_int(value_get(value_at(list, i), "org_id"))))
            value_list_add(about, value_ref(value_at(list, i)));
    return about;
}

/* May the caller open a case of ${chart}? An organisation that has nothing to be about yet is told so on the page; an
 * office is never the owner. */
static bool opening_allowed(const struct call *call, const struct chart *chart, const struct value *about)
{
    struct actor actor = call_actor(call);
    bool office = access_eyes(&actor) == EYES_STAFF;

    if (chart->about_subject && office)
        return value_size(about) > 0;
    return value_size(about) > 0 || offer_opens(chart, &actor, office ? 0 : actor.org);
}

/* The newest version of each workflow, in the order of the definitions. */
static void opening_list(struct page *page, const struct value *subjects)
{
    const struct chart_set *charts = page->call->charts;
    int shown = 0;

    g_string_append(page->out, "<ul class=\"offers\">");
    for (guint i = 0; i < charts->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(charts->charts, i);
        struct value *about = opening_about(page->call, chart, subjects);

        if (chart == chart_set_for(charts, chart->workflow, opening_day(page->call->request)) &&
            opening_allowed(page->call, chart, about)) {
            html_add(page->out, "<li><a class=\"button\" href=\"/cases/new/%s\">%s</a> ", chart->workflow,
                     page_chart_text(page, chart->title));
            page_basis(page, chart, chart->basis);
            g_string_append(page->out, "</li>");
            shown++;
        }
        value_unref(about);
    }
    g_string_append(page->out, "</ul>");
    if (shown == 0)
        page_paragraph(page,
                       page_text(page, "あなたが開始できる手続はありません。", "There is nothing that you may begin."));
}

static void opening_index_answer(struct call *call)
{
    struct value *v = call_answer_value(call);
    struct page *page;

    if (v == NULL)
        return;
    page = page_begin(call, call_text(call, "手続の開始", "Begin a case"));
    opening_list(page, value_get(v, "subjects"));
    page_end(page, 200, NULL);
    value_unref(v);
}

void opening_index(struct http_request *request, void *user)
{
    (void)user;
    call_ask(request->user, READ_SUBJECTS, opening_index_answer);
}

/* The case as it would begin, by ${chart}. */
static void opening_by(struct filing *f, const struct chart *chart)
{
    struct actor actor = call_actor(f->call);

    snapshot_free(f->view.s);
    f->view.chart = chart;
    f->view.actor = actor;
    f->view.s = snapshot_new(chart, 0, 0, actor.org);
    f->view.s->at = f->call->request->received;
    filing_prepare(f);
}

/* A field may choose the version: then the form is read once more, as that version has it. */
static void opening_read(struct filing *f)
{
    const struct chart *chart;

    opening_by(f, f->view.chart);
    chart = chart_set_for_opening(f->call->charts, f->workflow, f->call->request->received, f->data);
    if (chart == NULL || chart == f->view.chart)
        return;
    g_clear_pointer(&f->data, value_unref);
    opening_by(f, chart);
}

/* A subject that is not offered was not chosen. */
static void opening_choose(struct filing *f)
{
    bool offered = false;

    for (size_t i = 0; i < value_size(f->subjects); i++)
        offered = offered || value_int(value_get(value_at(f->subjects, i), "id")) == f->subject;
    if (!offered)
        f->subject = 0;
}

static void opening_subjects(struct call *call)
{
    struct filing *f = call->own;
    struct value *v = call_answer_value(call);

    if (v == NULL)
        return;
    f->subjects = opening_about(call, f->view.chart, value_get(v, "subjects"));
    value_unref(v);
    if (!opening_allowed(call, f->view.chart, f->subjects)) {
        call_refuse(call, TOROKU_ERROR_NOT_FOUND, NULL);
        return;
    }
    opening_read(f);
    opening_choose(f);
    filing_act(f);
}

static void opening_ask(struct filing *f)
{
    call_ask(f->call, READ_SUBJECTS, opening_subjects);
}

static void opening_begin(struct http_request *request, void (*then)(struct filing *f))
{
    struct filing *f = filing_new(request->user);

    f->opening = true;
    f->workflow = http_request_param(request, "workflow");
    f->view.chart = chart_set_for(f->call->charts, f->workflow, opening_day(request));
    if (f->view.chart == NULL)
        call_refuse(f->call, TOROKU_ERROR_NOT_FOUND, NULL);
    else
        then(f);
}

void opening_page(struct http_request *request, void *user)
{
    (void)user;
    opening_begin(request, opening_ask);
}

static void opening_keep(struct filing *f)
{
    filing_keep_files(f, opening_ask);
}

void opening_post(struct http_request *request, void *user)
{
    (void)user;
    opening_begin(request, opening_keep);
}
