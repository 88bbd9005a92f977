#include "engine/chart/verify_overlap.h"

#include "engine/chart/guard_logic.h"
#include "engine/chart/verify.h"

#include <string.h>

/* Does each input that is for ${other} trigger ${take} too? */
static bool trigger_covers(const struct chart_take *take, const struct chart_take *other)
{
    if (take->trigger != other->trigger)
        return false;
    if (take->trigger == TRIGGER_EVENT || take->trigger == TRIGGER_INTERNAL)
        return take->name != NULL && other->name != NULL && chart_event_matches(take->name, other->name);
    if (take->trigger == TRIGGER_SIGNAL)
        return g_strcmp0(take->name, other->name) == 0;
    return take->trigger != TRIGGER_DUE || take->deadline == other->deadline;
}

static bool list_has(const struct index_list *list, int index)
{
    for (int i = 0; i < list->count; i++)
        if (list->items[i] == index)
            return true;
    return false;
}

static bool roles_meet(const struct chart_take *a, const struct chart_take *b)
{
    for (int i = 0; i < a->by.count; i++)
        if (list_has(&b->by, a->by.items[i]))
            return true;
    return a->by.count == 0 && b->by.count == 0;
}

/* Whoever may take ${other} may take ${take}. */
static bool persons_cover(const struct chart_take *take, const struct chart_take *other)
{
    for (int i = 0; i < other->by.count; i++)
        if (!list_has(&take->by, other->by.items[i]))
            return false;
    for (char **event = take->not_by; event != NULL && *event != NULL; event++)
        if (other->not_by == NULL || !g_strv_contains((const char *const *)other->not_by, *event))
            return false;
    return true;
}

static bool form_same(const struct chart_take *a, const struct chart_take *b)
{
    return a->form == b->form && a->partial == b->partial;
}

static void row_find(const struct chart *chart, enum finding_code code, int take, int other, GPtrArray *findings)
{
    const struct chart_take *row = &chart->takes[take];
    g_autoptr(GString) path = g_string_new(NULL);

    chart_take_path(chart, take, path);
    if (code == FINDING_OVERLAPPING_GUARDS) {
        g_string_append(path, ".when");
        chart_findings_add(findings, code, path->str,
                           "\"%s\" and \"%s\" may both hold, and nothing says which is meant; expected guards that "
                           "exclude each other, or after them a row without `when`",
                           chart->takes[other].row, row->row);
    } else if (other != CHART_NONE) {
        chart_findings_add(findings, code, path->str,
                           "\"%s\" is never taken: whenever it could be, \"%s\" above is; expected the narrower guard "
                           "first",
                           row->row, chart->takes[other].row);
    } else {
        g_string_append(path, ".when");
        chart_findings_add(findings, code, path->str, "\"%s\" is never taken: its guard contradicts itself", row->row);
    }
}

/* Is there a row for the same below both, without a guard: the `else`? */
static bool row_has_else(const struct chart *chart, int take)
{
    const struct chart_take *row = &chart->takes[take];
    const struct range *takes = &chart->states[row->source].takes;

    for (int t = take + 1; t < takes->first + takes->count; t++)
        if (chart->takes[t].guard == CHART_NONE && trigger_covers(&chart->takes[t], row) &&
            roles_meet(&chart->takes[t], row) && form_same(&chart->takes[t], row))
            return true;
    return false;
}

/* Holds the row ${take} up to an earlier one. TRUE: it was found wanting. */
static bool verify_pair(const struct chart *chart, const struct chart_set *set, int earlier, int take,
                        GPtrArray *findings)
{
    const struct chart_take *one = &chart->takes[earlier], *row = &chart->takes[take];
    bool covers = trigger_covers(one, row), meets = covers || trigger_covers(row, one);

    if (covers && persons_cover(one, row) && (one->form == CHART_NONE || form_same(one, row)) &&
        guard_implies(chart, set, row->guard, one->guard)) {
        row_find(chart, FINDING_DEAD_ROW, take, earlier, findings);
        return true;
    }
    if (!meets || one->guard == CHART_NONE || row->guard == CHART_NONE || !roles_meet(one, row) ||
        !form_same(one, row) || guards_exclude(chart, set, one->guard, row->guard) ||
        guard_implies(chart, set, one->guard, row->guard) || row_has_else(chart, take))
        return false;
    row_find(chart, FINDING_OVERLAPPING_GUARDS, take, earlier, findings);
    return true;
}

void verify_overlaps(const struct chart *chart, const struct chart_set *set, GPtrArray *findings)
{
    for (int s = 0; s < chart->state_count; s++) {
        const struct range *takes = &chart->states[s].takes;

        for (int t = takes->first; t < takes->first + takes->count; t++) {
            bool found = guard_is_impossible(chart, set, chart->takes[t].guard);

            if (found)
                row_find(chart, FINDING_DEAD_ROW, t, CHART_NONE, findings);
            for (int earlier = takes->first; earlier < t && !found; earlier++)
                found = verify_pair(chart, set, earlier, t, findings);
        }
    }
}
