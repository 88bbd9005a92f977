#include "engine/core/outcome.h"

void finding_free(gpointer p)
{
    struct finding *finding = p;

    g_free(finding->pointer);
    g_free(finding->rule);
    g_free(finding->ja);
    g_free(finding->en);
    g_free(finding);
}

static void notice_effect_clear(gpointer p)
{
    value_unref(((struct notice_effect *)p)->vars);
}

static void signal_effect_clear(gpointer p)
{
    value_unref(((struct signal_effect *)p)->payload);
}

static void register_effect_clear(gpointer p)
{
    struct register_effect *effect = p;

    g_free(effect->key);
    value_unref(effect->entry);
}

static GArray *effects_new(guint size, GDestroyNotify clear)
{
    GArray *effects = g_array_new(FALSE, TRUE, size);

    if (clear != NULL)
        g_array_set_clear_func(effects, clear);
    return effects;
}

void outcome_trace(struct outcome *o, enum trace_what what, int index)
{
    struct trace trace = {.what = what, .index = index};

    if (o->trace != NULL)
        g_array_append_val(o->trace, trace);
}

void outcome_init(struct outcome *o)
{
    *o = (struct outcome){
        .form = CHART_NONE,
        .findings = g_ptr_array_new_with_free_func(finding_free),
        .notices = effects_new(sizeof(struct notice_effect), notice_effect_clear),
        .signals = effects_new(sizeof(struct signal_effect), signal_effect_clear),
        .registers = effects_new(sizeof(struct register_effect), register_effect_clear),
        .links = effects_new(sizeof(struct link_effect), NULL),
    };
}

static void changes_clear(struct case_changes *c)
{
    value_unref(c->set);
    value_unref(c->flags);
    value_unref(c->history);
    value_unref(c->rectified);
    if (c->why != NULL)
        g_ptr_array_unref(c->why);
    *c = (struct case_changes){.rows = c->rows};
}

/* All but the arrays' room. */
static void outcome_clear(struct outcome *o)
{
    g_free(o->reason_ja);
    g_free(o->reason_en);
    snapshot_free(o->after);
    value_unref(o->record);
    changes_clear(&o->changes);
}

void outcome_release(struct outcome *o)
{
    outcome_clear(o);
    g_ptr_array_unref(o->findings);
    g_array_unref(o->notices);
    g_array_unref(o->signals);
    g_array_unref(o->registers);
    g_array_unref(o->links);
    if (o->changes.rows != NULL)
        g_array_unref(o->changes.rows);
}

void outcome_reset(struct outcome *o)
{
    outcome_clear(o);
    g_ptr_array_set_size(o->findings, 0);
    *o = (struct outcome){
        .form = CHART_NONE,
        .findings = o->findings,
        .notices = g_array_set_size(o->notices, 0),
        .signals = g_array_set_size(o->signals, 0),
        .registers = g_array_set_size(o->registers, 0),
        .links = g_array_set_size(o->links, 0),
        .changes.rows = o->changes.rows == NULL ? NULL : g_array_set_size(o->changes.rows, 0),
    };
}

bool outcome_wants(const struct outcome *o)
{
    return o->wants_relations != 0 || o->wants_numbers != 0 || o->wants_past[0] != 0 || o->wants_past[1] != 0 ||
           o->wants_rival;
}

void outcome_refuse(struct outcome *o, enum toroku_error code, const char *ja, const char *en)
{
    o->kind = OUTCOME_REFUSED;
    o->code = code;
    g_free(o->reason_ja);
    g_free(o->reason_en);
    o->reason_ja = g_strdup(ja);
    o->reason_en = g_strdup(en);
}
