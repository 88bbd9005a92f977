/*
 * What a lenient compiler (chart_compile_lenient) does without, and what it puts in the place of what is absent.
 */
#include "engine/chart/compiler.h"

/* What is demanded of a definition in force, and says nothing about the form of its chart. */
static const enum finding_code demands[] = {
    FINDING_UNKNOWN_FORM,   FINDING_UNKNOWN_FIELD,  FINDING_UNKNOWN_ROLE,     FINDING_UNKNOWN_RULE,
    FINDING_UNKNOWN_NOTICE, FINDING_UNKNOWN_FLAG,   FINDING_UNKNOWN_CALENDAR, FINDING_UNKNOWN_REGISTER,
    FINDING_BAD_RECIPIENT,  FINDING_NOBODY_OPENS,   FINDING_NOBODY_MAY,       FINDING_NO_INPUT,
    FINDING_VERSION_KEY,    FINDING_TARGET_DECIDES,
};

static bool finding_is_demand(const struct chart_finding *finding)
{
    for (size_t i = 0; i < G_N_ELEMENTS(demands); i++)
        if (finding->code == demands[i])
            return true;
    return false;
}

void lenient_forgive(GPtrArray *findings, guint first)
{
    for (guint i = findings->len; i-- > first;)
        if (finding_is_demand(g_ptr_array_index(findings, i)))
            g_ptr_array_remove_index(findings, i);
}

struct doc_workflow lenient_head(const struct doc_workflow *doc)
{
    static char workflow[] = "chart", effective[] = "1970-01-01", prefix[] = "CASE", zone[] = CHART_ZONE_DEFAULT;
    struct doc_workflow head = *doc;

    if (head.workflow == NULL)
        head.workflow = workflow;
    if (head.version == 0)
        head.version = 1;
    if (head.effective == NULL)
        head.effective = effective;
    if (head.prefix == NULL)
        head.prefix = prefix;
    if (head.zone == NULL)
        head.zone = zone;
    if (head.title.ja == NULL)
        head.title.ja = head.title.en != NULL ? head.title.en : head.workflow;
    if (head.title.en == NULL)
        head.title.en = head.title.ja;
    head.version_by = NULL;
    head.opened_by.form = NULL;
    return head;
}

char *lenient_row(struct compiler *c, const struct chart_take *take)
{
    const struct chart_state *source = &c->chart->states[take->source];
    g_autofree char *row = take->trigger == TRIGGER_DONE
                               ? g_strdup_printf("%s.done", source->id)
                               : g_strdup_printf("%s.%d", source->id, (int)c->takes->len - source->takes.first + 1);

    return compiler_text(c, row);
}
