#include "engine/core/offer.h"

#include "engine/core/guard.h"
#include "engine/core/step.h"

#include <string.h>

/* What is known of a guard before the form is filled. */
enum prospect { PROSPECT_NO, PROSPECT_MAYBE, PROSPECT_YES };

static void offer_clear(gpointer p)
{
    struct offer *offer = p;

    g_free(offer->why_ja);
    g_free(offer->why_en);
}

/* Is the field that ${path} begins with one of the row's form, which will be read there and not in the case? */
static bool form_will_tell(const struct chart *chart, const struct chart_take *take, const char *path)
{
    const struct range *fields;
    size_t size;

    if (path == NULL || take->form == CHART_NONE || take->partial)
        return false;
    fields = &chart->forms[take->form].fields;
    size = strcspn(path, ".");
    for (int f = fields->first; f < fields->first + fields->count; f++)
        if (strncmp(chart->fields[f].id, path, size) == 0 && chart->fields[f].id[size] == '\0')
            return true;
    return false;
}

static enum prospect guard_prospect(struct guard_context *context, const struct chart_take *take, int index)
{
    const struct chart_guard *guard;
    enum prospect worst = PROSPECT_YES, best = PROSPECT_NO;
    bool holds;

    if (index == CHART_NONE)
        return PROSPECT_YES;
    guard = &context->chart->guards[index];
    if (guard->kind == GUARD_ALL || guard->kind == GUARD_ANY || guard->kind == GUARD_NOT) {
        for (int i = 0; i < guard->children.count; i++) {
            enum prospect child = guard_prospect(context, take, guard->children.items[i]);

            worst = MIN(worst, child);
            best = MAX(best, child);
        }
        if (guard->kind == GUARD_NOT)
            return (enum prospect)(PROSPECT_YES - best);
        return guard->kind == GUARD_ALL ? worst : best;
    }
    if (form_will_tell(context->chart, take, guard->path) || form_will_tell(context->chart, take, guard->base) ||
        (guard->relation != CHART_NONE &&
         form_will_tell(context->chart, take, context->chart->relations[guard->relation].owned_by)))
        return PROSPECT_MAYBE;
    context->wants = 0;
    holds = guard_holds(context, index);
    if (context->wants != 0)
        return PROSPECT_MAYBE;
    return holds ? PROSPECT_YES : PROSPECT_NO;
}

/* Is the row open to ${actor}? Otherwise *why_ja and *why_en tell why not. */
static bool take_is_open(const struct snapshot *s, const struct actor *actor, const struct chart_take *take,
                         struct guard_context *context, char **why_ja, char **why_en)
{
    if (step_bars(s, take, actor->person)) {
        *why_ja = g_strdup("同じ案件の前の段階に関わった人はこの操作を行えません。");
        *why_en = g_strdup("Somebody who took part in an earlier step of this case may not do this.");
        return false;
    }
    if (guard_prospect(context, take, take->guard) == PROSPECT_NO) {
        guard_explain(context, take->guard, why_ja, why_en);
        return false;
    }
    return true;
}

/* Notes what ${take} offers: a row that is open takes the place of one that is not, and never the other way round. */
static void offers_note(GArray *offers, const struct snapshot *s, const struct actor *actor, int take,
                        struct guard_context *context)
{
    const struct chart_take *row = &s->chart->takes[take];
    struct offer offer = {.event = row->name, .take = take};
    struct offer *known = (struct offer *)(uintptr_t)offers_find(offers, row->name);

    if (known != NULL && known->open)
        return;
    offer.open = take_is_open(s, actor, row, context, &offer.why_ja, &offer.why_en);
    if (known == NULL) {
        g_array_append_val(offers, offer);
    } else if (offer.open) {
        offer_clear(known);
        *known = offer;
    } else {
        offer_clear(&offer);
    }
}

GArray *offers_of(const struct snapshot *s, const struct actor *actor, const struct value *linked, instant at)
{
    GArray *offers = g_array_new(FALSE, FALSE, sizeof(struct offer));
    struct guard_context context = {.chart = s->chart, .s = s, .form_index = CHART_NONE, .linked = linked, .at = at};

    g_array_set_clear_func(offers, offer_clear);
    for (int i = 0; i < s->chart->take_count; i++)
        if (step_may(s, actor, &s->chart->takes[i]))
            offers_note(offers, s, actor, i, &context);
    return offers;
}

const struct offer *offers_find(const GArray *offers, const char *event)
{
    for (guint i = 0; i < offers->len; i++) {
        const struct offer *offer = &g_array_index(offers, struct offer, i);

        if (strcmp(offer->event, event) == 0)
            return offer;
    }
    return NULL;
}

bool offer_opens(const struct chart *chart, const struct actor *actor, int64_t owner)
{
    for (int i = 0; i < chart->opened_by.count; i++)
        if (step_has_role(chart, owner, actor, chart->opened_by.items[i]))
            return true;
    return false;
}
