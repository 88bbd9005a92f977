#include "adapters/http/filing.h"

#include "adapters/json/json.h"

#include <string.h>

#define KEY_MAX 255

static void filing_free(gpointer p)
{
    struct filing *f = p;

    case_view_release(&f->view);
    value_unref(f->data);
    value_unref(f->input);
    value_unref(f->subjects);
    g_ptr_array_unref(f->findings);
    g_free(f->why);
    g_free(f->focus);
    g_free(f->key);
    g_free(f->title);
    g_free(f->text);
    g_free(f);
}

struct filing *filing_new(struct call *call)
{
    struct filing *f = g_new0(struct filing, 1);
    const char *action = call->form == NULL ? "" : form_get(call->form, "do");

    f->call = call;
    f->take = CHART_NONE;
    f->version = f->since = -1;
    f->findings = g_ptr_array_new_with_free_func(finding_free);
    f->action = call->form != NULL && action == NULL ? "check" : action;
    call->own = f;
    call->own_free = filing_free;
    return f;
}

void filing_notice(struct filing *f, enum page_kind kind, const char *title, const char *text)
{
    g_free(f->title);
    g_free(f->text);
    f->kind = kind;
    f->title = g_strdup(title);
    f->text = g_strdup(text);
}

char *filing_path(const struct filing *f)
{
    if (f->opening)
        return g_strdup_printf("/cases/new/%s", f->workflow);
    return g_strdup_printf("/cases/%s/events/%s", f->view.number, f->event);
}

/* ---- what was typed ---- */

/* Two forms are about the same thing when they share fields: what stood in one begins the other. */
#define FIELDS_SHARED_MIN 3

static const struct chart_field *form_field(const struct chart *chart, int form, const char *id)
{
    const struct range *fields = &chart->forms[form].fields;

    for (int i = fields->first; i < fields->first + fields->count; i++)
        if (strcmp(chart->fields[i].id, id) == 0)
            return &chart->fields[i];
    return NULL;
}

static bool forms_are_alike(const struct chart *chart, int a, int b)
{
    const struct range *fields = &chart->forms[a].fields;
    int shared = 0;

    for (int i = fields->first; i < fields->first + fields->count; i++)
        shared += form_field(chart, b, chart->fields[i].id) != NULL;
    return a == b || shared >= FIELDS_SHARED_MIN;
}

/* Lays the members of ${from} that the form has over ${data}. A pledge is given anew each time. */
static void prefill_from(const struct filing *f, struct value *data, const struct value *from)
{
    for (size_t i = 0; i < value_size(from); i++) {
        const struct chart_field *field = form_field(f->view.chart, f->fields.form, value_key_at(from, i));

        if (field != NULL && !field->accept)
            value_map_set(data, field->id, value_ref(value_member_at(from, i)));
    }
}

/* What the caller's organisation filed about this case in forms like this one, and drafts of it, the newest above. The
 * case's own data begin the forms of its owner alone: others judge anew. */
static struct value *filing_prefill(const struct filing *f)
{
    const struct value *events = value_get(f->view.row, "events");
    bool owner = f->view.actor.org != 0 && f->view.actor.org == f->view.s->owner;
    struct value *data = value_new_map();

    if (f->fields.form == CHART_NONE)
        return data;
    if (owner)
        prefill_from(f, data, f->view.s->data);
    for (size_t i = 0; i < value_size(events); i++) {
        const struct value *event = value_at(events, i), *parts = value_get(event, "parts");
        const char *form_id = value_text(value_get(event, "form"));
        int form = form_id == NULL ? CHART_NONE : chart_form_index(f->view.chart, form_id);
        bool draft = value_bool(value_get(event, "draft"));

        if (form == CHART_NONE || !case_event_is_own(&f->view, event) ||
            !(owner || (draft && form == f->fields.form)) || !forms_are_alike(f->view.chart, form, f->fields.form))
            continue;
        for (size_t p = 0; p < value_size(parts); p++)
            prefill_from(f, data, value_get(value_at(parts, p), "body"));
    }
    return data;
}

/* A JSON object that the check page carried; NULL when it is none. */
static struct value *filing_carried(const char *text)
{
    struct value *v = text == NULL ? NULL : json_parse(text, strlen(text), JSON_DEPTH_MAX, NULL);

    if (value_kind(v) == VALUE_MAP)
        return v;
    value_unref(v);
    return NULL;
}

static void filing_take_typed(struct filing *f)
{
    const struct form *form = f->call->form;
    const char *version = form == NULL ? NULL : form_get(form, "version");
    const char *since = form == NULL ? NULL : form_get(form, "since");
    const char *subject = form == NULL ? NULL : form_get(form, "subject");
    const char *key = form == NULL ? NULL : form_get(form, "key");
    gint64 number;

    if (version != NULL && g_ascii_string_to_signed(version, 10, 0, G_MAXINT, &number, NULL))
        f->version = f->since = (int)number;
    if (since != NULL && g_ascii_string_to_signed(since, 10, 0, G_MAXINT, &number, NULL))
        f->since = (int)number;
    if (subject != NULL && g_ascii_string_to_signed(subject, 10, 1, G_MAXINT64, &number, NULL))
        f->subject = number;
    if (key != NULL && strlen(key) <= KEY_MAX && key[0] != '\0' && key[strspn(key, "0123456789abcdef")] == '\0')
        f->key = g_strdup(key);
    if (form == NULL) {
        f->data = f->opening ? value_new_map() : filing_prefill(f);
        f->version = f->since = f->view.s->seq;
        return;
    }
    f->data = filing_carried(form_get(form, "data"));
    if (f->data == NULL)
        f->data = fields_read(&f->fields, form);
}

static void filing_find_offer(struct filing *f)
{
    GArray *offers = offers_of(f->view.s, &f->view.actor, NULL, f->fields.at);
    const struct offer *offer = offers_find(offers, f->event);

    f->take = offer == NULL ? CHART_NONE : offer->take;
    f->open = offer != NULL && offer->open;
    g_clear_pointer(&f->why, g_free);
    if (offer != NULL && !offer->open)
        f->why = g_strdup(call_text(f->call, offer->why_ja, offer->why_en));
    g_array_unref(offers);
}

const char *filing_draft(const struct filing *f)
{
    const struct chart *chart = f->view.chart;
    const char *draft = NULL;
    GArray *offers;

    if (f->opening || f->fields.partial || f->fields.form == CHART_NONE)
        return NULL;
    offers = offers_of(f->view.s, &f->view.actor, NULL, f->fields.at);
    for (guint i = 0; i < offers->len && draft == NULL; i++) {
        const struct offer *offer = &g_array_index(offers, struct offer, i);

        if (offer->open && chart->takes[offer->take].partial && chart->takes[offer->take].form == f->fields.form)
            draft = offer->event;
    }
    g_array_unref(offers);
    return draft;
}

/* The row of an event that is not offered now: its form still holds what was typed. */
static int filing_any_take(const struct chart *chart, const char *event)
{
    for (int i = 0; i < chart->take_count; i++)
        if (chart->takes[i].trigger == TRIGGER_EVENT && strcmp(chart->takes[i].name, event) == 0)
            return i;
    return CHART_NONE;
}

void filing_prepare(struct filing *f)
{
    f->fields =
        (struct fields_view){.s = f->view.s, .form = CHART_NONE, .at = MAX(f->call->request->received, f->view.s->at)};
    if (f->opening) {
        f->fields.form = f->view.chart->opening_form;
        f->open = true;
    } else {
        filing_find_offer(f);
        if (f->take == CHART_NONE)
            f->take = filing_any_take(f->view.chart, f->event);
        if (f->take != CHART_NONE) {
            f->fields.form = f->view.chart->takes[f->take].form;
            f->fields.partial = f->view.chart->takes[f->take].partial;
        }
    }
    if (f->data == NULL)
        filing_take_typed(f);
    f->fields.data = f->data;
}

/* ---- files ---- */

static void filing_keep_next(struct filing *f);

static void filing_kept(struct reader_document *document)
{
    struct filing *f = (struct filing *)(void *)((char *)document - offsetof(struct filing, document));

    if (document->error != NULL) {
        GError *error = g_steal_pointer(&document->error);

        call_fail(f->call, error);
        g_error_free(error);
        return;
    }
    filing_keep_next(f);
}

static void filing_keep_next(struct filing *f)
{
    const struct form *form = f->call->form;

    while (f->next_item < form->count) {
        const struct form_item *item = &form->items[f->next_item++];

        if (item->file_name == NULL || item->file_name[0] == '\0' || item->size == 0)
            continue;
        f->document = (struct reader_document){.done = filing_kept,
                                               .actor = call_actor(f->call),
                                               .name = item->file_name,
                                               .media_type = item->media_type,
                                               .bytes = item->bytes,
                                               .size = item->size,
                                               .now = f->call->request->received};
        chain_sha256(item->bytes, item->size, f->document.sha256);
        reader_put(f->call->api->config.reader, &f->document);
        return;
    }
    f->then(f);
}

void filing_keep_files(struct filing *f, void (*then)(struct filing *f))
{
    f->then = then;
    if (f->call->form == NULL)
        then(f);
    else
        filing_keep_next(f);
}

/* ---- titles ---- */

static const char *chart_text_of(bool en, struct chart_text text)
{
    const char *chosen = en && text.en != NULL && text.en[0] != '\0' ? text.en : text.ja;

    return chosen == NULL ? "" : chosen;
}

const char *filing_title(const struct filing *f)
{
    bool en = strcmp(call_language(f->call), "en") == 0;
    const struct chart *chart = f->view.chart;
    const char *title = f->take == CHART_NONE ? "" : chart_text_of(en, chart->takes[f->take].label);

    if (title[0] == '\0' && f->fields.form != CHART_NONE)
        title = chart_text_of(en, chart->forms[f->fields.form].title);
    if (title[0] == '\0')
        title = f->opening ? chart_text_of(en, chart->title) : f->event;
    return title;
}
