/*
 * Moves to another version as they are recorded: the outcome that is kept, folding it, and what a plan means before any
 * case is looked at.
 */
#include "engine/core/deadline.h"
#include "engine/core/migrate.h"

#include <string.h>

static struct value *record_deadlines(const struct snapshot *before, const struct snapshot *after,
                                      const struct case_changes *changes)
{
    struct value *list = value_new_list();

    for (guint i = 0; i < before->deadlines->len; i++) {
        const char *id =
            before->chart->deadlines[g_array_index(before->deadlines, struct deadline_state, i).deadline].id;
        int is = chart_deadline_index(after->chart, id);
        struct value *gone;

        if (is != CHART_NONE && snapshot_deadline(after, is) != NULL)
            continue;
        gone = value_new_map();
        value_map_set_text(gone, "id", id);
        value_map_set_bool(gone, "gone", true);
        value_list_add(list, gone);
    }
    for (guint i = 0; i < after->deadlines->len; i++) {
        const struct deadline_state *d = &g_array_index(after->deadlines, struct deadline_state, i);
        int was = chart_deadline_index(before->chart, after->chart->deadlines[d->deadline].id);
        const struct deadline_state *old = was == CHART_NONE ? NULL : snapshot_deadline(before, was);
        struct value *v = deadline_to_value(after->chart, d);
        struct value *same = old == NULL ? NULL : deadline_to_value(before->chart, old);

        if (value_equal(same, v)) {
            value_unref(v);
        } else {
            if (changes_why(changes, d->deadline) != NULL)
                value_map_set(v, "why", value_ref(changes_why(changes, d->deadline)));
            value_list_add(list, v);
        }
        value_unref(same);
    }
    return list;
}

struct value *migrate_outcome(const struct snapshot *before, const struct snapshot *after,
                              const struct case_changes *changes)
{
    struct value *record = value_new_map();
    g_autofree char *chart = g_strdup_printf("%s@%d", after->chart->workflow, after->chart->version);

    value_map_set_text(record, "chart", chart);
    value_map_set(record, "states", snapshot_states(after));
    changes_add(record, "flags", changes_between(before->flags, after->flags));
    changes_add(record, "persons", changes_between(before->persons, after->persons));
    changes_add(record, "history", changes_between(before->history, after->history));
    changes_add(record, "deadlines", record_deadlines(before, after, changes));
    return record;
}

const char *migrate_target(const struct value *record)
{
    return value_text(value_path(record, "outcome.chart"));
}

/* The change of the deadline ${id}, or NULL. */
static const struct value *change_find(const struct value *changes, const char *id)
{
    for (size_t i = 0; i < value_size(changes); i++)
        if (g_strcmp0(value_text(value_get(value_at(changes, i), "id")), id) == 0)
            return value_at(changes, i);
    return NULL;
}

/* The body of ${s} after the move: as it was, with the changes over it. A new value. */
static struct value *fold_body(const struct snapshot *s, const struct value *outcome)
{
    const struct value *changes = value_get(outcome, "deadlines");
    struct value *was = snapshot_body(s), *body = value_map_copy(was), *deadlines = value_new_list();
    const struct value *old = value_get(was, "deadlines");

    for (size_t i = 0; i < value_size(old); i++)
        if (change_find(changes, value_text(value_get(value_at(old, i), "id"))) == NULL)
            value_list_add(deadlines, value_ref(value_at(old, i)));
    for (size_t i = 0; i < value_size(changes); i++)
        if (!value_bool(value_get(value_at(changes, i), "gone")))
            value_list_add(deadlines, value_ref(value_at(changes, i)));
    value_map_set(body, "states", value_ref(value_get(outcome, "states")));
    value_map_set(body, "deadlines", deadlines);
    value_unref(was);
    return body;
}

static gint deadline_compare(gconstpointer a, gconstpointer b)
{
    return ((const struct deadline_state *)a)->deadline - ((const struct deadline_state *)b)->deadline;
}

bool migrate_fold(struct snapshot *s, const struct chart *target, int seq, instant at, const struct value *outcome,
                  GError **error)
{
    struct value *body, *data;
    bool ok;

    if (seq != s->seq + 1 || at < s->at) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CORRUPT,
                    "event %d of case %" G_GINT64_FORMAT " does not follow event %d in number or time", seq, s->id,
                    s->seq);
        return false;
    }
    body = fold_body(s, outcome);
    data = value_ref(s->data);
    s->chart = target;
    ok = snapshot_read(s, body, data, error);
    value_unref(body);
    value_unref(data);
    if (!ok)
        return false;
    g_array_sort(s->deadlines, deadline_compare);
    changes_apply(&s->flags, value_get(outcome, "flags"));
    changes_apply(&s->persons, value_get(outcome, "persons"));
    changes_apply(&s->history, value_get(outcome, "history"));
    s->seq = seq;
    s->at = at;
    return true;
}

bool migrate_fits(const struct chart *from, const struct chart *target, GError **error)
{
    const char *what = NULL;

    if (strcmp(from->workflow, target->workflow) != 0)
        what = "is of another workflow";
    else if (strcmp(from->prefix, target->prefix) != 0)
        what = "numbers its cases otherwise (prefix)";
    else if (from->about_subject != target->about_subject || from->one_per_subject != target->one_per_subject)
        what = "has another rule of what its cases are about (about_subject, one_per_subject)";
    if (what != NULL)
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "%s@%d %s than %s@%d; cases cannot go over",
                    target->workflow, target->version, what, from->workflow, from->version);
    return what == NULL;
}

bool migrate_knows(const struct chart *chart, const char *id, bool deadline)
{
    return (deadline ? chart_deadline_index(chart, id) : chart_state_index(chart, id)) != CHART_NONE;
}

static void G_GNUC_PRINTF(2, 3) note_add(GPtrArray *notes, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_ptr_array_add(notes, g_strdup_vprintf(format, args));
    va_end(args);
}

static bool list_has(const struct value *list, const char *id)
{
    for (size_t i = 0; i < value_size(list); i++)
        if (g_strcmp0(value_text(value_at(list, i)), id) == 0)
            return true;
    return false;
}

static bool rules_equal(const struct chart_deadline *a, const struct chart_deadline *b)
{
    const struct period_rule *x = &a->rule, *y = &b->rule;

    return a->kind == b->kind && a->anchor == b->anchor && g_strcmp0(a->of, b->of) == 0 &&
           memcmp(&x->span, &y->span, sizeof x->span) == 0 && x->direction == y->direction &&
           x->first_day == y->first_day && x->roll == y->roll && x->cutoff_us == y->cutoff_us &&
           x->roll_us == y->roll_us && x->include_corresponding_day == y->include_corresponding_day &&
           (x->calendar == NULL) == (y->calendar == NULL) &&
           (x->calendar == NULL || strcmp(calendar_name(x->calendar), calendar_name(y->calendar)) == 0);
}

static void notes_of_deadlines(const struct chart *from, const struct chart *target, const struct value *plan,
                               GPtrArray *notes)
{
    for (int i = 0; i < target->deadline_count; i++) {
        const char *id = target->deadlines[i].id;
        const struct chart_deadline *was = NULL;

        for (int k = 0; k < from->deadline_count && was == NULL; k++) {
            const char *to = value_text(value_get(value_get(plan, "deadlines"), from->deadlines[k].id));

            if (strcmp(to != NULL ? to : from->deadlines[k].id, id) == 0)
                was = &from->deadlines[k];
        }
        if (was == NULL && !list_has(value_get(plan, "drop"), id))
            note_add(notes, "deadline \"%s\" is new: it is armed where its state is active, as if entered now", id);
        else if (was != NULL && !rules_equal(was, &target->deadlines[i]) &&
                 !list_has(value_get(plan, "rederive"), was->id) && !list_has(value_get(plan, "drop"), was->id))
            note_add(notes,
                     "deadline \"%s\" has another rule in version %d: live ones keep their instants (--rederive %s "
                     "derives them anew); a stop that ends later counts by the new rule",
                     was->id, target->version, was->id);
    }
}

static bool names_have(char **names, const char *name)
{
    for (; names != NULL && *names != NULL; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

GPtrArray *migrate_notes(const struct chart *from, const struct chart *target, const struct value *plan)
{
    GPtrArray *notes = g_ptr_array_new_with_free_func(g_free);

    notes_of_deadlines(from, target, plan, notes);
    for (char **name = target->persons_of; name != NULL && *name != NULL; name++)
        if (!names_have(from->persons_of, *name))
            note_add(notes, "version %d excludes who raised \"%s\"; version %d did not remember them", target->version,
                     *name, from->version);
    return notes;
}
