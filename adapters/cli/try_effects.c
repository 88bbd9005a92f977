#include "adapters/cli/try_effects.h"

#include "engine/core/deadline.h"

#include <string.h>

struct telling {
    const struct chart *chart;
    const struct snapshot *before;
    const struct event *event;
    const struct outcome *o;
    struct value *list;
    struct value *told;                /* data and deadlines that the trace has told of: "set x", "deadline y" */
    guint notices, signals, registers; /* how many of the outcome's have been told */
};

/* A new effect at the end of the list; the map is changed before anybody else sees it. */
static struct value *effect_add(struct telling *t, const char *kind, const char *name)
{
    struct value *effect = value_new_map();

    value_map_set_text(effect, kind, name);
    value_list_add(t->list, effect);
    return effect;
}

static void told_add(struct telling *t, const char *kind, const char *name)
{
    g_autofree char *key = g_strconcat(kind, " ", name, NULL);

    value_map_set_bool(t->told, key, true);
}

static bool told_has(const struct telling *t, const char *kind, const char *name)
{
    g_autofree char *key = g_strconcat(kind, " ", name, NULL);

    return value_get(t->told, key) != NULL;
}

static void effect_data(struct telling *t, const char *kind, const char *name)
{
    const struct value *v = value_path(t->o->after->data, name);

    told_add(t, "set", name);
    if (v == NULL && value_get(value_get(t->o->record, "set"), name) != NULL)
        effect_add(t, "clear", name);
    else if (v != NULL)
        value_map_set(effect_add(t, kind, name), "to", value_ref(v));
}

/* The outcome's next notices, as many as the action has recipients. */
static void effect_notices(struct telling *t, guint count)
{
    for (guint i = 0; i < count && t->notices < t->o->notices->len; i++) {
        const struct notice_effect *notice = &g_array_index(t->o->notices, struct notice_effect, t->notices++);

        value_map_set_text(effect_add(t, "notify", notice->notice), "to", notice->to);
    }
}

static void effect_signals(struct telling *t, guint count)
{
    for (guint i = 0; i < count && t->signals < t->o->signals->len; i++) {
        const struct signal_effect *signal = &g_array_index(t->o->signals, struct signal_effect, t->signals++);
        struct value *effect = effect_add(t, "signal", signal->name);

        value_map_set_text(effect, "to", t->chart->relations[signal->relation].id);
        if (value_size(signal->payload) > 0)
            value_map_set(effect, "with", value_ref(signal->payload));
    }
}

static const char *register_word(enum action_kind kind)
{
    if (kind == ACTION_PUBLISH)
        return "publish";
    if (kind == ACTION_MARK)
        return "mark";
    return kind == ACTION_UNMARK ? "unmark" : "withdraw_entry";
}

/* The outcome's next register operation, if it is this one: without a key there is none. */
static void effect_register(struct telling *t, const struct chart_action *action)
{
    const struct register_effect *op;
    struct value *effect;

    if (t->registers == t->o->registers->len)
        return;
    op = &g_array_index(t->o->registers, struct register_effect, t->registers);
    if (op->kind != action->kind || strcmp(op->register_, action->name) != 0)
        return;
    t->registers++;
    effect = effect_add(t, register_word(op->kind), op->register_);
    value_map_set_text(effect, "key", op->key);
    value_map_set_text(effect, "banner", op->banner);
    if (op->entry != NULL)
        value_map_set(effect, "entry", value_ref(op->entry));
}

static void effect_action(struct telling *t, const struct chart_action *action)
{
    switch (action->kind) {
    case ACTION_SET:
    case ACTION_UPDATE:
    case ACTION_CLEAR:
        effect_data(t, "set", action->name);
        break;
    case ACTION_ALLOCATE:
        effect_data(t, "allocate", action->name);
        break;
    case ACTION_FLAG:
        effect_add(t, "flag", action->name);
        break;
    case ACTION_UNFLAG:
        effect_add(t, "unflag", action->name);
        break;
    case ACTION_SIGNAL:
        effect_signals(t, (guint)action->relations.count);
        break;
    case ACTION_NOTIFY:
        effect_notices(t, action->to == NULL ? 0 : g_strv_length(action->to));
        break;
    case ACTION_RAISE:
        effect_add(t, "raise", action->name);
        break;
    case ACTION_PUBLISH:
    case ACTION_MARK:
    case ACTION_UNMARK:
    case ACTION_WITHDRAW_ENTRY:
        effect_register(t, action);
        break;
    case ACTION_RESTART: /* told as what became of the deadline */
    case ACTION_START:
    case ACTION_CANCEL:
    case ACTION_LINK: /* told with all links */
        break;
    }
}

static void effect_deadline(struct telling *t, int deadline, const char *is)
{
    const struct chart_deadline *rule = &t->chart->deadlines[deadline];
    const struct deadline_state *live = snapshot_deadline(t->o->after, deadline);
    struct value *effect = effect_add(t, "deadline", rule->id);

    told_add(t, "deadline", rule->id);
    value_map_set_text(effect, "is", is);
    value_map_set_text(effect, "kind", rule->kind == DEADLINE_LIMIT ? "limit" : "target");
    if (live != NULL && live->due != INSTANT_NEVER) {
        char due[INSTANT_TEXT_SIZE];

        instant_print(live->due, due);
        value_map_set_text(effect, "due", due);
    }
}

/* What became of a live deadline; NULL: nothing that is worth a word. */
static const char *deadline_change(const struct telling *t, int deadline)
{
    const struct deadline_state *was = snapshot_deadline(t->before, deadline);
    const struct deadline_state *is = snapshot_deadline(t->o->after, deadline);

    if (was == NULL)
        return is == NULL ? NULL : "armed";
    if (is == NULL)
        return "cancelled";
    if (is->arming != was->arming)
        return "armed";
    if ((is->due == INSTANT_NEVER) != (was->due == INSTANT_NEVER))
        return is->due == INSTANT_NEVER ? "stopped" : "resumed";
    return is->due == was->due ? NULL : "moved";
}

/* The occurrence that the event is about. */
static void tell_due(struct telling *t)
{
    int deadline = t->event->deadline;

    if (t->event->kind == EVENT_DUE)
        effect_deadline(t, deadline,
                        t->event->occurrence < t->chart->deadlines[deadline].reminder_count ? "reminded" : "fired");
}

static void tell_trace(struct telling *t)
{
    for (guint i = 0; i < t->o->trace->len; i++) {
        const struct trace *trace = &g_array_index(t->o->trace, struct trace, i);

        switch (trace->what) {
        case TRACE_ROW:
            effect_add(t, "row", t->chart->takes[trace->index].row);
            break;
        case TRACE_ACTION:
            effect_action(t, &t->chart->actions[trace->index]);
            break;
        case TRACE_ARM:
            if (snapshot_deadline(t->o->after, trace->index) != NULL)
                effect_deadline(t, trace->index, "armed");
            break;
        case TRACE_LEAVE:
            if (!told_has(t, "deadline", t->chart->deadlines[trace->index].id))
                effect_deadline(t, trace->index, "cancelled");
            break;
        }
    }
}

/* What the trace has not told: clocks that stand or run again, deadlines cancelled by an action. */
static void tell_deadlines(struct telling *t)
{
    for (int i = 0; i < t->chart->deadline_count; i++) {
        const char *change = deadline_change(t, i);

        if (change != NULL && !told_has(t, "deadline", t->chart->deadlines[i].id))
            effect_deadline(t, i, change);
    }
}

static void tell_links(struct telling *t)
{
    for (guint i = 0; i < t->o->links->len; i++) {
        const struct link_effect *link = &g_array_index(t->o->links, struct link_effect, i);

        if (link->to != 0)
            value_map_set_int(effect_add(t, "link", t->chart->relations[link->relation].id), "to", link->to);
    }
}

static void tell_map(struct telling *t, const char *kind, const struct value *map)
{
    for (size_t i = 0; i < value_size(map); i++)
        value_map_set(effect_add(t, kind, value_key_at(map, i)), "to", value_ref(value_member_at(map, i)));
}

static bool action_sets(const struct chart_action *action, const char *name)
{
    return (action->kind == ACTION_SET || action->kind == ACTION_UPDATE || action->kind == ACTION_CLEAR ||
            action->kind == ACTION_ALLOCATE) &&
           strcmp(action->name, name) == 0;
}

/* Data that no action has set: they came with a form, a signal that opens, or to a lenient chart. */
static void tell_input(struct telling *t)
{
    const struct value *set = t->o->changes.set;

    for (size_t i = 0; i < value_size(set); i++) {
        bool acted = false;

        for (guint n = 0; n < t->o->trace->len && !acted; n++) {
            const struct trace *trace = &g_array_index(t->o->trace, struct trace, n);

            acted = trace->what == TRACE_ACTION && action_sets(&t->chart->actions[trace->index], value_key_at(set, i));
        }
        if (!acted)
            effect_data(t, "set", value_key_at(set, i));
    }
}

void try_effects(const struct snapshot *before, const struct event *event, const struct outcome *o, struct value *list)
{
    struct telling t = {
        .chart = before->chart, .before = before, .event = event, .o = o, .list = list, .told = value_new_map()};

    tell_input(&t);
    tell_due(&t);
    tell_trace(&t);
    effect_notices(&t, o->notices->len);
    effect_signals(&t, o->signals->len);
    tell_deadlines(&t);
    tell_links(&t);
    tell_map(&t, "history", o->changes.history);
    tell_map(&t, "rectified", o->changes.rectified);
    value_unref(t.told);
}
