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

void outcome_release(struct outcome *o)
{
    g_free(o->reason_ja);
    g_free(o->reason_en);
    g_ptr_array_unref(o->findings);
    snapshot_free(o->after);
    value_unref(o->record);
    g_array_unref(o->notices);
    g_array_unref(o->signals);
    g_array_unref(o->registers);
    g_array_unref(o->links);
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
