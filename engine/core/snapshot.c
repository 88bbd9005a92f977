#include "engine/core/snapshot.h"

#include "engine/core/deadline.h"
#include "engine/error.h"

#include <string.h>

static void deadline_state_clear(gpointer p)
{
    struct deadline_state *d = p;

    if (d->stops != NULL)
        g_array_unref(d->stops);
}

static GArray *deadlines_new(void)
{
    GArray *deadlines = g_array_new(FALSE, TRUE, sizeof(struct deadline_state));

    g_array_set_clear_func(deadlines, deadline_state_clear);
    return deadlines;
}

struct snapshot *snapshot_new(const struct chart *chart, int64_t id, int64_t subject, int64_t owner)
{
    struct snapshot *s = g_new0(struct snapshot, 1);

    s->chart = chart;
    s->id = id;
    s->subject = subject;
    s->owner = owner;
    s->at = INSTANT_MIN;
    s->fire_at = INSTANT_NEVER;
    s->data = value_new_map();
    s->flags = value_new_map();
    s->persons = value_new_map();
    s->counts = value_new_map();
    s->history = value_new_map();
    s->deadlines = deadlines_new();
    return s;
}

struct snapshot *snapshot_copy(const struct snapshot *s)
{
    struct snapshot *copy = g_new(struct snapshot, 1);

    *copy = *s;
    value_ref(s->data);
    value_ref(s->flags);
    value_ref(s->persons);
    value_ref(s->counts);
    value_ref(s->history);
    copy->deadlines = deadlines_new();
    for (guint i = 0; i < s->deadlines->len; i++) {
        struct deadline_state d = g_array_index(s->deadlines, struct deadline_state, i);

        if (d.stops != NULL)
            d.stops = g_array_copy(d.stops);
        g_array_append_val(copy->deadlines, d);
    }
    return copy;
}

void snapshot_free(struct snapshot *s)
{
    if (s == NULL)
        return;
    value_unref(s->data);
    value_unref(s->flags);
    value_unref(s->persons);
    value_unref(s->counts);
    value_unref(s->history);
    g_array_unref(s->deadlines);
    g_free(s);
}

struct value *snapshot_states(const struct snapshot *s)
{
    struct value *list = value_new_list();

    for (int i = 0; i < s->chart->state_count; i++) {
        enum state_kind kind = s->chart->states[i].kind;

        if ((kind == STATE_ATOMIC || kind == STATE_FINAL) && state_set_has(&s->states, i))
            value_list_add(list, value_new_text(s->chart->states[i].id));
    }
    return list;
}

struct value *snapshot_body(const struct snapshot *s)
{
    struct value *body = value_new_map();
    struct value *deadlines = value_new_list();

    for (guint i = 0; i < s->deadlines->len; i++)
        value_list_add(deadlines, deadline_to_value(s->chart, &g_array_index(s->deadlines, struct deadline_state, i)));
    value_map_set(body, "states", snapshot_states(s));
    value_map_set(body, "flags", value_ref(s->flags));
    value_map_set(body, "persons", value_ref(s->persons));
    if (value_size(s->counts) > 0)
        value_map_set(body, "counts", value_ref(s->counts));
    value_map_set(body, "history", value_ref(s->history));
    value_map_set(body, "deadlines", deadlines);
    return body;
}

void snapshot_print(const struct snapshot *s, GString *out)
{
    struct value *body = snapshot_body(s);

    value_print(body, out);
    value_unref(body);
}

bool snapshot_set_states(struct snapshot *s, const struct value *ids)
{
    memset(&s->states, 0, sizeof s->states);
    for (size_t i = 0; i < value_size(ids); i++) {
        const char *id = value_text(value_at(ids, i));
        int state = id == NULL ? CHART_NONE : chart_state_index(s->chart, id);

        if (state == CHART_NONE ||
            (s->chart->states[state].kind != STATE_ATOMIC && s->chart->states[state].kind != STATE_FINAL))
            return false;
        for (; state != CHART_NONE; state = s->chart->states[state].parent)
            state_set_add(&s->states, state);
    }
    s->closed = false;
    for (int i = 1; i < s->chart->state_count; i++)
        if (s->chart->states[i].kind == STATE_FINAL && s->chart->states[i].parent == 0 && state_set_has(&s->states, i))
            s->closed = true;
    return true;
}

static void snapshot_replace_map(struct value **map, const struct value *with)
{
    value_unref(*map);
    *map = value_kind(with) == VALUE_MAP ? value_ref(with) : value_new_map();
}

bool snapshot_read(struct snapshot *s, const struct value *body, const struct value *data, GError **error)
{
    const struct value *deadlines = value_get(body, "deadlines");

    if (!snapshot_set_states(s, value_get(body, "states"))) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CORRUPT,
                    "case %" G_GINT64_FORMAT " is in a state that %s@%d has not", s->id, s->chart->workflow,
                    s->chart->version);
        return false;
    }
    snapshot_replace_map(&s->data, data);
    snapshot_replace_map(&s->flags, value_get(body, "flags"));
    snapshot_replace_map(&s->persons, value_get(body, "persons"));
    snapshot_replace_map(&s->counts, value_get(body, "counts"));
    snapshot_replace_map(&s->history, value_get(body, "history"));
    g_array_set_size(s->deadlines, 0);
    for (size_t i = 0; i < value_size(deadlines); i++) {
        struct deadline_state d;

        if (!deadline_from_value(s->chart, value_at(deadlines, i), &d)) {
            g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CORRUPT,
                        "deadline %zu of case %" G_GINT64_FORMAT " does not fit %s@%d", i, s->id, s->chart->workflow,
                        s->chart->version);
            return false;
        }
        g_array_append_val(s->deadlines, d);
    }
    return true;
}

static bool index_list_has(const struct index_list *list, int index)
{
    for (int i = 0; i < list->count; i++)
        if (list->items[i] == index)
            return true;
    return false;
}

bool snapshot_holds(const struct snapshot *s, int deadline)
{
    for (int i = 0; i < s->chart->state_count; i++)
        if (s->chart->states[i].holds.count > 0 && state_set_has(&s->states, i) &&
            index_list_has(&s->chart->states[i].holds, deadline))
            return true;
    return false;
}

bool snapshot_stops(const struct snapshot *s, int deadline)
{
    for (int i = 0; i < s->chart->state_count; i++)
        if (s->chart->states[i].stops.count > 0 && state_set_has(&s->states, i) &&
            index_list_has(&s->chart->states[i].stops, deadline))
            return true;
    return false;
}

instant snapshot_fire_at(const struct snapshot *s, const struct deadline_state *d, int64_t settle_us)
{
    const struct chart_deadline *rule = &s->chart->deadlines[d->deadline];

    if (d->next == INSTANT_NEVER || snapshot_holds(s, d->deadline))
        return INSTANT_NEVER;
    if (rule->kind == DEADLINE_LIMIT && d->occurrence == rule->reminder_count)
        return d->next + settle_us;
    return d->next;
}

struct deadline_state *snapshot_deadline(const struct snapshot *s, int deadline)
{
    for (guint i = 0; i < s->deadlines->len; i++) {
        struct deadline_state *d = &g_array_index(s->deadlines, struct deadline_state, i);

        if (d->deadline == deadline)
            return d;
    }
    return NULL;
}

char *snapshot_number(const struct snapshot *s)
{
    return g_strdup_printf("%s-%" G_GINT64_FORMAT, s->chart->prefix, s->id);
}

/* The nearest due instant among the live deadlines declared in ${state} or its ancestors. */
static void snapshot_nearest(const struct snapshot *s, int state, struct turn *turn)
{
    for (; state != CHART_NONE; state = s->chart->states[state].parent) {
        const struct range *declared = &s->chart->states[state].deadlines;

        for (int i = declared->first; i < declared->first + declared->count; i++) {
            const struct deadline_state *d = snapshot_deadline(s, i);

            if (d != NULL && d->due < turn->due) {
                turn->due = d->due;
                turn->deadline = i;
            }
        }
    }
}

GArray *snapshot_turns(const struct snapshot *s)
{
    GArray *turns = g_array_new(FALSE, TRUE, sizeof(struct turn));

    for (int i = 0; i < s->chart->state_count; i++) {
        const struct index_list *roles = &s->chart->states[i].turn;

        if (roles->count == 0 || !state_set_has(&s->states, i))
            continue;
        for (int r = 0; r < roles->count; r++) {
            struct turn turn = {.role = roles->items[r], .due = INSTANT_NEVER, .deadline = CHART_NONE};
            guint at = 0;

            while (at < turns->len && g_array_index(turns, struct turn, at).role < turn.role)
                at++;
            if (at == turns->len || g_array_index(turns, struct turn, at).role != turn.role)
                g_array_insert_val(turns, at, turn);
            snapshot_nearest(s, i, &g_array_index(turns, struct turn, at));
        }
    }
    return turns;
}

/* Copies what the guards of ${chart} read of a linked case through ${relation}. */
static void snapshot_facts_data(const struct chart *chart, int relation, const struct snapshot *linked,
                                struct value *data)
{
    for (int i = 0; i < chart->guard_count; i++) {
        const struct chart_guard *guard = &chart->guards[i];
        const struct value *there;

        if (guard->other_path == NULL || guard->relation != relation)
            continue;
        there = value_path(linked->data, guard->other_path);
        if (there != NULL)
            value_map_set(data, guard->other_path, value_ref(there));
    }
}

struct value *snapshot_facts(const struct chart *chart, int relation, const struct snapshot *linked)
{
    struct value *facts, *data, *deadlines;

    if (linked == NULL)
        return value_new_null();
    facts = value_new_map();
    data = value_new_map();
    deadlines = value_new_map();
    snapshot_facts_data(chart, relation, linked, data);
    for (guint i = 0; i < linked->deadlines->len; i++) {
        const struct deadline_state *d = &g_array_index(linked->deadlines, struct deadline_state, i);
        struct value *fact = value_new_map();

        if (d->due != INSTANT_NEVER)
            value_map_set_int(fact, "due", d->due);
        value_map_set_bool(fact, "held", snapshot_holds(linked, d->deadline));
        value_map_set(deadlines, linked->chart->deadlines[d->deadline].id, fact);
    }
    value_map_set_int(facts, "case", linked->id);
    value_map_set_int(facts, "version", linked->seq);
    value_map_set(facts, "states", snapshot_states(linked));
    value_map_set(facts, "data", data);
    value_map_set(facts, "deadlines", deadlines);
    return facts;
}
