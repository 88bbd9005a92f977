#include "engine/core/deadline.h"
#include "engine/core/outcome.h"

/* Deadlines that are new, changed or gone, in the chart's order; new ones with their derivation. */
static struct value *record_deadlines(const struct snapshot *before, const struct outcome *o)
{
    const struct chart *chart = o->after->chart;
    struct value *list = value_new_list();

    for (int i = 0; i < chart->deadline_count; i++) {
        const struct deadline_state *was = snapshot_deadline(before, i), *is = snapshot_deadline(o->after, i);
        struct value *v;

        if (is == NULL) {
            if (was != NULL) {
                v = value_new_map();
                value_map_set_text(v, "id", chart->deadlines[i].id);
                value_map_set_bool(v, "gone", true);
                value_list_add(list, v);
            }
            continue;
        }
        v = deadline_to_value(chart, is);
        if (was != NULL) {
            struct value *old = deadline_to_value(chart, was);
            bool same = value_equal(old, v);

            value_unref(old);
            if (same) {
                value_unref(v);
                continue;
            }
        }
        if (changes_why(&o->changes, i) != NULL)
            value_map_set(v, "why", value_ref(changes_why(&o->changes, i)));
        value_list_add(list, v);
    }
    return list;
}

static struct value *record_notices(const struct outcome *o)
{
    struct value *list = value_new_list();

    for (guint i = 0; i < o->notices->len; i++) {
        const struct notice_effect *effect = &g_array_index(o->notices, struct notice_effect, i);
        struct value *v = value_new_map();

        value_map_set_text(v, "notice", effect->notice);
        value_map_set_text(v, "to", effect->to);
        value_list_add(list, v);
    }
    return list;
}

static struct value *record_signals(const struct outcome *o)
{
    struct value *list = value_new_list();

    for (guint i = 0; i < o->signals->len; i++) {
        const struct signal_effect *effect = &g_array_index(o->signals, struct signal_effect, i);
        struct value *v = value_new_map();

        value_map_set_text(v, "signal", effect->name);
        value_map_set_text(v, "to", o->after->chart->relations[effect->relation].id);
        value_list_add(list, v);
    }
    return list;
}

static const char *register_effect_name(enum action_kind kind)
{
    if (kind == ACTION_PUBLISH)
        return "publish";
    if (kind == ACTION_MARK)
        return "mark";
    return kind == ACTION_UNMARK ? "unmark" : "withdraw_entry";
}

static struct value *record_registers(const struct outcome *o)
{
    struct value *list = value_new_list();

    for (guint i = 0; i < o->registers->len; i++) {
        const struct register_effect *effect = &g_array_index(o->registers, struct register_effect, i);
        struct value *v = value_new_map();

        value_map_set_text(v, "is", effect->patch ? "rectify" : register_effect_name(effect->kind));
        value_map_set_text(v, "register", effect->register_);
        value_map_set_text(v, "key", effect->key);
        if (effect->entry != NULL)
            value_map_set(v, effect->patch ? "changes" : "entry", value_ref(effect->entry));
        if (effect->rectified)
            value_map_set_int(v, "from", effect->from);
        value_map_set_text(v, "banner", effect->banner);
        value_list_add(list, v);
    }
    return list;
}

/* Adds a member unless it is empty: what did not happen needs no words. */
static void record_add(struct value *record, const char *key, struct value *v)
{
    if (value_size(v) > 0)
        value_map_set(record, key, v);
    else
        value_unref(v);
}

/* Members that are new or other than they were. */
static struct value *record_changes(const struct value *was, const struct value *is)
{
    struct value *changes = value_new_map();

    for (size_t i = 0; i < value_size(is); i++) {
        const char *key = value_key_at(is, i);

        if (!value_equal(value_member_at(is, i), value_get(was, key)))
            value_map_set(changes, key, value_ref(value_member_at(is, i)));
    }
    return changes;
}

static struct value *record_rows(const struct outcome *o)
{
    struct value *list = value_new_list();

    for (guint i = 0; o->changes.rows != NULL && i < o->changes.rows->len; i++)
        value_list_add(list, value_new_text(o->after->chart->takes[g_array_index(o->changes.rows, int, i)].row));
    return list;
}

static struct value *record_links(const struct outcome *o)
{
    struct value *list = value_new_list();

    for (guint i = 0; i < o->links->len; i++) {
        int64_t to = g_array_index(o->links, struct link_effect, i).to;

        if (to != 0)
            value_list_add(list, value_new_int(to));
    }
    return list;
}

const struct value *outcome_record(const struct snapshot *before, struct outcome *o)
{
    struct value *record;

    if (o->record != NULL)
        return o->record;
    g_assert(o->kind == OUTCOME_TAKEN);
    record = value_new_map();
    value_map_set(record, "states", snapshot_states(o->after));
    record_add(record, "rows", record_rows(o));
    record_add(record, "set", value_ref(o->changes.set));
    record_add(record, "flags", value_ref(o->changes.flags));
    record_add(record, "persons", record_changes(before->persons, o->after->persons));
    record_add(record, "counts", record_changes(before->counts, o->after->counts));
    record_add(record, "history", value_ref(o->changes.history));
    record_add(record, "deadlines", record_deadlines(before, o));
    record_add(record, "notices", record_notices(o));
    record_add(record, "signals", record_signals(o));
    record_add(record, "registers", record_registers(o));
    record_add(record, "links", record_links(o));
    record_add(record, "rectified", value_ref(o->changes.rectified));
    o->record = record;
    return record;
}
