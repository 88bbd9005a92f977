#include "engine/core/deadline.h"
#include "engine/core/machine.h"
#include "engine/error.h"

#include <stdlib.h>
#include <string.h>

/* What came in over the case's data. */
static const struct value *machine_read(const struct machine *m, const char *path)
{
    const struct value *v = value_path(m->form, path);

    return v != NULL ? v : value_path(m->s->data, path);
}

struct value *machine_changed(struct value **map)
{
    if (*map == NULL)
        *map = value_new_map();
    return *map;
}

void machine_set(struct machine *m, const char *name, struct value *v)
{
    if (v == NULL || value_is_null(v)) {
        value_unref(v);
        if (value_get(m->s->data, name) == NULL)
            return;
        value_map_unset(value_own(&m->s->data), name);
        value_map_set(machine_changed(&m->changes->set), name, value_new_null());
        return;
    }
    if (value_equal(v, value_get(m->s->data, name))) {
        value_unref(v);
        return;
    }
    value_map_set(machine_changed(&m->changes->set), name, value_ref(v));
    value_map_set(value_own(&m->s->data), name, v);
}

void machine_flag(struct machine *m, const char *flag, bool on)
{
    if ((value_get(m->s->flags, flag) != NULL) == on)
        return;
    if (on)
        value_map_set_bool(value_own(&m->s->flags), flag, true);
    else
        value_map_unset(value_own(&m->s->flags), flag);
    value_map_set(machine_changed(&m->changes->flags), flag, on ? value_new_bool(true) : value_new_null());
}

/* Writes ${n} into a format such as "C{yy}-{n:4}-2"; the year is that of the event in the chart's zone. */
static char *number_format(const struct machine *m, const char *format, int64_t n)
{
    GString *out = g_string_new(NULL);
    civil_day day;
    int year;

    zone_day(m->chart->zone, m->event->at, &day, NULL);
    year = civil_date_of(day).year;
    for (const char *c = format; *c != '\0'; c++) {
        if (g_str_has_prefix(c, "{yyyy}")) {
            g_string_append_printf(out, "%04d", year);
            c += strlen("{yyyy}") - 1;
        } else if (g_str_has_prefix(c, "{yy}")) {
            g_string_append_printf(out, "%02d", year % 100);
            c += strlen("{yy}") - 1;
        } else if (g_str_has_prefix(c, "{n}")) {
            g_string_append_printf(out, "%" G_GINT64_FORMAT, n);
            c += strlen("{n}") - 1;
        } else if (g_str_has_prefix(c, "{n:")) {
            int width = (int)strtol(c + strlen("{n:"), NULL, 10);

            g_string_append_printf(out, "%0*" G_GINT64_FORMAT, width, n);
            c = strchr(c, '}');
        } else {
            g_string_append_c(out, *c);
        }
    }
    return g_string_free(out, FALSE);
}

static void action_allocate(struct machine *m, const struct chart_action *action)
{
    const struct chart_number *number = &m->chart->numbers[action->number];
    const struct value *n = value_get(m->event->numbers, number->id);
    g_autofree char *text = NULL;

    if (n == NULL) {
        m->out->wants_numbers |= UINT64_C(1) << action->number;
        return;
    }
    text = number_format(m, number->format, value_int(n));
    machine_set(m, number->id, value_new_text(text));
}

/* What came replaces what was; of a group, member by member. What was left out stays. */
static void action_update(struct machine *m, const struct chart_action *action)
{
    const struct value *came = value_path(m->form, action->from != NULL ? action->from : action->name);
    const struct value *was = value_get(m->s->data, action->name);
    struct value *merged;

    if (came == NULL || value_is_null(came))
        return;
    if (value_kind(came) != VALUE_MAP || value_kind(was) != VALUE_MAP) {
        machine_set(m, action->name, value_ref(came));
        return;
    }
    merged = value_new_map();
    for (size_t i = 0; i < value_size(was); i++)
        value_map_set(merged, value_key_at(was, i), value_ref(value_member_at(was, i)));
    for (size_t i = 0; i < value_size(came); i++)
        if (!value_is_null(value_member_at(came, i)))
            value_map_set(merged, value_key_at(came, i), value_ref(value_member_at(came, i)));
    machine_set(m, action->name, merged);
}

static void action_signal(struct machine *m, const struct chart_action *action)
{
    for (int r = 0; r < action->relations.count; r++) {
        struct signal_effect effect = {
            .name = action->name, .relation = action->relations.items[r], .payload = value_new_map()};

        for (char **path = action->with; path != NULL && *path != NULL; path++) {
            const struct value *v = machine_read(m, *path);

            if (v != NULL)
                value_map_set(effect.payload, *path, value_ref(v));
        }
        g_array_append_val(m->out->signals, effect);
    }
}

/* Links to the case with this number, once however often it is named. */
static void link_add(struct machine *m, int relation, const char *number)
{
    const char *dash = number == NULL ? NULL : strrchr(number, '-');
    struct link_effect effect = {.relation = relation};

    if (dash == NULL)
        return;
    effect.to = g_ascii_strtoll(dash + 1, NULL, 10);
    for (guint i = 0; i < m->out->links->len; i++) {
        const struct link_effect *other = &g_array_index(m->out->links, struct link_effect, i);

        if (other->relation == relation && other->to == effect.to)
            return;
    }
    g_array_append_val(m->out->links, effect);
}

/* What an action may read: the case as it has become. */
static struct guard_context action_context(const struct machine *m, const struct snapshot *s)
{
    return (struct guard_context){.chart = m->chart,
                                  .s = s,
                                  .form_index = CHART_NONE,
                                  .linked = m->event->linked,
                                  .at = m->event->at,
                                  .wants_owner = m->out->wants_owner};
}

/* Links to the case that the organisation named by the data has now, and to no former one. */
static void link_owned(struct machine *m, int relation)
{
    struct guard_context context = action_context(m, m->s);
    struct link_effect effect = {.relation = relation};
    const struct value *facts;

    if (guard_facts(&context, relation, &facts))
        effect.to = value_int(value_get(facts, "case"));
    m->out->wants_relations |= context.wants;
    g_array_append_val(m->out->links, effect);
}

/* The path names one case or a list of them. */
static void action_link(struct machine *m, const struct chart_action *action)
{
    const struct value *numbers;

    if (m->chart->relations[action->relations.items[0]].owned_by != NULL) {
        link_owned(m, action->relations.items[0]);
        return;
    }
    numbers = machine_read(m, action->from);
    link_add(m, action->relations.items[0], value_text(numbers));
    for (size_t i = 0; i < value_size(numbers); i++)
        link_add(m, action->relations.items[0], value_text(value_at(numbers, i)));
}

static void action_notify(struct machine *m, const struct chart_action *action, int deadline)
{
    for (char **to = action->to; to != NULL && *to != NULL; to++) {
        struct machine_notice notice = {.notice = action->name, .to = *to, .deadline = deadline};

        g_array_append_val(m->notices, notice);
    }
}

void deadline_drop(struct snapshot *s, int deadline)
{
    for (guint i = 0; i < s->deadlines->len; i++)
        if (g_array_index(s->deadlines, struct deadline_state, i).deadline == deadline) {
            g_array_remove_index(s->deadlines, i);
            return;
        }
}

struct deadline_state *deadline_slot(struct snapshot *s, int deadline)
{
    struct deadline_state fresh = {.deadline = deadline};
    guint at = 0;

    while (at < s->deadlines->len && g_array_index(s->deadlines, struct deadline_state, at).deadline < deadline)
        at++;
    g_array_insert_val(s->deadlines, at, fresh);
    return &g_array_index(s->deadlines, struct deadline_state, at);
}

/* The last day of the year in which ${entry} lies. */
static civil_day year_end(const struct chart *chart, instant entry, const struct chart_deadline *rule)
{
    struct civil_date end = {.month = rule->year_end_month, .day = rule->year_end_day};
    civil_day day;

    zone_day(chart->zone, entry, &day, NULL);
    end.year = civil_date_of(day).year;
    if (civil_day_of(end) < day)
        end.year++;
    return civil_day_of(end);
}

static int text_compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The ${nth} earliest of a list of dates, whose texts stand in the order of their days; NULL when it has fewer. */
static const char *date_nth(const struct value *list, int nth)
{
    g_autoptr(GPtrArray) dates = g_ptr_array_new();

    for (size_t i = 0; i < value_size(list); i++)
        if (value_text(value_at(list, i)) != NULL)
            g_ptr_array_add(dates, (gpointer)(uintptr_t)value_text(value_at(list, i)));
    g_ptr_array_sort(dates, text_compare);
    return dates->len < (guint)nth ? NULL : g_ptr_array_index(dates, nth - 1);
}

/* Of one period. */
static bool period_anchor(const struct snapshot *s, instant entry, const struct chart_deadline *rule,
                          struct deadline_state *d)
{
    const struct value *of = rule->of == NULL ? NULL : value_path(s->data, rule->of);
    const char *text = rule->nth > 0 ? date_nth(of, rule->nth) : value_text(of);

    if (rule->anchor == ANCHOR_STATE_ENTRY) {
        d->anchor = entry;
        return true;
    }
    if (rule->anchor == ANCHOR_YEAR_END) {
        d->by_day = true;
        d->anchor_day = year_end(s->chart, entry, rule);
        return true;
    }
    if (rule->anchor == ANCHOR_INSTANT)
        return text != NULL && instant_parse(text, &d->anchor);
    d->by_day = true;
    if (rule->anchor == ANCHOR_AHEAD_OF) {
        const struct deadline_state *other = snapshot_deadline(s, rule->ahead_of);

        if (other == NULL || other->due == INSTANT_NEVER)
            return false;
        d->anchor_day = other->last_day + 1; /* which begins when it is due */
        return true;
    }
    if (text == NULL || !civil_parse(text, &d->anchor_day))
        return false;
    if (rule->anchor == ANCHOR_DAY_AFTER)
        d->anchor_day++;
    else if (rule->anchor == ANCHOR_DAY_BEFORE)
        d->anchor_day--;
    return true;
}

bool deadline_anchor(const struct snapshot *s, instant entry, const struct chart_deadline *rule,
                     struct deadline_state *d)
{
    bool found = false;

    d->choice = 0;
    if (rule->anchor != ANCHOR_ONE_OF)
        return period_anchor(s, entry, rule, d);
    d->entry = entry;
    for (int i = 0; i < rule->member_count; i++) {
        struct deadline_state one = *d;

        one.choice = i;
        one.by_day = false;
        one.anchor = 0;
        one.anchor_day = 0;
        if (!period_anchor(s, entry, &rule->members[i], &one) ||
            !deadline_compute(s->chart, &one, INSTANT_MIN, NULL, NULL))
            continue;
        if (!found || (rule->latest ? one.due > d->due : one.due < d->due))
            *d = one;
        found = true;
    }
    return found;
}

bool deadline_applies(struct machine *m, const struct snapshot *s, const struct chart_deadline *rule)
{
    struct guard_context context = action_context(m, s);
    bool holds = guard_holds(&context, rule->guard);

    m->out->wants_relations |= context.wants;
    return holds;
}

bool machine_compute(struct machine *m, struct deadline_state *d)
{
    struct case_changes *c = m->changes;
    struct value **why;

    if (c->why == NULL)
        c->why = g_ptr_array_new_with_free_func((GDestroyNotify)value_unref);
    if (c->why->len <= (guint)d->deadline)
        g_ptr_array_set_size(c->why, d->deadline + 1);
    why = (struct value **)&c->why->pdata[d->deadline];
    g_clear_pointer(why, value_unref);
    return m->error == NULL && deadline_compute(m->chart, d, m->event->at, why, &m->error);
}

void deadline_arm(struct machine *m, int deadline)
{
    const struct chart_deadline *rule = &m->chart->deadlines[deadline];
    struct deadline_state *d;

    deadline_drop(m->s, deadline);
    outcome_trace(m->out, TRACE_ARM, deadline);
    if (!deadline_applies(m, m->s, rule))
        return;
    d = deadline_slot(m->s, deadline);
    d->arming = m->s->seq;
    d->due = d->next = INSTANT_NEVER;
    d->last_day = CIVIL_DAY_NONE;
    if (!deadline_anchor(m->s, m->clock, rule, d)) {
        if (m->error == NULL)
            g_set_error(&m->error, TOROKU_ERROR, TOROKU_ERROR_UNPROCESSABLE,
                        "the deadline %s starts from %s, which is not set", rule->id,
                        rule->of == NULL ? "what" : rule->of);
        return;
    }
    deadline_first_round(m->chart, d, m->event->at);
    machine_compute(m, d);
}

/* Is it done? Its guard reads the case as it has become by the actions before it (SCXML: data are assigned at once). */
static bool action_applies(struct machine *m, const struct chart_action *action)
{
    struct guard_context context = action_context(m, m->s);
    bool holds;

    context.before = m->before;
    holds = guard_holds(&context, action->guard);
    m->out->wants_relations |= context.wants;
    return holds;
}

void action_run(struct machine *m, const struct chart_action *action, int deadline)
{
    struct machine_register op = {.action = action};
    const char *from;

    if (action->guard != CHART_NONE && !action_applies(m, action))
        return;
    outcome_trace(m->out, TRACE_ACTION, (int)(action - m->chart->actions));
    switch (action->kind) {
    case ACTION_SET: /* what was left out clears; an event that brings nothing changes nothing */
        if (m->form == NULL)
            break;
        from = action->from != NULL ? action->from : action->name;
        machine_set(m, action->name, value_ref(value_path(m->form, from)));
        break;
    case ACTION_UPDATE:
        action_update(m, action);
        break;
    case ACTION_CLEAR:
        machine_set(m, action->name, NULL);
        break;
    case ACTION_FLAG:
        machine_flag(m, action->name, true);
        break;
    case ACTION_UNFLAG:
        machine_flag(m, action->name, false);
        break;
    case ACTION_ALLOCATE:
        action_allocate(m, action);
        break;
    case ACTION_SIGNAL:
        action_signal(m, action);
        break;
    case ACTION_NOTIFY:
        action_notify(m, action, deadline);
        break;
    case ACTION_RESTART:
        if (state_set_has(&m->s->states, m->chart->deadlines[action->deadline].state))
            deadline_arm(m, action->deadline);
        break;
    case ACTION_START:
        if (state_set_has(&m->s->states, m->chart->deadlines[action->deadline].state) &&
            snapshot_deadline(m->s, action->deadline) == NULL)
            deadline_arm(m, action->deadline);
        break;
    case ACTION_CANCEL:
        deadline_drop(m->s, action->deadline);
        break;
    case ACTION_RAISE:
        machine_raise(m, action->event);
        break;
    case ACTION_LINK:
        action_link(m, action);
        break;
    case ACTION_PUBLISH:
    case ACTION_MARK:
    case ACTION_UNMARK:
    case ACTION_WITHDRAW_ENTRY:
        g_array_append_val(m->registers, op);
        break;
    }
}
