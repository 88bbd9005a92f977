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
    changes_add(record, "rows", record_rows(o));
    changes_add(record, "set", value_ref(o->changes.set));
    changes_add(record, "flags", value_ref(o->changes.flags));
    changes_add(record, "persons", changes_between(before->persons, o->after->persons));
    changes_add(record, "counts", changes_between(before->counts, o->after->counts));
    changes_add(record, "history", value_ref(o->changes.history));
    changes_add(record, "deadlines", record_deadlines(before, o));
    changes_add(record, "notices", record_notices(o));
    changes_add(record, "signals", record_signals(o));
    changes_add(record, "registers", record_registers(o));
    changes_add(record, "links", record_links(o));
    changes_add(record, "rectified", value_ref(o->changes.rectified));
    o->record = record;
    return record;
}
