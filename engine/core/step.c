#include "engine/core/step.h"

#include "engine/core/deadline.h"
#include "engine/core/machine.h"
#include "engine/core/validate.h"

#include <string.h>

/* A macrostep that has not come to rest by then is a chart that never does. */
#define MICROSTEPS_MAX 100

/* Why no transition was enabled, the nearest miss last. */
enum miss { MISS_NO_ROW, MISS_ROLE, MISS_FOUR_EYES, MISS_FORM, MISS_GUARD };

struct selection {
    int takes[CHART_STATES_MAX]; /* at most one a region */
    int count;
    enum miss miss;
    const struct chart_take *missed; /* the row of that miss; NULL: none */
    int checked_form;                /* validated already, findings in the outcome */
    bool checked_partial, form_ok;
};

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

static bool actor_has_any_role(const struct snapshot *s, const struct actor *actor, const struct index_list *roles)
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

static bool take_matches(const struct machine *m, const struct chart_take *take)
{
    switch (take->trigger) {
    case TRIGGER_EVENT:
        return m->event->kind == EVENT_COMMAND && strcmp(take->name, m->event->name) == 0;
    case TRIGGER_SIGNAL:
        return m->event->kind == EVENT_SIGNAL && strcmp(take->name, m->event->name) == 0;
    case TRIGGER_DUE:
        return m->event->kind == EVENT_DUE && take->deadline == m->event->deadline;
    case TRIGGER_DONE:
        return false;
    }
    g_assert_not_reached();
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

static bool take_is_enabled(struct machine *m, struct selection *sel, const struct chart_take *take)
{
    struct guard_context context = take_context(m, take);
    bool holds;

    if (!take_matches(m, take))
        return false;
    if (take->trigger == TRIGGER_EVENT && !actor_has_any_role(m->s, &m->event->actor, &take->by)) {
        selection_miss(sel, MISS_ROLE, take);
        return false;
    }
    if (take_is_barred(m, take)) {
        selection_miss(sel, MISS_FOUR_EYES, take);
        return false;
    }
    if (!selection_form_ok(m, sel, take)) {
        selection_miss(sel, MISS_FORM, take);
        return false;
    }
    holds = guard_holds(&context, take->guard);
    m->out->wants_relations |= context.wants;
    if (!holds)
        selection_miss(sel, MISS_GUARD, take);
    return holds;
}

/* SCXML: removeConflictingTransitions. A transition of a descendant pre-empts one of its ancestor, else the first in
 * document order of the states that selected them stands. */
static void selection_add(struct machine *m, struct selection *sel, int take)
{
    struct state_set exits = configuration_exits(m, &m->chart->takes[take]);
    int kept[CHART_STATES_MAX], count = 0;

    for (int i = 0; i < sel->count; i++) {
        struct state_set others = configuration_exits(m, &m->chart->takes[sel->takes[i]]);
        bool conflict = sel->takes[i] == take;

        for (size_t w = 0; w < G_N_ELEMENTS(exits.words); w++)
            conflict = conflict || (exits.words[w] & others.words[w]) != 0;
        if (!conflict)
            kept[count++] = sel->takes[i];
        else if (!chart_is_descendant(m->chart, m->chart->takes[take].source, m->chart->takes[sel->takes[i]].source))
            return; /* pre-empted: then it pre-empts nothing itself */
    }
    kept[count++] = take;
    memcpy(sel->takes, kept, (size_t)count * sizeof kept[0]);
    sel->count = count;
}

/* The first enabled transition of an active atomic state or, inner before outer, of its ancestors. */
static void selection_from(struct machine *m, struct selection *sel, int atomic)
{
    for (int state = atomic; state != CHART_NONE; state = m->chart->states[state].parent) {
        const struct range *takes = &m->chart->states[state].takes;

        for (int t = takes->first; t < takes->first + takes->count; t++)
            if (take_is_enabled(m, sel, &m->chart->takes[t])) {
                selection_add(m, sel, t);
                return;
            }
    }
}

static void takes_select(struct machine *m, struct selection *sel)
{
    for (int i = 1; i < m->chart->state_count; i++) {
        enum state_kind kind = m->chart->states[i].kind;

        if ((kind == STATE_ATOMIC || kind == STATE_FINAL) && state_set_has(&m->s->states, i))
            selection_from(m, sel, i);
    }
}

static void actions_run(struct machine *m, const struct range *actions, int deadline)
{
    for (int i = actions->first; i < actions->first + actions->count; i++)
        action_run(m, &m->chart->actions[i], deadline);
}

static void state_exit(struct machine *m, int state)
{
    const struct chart_state *s = &m->chart->states[state];

    actions_run(m, &s->exit, CHART_NONE);
    for (guint i = m->s->deadlines->len; i-- > 0;) {
        int deadline = g_array_index(m->s->deadlines, struct deadline_state, i).deadline;

        if (m->chart->deadlines[deadline].state == state)
            g_array_remove_index(m->s->deadlines, i);
    }
    state_set_remove(&m->s->states, state);
    for (int i = state; i != CHART_NONE; i = m->chart->states[i].parent)
        state_set_remove(&m->done, i);
}

static void state_enter(struct machine *m, int state)
{
    const struct chart_state *s = &m->chart->states[state];

    state_set_add(&m->s->states, state);
    if (s->kind == STATE_FINAL && s->parent == 0)
        m->s->closed = true;
    actions_run(m, &s->enter, CHART_NONE);
    for (int i = s->deadlines.first; i < s->deadlines.first + s->deadlines.count; i++)
        deadline_arm(m, i);
}

static void form_merge(struct machine *m, int form)
{
    const struct range *fields = &m->chart->forms[form].fields;

    for (int i = fields->first; i < fields->first + fields->count; i++)
        if (m->chart->fields[i].kept)
            machine_set(m, m->chart->fields[i].id, value_ref(value_get(m->event->input, m->chart->fields[i].id)));
}

/* Lets in what came with the event. FALSE when it came with what no row has asked for. */
static bool takes_merge_forms(struct machine *m, const int *takes, int count)
{
    bool whole = false;

    for (int i = 0; i < count; i++) {
        const struct chart_take *take = &m->chart->takes[takes[i]];

        if (take->form == CHART_NONE)
            continue;
        m->out->form = take->form;
        whole = whole || !take->partial;
        m->out->draft = !whole;
        if (take->partial)
            continue;
        m->form = m->event->input;
        form_merge(m, take->form);
    }
    if (m->event->kind == EVENT_SIGNAL)
        m->form = m->event->input;
    else if (m->event->kind == EVENT_COMMAND && m->out->form == CHART_NONE && !m->event->replayed && !m->chart->lenient)
        validate_input(m->s, m->event->at, CHART_NONE, m->event->input, false, m->out->findings);
    return m->out->findings->len == 0;
}

static void states_enter(struct machine *m, const struct state_set *entries)
{
    for (int i = 0; i < m->chart->state_count; i++)
        if (state_set_has(entries, i) && !state_set_has(&m->s->states, i))
            state_enter(m, i);
}

/* SCXML: microstep. */
static void microstep(struct machine *m, const int *takes, int count)
{
    struct state_set exits = {0}, entries;

    for (int i = 0; i < count; i++) {
        struct state_set some = configuration_exits(m, &m->chart->takes[takes[i]]);

        for (size_t w = 0; w < G_N_ELEMENTS(exits.words); w++)
            exits.words[w] |= some.words[w];
    }
    for (int i = 0; i < m->chart->state_count; i++)
        if (state_set_has(&exits, i))
            configuration_remember(m, i);
    entries = configuration_entries(m, takes, count);
    for (int i = m->chart->state_count - 1; i > 0; i--)
        if (state_set_has(&exits, i))
            state_exit(m, i);
    for (int i = 0; i < count; i++) {
        const struct chart_take *take = &m->chart->takes[takes[i]];

        value_list_add(m->rows, value_new_text(take->row));
        actions_run(m, &take->actions, take->trigger == TRIGGER_DUE ? take->deadline : CHART_NONE);
    }
    states_enter(m, &entries);
}

/* The state whose `done` is to be taken next: inner before outer, else in document order; or CHART_NONE. */
static int done_next(const struct machine *m)
{
    int next = CHART_NONE;

    for (int i = 1; i < m->chart->state_count; i++)
        if (state_set_has(&m->s->states, i) && m->chart->states[i].done != CHART_NONE && !state_set_has(&m->done, i) &&
            configuration_done(m, i) && (next == CHART_NONE || chart_is_descendant(m->chart, i, next)))
            next = i;
    return next;
}

/* Takes `done` transitions until none is left; each once for each time its state came to be done. */
static void done_settle(struct machine *m)
{
    for (int round = 0; round < MICROSTEPS_MAX && !m->s->closed; round++) {
        int state = done_next(m);

        if (state == CHART_NONE)
            return;
        state_set_add(&m->done, state);
        microstep(m, &m->chart->states[state].done, 1);
    }
    if (!m->s->closed && m->error == NULL)
        g_set_error(&m->error, TOROKU_ERROR, TOROKU_ERROR_INTERNAL, "the workflow %s does not come to rest",
                    m->chart->workflow);
}

static bool deadline_stands(const struct deadline_state *d)
{
    return d->stops != NULL && d->stops->len > 0 &&
           g_array_index(d->stops, struct interval, d->stops->len - 1).to == INSTANT_NEVER;
}

/* Starts and ends the standing of clocks as the active states now say. A hold that ends lets a due instant that has
 * passed fire, and no reminders of it. */
static void clocks_settle(struct machine *m)
{
    for (guint i = 0; i < m->s->deadlines->len; i++) {
        struct deadline_state *d = &g_array_index(m->s->deadlines, struct deadline_state, i);
        bool stopped = snapshot_stops(m->s, d->deadline), stands = deadline_stands(d);

        if (snapshot_holds(m->before, d->deadline) && !snapshot_holds(m->s, d->deadline))
            deadline_skip(m->chart, d, m->event->at);

        if (stopped == stands || d->occurrence > m->chart->deadlines[d->deadline].reminder_count)
            continue;
        if (stopped) {
            struct interval stop = {.from = m->event->at, .to = INSTANT_NEVER};

            if (d->stops == NULL)
                d->stops = g_array_new(FALSE, FALSE, sizeof(struct interval));
            g_array_append_val(d->stops, stop);
        } else {
            g_array_index(d->stops, struct interval, d->stops->len - 1).to = m->event->at;
        }
        value_unref(m->why[d->deadline]);
        m->why[d->deadline] = NULL;
        if (m->error == NULL)
            deadline_compute(m->chart, d, m->event->at, &m->why[d->deadline], &m->error);
    }
}

static void machine_refuse_input(struct machine *m)
{
    outcome_refuse(m->out, TOROKU_ERROR_UNPROCESSABLE, "入力内容に誤りがあります。",
                   "The form has findings; each names its place.");
}

static void machine_refuse_miss(struct machine *m, const struct selection *sel)
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

/* "open" by a person, or the signal that the workflow names. */
static bool event_opens(const struct machine *m)
{
    if (m->event->kind == EVENT_COMMAND)
        return strcmp(m->event->name, EVENT_OPEN) == 0;
    return m->event->kind == EVENT_SIGNAL && g_strcmp0(m->chart->opened_by_signal, m->event->name) == 0;
}

/* A case's first event: the opener's role and form, then the initial states. */
static void machine_open(struct machine *m)
{
    const struct event *event = m->event;
    struct state_set entries;

    if (!event_opens(m)) {
        outcome_refuse(m->out, TOROKU_ERROR_NOT_TAKEN, "この案件はまだ開かれていません。",
                       "This event opens no case of the workflow.");
        return;
    }
    if (event->kind == EVENT_COMMAND) {
        if (!actor_has_any_role(m->s, &event->actor, &m->chart->opened_by)) {
            outcome_refuse(m->out, TOROKU_ERROR_FORBIDDEN, "この種類の案件を開く権限がありません。",
                           "You do not hold a role that may open a case of this workflow.");
            return;
        }
        if (!event->replayed && !m->chart->lenient)
            validate_input(m->s, event->at, m->chart->opening_form, event->input, false, m->out->findings);
        if (m->out->findings->len > 0) {
            machine_refuse_input(m);
            return;
        }
        m->form = event->input;
        m->out->form = m->chart->opening_form;
        if (m->out->form != CHART_NONE)
            form_merge(m, m->out->form);
    } else {
        m->form = event->input;
        for (size_t i = 0; i < value_size(event->input); i++)
            machine_set(m, value_key_at(event->input, i), value_ref(value_member_at(event->input, i)));
    }
    entries = configuration_initial(m);
    states_enter(m, &entries);
    done_settle(m);
}

/* An occurrence of a deadline: a reminder tells, the due instant acts and moves. */
static void machine_due(struct machine *m)
{
    const struct event *event = m->event;
    struct deadline_state *d = snapshot_deadline(m->s, event->deadline);
    const struct chart_deadline *rule = &m->chart->deadlines[event->deadline];
    int reminder;

    if (d == NULL || d->arming != event->arming || d->occurrence != event->occurrence || d->next > event->at ||
        snapshot_holds(m->s, event->deadline)) {
        outcome_refuse(m->out, TOROKU_ERROR_NOT_TAKEN, "この期限はすでに処理されました。",
                       "This occurrence of the deadline is no longer pending.");
        return;
    }
    reminder = deadline_reminder(m->chart, d);
    deadline_advance(m->chart, d);
    if (reminder != CHART_NONE) {
        for (char **to = rule->reminders[reminder].to; *to != NULL; to++) {
            struct machine_notice notice = {
                .notice = rule->reminders[reminder].notice, .to = *to, .deadline = event->deadline};

            g_array_append_val(m->notices, notice);
        }
        return;
    }
    actions_run(m, &rule->due, event->deadline);
}

static void machine_take(struct machine *m, bool must)
{
    struct selection sel = {.checked_form = CHART_NONE};

    takes_select(m, &sel);
    if (sel.count == 0) {
        if (must)
            machine_refuse_miss(m, &sel);
        return;
    }
    g_ptr_array_set_size(m->out->findings, 0);
    if (!takes_merge_forms(m, sel.takes, sel.count)) {
        machine_refuse_input(m);
        return;
    }
    microstep(m, sel.takes, sel.count);
    done_settle(m);
}

static void machine_remember_person(struct machine *m)
{
    for (char **name = m->chart->persons_of; name != NULL && *name != NULL; name++)
        if (m->event->kind == EVENT_COMMAND && strcmp(*name, m->event->name) == 0)
            value_map_set_int(value_own(&m->s->persons), m->event->name, m->event->actor.person);
}

/* A lenient chart has no forms to let data in by: what comes joins the case's data before anything reads them. */
static void machine_merge_input(struct machine *m)
{
    m->form = m->event->input;
    for (size_t i = 0; i < value_size(m->event->input); i++)
        machine_set(m, value_key_at(m->event->input, i), value_ref(value_member_at(m->event->input, i)));
}

static void machine_run(struct machine *m)
{
    bool reminder = false;

    if (m->before->closed) {
        outcome_refuse(m->out, TOROKU_ERROR_NOT_TAKEN, "この案件は終了しています。", "This case has ended.");
        return;
    }
    if (m->chart->lenient)
        machine_merge_input(m);
    if (m->before->seq == 0) {
        machine_open(m);
    } else if (m->event->kind == EVENT_DUE) {
        machine_due(m);
        reminder = m->event->occurrence < m->chart->deadlines[m->event->deadline].reminder_count;
        if (m->out->kind == OUTCOME_TAKEN && !reminder)
            machine_take(m, false);
    } else {
        machine_take(m, true);
    }
    if (m->out->kind == OUTCOME_REFUSED)
        return;
    machine_remember_person(m);
    clocks_settle(m);
}

static void machine_conclude(struct machine *m)
{
    if (m->out->wants_relations != 0 || m->out->wants_numbers != 0) {
        m->out->kind = OUTCOME_WANTS;
    } else if (m->error != NULL && m->out->kind == OUTCOME_TAKEN) {
        outcome_refuse(m->out, toroku_error_code(m->error), "期限を計算できません。", m->error->message);
    } else if (m->out->kind == OUTCOME_TAKEN) {
        effects_finish(m);
        m->out->record = effects_record(m);
    }
}

void step(const struct snapshot *before, const struct event *event, struct outcome *out)
{
    struct machine m = {.chart = before->chart,
                        .before = before,
                        .event = event,
                        .out = out,
                        .s = snapshot_copy(before),
                        .rows = value_new_list(),
                        .set = value_new_map(),
                        .flags = value_new_map(),
                        .history = value_new_map(),
                        .why = g_new0(struct value *, (gsize)before->chart->deadline_count + 1),
                        .notices = g_array_new(FALSE, FALSE, sizeof(struct machine_notice)),
                        .registers = g_array_new(FALSE, FALSE, sizeof(struct machine_register))};

    g_assert(event->at >= before->at);
    out->kind = OUTCOME_TAKEN;
    out->after = m.s;
    m.s->seq = before->seq + 1;
    m.s->at = event->at;
    for (int i = 0; i < m.chart->state_count; i++)
        if (state_set_has(&before->states, i) && configuration_done(&m, i))
            state_set_add(&m.done, i);
    machine_run(&m);
    machine_conclude(&m);
    for (int i = 0; i < m.chart->deadline_count; i++)
        value_unref(m.why[i]);
    g_free(m.why);
    value_unref(m.rows);
    value_unref(m.set);
    value_unref(m.flags);
    value_unref(m.history);
    g_array_unref(m.notices);
    g_array_unref(m.registers);
    g_clear_error(&m.error);
}
