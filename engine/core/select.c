#include "engine/core/machine.h"
#include "engine/core/step.h"
#include "engine/core/validate.h"

#include <string.h>

bool step_has_role(const struct chart *chart, int64_t owner, const struct actor *actor, int role)
{
    const struct chart_role *r = &g_array_index(chart->book->roles, struct chart_role, role);

    if (r->is_relation)
        return strcmp(r->id, "owner") == 0 && actor->org != 0 && actor->org == owner;
    for (const char *const *held = actor->roles; held != NULL && *held != NULL; held++)
        if (strcmp(*held, r->id) == 0)
            return true;
    return false;
}

bool actor_has_any_role(const struct snapshot *s, const struct actor *actor, const struct index_list *roles)
{
    if (s->chart->lenient)
        return true;
    for (int i = 0; i < roles->count; i++)
        if (step_has_role(s->chart, s->owner, actor, roles->items[i]))
            return true;
    return false;
}

bool step_may(const struct snapshot *s, const struct actor *actor, const struct chart_take *take)
{
    return take->trigger == TRIGGER_EVENT && !s->closed && state_set_has(&s->states, take->source) &&
           actor_has_any_role(s, actor, &take->by);
}

bool step_bars(const struct snapshot *s, const struct chart_take *take, int64_t person)
{
    for (char **name = take->not_by; name != NULL && *name != NULL; name++) {
        const struct value *who = value_get(s->persons, *name);

        if (who != NULL && value_int(who) == person)
            return true;
    }
    return false;
}

/* Four eyes: did one of the persons behind this event also raise an event that the row excludes? */
static bool take_is_barred(const struct machine *m, const struct chart_take *take)
{
    const struct value *deciders = value_get(m->event->input, "deciders");

    if (m->event->kind == EVENT_COMMAND && step_bars(m->s, take, m->event->actor.person))
        return true;
    for (size_t i = 0; i < value_size(deciders); i++) {
        const char *decider = value_text(value_at(deciders, i));

        if (decider != NULL && step_bars(m->s, take, g_ascii_strtoll(decider, NULL, 10)))
            return true;
    }
    return false;
}

static bool selection_form_ok(struct machine *m, struct selection *sel, const struct chart_take *take)
{
    if (take->form == CHART_NONE)
        return true;
    if (m->event->replayed)
        return take->form == m->event->form && (take->partial || !m->event->draft);
    if (sel->checked_form != take->form || sel->checked_partial != take->partial) {
        sel->checked_form = take->form;
        sel->checked_partial = take->partial;
        g_ptr_array_set_size(m->out->findings, 0);
        validate_input(m->s, m->event->at, take->form, m->event->input, take->partial, m->out->findings);
        sel->form_ok = m->out->findings->len == 0;
    }
    return sel->form_ok;
}

static void selection_miss(struct selection *sel, enum miss miss, const struct chart_take *take)
{
    if (miss < sel->miss)
        return;
    sel->miss = miss;
    sel->missed = take;
}

/* What the guard of ${take} reads: a whole form lies over the case's data, a draft does not. */
static struct guard_context take_context(const struct machine *m, const struct chart_take *take)
{
    bool whole = take->form != CHART_NONE && !take->partial;

    return (struct guard_context){.chart = m->chart,
                                  .s = m->s,
                                  .form = whole ? m->event->input : NULL,
                                  .form_index = whole ? take->form : CHART_NONE,
                                  .linked = m->event->linked,
                                  .at = m->event->at,
                                  .wants_owner = m->out->wants_owner};
}

/* The event is the one that ${take} answers to; may it be taken? */
static bool take_is_enabled(struct machine *m, struct selection *sel, const struct chart_take *take)
{
    struct guard_context context;
    bool holds;

    if (take->trigger == TRIGGER_EVENT && !actor_has_any_role(m->s, &m->event->actor, &take->by)) {
        selection_miss(sel, MISS_ROLE, take);
        return false;
    }
    if (take->not_by != NULL && take_is_barred(m, take)) {
        selection_miss(sel, MISS_FOUR_EYES, take);
        return false;
    }
    if (!selection_form_ok(m, sel, take)) {
        selection_miss(sel, MISS_FORM, take);
        return false;
    }
    if (take->guard == CHART_NONE)
        return true;
    context = take_context(m, take);
    holds = guard_holds(&context, take->guard);
    m->out->wants_relations |= context.wants;
    if (!holds)
        selection_miss(sel, MISS_GUARD, take);
    return holds;
}

/* SCXML: the first row of ${state} or, inner before outer, of the states around it that is enabled. */
static int selection_from(struct machine *m, struct selection *sel, const struct chart_answers *answers, int state)
{
    for (; state != CHART_NONE; state = m->chart->states[state].parent) {
        if (!state_set_has(&answers->sources, state))
            continue;
        for (int i = 0; i < answers->takes.count; i++) {
            int take = answers->takes.items[i];

            if (m->chart->takes[take].source == state && take_is_enabled(m, sel, &m->chart->takes[take]))
                return take;
        }
    }
    return CHART_NONE;
}

void selection_init(struct selection *sel)
{
    sel->count = 0;
    sel->miss = MISS_NO_ROW;
    sel->missed = NULL;
    sel->checked_form = CHART_NONE;
}

void selection_fill(struct machine *m, struct selection *sel, const struct chart_answers *answers)
{
    const struct state_set *active = &m->s->states;
    struct state_set atomic;
    bool fixed = true;

    if (!state_set_meets(active, &answers->sources))
        return;
    atomic = state_set_common(active, &m->chart->atomic);
    for (int i = state_set_next(&atomic, 0); i >= 0; i = state_set_next(&atomic, i + 1)) {
        int take = selection_from(m, sel, answers, i);

        if (take == CHART_NONE || (sel->count > 0 && sel->takes[sel->count - 1] == take))
            continue;
        sel->takes[sel->count++] = take;
        fixed = fixed && m->chart->moves[take].fixed;
    }
    if (sel->count > 1)
        sel->count = configuration_choose(m->chart, active, fixed ? NULL : machine_memory(m), sel->takes, sel->count);
}

void machine_refuse_input(struct machine *m)
{
    outcome_refuse(m->out, TOROKU_ERROR_UNPROCESSABLE, "入力内容に誤りがあります。",
                   "The form has findings; each names its place.");
}

void selection_refuse(struct machine *m, const struct selection *sel)
{
    struct guard_context context;
    g_autofree char *ja = NULL, *en = NULL;

    if (sel->miss != MISS_FORM)
        g_ptr_array_set_size(m->out->findings, 0);
    switch (sel->miss) {
    case MISS_NO_ROW:
        en = g_strdup_printf("The case does not take \"%s\" in its present state.", m->event->name);
        outcome_refuse(m->out, TOROKU_ERROR_NOT_TAKEN, "現在の状態ではこの操作はできません。", en);
        return;
    case MISS_ROLE:
        outcome_refuse(m->out, TOROKU_ERROR_FORBIDDEN, "この操作を行う権限がありません。",
                       "You do not hold a role that may do this.");
        return;
    case MISS_FOUR_EYES:
        outcome_refuse(m->out, TOROKU_ERROR_FORBIDDEN, "同じ案件の前の段階に関わった人はこの操作を行えません。",
                       "Somebody who took part in an earlier step of this case may not do this.");
        return;
    case MISS_FORM:
        machine_refuse_input(m);
        return;
    case MISS_GUARD:
        context = take_context(m, sel->missed);
        guard_explain(&context, sel->missed->guard, &ja, &en);
        outcome_refuse(m->out, TOROKU_ERROR_UNPROCESSABLE, ja, en);
        return;
    }
    g_assert_not_reached();
}
