#include "engine/core/rectify.h"

#include "engine/core/chain.h"
#include "engine/core/machine.h"
#include "engine/core/step.h"

#include <string.h>

/* One rectification under way. */
struct rectification {
    struct machine *m;
    const struct value *input, *undone; /* undone: the facts of the rectification that is undone, or NULL */
    struct state_set named, entered;
};

bool rectify_may(const struct snapshot *s, const struct actor *actor)
{
    const struct chart *chart = s->chart;
    bool held = false;

    for (int i = 0; i < chart->rectified_by.count; i++)
        held = held || step_has_role(chart, s->owner, actor, chart->rectified_by.items[i]);
    for (char **name = chart->rectified_not_by; held && name != NULL && *name != NULL; name++) {
        const struct value *who = value_get(s->persons, *name);

        held = who == NULL || value_int(who) != actor->person;
    }
    return held && s->seq > 0;
}

struct value *rectify_facts(const struct value *record)
{
    static const char *const told[] = {"rectified", "set", "flags", "states", NULL};
    const struct value *outcome = value_get(record, "outcome");
    struct value *facts = value_new_map();

    value_map_set_int(facts, "at", value_int(value_get(record, "at")));
    for (const char *const *name = told; value_get(outcome, "rectified") != NULL && *name != NULL; name++)
        if (value_get(outcome, *name) != NULL)
            value_map_set(facts, *name, value_ref(value_get(outcome, *name)));
    return facts;
}

/* ---- may it be taken? ---- */

static bool rectify_is_allowed(struct machine *m)
{
    if (m->chart->rectified_by.count == 0)
        outcome_refuse(m->out, TOROKU_ERROR_NOT_TAKEN, "この手続では更正はできません。",
                       "This workflow takes no rectification.");
    else if (!rectify_may(m->before, &m->event->actor))
        outcome_refuse(m->out, TOROKU_ERROR_FORBIDDEN, "更正を行う権限がありません。",
                       "You may not rectify this case: you hold no role that may, or took part in what others must "
                       "set right.");
    return m->out->kind == OUTCOME_TAKEN;
}

static void rectify_refuse_input(struct machine *m)
{
    outcome_refuse(m->out, TOROKU_ERROR_UNPROCESSABLE, "更正の内容に誤りがあります。",
                   "The rectification has findings; each names its place.");
}

static void rectify_refuse_at(struct machine *m, const char *pointer, const char *rule, const char *ja, const char *en)
{
    struct finding *finding = g_new(struct finding, 1);

    *finding = (struct finding){g_strdup(pointer), g_strdup(rule), g_strdup(ja), g_strdup(en)};
    g_ptr_array_add(m->out->findings, finding);
    rectify_refuse_input(m);
}

/* What is known of event ${seq}; asked for when it is not there. */
static const struct value *rectify_past(struct machine *m, int seq, int place)
{
    g_autofree char *key = g_strdup_printf("%d", seq);
    const struct value *facts = value_get(m->event->past, key);

    if (facts == NULL)
        m->out->wants_past[place] = seq;
    return facts;
}

/* Sets the effective instant. FALSE: refused, or more has to be known. */
static bool rectify_read_instant(struct rectification *r)
{
    struct machine *m = r->m;
    const char *text = value_text(value_get(r->input, "effective"));
    int undoes = (int)MIN(value_int(value_get(r->input, "undoes")), G_MAXINT);
    const struct value *first = rectify_past(m, 1, 0);
    const struct value *undone = undoes > 0 ? rectify_past(m, undoes, 1) : NULL;

    if (outcome_wants(m->out))
        return false;
    if (undoes > 0 && value_get(undone, "rectified") == NULL) {
        rectify_refuse_at(m, "/undoes", "rectification", "この番号の更正はありません。",
                          "There is no rectification of this number.");
        return false;
    }
    r->undone = undone;
    m->clock = value_int(value_path(undone, "rectified.effective"));
    if ((text != NULL && !instant_parse(text, &m->clock)) || m->clock > m->event->at)
        rectify_refuse_at(m, "/effective", "instant", "日時が正しくありません。", "This is no instant of the past.");
    else if (m->clock < value_int(value_get(first, "at")))
        rectify_refuse_at(m, "/effective", "before_opening", "案件の開始より前の日時です。",
                          "This lies before the case was opened.");
    return m->out->kind == OUTCOME_TAKEN;
}

static bool value_stands(const struct value *is, const struct value *left)
{
    return value_is_null(left) ? value_is_null(is) : value_equal(is, left);
}

/* Does what the rectification changed stand as it left it? */
static bool undone_stands(const struct machine *m, const struct value *undone)
{
    const struct value *data = value_path(undone, "rectified.was.data");
    const struct value *flags = value_path(undone, "rectified.was.flags");
    struct value *states = snapshot_states(m->s);
    bool stands =
        value_path(undone, "rectified.was.states") == NULL || value_equal(states, value_get(undone, "states"));

    for (size_t i = 0; i < value_size(data); i++)
        stands = stands && value_stands(value_get(m->s->data, value_key_at(data, i)),
                                        value_get(value_get(undone, "set"), value_key_at(data, i)));
    for (size_t i = 0; i < value_size(flags); i++)
        stands = stands && (value_get(m->s->flags, value_key_at(flags, i)) != NULL) ==
                               value_bool(value_get(value_get(undone, "flags"), value_key_at(flags, i)));
    value_unref(states);
    return stands;
}

/* ---- data and flags ---- */

/* Fields that no part of the workflow reads stand in the event alone. */
static bool data_keeps(const struct machine *m, const char *id)
{
    bool is_field = false;

    if (value_get(m->s->data, id) != NULL)
        return true;
    for (int f = 0; f < m->chart->form_count; f++) {
        const struct range *fields = &m->chart->forms[f].fields;

        for (int i = fields->first; i < fields->first + fields->count; i++) {
            bool same = strcmp(m->chart->fields[i].id, id) == 0;

            if (same && m->chart->fields[i].kept)
                return true;
            is_field = is_field || same;
        }
    }
    return !is_field;
}

static void rectify_data(struct rectification *r)
{
    const struct value *set = value_get(r->input, "set"), *clear = value_get(r->input, "clear");
    const struct value *was = value_path(r->undone, "rectified.was.data");

    for (size_t i = 0; i < value_size(set); i++)
        if (data_keeps(r->m, value_key_at(set, i)))
            machine_set(r->m, value_key_at(set, i), value_ref(value_member_at(set, i)));
    for (size_t i = 0; i < value_size(clear); i++)
        machine_set(r->m, value_text(value_at(clear, i)), NULL);
    for (size_t i = 0; i < value_size(was); i++)
        machine_set(r->m, value_key_at(was, i), value_ref(value_member_at(was, i)));
}

static void rectify_flags(struct rectification *r)
{
    const struct value *flag = value_get(r->input, "flag"), *unflag = value_get(r->input, "unflag");
    const struct value *was = value_path(r->undone, "rectified.was.flags");

    for (size_t i = 0; i < value_size(flag); i++)
        machine_flag(r->m, value_text(value_at(flag, i)), true);
    for (size_t i = 0; i < value_size(unflag); i++)
        machine_flag(r->m, value_text(value_at(unflag, i)), false);
    for (size_t i = 0; i < value_size(was); i++)
        machine_flag(r->m, value_key_at(was, i), value_bool(value_member_at(was, i)));
}

/* ---- states ---- */

/* Adds ${state} and what lies between it and its ancestor ${around}; for a history what it remembers, or its default.
 */
static void states_add(const struct snapshot *s, int state, int around, struct state_set *set)
{
    const struct chart *chart = s->chart;

    if (state == CHART_NONE || state == around)
        return;
    if (configuration_is_history(chart, state)) {
        const struct value *recorded = value_get(s->history, chart->states[state].id);

        for (size_t i = 0; i < value_size(recorded); i++)
            states_add(s, chart_state_index(chart, value_text(value_at(recorded, i))), around, set);
        for (int i = 0; value_size(recorded) == 0 && i < chart->states[state].first.count; i++)
            states_add(s, chart->states[state].first.items[i], around, set);
        return;
    }
    for (; state != around && state != CHART_NONE; state = chart->states[state].parent)
        state_set_add(set, state);
}

/* Adds what is missing below ${state}: what is active there, or what begins there. */
static void states_complete(const struct snapshot *s, int state, struct state_set *set)
{
    const struct chart_state *states = s->chart->states;
    bool begun = false;

    if (states[state].kind == STATE_PARALLEL) {
        for (int child = state + 1; child < states[state].end; child = states[child].end)
            if (!configuration_is_history(s->chart, child))
                state_set_add(set, child);
        return;
    }
    for (int child = state + 1; child < states[state].end; child = states[child].end)
        begun = begun || state_set_has(set, child);
    for (int child = state + 1; child < states[state].end && !begun; child = states[child].end)
        if (state_set_has(&s->states, state) && state_set_has(&s->states, child)) {
            state_set_add(set, child);
            begun = true;
        }
    for (int i = 0; !begun && i < states[state].first.count; i++)
        states_add(s, states[state].first.items[i], state, set);
}

bool rectify_configuration(const struct snapshot *s, const struct value *ids, struct state_set *states)
{
    const struct chart_state *rows = s->chart->states;

    memset(states, 0, sizeof *states);
    state_set_add(states, 0);
    for (size_t i = 0; i < value_size(ids); i++) {
        const char *id = value_text(value_at(ids, i));
        int state = id == NULL ? CHART_NONE : chart_state_index(s->chart, id);

        if (state == CHART_NONE || configuration_is_history(s->chart, state))
            return false;
        states_add(s, state, 0, states);
    }
    for (int i = 0; i < s->chart->state_count; i++) {
        int children = 0;

        if (!state_set_has(states, i) || (rows[i].kind != STATE_COMPOUND && rows[i].kind != STATE_PARALLEL))
            continue;
        states_complete(s, i, states);
        for (int child = i + 1; child < rows[i].end; child = rows[child].end)
            children += state_set_has(states, child);
        if (rows[i].kind == STATE_COMPOUND && children != 1)
            return false;
    }
    return true;
}

static void state_leave(struct machine *m, int state)
{
    for (guint i = m->s->deadlines->len; i-- > 0;) {
        int deadline = g_array_index(m->s->deadlines, struct deadline_state, i).deadline;

        if (m->chart->deadlines[deadline].state == state)
            g_array_remove_index(m->s->deadlines, i);
    }
    state_set_remove(&m->s->states, state);
}

/* Raises what the final state completes; when several are entered at once they may complete the same. */
static void final_complete(struct machine *m, int final)
{
    int completed[CHART_STATES_MAX];
    int count = configuration_completed(m->chart, &m->s->states, final, completed);

    for (int i = 0; i < count; i++) {
        int event = m->chart->states[completed[i]].done_event;
        bool waits = false;

        for (guint k = 0; m->raised != NULL && k < m->raised->len; k++)
            waits = waits || g_array_index(m->raised, int, k) == event;
        if (!waits)
            machine_raise(m, event);
    }
}

/* The states as they are to be. A history among what is left remembers, as ever; what is completed says so. FALSE:
 * refused. */
static bool rectify_states(struct rectification *r)
{
    struct machine *m = r->m;
    const struct value *was = value_path(r->undone, "rectified.was.states");
    const struct value *named = value_get(r->input, "states"), *ids = was != NULL ? was : named;
    struct state_set states, left = {0};

    if (value_size(ids) == 0)
        return true;
    if (!rectify_configuration(m->s, ids, &states)) {
        outcome_refuse(m->out, TOROKU_ERROR_CONFLICT, "案件の手続には、戻るべき状態がもうありません。",
                       "The workflow that the case follows now has no such states to go back to.");
        return false;
    }
    for (size_t i = 0; i < value_size(named); i++)
        state_set_add(&r->named, chart_state_index(m->chart, value_text(value_at(named, i))));
    for (int i = 1; i < m->chart->state_count; i++) {
        if (state_set_has(&states, i) && !state_set_has(&m->s->states, i))
            state_set_add(&r->entered, i);
        if (!state_set_has(&states, i) && state_set_has(&m->s->states, i))
            state_set_add(&left, i);
    }
    machine_remember(m, &left);
    for (int i = m->chart->state_count; --i > 0;)
        if (state_set_has(&left, i))
            state_leave(m, i);
    m->s->states = states;
    m->s->closed = false;
    for (int i = 1; i < m->chart->state_count; i++) {
        if (!state_set_has(&states, i) || m->chart->states[i].kind != STATE_FINAL)
            continue;
        if (m->chart->states[i].parent == 0)
            m->s->closed = true;
        if (state_set_has(&r->entered, i))
            final_complete(m, i);
    }
    return true;
}

/* A case that is open again needs its place among the open ones. FALSE: refused, or more has to be known. */
static bool rectify_claims(struct machine *m)
{
    const struct value *rival = value_get(m->event->past, "open");
    g_autofree char *ja = NULL, *en = NULL;

    if (!m->before->closed || m->s->closed || !m->chart->one_per_subject || m->s->subject == 0)
        return true;
    if (rival == NULL) {
        m->out->wants_rival = true;
        return false;
    }
    if (value_is_null(rival))
        return true;
    ja = g_strdup_printf("同じ対象について案件 %s が進行中です。", value_text(rival));
    en = g_strdup_printf("Case %s about the same subject is open; there may be one at a time.", value_text(rival));
    outcome_refuse(m->out, TOROKU_ERROR_CONFLICT, ja, en);
    return false;
}

void rectify_run(struct machine *m)
{
    struct rectification r = {.m = m, .input = m->event->input};

    if (!rectify_is_allowed(m))
        return;
    if (!m->event->replayed)
        rectify_check(m->before, m->event->at, r.input, m->out->findings);
    if (m->out->findings->len > 0) {
        rectify_refuse_input(m);
        return;
    }
    if (!rectify_read_instant(&r))
        return;
    if (r.undone != NULL && !undone_stands(m, r.undone)) {
        outcome_refuse(m->out, TOROKU_ERROR_CONFLICT, "その更正の後に同じ内容が変わっています。",
                       "What that rectification changed has changed since; name what is to be set instead.");
        return;
    }
    rectify_data(&r);
    rectify_flags(&r);
    if (!rectify_states(&r) || !rectify_claims(m))
        return;
    rectify_deadlines(m, r.undone, &r.entered, &r.named);
    m->changes->rectified = value_new_map();
    value_map_set_int(m->changes->rectified, "effective", m->clock);
    if (r.undone != NULL)
        value_map_set_int(m->changes->rectified, "undoes", value_int(value_get(r.input, "undoes")));
}
