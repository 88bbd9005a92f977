#include "engine/core/fold.h"

#include "engine/core/changes.h"
#include "engine/core/deadline.h"
#include "engine/error.h"

static void deadline_drop(struct snapshot *s, int deadline)
{
    for (guint i = 0; i < s->deadlines->len; i++)
        if (g_array_index(s->deadlines, struct deadline_state, i).deadline == deadline) {
            g_array_remove_index(s->deadlines, i);
            return;
        }
}

/* Replaces the deadline, keeping the order of the chart. */
static void deadline_put(struct snapshot *s, struct deadline_state *d)
{
    guint at = 0;

    deadline_drop(s, d->deadline);
    while (at < s->deadlines->len && g_array_index(s->deadlines, struct deadline_state, at).deadline < d->deadline)
        at++;
    g_array_insert_val(s->deadlines, at, *d);
}

static bool fold_deadlines(struct snapshot *s, const struct value *changes)
{
    for (size_t i = 0; i < value_size(changes); i++) {
        const struct value *change = value_at(changes, i);
        struct deadline_state d;

        if (!deadline_from_value(s->chart, change, &d))
            return false;
        if (!value_bool(value_get(change, "gone"))) {
            deadline_put(s, &d);
            continue;
        }
        deadline_drop(s, d.deadline);
        if (d.stops != NULL)
            g_array_unref(d.stops);
    }
    return true;
}

bool fold(struct snapshot *s, int seq, instant at, const struct value *outcome, GError **error)
{
    const struct value *states = value_get(outcome, "states");

    if (seq != s->seq + 1 || at < s->at) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CORRUPT,
                    "event %d of case %" G_GINT64_FORMAT " does not follow event %d in number or time", seq, s->id,
                    s->seq);
        return false;
    }
    if (value_size(states) == 0 || !snapshot_set_states(s, states) ||
        !fold_deadlines(s, value_get(outcome, "deadlines"))) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CORRUPT,
                    "event %d of case %" G_GINT64_FORMAT " names a state or deadline that %s@%d has not", seq, s->id,
                    s->chart->workflow, s->chart->version);
        return false;
    }
    changes_apply(&s->data, value_get(outcome, "set"));
    changes_apply(&s->flags, value_get(outcome, "flags"));
    changes_apply(&s->persons, value_get(outcome, "persons"));
    changes_apply(&s->counts, value_get(outcome, "counts"));
    changes_apply(&s->history, value_get(outcome, "history"));
    s->seq = seq;
    s->at = at;
    return true;
}
