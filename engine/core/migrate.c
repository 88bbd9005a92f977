#include "engine/core/migrate.h"

#include "engine/core/deadline.h"
#include "engine/core/machine.h"

#include <stdarg.h>
#include <string.h>

/* One move under way. `m` is there for what arms deadlines in a macrostep as well. */
struct move {
    const struct snapshot *before;
    const struct chart *from, *to;
    const struct value *plan;
    struct machine m; /* m.s: the case as it becomes, under `to` */
    struct event event;
    struct value *armed, *dropped, *rederived;
};

static void G_GNUC_PRINTF(5, 6)
    move_refuse(struct move *move, const char *rule, const char *kind, const char *id, const char *format, ...)
{
    struct finding *finding = g_new0(struct finding, 1);
    va_list args;

    va_start(args, format);
    finding->en = g_strdup_vprintf(format, args);
    va_end(args);
    finding->ja = g_strdup(finding->en);
    finding->rule = g_strdup(rule);
    finding->pointer = g_strdup_printf("/%s/%s", kind, id);
    g_ptr_array_add(move->m.out->findings, finding);
}

static bool list_has(const struct value *list, const char *id)
{
    for (size_t i = 0; i < value_size(list); i++)
        if (g_strcmp0(value_text(value_at(list, i)), id) == 0)
            return true;
    return false;
}

static bool plan_lists(const struct value *plan, const char *what, const char *id)
{
    return list_has(value_get(plan, what), id);
}

/* What the plan makes of a state: a list; NULL when it keeps its id. */
static const struct value *plan_states(const struct value *plan, const char *id)
{
    return value_get(value_get(plan, "states"), id);
}

static const char *plan_deadline(const struct value *plan, const char *id)
{
    const char *to = value_text(value_get(value_get(plan, "deadlines"), id));

    return to != NULL ? to : id;
}

static bool state_is_leaf(const struct chart *chart, int state)
{
    return chart->states[state].kind == STATE_ATOMIC || chart->states[state].kind == STATE_FINAL;
}

static bool state_is_history(const struct chart *chart, int state)
{
    return chart->states[state].kind == STATE_HISTORY_SHALLOW || chart->states[state].kind == STATE_HISTORY_DEEP;
}

static void move_state(struct move *move, const char *was, const char *id)
{
    int state = chart_state_index(move->to, id);

    if (state == CHART_NONE) {
        move_refuse(move, "state", "states", was,
                    "state \"%s\" has no counterpart in version %d; expected --map %s=STATE", was, move->to->version,
                    was);
        return;
    }
    if (!state_is_leaf(move->to, state)) {
        move_refuse(move, "state", "states", was,
                    "state \"%s\" would become \"%s\", in which no case stands by itself; expected one without states "
                    "of its own",
                    was, id);
        return;
    }
    for (; state != CHART_NONE; state = move->to->states[state].parent)
        state_set_add(&move->m.s->states, state);
}

/* A compound state has one child that is active, a parallel one all. */
static void move_check_configuration(struct move *move)
{
    const struct chart_state *states = move->to->states;

    for (int i = 0; i < move->to->state_count; i++) {
        int children = 0, active = 0;

        if (!state_set_has(&move->m.s->states, i) || states[i].kind == STATE_ATOMIC || states[i].kind == STATE_FINAL)
            continue;
        for (int child = i + 1; child < states[i].end; child = states[child].end) {
            children += !state_is_history(move->to, child);
            active += state_set_has(&move->m.s->states, child);
        }
        if (active != (states[i].kind == STATE_PARALLEL ? children : 1))
            move_refuse(move, "configuration", "states", i == 0 ? "" : states[i].id,
                        "%s \"%s\" of version %d would have %d of its %d states active; expected %s",
                        states[i].kind == STATE_PARALLEL ? "the parallel state" : "the state",
                        i == 0 ? move->to->workflow : states[i].id, move->to->version, active, children,
                        states[i].kind == STATE_PARALLEL ? "all (--map OLD=ONE+OTHER)" : "one");
        if (i == 0)
            for (int child = 1; child < states[0].end; child = states[child].end)
                if (states[child].kind == STATE_FINAL && state_set_has(&move->m.s->states, child))
                    move_refuse(move, "closes", "states", states[child].id,
                                "the case would end in \"%s\"; a move ends no case", states[child].id);
    }
}

static void move_states(struct move *move)
{
    struct value *ids = snapshot_states(move->before);
    guint refused = move->m.out->findings->len;

    memset(&move->m.s->states, 0, sizeof move->m.s->states);
    for (size_t i = 0; i < value_size(ids); i++) {
        const char *id = value_text(value_at(ids, i));
        const struct value *to = plan_states(move->plan, id);

        if (to == NULL)
            move_state(move, id, id);
        for (size_t k = 0; k < value_size(to); k++)
            move_state(move, id, value_text(value_at(to, k)));
    }
    value_unref(ids);
    if (move->m.out->findings->len == refused)
        move_check_configuration(move);
}

/* What history state ${history} of the new version may remember: a child when it is shallow, a leaf when it is deep. */
static bool history_takes(const struct chart *chart, int history, const char *id)
{
    int state = chart_state_index(chart, id), parent = chart->states[history].parent;

    if (state == CHART_NONE || !chart_is_descendant(chart, state, parent))
        return false;
    return chart->states[history].kind == STATE_HISTORY_SHALLOW
               ? chart->states[state].parent == parent && !state_is_history(chart, state)
               : state_is_leaf(chart, state);
}

static void history_remember(struct move *move, const char *was, int history, const char *id, struct value *remembers)
{
    if (history_takes(move->to, history, id))
        value_list_add(remembers, value_new_text(id));
    else
        move_refuse(move, "history", "history", was, "\"%s\" remembers \"%s\", which version %d does not have there",
                    was, id, move->to->version);
}

static void move_history(struct move *move)
{
    struct value *moved = value_new_map();

    for (size_t i = 0; i < value_size(move->before->history); i++) {
        const char *was = value_key_at(move->before->history, i);
        const struct value *ids = value_member_at(move->before->history, i), *to = plan_states(move->plan, was);
        const char *id = to != NULL ? value_text(value_at(to, 0)) : was;
        int history = chart_state_index(move->to, id);
        struct value *remembers;

        if (plan_lists(move->plan, "drop", was))
            continue;
        if (history == CHART_NONE || !state_is_history(move->to, history)) {
            move_refuse(move, "history", "history", was,
                        "what \"%s\" remembers has no place in version %d; expected --map %s=HISTORY or --drop %s", was,
                        move->to->version, was, was);
            continue;
        }
        remembers = value_new_list();
        for (size_t k = 0; k < value_size(ids); k++) {
            const char *remembered = value_text(value_at(ids, k));
            const struct value *mapped = plan_states(move->plan, remembered);

            if (mapped == NULL)
                history_remember(move, was, history, remembered, remembers);
            for (size_t n = 0; n < value_size(mapped); n++)
                history_remember(move, was, history, value_text(value_at(mapped, n)), remembers);
        }
        value_map_set(moved, id, remembers);
    }
    value_unref(move->m.s->history);
    move->m.s->history = moved;
}

static bool deadline_stands(const struct deadline_state *d)
{
    return d->stops != NULL && d->stops->len > 0 &&
           g_array_index(d->stops, struct interval, d->stops->len - 1).to == INSTANT_NEVER;
}

static bool reminders_equal(const struct chart_deadline *a, const struct chart_deadline *b)
{
    if (a->reminder_count != b->reminder_count)
        return false;
    for (int i = 0; i < a->reminder_count; i++)
        if (memcmp(&a->reminders[i].before, &b->reminders[i].before, sizeof(struct span)) != 0 ||
            a->reminders[i].at_us != b->reminders[i].at_us)
            return false;
    return true;
}

/* The place of ${d} among the occurrences of its new rule; its instants stay. */
static void deadline_place(struct move *move, struct deadline_state *d, const struct chart_deadline *was)
{
    const struct chart_deadline *is = &move->to->deadlines[d->deadline];

    if (reminders_equal(was, is))
        return;
    if (d->occurrence >= was->reminder_count) {
        d->occurrence += is->reminder_count - was->reminder_count;
        return;
    }
    d->occurrence = 0;
    deadline_skip(move->to, d, move->event.at);
}

/* Starts or ends the standing of a clock that is derived anew, as the new states say. */
static void deadline_restand(struct move *move, struct deadline_state *d)
{
    bool stops = snapshot_stops(move->m.s, d->deadline);

    if (stops == deadline_stands(d))
        return;
    if (stops) {
        struct interval stop = {.from = move->event.at, .to = INSTANT_NEVER};

        if (d->stops == NULL)
            d->stops = g_array_new(FALSE, FALSE, sizeof(struct interval));
        g_array_append_val(d->stops, stop);
    } else {
        g_array_index(d->stops, struct interval, d->stops->len - 1).to = move->event.at;
    }
}

/* Arms ${deadline} anew. Conditions on other cases cannot be read here. */
static void move_arm(struct move *move, int deadline)
{
    const char *id = move->to->deadlines[deadline].id;
    struct deadline_state *d;

    deadline_arm(&move->m, deadline);
    d = snapshot_deadline(move->m.s, deadline);
    if (move->m.out->wants_relations != 0) {
        move->m.out->wants_relations = 0;
        move_refuse(move, "deadline-condition", "deadlines", id,
                    "whether the deadline \"%s\" applies depends on other cases; expected --drop %s", id, id);
        return;
    }
    if (d == NULL)
        return;
    deadline_restand(move, d);
    if (deadline_stands(d) && move->m.error == NULL)
        machine_compute(&move->m, d);
    value_list_add(move->armed, value_new_text(id));
}

/* Computes ${d}, which is live, by its new rule: from what its clock started from, when both rules start from the same
 * thing, otherwise as a new deadline. */
static void deadline_rederive(struct move *move, struct deadline_state *d, const struct chart_deadline *was)
{
    const struct chart_deadline *is = &move->to->deadlines[d->deadline];
    int deadline = d->deadline;

    if (was->anchor != is->anchor || g_strcmp0(was->of, is->of) != 0) {
        move_arm(move, deadline);
        return;
    }
    deadline_restand(move, d);
    value_list_add(move->rederived, value_new_text(is->id));
    d->arming = move->m.s->seq;
    d->occurrence = 0;
    machine_compute(&move->m, d);
}

static void move_check_clock(struct move *move, const struct deadline_state *d, const char *was, int was_index)
{
    if (d->occurrence > move->to->deadlines[d->deadline].reminder_count)
        return;
    if (deadline_stands(d) != snapshot_stops(move->m.s, d->deadline))
        move_refuse(move, "deadline-stop", "deadlines", was,
                    "the clock of \"%s\" %s, and would %s; expected --rederive", was,
                    deadline_stands(d) ? "stands" : "runs", deadline_stands(d) ? "run" : "stand");
    if (snapshot_holds(move->before, was_index) != snapshot_holds(move->m.s, d->deadline))
        move_refuse(move, "deadline-hold", "deadlines", was, "\"%s\" is %s, and would %s be; expected --rederive", was,
                    snapshot_holds(move->before, was_index) ? "held" : "not held",
                    snapshot_holds(move->before, was_index) ? "not" : "");
}

/* Puts ${d} among the live deadlines in the chart's order. Takes its stops. */
static struct deadline_state *deadline_insert(struct snapshot *s, const struct deadline_state *d)
{
    guint at = 0;

    while (at < s->deadlines->len && g_array_index(s->deadlines, struct deadline_state, at).deadline < d->deadline)
        at++;
    g_array_insert_vals(s->deadlines, at, d, 1);
    return &g_array_index(s->deadlines, struct deadline_state, at);
}

static struct deadline_state deadline_copy(const struct deadline_state *d, int deadline)
{
    struct deadline_state copy = *d;

    copy.deadline = deadline;
    if (copy.stops != NULL)
        copy.stops = g_array_copy(copy.stops);
    return copy;
}

static void move_deadline(struct move *move, const struct deadline_state *d)
{
    const struct chart_deadline *rule = &move->from->deadlines[d->deadline];
    const char *was = rule->id, *id = plan_deadline(move->plan, was);
    int deadline = chart_deadline_index(move->to, id);
    struct deadline_state copy, *live;

    if (plan_lists(move->plan, "drop", was)) {
        value_list_add(move->dropped, value_new_text(was));
        return;
    }
    if (deadline == CHART_NONE) {
        move_refuse(move, "deadline", "deadlines", was,
                    "the live deadline \"%s\" has no counterpart in version %d; expected --map-deadline %s=ID or "
                    "--drop %s",
                    was, move->to->version, was, was);
        return;
    }
    if (!state_set_has(&move->m.s->states, move->to->deadlines[deadline].state)) {
        move_refuse(move, "deadline-state", "deadlines", was,
                    "the live deadline \"%s\" would stand in \"%s\", where the case would not be", was,
                    move->to->states[move->to->deadlines[deadline].state].id);
        return;
    }
    if (snapshot_deadline(move->m.s, deadline) != NULL) {
        move_refuse(move, "deadline-twice", "deadlines", was, "two live deadlines would become \"%s\"", id);
        return;
    }
    copy = deadline_copy(d, deadline);
    live = deadline_insert(move->m.s, &copy);
    if (plan_lists(move->plan, "rederive", was)) {
        deadline_rederive(move, live, rule);
        return;
    }
    deadline_place(move, live, rule);
    move_check_clock(move, live, was, d->deadline);
}

/* Did the old version have what becomes ${id}? */
static bool deadline_was(const struct chart *from, const struct value *plan, const char *id)
{
    for (int i = 0; i < from->deadline_count; i++)
        if (strcmp(plan_deadline(plan, from->deadlines[i].id), id) == 0)
            return true;
    return false;
}

/* What is new in the active states, as though they had been entered now. */
static void move_arm_new(struct move *move)
{
    for (int i = 0; i < move->to->deadline_count; i++) {
        const struct chart_deadline *rule = &move->to->deadlines[i];

        if (!state_set_has(&move->m.s->states, rule->state) || deadline_was(move->from, move->plan, rule->id) ||
            plan_lists(move->plan, "drop", rule->id))
            continue;
        move_arm(move, i);
    }
}

static void move_deadlines(struct move *move)
{
    g_array_set_size(move->m.s->deadlines, 0);
    for (guint i = 0; i < move->before->deadlines->len; i++)
        move_deadline(move, &g_array_index(move->before->deadlines, struct deadline_state, i));
    move_arm_new(move);
    if (move->m.error != NULL)
        move_refuse(move, "deadline-anchor", "deadlines", "", "%s", move->m.error->message);
}

/* The field of this id among the forms of ${chart}: kept ones first. */
static const struct chart_field *field_find(const struct chart *chart, const char *id)
{
    const struct chart_field *found = NULL;

    for (int f = 0; f < chart->form_count; f++)
        for (int i = chart->forms[f].fields.first; i < chart->forms[f].fields.first + chart->forms[f].fields.count; i++)
            if (strcmp(chart->fields[i].id, id) == 0 && (found == NULL || chart->fields[i].kept))
                found = &chart->fields[i];
    return found;
}

static void move_field(struct move *move, const struct chart_field *field)
{
    const struct chart_field *was = field_find(move->from, field->id);
    bool present = value_get(move->before->data, field->id) != NULL;

    if (was == NULL || plan_lists(move->plan, "absent", field->id))
        return;
    if (present && (was->type != field->type || was->items != field->items))
        move_refuse(move, "field-type", "data", field->id,
                    "the field \"%s\" is of another type in version %d, and the case has a value", field->id,
                    move->to->version);
    else if (!present && !was->kept)
        move_refuse(move, "field-not-kept", "data", field->id,
                    "version %d reads \"%s\"; the case may have received it, but does not keep it; expected --absent "
                    "%s",
                    move->to->version, field->id, field->id);
}

/* A form may name a field again: each is looked at once. */
static void move_data(struct move *move)
{
    for (int f = 0; f < move->to->form_count; f++) {
        const struct range *fields = &move->to->forms[f].fields;

        for (int i = fields->first; i < fields->first + fields->count; i++)
            if (move->to->fields[i].kept && field_find(move->to, move->to->fields[i].id) == &move->to->fields[i])
                move_field(move, &move->to->fields[i]);
    }
}

static void outcome_conclude(struct outcome *out)
{
    if (out->findings->len > 0) {
        const struct finding *first = g_ptr_array_index(out->findings, 0);

        outcome_refuse(out, TOROKU_ERROR_CONFLICT, first->ja, first->en);
    }
}

static void outcome_add(struct outcome *out, const char *key, const struct value *ids)
{
    if (value_size(ids) > 0)
        value_map_set(out->record, key, value_ref(ids));
}

/* The case under ${target} as nothing has been moved yet. */
static struct snapshot *moved_new(const struct snapshot *before, const struct chart *target, instant at)
{
    struct snapshot *s = snapshot_copy(before);

    s->chart = target;
    s->seq = before->seq + 1;
    s->at = at;
    return s;
}

void migrate(const struct snapshot *before, const struct chart *target, const struct value *plan, instant at,
             struct outcome *out)
{
    struct move move = {.before = before,
                        .from = before->chart,
                        .to = target,
                        .plan = plan,
                        .event = {.kind = EVENT_MIGRATE, .name = EVENT_MIGRATE_NAME, .at = at},
                        .armed = value_new_list(),
                        .dropped = value_new_list(),
                        .rederived = value_new_list()};

    g_assert(!before->closed && at >= before->at && before->chart != target);
    out->kind = OUTCOME_TAKEN;
    out->after = moved_new(before, target, at);
    move.m.chart = target;
    move.m.before = out->after; /* what a deadline's condition reads is the case under the new version */
    move.m.event = &move.event;
    move.m.clock = at;
    move.m.out = out;
    move.m.s = out->after;
    move.m.clock = at;
    move.m.changes = &out->changes;
    move_states(&move);
    if (out->findings->len == 0)
        move_deadlines(&move);
    move_history(&move);
    move_data(&move);
    outcome_conclude(out);
    if (out->kind == OUTCOME_TAKEN) {
        out->record = migrate_outcome(before, out->after, &out->changes);
        outcome_add(out, "armed", move.armed);
        outcome_add(out, "dropped", move.dropped);
        outcome_add(out, "rederived", move.rederived);
    }
    g_clear_error(&move.m.error);
    value_unref(move.armed);
    value_unref(move.dropped);
    value_unref(move.rederived);
}

void migrate_undo(const struct snapshot *before, const struct chart *target, const struct value *undoes, instant at,
                  struct outcome *out)
{
    g_autoptr(GError) error = NULL;

    g_assert(!before->closed && at >= before->at);
    out->kind = OUTCOME_TAKEN;
    out->after = snapshot_new(target, before->id, before->subject, before->owner);
    out->after->seq = before->seq + 1;
    out->after->at = at;
    memcpy(out->after->hash, before->hash, HASH_SIZE);
    if (!snapshot_read(out->after, undoes, before->data, &error)) {
        struct move move = {.m = {.out = out}};

        move_refuse(&move, "undo", "states", "", "%s", error->message);
        outcome_conclude(out);
        return;
    }
    out->record = migrate_outcome(before, out->after, &out->changes);
}

void migrate_replay(const struct snapshot *before, const struct chart *target, const struct value *record, instant at,
                    struct outcome *out)
{
    const struct value *undoes = value_path(record, "read.undoes");

    if (undoes != NULL)
        migrate_undo(before, target, undoes, at, out);
    else
        migrate(before, target, value_get(record, "plan"), at, out);
}
