#include "engine/chart/chart.h"

#include <string.h>

void chart_free(struct chart *chart)
{
    if (chart == NULL)
        return;
    for (int i = 0; i < chart->guard_count; i++)
        value_unref(chart->guards[i].operand);
    g_free(chart->states);
    g_free(chart->takes);
    g_free(chart->moves);
    g_free(chart->commands);
    g_free(chart->signals);
    g_free(chart->internals);
    g_free(chart->dues);
    g_free(chart->guards);
    g_free(chart->actions);
    g_free(chart->deadlines);
    g_free(chart->fields);
    g_free(chart->forms);
    g_free(chart->data);
    g_free(chart->relations);
    g_free(chart->numbers);
    g_clear_pointer(&chart->owned, g_ptr_array_unref);
    g_clear_pointer(&chart->strings, g_string_chunk_free);
    g_free(chart);
}

int chart_state_index(const struct chart *chart, const char *id)
{
    for (int i = 1; i < chart->state_count; i++)
        if (g_strcmp0(chart->states[i].id, id) == 0)
            return i;
    return CHART_NONE;
}

int chart_form_index(const struct chart *chart, const char *id)
{
    for (int i = 0; i < chart->form_count; i++)
        if (g_strcmp0(chart->forms[i].id, id) == 0)
            return i;
    return CHART_NONE;
}

int chart_deadline_index(const struct chart *chart, const char *id)
{
    for (int i = 0; i < chart->deadline_count; i++)
        if (g_strcmp0(chart->deadlines[i].id, id) == 0)
            return i;
    return CHART_NONE;
}

int chart_relation_index(const struct chart *chart, const char *id)
{
    for (int i = 0; i < chart->relation_count; i++)
        if (g_strcmp0(chart->relations[i].id, id) == 0)
            return i;
    return CHART_NONE;
}

static void chart_release(gpointer chart)
{
    chart_free(chart);
}

struct chart_set *chart_set_new(void)
{
    struct chart_set *set = g_new0(struct chart_set, 1);

    set->charts = g_ptr_array_new_with_free_func(chart_release);
    return set;
}

const struct chart_set *chart_set_hold(const struct chart_set *set)
{
    if (set != NULL)
        ((struct chart_set *)(uintptr_t)set)->holders++;
    return set;
}

static void chart_set_consider(struct chart_set *set)
{
    if (set->holders == 0 && set->unused != NULL)
        set->unused(set->user);
}

void chart_set_drop(const struct chart_set *set)
{
    struct chart_set *own = (struct chart_set *)(uintptr_t)set;

    if (own == NULL)
        return;
    g_assert(own->holders > 0);
    own->holders--;
    chart_set_consider(own);
}

void chart_set_retire(struct chart_set *set, void (*unused)(void *user), void *user)
{
    set->unused = unused;
    set->user = user;
    chart_set_consider(set);
}

void chart_set_free(struct chart_set *set)
{
    if (set == NULL)
        return;
    g_ptr_array_unref(set->charts);
    g_free(set);
}

void chart_set_add(struct chart_set *set, struct chart *chart)
{
    g_ptr_array_add(set->charts, chart);
}

const struct chart *chart_set_for(const struct chart_set *set, const char *workflow, civil_day day)
{
    const struct chart *best = NULL;

    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);

        if (strcmp(chart->workflow, workflow) == 0 && chart->effective <= day &&
            (best == NULL || chart->version > best->version))
            best = chart;
    }
    return best;
}

/* The day that the opening form's field names, in the zone of ${chart}; ${fallback} when it names none. */
static civil_day chart_version_day(const struct chart *chart, const struct value *input, civil_day fallback)
{
    const char *text = value_text(value_path(input, chart->version_by));
    civil_day day = fallback;
    instant at;

    if (text == NULL || civil_parse(text, &day))
        return day;
    if (instant_parse(text, &at))
        zone_day(chart->zone, at, &day, NULL);
    return day;
}

const struct chart *chart_set_for_opening(const struct chart_set *set, const char *workflow, instant at,
                                          const struct value *input)
{
    civil_day today = (civil_day)(at / INSTANT_DAY);
    const struct chart *chart = chart_set_for(set, workflow, today);

    if (chart == NULL || chart->version_by == NULL)
        return chart;
    return chart_set_for(set, workflow, MIN(today, chart_version_day(chart, input, today)));
}

const struct chart *chart_set_by_id(const struct chart_set *set, int32_t id)
{
    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);

        if (chart->id == id)
            return chart;
    }
    return NULL;
}

const struct chart *chart_set_by_sha256(const struct chart_set *set, const char *sha256)
{
    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);

        if (g_strcmp0(chart->sha256, sha256) == 0)
            return chart;
    }
    return NULL;
}

const struct chart *chart_set_opened_by(const struct chart_set *set, const char *workflow, const char *signal,
                                        civil_day day)
{
    const struct chart *chart = chart_set_for(set, workflow, day);

    return chart != NULL && g_strcmp0(chart->opened_by_signal, signal) == 0 ? chart : NULL;
}
