#include "engine/core/deadline.h"
#include "engine/core/machine.h"
#include "engine/core/rectify.h"

#include <string.h>

/* ---- deadlines ---- */

/* A deadline of a state that was active and stays so: what was corrected may have given it, moved it, or ended it. */
static void deadline_derive(struct machine *m, int deadline, bool named)
{
    const struct chart_deadline *rule = &m->chart->deadlines[deadline];
    bool before = deadline_applies(m, m->before, rule), after = deadline_applies(m, m->s, rule);
    struct deadline_state *live = snapshot_deadline(m->s, deadline);
    struct deadline_state was = {.deadline = deadline}, is = {.deadline = deadline};
    bool known;

    if (live == NULL) {
        if (!before && after)
            deadline_arm(m, deadline);
        return;
    }
    if (before && !after) {
        deadline_drop(m->s, deadline);
        return;
    }
    if (rule->anchor == ANCHOR_STATE_ENTRY) {
        if (!named)
            return;
        was.anchor = live->anchor;
        is.anchor = m->clock;
        known = true;
    } else {
        known = deadline_anchor(m->s, live->entry, rule, &is);
        if (!deadline_anchor(m->before, live->entry, rule, &was) && !known)
            return; /* it stood on what had gone before already */
    }
    if (!known) {
        if (m->error == NULL)
            g_set_error(&m->error, TOROKU_ERROR, TOROKU_ERROR_UNPROCESSABLE,
                        "the deadline %s starts from %s, which would be set no longer", rule->id,
                        rule->of == NULL ? "another deadline" : rule->of);
    } else if (anchors_differ(&was, &is)) {
        live->choice = is.choice;
        live->by_day = is.by_day;
        live->anchor_day = is.anchor_day;
        live->anchor = is.anchor;
        deadline_reckon(m, live);
    }
}

/* What the undone rectification had made of the deadline goes; its anchor and what had fired come back. FALSE: that
 * one left it alone. */
static bool deadline_restore(struct machine *m, const struct value *undone, int deadline)
{
    const struct value *list = value_path(undone, "rectified.was.deadlines");
    struct snapshot *s = m->s;

    for (size_t i = 0; i < value_size(list); i++) {
        struct deadline_state was, *live;

        if (!deadline_from_value(s->chart, value_at(list, i), &was))
            continue;
        if (was.deadline == deadline && value_bool(value_get(value_at(list, i), "gone"))) {
            deadline_drop(s, deadline);
            return true;
        }
        if (was.deadline == deadline) {
            live = snapshot_deadline(s, deadline);
            if (live != NULL) { /* how its clock has stood since is no part of what is undone */
                g_clear_pointer(&was.stops, g_array_unref);
                was.stops = live->stops == NULL ? NULL : g_array_ref(live->stops);
            }
            deadline_drop(s, deadline);
            live = deadline_slot(s, deadline);
            *live = was;
            deadline_reckon(m, live);
            return true;
        }
        g_clear_pointer(&was.stops, g_array_unref);
    }
    return false;
}

void rectify_deadlines(struct machine *m, const struct value *undone, const struct state_set *entered,
                       const struct state_set *named)
{
    for (int i = 0; i < m->chart->deadline_count; i++) {
        int state = m->chart->deadlines[i].state;

        if (!state_set_has(&m->s->states, state) || deadline_restore(m, undone, i))
            continue;
        if (state_set_has(entered, state))
            deadline_arm(m, i);
        else
            deadline_derive(m, i, state_set_has(named, state));
    }
}

/* ---- registers ---- */

static void register_add(struct machine *m, const struct chart_action *action, struct value *entry, bool patch)
{
    struct register_effect effect = {.kind = action->kind,
                                     .register_ = action->name,
                                     .key = g_strdup(value_text(value_path(m->s->data, action->from))),
                                     .entry = entry,
                                     .banner = action->banner,
                                     .patch = patch,
                                     .rectified = true,
                                     .from = m->clock};

    if (effect.key != NULL) {
        g_array_append_val(m->out->registers, effect);
        return;
    }
    value_unref(entry);
}

/* What ${action} would publish otherwise now: a new map, null for what is shown no longer. */
static struct value *register_changes(const struct machine *m, const struct chart_action *action, struct value *changes)
{
    struct value *was = register_entry(m->before, action), *is = register_entry(m->s, action);

    for (size_t i = 0; i < value_size(is); i++)
        if (!value_equal(value_member_at(is, i), value_get(was, value_key_at(is, i))))
            value_map_set(changes, value_key_at(is, i), value_ref(value_member_at(is, i)));
    for (size_t i = 0; i < value_size(was); i++)
        if (value_get(is, value_key_at(was, i)) == NULL && !m->s->closed)
            value_map_set(changes, value_key_at(was, i), value_new_null());
    value_unref(was);
    value_unref(is);
    return changes;
}

/* Is ${action} the first that publishes in this register under this key? */
static bool register_is_first(const struct chart *chart, int action)
{
    for (int i = 0; i < action; i++)
        if (chart->actions[i].kind == ACTION_PUBLISH &&
            strcmp(chart->actions[i].name, chart->actions[action].name) == 0 &&
            strcmp(chart->actions[i].from, chart->actions[action].from) == 0)
            return false;
    return true;
}

static void rectify_registers(struct machine *m)
{
    const struct value *named = value_get(m->event->input, "registers");

    for (size_t i = 0; i < value_size(named); i++) {
        const struct chart_action *action =
            rectify_register_action(m->chart, value_key_at(named, i), value_text(value_member_at(named, i)));

        if (action != NULL)
            register_add(m, action, action->kind == ACTION_PUBLISH ? register_entry(m->s, action) : NULL, false);
    }
    for (int i = 0; i < m->chart->action_count; i++) {
        const struct chart_action *action = &m->chart->actions[i];
        struct value *changes;

        if (action->kind != ACTION_PUBLISH || !register_is_first(m->chart, i))
            continue;
        changes = value_new_map();
        for (int k = i; k < m->chart->action_count; k++)
            if (m->chart->actions[k].kind == ACTION_PUBLISH && strcmp(m->chart->actions[k].name, action->name) == 0 &&
                strcmp(m->chart->actions[k].from, action->from) == 0)
                register_changes(m, &m->chart->actions[k], changes);
        if (value_size(changes) > 0)
            register_add(m, action, changes, true);
        else
            value_unref(changes);
    }
}

/* ---- what it tells of itself ---- */

static struct value *was_members(const struct value *changes, const struct value *before)
{
    struct value *was = value_new_map();

    for (size_t i = 0; i < value_size(changes); i++) {
        const struct value *v = value_get(before, value_key_at(changes, i));

        value_map_set(was, value_key_at(changes, i), v == NULL ? value_new_null() : value_ref(v));
    }
    return was;
}

static struct value *was_deadlines(const struct machine *m)
{
    struct value *list = value_new_list();

    for (int i = 0; i < m->chart->deadline_count; i++) {
        const struct deadline_state *was = snapshot_deadline(m->before, i), *is = snapshot_deadline(m->s, i);
        struct value *before = was == NULL ? NULL : deadline_to_value(m->chart, was);
        struct value *after = is == NULL ? NULL : deadline_to_value(m->chart, is);

        if (was == NULL && is != NULL) {
            before = value_new_map();
            value_map_set_text(before, "id", m->chart->deadlines[i].id);
            value_map_set_bool(before, "gone", true);
        }
        if (before != NULL && (after == NULL || !value_equal(before, after)))
            value_list_add(list, value_ref(before));
        value_unref(before);
        value_unref(after);
    }
    return list;
}

void rectify_conclude(struct machine *m)
{
    struct value *was = value_new_map(), *states = snapshot_states(m->before), *now = snapshot_states(m->s);

    changes_add(was, "data", was_members(m->changes->set, m->before->data));
    changes_add(was, "flags", was_members(m->changes->flags, m->before->flags));
    if (!value_equal(states, now))
        value_map_set(was, "states", value_ref(states));
    changes_add(was, "deadlines", was_deadlines(m));
    value_map_set(m->changes->rectified, "was", was);
    value_unref(states);
    value_unref(now);
    for (int i = 0; i < m->chart->deadline_count; i++)
        if (changes_why(m->changes, i) != NULL) {
            struct value *by = value_new_map();

            value_map_set_int(by, "event", m->s->seq);
            value_map_set_int(by, "effective", m->clock);
            value_map_set(value_own((struct value **)&m->changes->why->pdata[i]), "rectified", by);
        }
    rectify_registers(m);
}
