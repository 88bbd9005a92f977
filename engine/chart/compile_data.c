#include "engine/chart/compiler.h"

#include <string.h>

static struct chart_datum *datum_known(struct compiler *c, const char *name)
{
    for (guint i = 0; i < c->data->len; i++)
        if (strcmp(g_array_index(c->data, struct chart_datum, i).name, name) == 0)
            return &g_array_index(c->data, struct chart_datum, i);
    return NULL;
}

/* One more that sets ${name}: of the type that is known, or of the same type as those before. */
static void data_add(struct compiler *c, const char *key, const struct chart_datum *datum)
{
    struct chart_datum *known = datum_known(c, datum->name);
    g_autofree char *suffix = g_strconcat(".", key, NULL);

    if (known == NULL) {
        g_array_append_val(c->data, *datum);
    } else if (!known->typed) {
        *known = *datum;
    } else if (datum->typed && datum->type != known->type) {
        compiler_demand(c, FINDING_TYPE_MISMATCH, suffix,
                        "\"%s\" is set as a %s here and as a %s elsewhere; expected one type", datum->name,
                        types_name(datum->type), types_name(known->type));
    }
}

/* What `set` and `update` take is of the type of the field of ${form}, the row's, or of that which a signal carries. */
static void data_set(struct compiler *c, const char *key, const char *name, const char *from, int form)
{
    struct chart_datum datum = {.name = compiler_text(c, name), .field = CHART_NONE};
    const char *path = from == NULL ? name : from;
    const char *suffix = from == NULL ? key : "from";
    g_autofree char *place = g_strconcat(".", suffix, NULL);

    g_ptr_array_add(c->data_names, datum.name);
    if (form != CHART_NONE)
        datum.field = types_field(c->chart, c->chart->forms[form].fields, path, strlen(path));
    if (datum.field != CHART_NONE) {
        datum.typed = true;
        datum.type = c->chart->fields[datum.field].type;
        if (c->chart->fields[datum.field].access == ACCESS_PERSONAL)
            compiler_demand(c, FINDING_ERASABLE_READ, place,
                            "\"%s\" may not be set: personal data can be erased and is never kept with the case", path);
    }
    data_add(c, key, &datum);
}

static void data_actions(struct compiler *c, const char *key, const struct doc_action *docs, uint32_t count, int form)
{
    for (uint32_t i = 0; i < count; i++) {
        gsize mark = compiler_enter(c, ".%s[%u]", key, i);

        if (docs[i].set != NULL)
            data_set(c, "set", docs[i].set, docs[i].from, form);
        if (docs[i].update != NULL)
            data_set(c, "update", docs[i].update, docs[i].from, form);
        if (docs[i].allocate != NULL) {
            struct chart_datum datum = {compiler_text(c, docs[i].allocate), true, FIELD_TEXT, CHART_NONE};

            g_ptr_array_add(c->data_names, datum.name);
            data_add(c, "allocate", &datum);
        }
        if (docs[i].flag != NULL)
            g_ptr_array_add(c->flags, docs[i].flag);
        compiler_leave(c, mark);
    }
}

static void data_state(struct compiler *c, const struct doc_state *doc)
{
    data_actions(c, "enter", doc->enter, doc->enter_count, CHART_NONE);
    data_actions(c, "exit", doc->exit, doc->exit_count, CHART_NONE);
    for (uint32_t d = 0; d < doc->deadlines_count; d++) {
        gsize mark = compiler_enter(c, ".deadlines[%u]", d);

        data_actions(c, "due", doc->deadlines[d].due, doc->deadlines[d].due_count, CHART_NONE);
        compiler_leave(c, mark);
    }
    for (uint32_t t = 0; t < doc->take_count; t++) {
        const struct doc_take *take = &doc->take[t];
        int form = take->form == NULL ? CHART_NONE : chart_form_index(c->chart, take->form);
        gsize mark = compiler_enter(c, ".take[%u]", t);

        data_actions(c, "do", take->do_, take->do_count, form);
        compiler_leave(c, mark);
    }
}

static void data_states(struct compiler *c, const struct doc_state *docs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        gsize mark = compiler_enter(c, ".states[%u]", i);

        data_state(c, &docs[i]);
        if (docs[i].first != NULL) {
            gsize first = compiler_enter(c, ".first");

            data_actions(c, "do", docs[i].first->do_, docs[i].first->do_count, CHART_NONE);
            compiler_leave(c, first);
        }
        if (docs[i].done != NULL) {
            gsize done = compiler_enter(c, ".done");

            data_actions(c, "do", docs[i].done->do_, docs[i].done->do_count, CHART_NONE);
            compiler_leave(c, done);
        }
        data_states(c, docs[i].states, docs[i].states_count);
        compiler_leave(c, mark);
    }
}

void compile_data(struct compiler *c)
{
    c->data = g_array_new(FALSE, TRUE, sizeof(struct chart_datum));
    data_states(c, c->doc->states, c->doc->states_count);
    c->chart->datum_count = (int)c->data->len;
    c->chart->data = (struct chart_datum *)(gpointer)g_array_free(g_steal_pointer(&c->data), FALSE);
}

/* Does a row take this event or signal, or does it open the case? */
static bool event_is_taken(const struct chart *chart, const char *event)
{
    if (strcmp(event, "open") == 0 || g_strcmp0(event, chart->opened_by_signal) == 0)
        return true;
    for (int t = 0; t < chart->take_count; t++)
        if ((chart->takes[t].trigger == TRIGGER_EVENT || chart->takes[t].trigger == TRIGGER_SIGNAL) &&
            chart->takes[t].name != NULL && chart_event_matches(chart->takes[t].name, event))
            return true;
    return false;
}

void compile_counts(struct compiler *c)
{
    const struct chart *chart = c->chart;

    for (int g = 0; g < chart->guard_count; g++) {
        const char *event = chart->guards[g].event;
        g_autofree char *path = g_strconcat(chart->guards[g].place, ".count", NULL);

        if (event != NULL && !event_is_taken(chart, event))
            chart_findings_add(c->findings, FINDING_UNKNOWN_EVENT, path,
                               "no row takes an event or signal \"%s\", so it is never counted", event);
    }
    c->chart->times_of = compiler_list(c, (char *const *)c->times->pdata, c->times->len);
    c->chart->counts_of = compiler_list(c, (char *const *)c->counts->pdata, c->counts->len);
}
