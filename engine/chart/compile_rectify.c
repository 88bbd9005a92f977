#include "engine/chart/compiler.h"

#include <string.h>

#define RECTIFY "rectify"

static bool event_is_raised(const struct compiler *c, const char *event)
{
    if (strcmp(event, "open") == 0 || strcmp(event, RECTIFY) == 0)
        return true;
    for (guint i = 0; i < c->takes->len; i++) {
        const struct chart_take *take = &g_array_index(c->takes, struct chart_take, i);

        if (take->trigger == TRIGGER_EVENT && g_strcmp0(take->name, event) == 0)
            return true;
    }
    return false;
}

/* No row is raised by the event that rectifies: it is taken in every state, by whom the workflow names once. */
static void check_rows(struct compiler *c)
{
    for (guint i = 0; i < c->takes->len; i++) {
        const struct chart_take *take = &g_array_index(c->takes, struct chart_take, i);

        if (take->trigger == TRIGGER_EVENT && g_strcmp0(take->name, RECTIFY) == 0)
            compiler_demand(c, FINDING_MISPLACED_KEY, "",
                            "row %s takes \"rectify\"; expected `rectify` once for the whole workflow",
                            take->row == NULL ? "" : take->row);
    }
}

void compile_rectify(struct compiler *c)
{
    const struct doc_rectify *doc = c->doc->rectify;
    struct chart *chart = c->chart;
    gsize mark;
    bool none;

    chart->rectify_basis = CHART_NONE;
    check_rows(c);
    if (doc == NULL)
        return;
    mark = compiler_enter(c, ".rectify");
    chart->rectified_by = compile_roles(c, "by", doc->by, doc->by_count, &none);
    if (none || doc->by_count == 0)
        compiler_demand(c, FINDING_NOBODY_MAY, ".by", "nobody may rectify; expected roles");
    chart->rectified_not_by = compile_not_by(c, doc->not_by, doc->not_by_count);
    for (uint32_t i = 0; chart->rectified_not_by != NULL && i < doc->not_by_count; i++)
        if (!event_is_raised(c, chart->rectified_not_by[i]))
            compiler_find(c, FINDING_UNKNOWN_EVENT, "", "not_by asks for the person of \"%s\", which no row raises",
                          chart->rectified_not_by[i]);
    chart->rectify_basis = compiler_basis(c, ".basis", doc->basis, chart->basis);
    compiler_leave(c, mark);
}
