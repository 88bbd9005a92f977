#include "engine/core/step.h"

#include "engine/core/deadline.h"
#include "engine/core/machine.h"
#include "engine/core/validate.h"

#include <string.h>

static void form_merge(struct machine *m, int form)
{
    const struct range *fields = &m->chart->forms[form].fields;

    for (int i = fields->first; i < fields->first + fields->count; i++)
        if (m->chart->fields[i].kept)
            machine_set(m, m->chart->fields[i].id, value_ref(value_get(m->event->input, m->chart->fields[i].id)));
}

/* Lets in all that came with the event. */
static void input_merge(struct machine *m)
{
    m->form = m->event->input;
    for (size_t i = 0; i < value_size(m->form); i++)
        machine_set(m, value_key_at(m->form, i), value_ref(value_member_at(m->form, i)));
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

static bool deadline_stands(const struct deadline_state *d)
{
    return d->stops != NULL && d->stops->len > 0 &&
           g_array_index(d->stops, struct interval, d->stops->len - 1).to == INSTANT_NEVER;
}

/* Stands from ${at} on, or from when it last ran. */
static void deadline_stop(struct deadline_state *d, instant at)
{
    struct interval stop = {.from = at, .to = INSTANT_NEVER};

    if (d->stops == NULL)
        d->stops = g_array_new(FALSE, FALSE, sizeof(struct interval));
    if (d->stops->len > 0)
        stop.from = MAX(at, g_array_index(d->stops, struct interval, d->stops->len - 1).to);
    g_array_append_val(d->stops, stop);
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
            deadline_stop(d, m->clock);
        } else {
            struct interval *stop = &g_array_index(d->stops, struct interval, d->stops->len - 1);

            stop->to = MAX(stop->from, m->clock);
        }
        machine_compute(m, d);
    }
}

/* Keeps when the event was taken, of those that are counted within a span. */
static void machine_count_time(struct machine *m)
{
    g_autofree char *key = g_strconcat(m->event->name, COUNT_TIMES, NULL);
    const struct value *was = value_get(m->s->counts, key);
    struct value *times = value_new_list();

    for (size_t i = value_size(was) < COUNT_TIMES_MAX ? 0 : 1; i < value_size(was); i++)
        value_list_add(times, value_ref(value_at(was, i)));
    value_list_add(times, value_new_int(m->event->at));
    value_map_set(value_own(&m->s->counts), key, times);
}

/* The event is taken: what guards count of it counts from here on. */
static void machine_count(struct machine *m)
{
    const char *name = m->event->name;
    int64_t before = value_int(value_get(m->s->counts, name));

    for (char **event = m->chart->counts_of; event != NULL && *event != NULL; event++)
        if (m->event->kind != EVENT_DUE && strcmp(*event, name) == 0)
            value_map_set_int(value_own(&m->s->counts), name, before + 1);
    for (char **event = m->chart->times_of; event != NULL && *event != NULL; event++)
        if (m->event->kind != EVENT_DUE && strcmp(*event, name) == 0)
            machine_count_time(m);
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
        input_merge(m);
    }
    machine_count(m);
    microstep_initial(m);
    macrostep(m);
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

/* The rows that answer to the event from outside; NULL: none does. */
static const struct chart_answers *event_answers(const struct machine *m)
{
    if (m->event->kind == EVENT_SIGNAL)
        return chart_signal_answers(m->chart, m->event->name);
    if (m->event->kind == EVENT_DUE)
        return &m->chart->dues[m->event->deadline];
    return chart_command_answers(m->chart, m->event->name);
}

/* Takes the rows that answer to the event, and lets the case come to rest; ${must}: the event is refused when there is
 * none. */
static void machine_take(struct machine *m, bool must)
{
    const struct chart_answers *answers = event_answers(m);
    struct selection sel;

    selection_init(&sel);
    if (answers != NULL)
        selection_fill(m, &sel, answers);
    if (sel.count == 0 && must) {
        selection_refuse(m, &sel);
        return;
    }
    g_ptr_array_set_size(m->out->findings, 0);
    if (sel.count > 0 && !takes_merge_forms(m, sel.takes, sel.count)) {
        machine_refuse_input(m);
        return;
    }
    if (sel.count > 0) {
        machine_count(m);
        microstep(m, sel.takes, sel.count);
    }
    macrostep(m);
}

static void machine_remember_person(struct machine *m)
{
    for (char **name = m->chart->persons_of; name != NULL && *name != NULL; name++)
        if (m->event->kind == EVENT_COMMAND && strcmp(*name, m->event->name) == 0)
            value_map_set_int(value_own(&m->s->persons), m->event->name, m->event->actor.person);
}

/* A bare chart, which names nobody, may have rows of that name. */
static bool event_rectifies(const struct machine *m)
{
    return m->event->kind == EVENT_COMMAND && strcmp(m->event->name, EVENT_RECTIFY) == 0 && m->before->seq > 0 &&
           !m->chart->lenient;
}

/* One that its own rows have armed anew, and that is due when it was due before, would fire for ever. */
static void machine_check_due(struct machine *m)
{
    const struct deadline_state *d = snapshot_deadline(m->s, m->event->deadline);
    const struct deadline_state *was = snapshot_deadline(m->before, m->event->deadline);

    if (d == NULL || was == NULL || d->arming != m->s->seq || d->due > was->due || d->next > m->event->at ||
        snapshot_holds(m->s, d->deadline) || m->error != NULL)
        return;
    m->restless = true;
    g_set_error(&m->error, TOROKU_ERROR, TOROKU_ERROR_INTERNAL,
                "the deadline %s of %s@%d is due again as soon as it has fired, for its clock starts from what has "
                "passed; expected `internal: true` on its row, or a state that does not declare it",
                m->chart->deadlines[d->deadline].id, m->chart->workflow, m->chart->version);
}

static void machine_run(struct machine *m)
{
    bool reminder = false;

    if (m->before->closed && !event_rectifies(m)) {
        outcome_refuse(m->out, TOROKU_ERROR_NOT_TAKEN, "この案件は終了しています。", "This case has ended.");
        return;
    }
    if (m->chart->lenient) /* has no forms to let data in by: they are there before anything reads them */
        input_merge(m);
    if (event_rectifies(m)) {
        rectify_run(m);
        if (m->changes->rectified != NULL)
            macrostep(m);
    } else if (m->before->seq == 0) {
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
    if (m->changes->rectified == NULL)
        replan(m);
    clocks_settle(m);
    if (m->event->kind == EVENT_DUE)
        machine_check_due(m);
    if (m->changes->rectified != NULL)
        rectify_conclude(m);
}

static void machine_conclude(struct machine *m)
{
    if (outcome_wants(m->out)) {
        m->out->kind = OUTCOME_WANTS;
    } else if (m->error != NULL && m->out->kind == OUTCOME_TAKEN) {
        outcome_refuse(m->out, toroku_error_code(m->error),
                       m->restless ? "手続きの定義に終わりのない遷移があります。" : "期限を計算できません。",
                       m->error->message);
    } else if (m->out->kind == OUTCOME_TAKEN) {
        effects_finish(m);
    }
}

void step(const struct snapshot *before, const struct event *event, struct outcome *out)
{
    struct machine m = {.chart = before->chart,
                        .before = before,
                        .event = event,
                        .out = out,
                        .s = snapshot_copy(before),
                        .changes = &out->changes,
                        .clock = event->at,
                        .notices = g_array_new(FALSE, FALSE, sizeof(struct machine_notice)),
                        .registers = g_array_new(FALSE, FALSE, sizeof(struct machine_register))};

    g_assert(event->at >= before->at);
    out->kind = OUTCOME_TAKEN;
    out->after = m.s;
    if (out->changes.rows == NULL)
        out->changes.rows = g_array_new(FALSE, FALSE, sizeof(int));
    m.s->seq = before->seq + 1;
    m.s->at = event->at;
    machine_run(&m);
    machine_conclude(&m);
    g_array_unref(m.notices);
    g_array_unref(m.registers);
    g_free(m.memory);
    if (m.raised != NULL)
        g_array_unref(m.raised);
    g_clear_error(&m.error);
}
