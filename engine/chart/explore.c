#include "engine/chart/explore.h"

#include "engine/chart/alphabet.h"
#include "engine/chart/configuration.h"
#include "engine/chart/guard_states.h"
#include "engine/chart/verify.h"

#include <string.h>

/* Internal events that may wait at one time; more of them end the exploration as its limit does. */
#define QUEUE_MAX 12
/* Ways to choose rows in one configuration, likewise. */
#define CHOICES_MAX 4096

/* A configuration or, with `moving`, a stage on the way to one. */
struct place {
    struct state_set active;
    struct state_set *memory; /* one a history */
    bool moving;
    int queued;
    uint16_t queue[QUEUE_MAX];
};

struct explorer {
    struct exploration *e;
    struct alphabet *alphabet;
    uint32_t limit;
    size_t state_words, memory_words, queue_words;
    uint64_t *key;
    struct place now, next; /* the place being left, the one being reached */
    /* The choice under way. */
    const struct index_list *takes; /* that may take it */
    const GArray *begun;            /* struct raising: what the event raises itself; NULL: nothing */
    signed char *decided;           /* by row: -1 not asked yet */
    int picked[CHART_STATES_MAX];
    int picked_count;
    GArray *raised; /* struct raising: by the macrostep under way, in order */
    GArray *chosen; /* int: the choices that were made in this place already: count and rows, one after another */
    uint32_t choices;
    bool may_pass; /* the event may be taken by no row */
    bool leads_on; /* some row was taken */
};

/* ---- keys ---- */

static void place_pack(const struct explorer *x, const struct place *place, uint64_t *key)
{
    memset(key, 0, x->e->places.width * sizeof *key);
    memcpy(key, place->active.words, x->state_words * sizeof *key);
    key += x->state_words;
    for (int h = 0; h < x->e->chart->history_count; h++, key += x->state_words)
        memcpy(key, place->memory[h].words, x->state_words * sizeof *key);
    if (x->queue_words == 0)
        return;
    key[0] = (uint64_t)place->moving | (uint64_t)place->queued << 1;
    memcpy(key + 1, place->queue, (size_t)place->queued * sizeof *place->queue);
}

static void place_unpack(const struct explorer *x, const uint64_t *key, struct place *place)
{
    memset(&place->active, 0, sizeof place->active);
    memcpy(place->active.words, key, x->state_words * sizeof *key);
    key += x->state_words;
    for (int h = 0; h < x->e->chart->history_count; h++, key += x->state_words) {
        memset(&place->memory[h], 0, sizeof place->memory[h]);
        memcpy(place->memory[h].words, key, x->state_words * sizeof *key);
    }
    place->moving = false;
    place->queued = 0;
    if (x->queue_words == 0)
        return;
    place->moving = key[0] & 1;
    place->queued = (int)(key[0] >> 1);
    memcpy(place->queue, key + 1, (size_t)place->queued * sizeof *place->queue);
}

static void place_copy(const struct explorer *x, const struct place *from, struct place *to)
{
    struct state_set *memory = to->memory;

    *to = *from;
    to->memory = memory;
    if (x->e->chart->history_count > 0)
        memcpy(memory, from->memory, (size_t)x->e->chart->history_count * sizeof *memory);
}

/* ---- what a place is ---- */

/* A final state at the top ends the case. */
static bool place_is_closed(const struct explorer *x, const struct place *place)
{
    const struct chart_state *states = x->e->chart->states;

    for (int s = 1; s < x->e->chart->state_count; s = states[s].end)
        if (states[s].kind == STATE_FINAL && state_set_has(&place->active, s))
            return true;
    return false;
}

static bool take_is_possible(const struct explorer *x, const struct place *place, int take)
{
    const struct chart_take *row = &x->e->chart->takes[take];

    return state_set_has(&place->active, row->source) &&
           guard_over_states(x->e->chart, row->guard, &place->active) != GUARD_FALSE;
}

static bool takes_have_possible(const struct explorer *x, const struct place *place, const struct index_list *takes)
{
    for (int i = 0; i < takes->count; i++)
        if (take_is_possible(x, place, takes->items[i]))
            return true;
    return false;
}

static bool place_has_eventless(const struct explorer *x, const struct place *place)
{
    return takes_have_possible(x, place, &x->e->chart->eventless.takes);
}

/* Notes ${x->next}, where a macrostep may come to rest or go on. */
static void place_reach(struct explorer *x)
{
    struct exploration *e = x->e;

    if (place_is_closed(x, &x->next)) { /* what was raised is taken by nobody any more */
        x->next.queued = 0;
        x->next.moving = false;
    }
    place_pack(x, &x->next, x->key);
    if (!place_set_add(&e->places, x->key))
        return;
    state_set_join(&e->entered, &x->next.active);
    if (x->next.moving)
        e->passing++;
    else
        e->configurations++;
    e->limited = e->limited || e->places.count >= x->limit;
}

/* ---- what actions raise ---- */

static void queue_add(struct explorer *x, struct place *place, int event)
{
    if (place->queued == QUEUE_MAX) {
        x->e->limited = true;
        return;
    }
    place->queue[place->queued++] = (uint16_t)event;
}

/* Settles ${x->next} with all that was raised from ${at} on, once for each choice of what may be left out. */
static void place_settle_raised(struct explorer *x, guint at)
{
    const struct raising *raising;
    int queued = x->next.queued;

    if (at == x->raised->len) {
        x->next.moving = x->next.queued > 0 || place_has_eventless(x, &x->next);
        place_reach(x);
        x->next.queued = queued;
        return;
    }
    raising = &g_array_index(x->raised, struct raising, at);
    if (raising->maybe)
        place_settle_raised(x, at + 1);
    queue_add(x, &x->next, raising->event);
    place_settle_raised(x, at + 1);
    x->next.queued = queued;
}

/* ---- microsteps ---- */

static void states_leave(struct explorer *x, const struct state_set *exits)
{
    const struct chart *chart = x->e->chart;

    configuration_remember(chart, &x->next.active, exits, x->next.memory);
    for (int s = state_set_last(exits, chart->state_count); s >= 0; s = state_set_last(exits, s))
        alphabet_raise(chart, &chart->states[s].exit, x->raised);
    state_set_drop(&x->next.active, exits);
}

static void state_completes(struct explorer *x, int final)
{
    int completed[CHART_STATES_MAX];
    int count = configuration_completed(x->e->chart, &x->next.active, final, completed);

    for (int i = 0; i < count; i++)
        alphabet_raise_done(x->e->chart, completed[i], x->raised);
}

static void states_enter(struct explorer *x, const struct configuration_entry *entry)
{
    const struct chart *chart = x->e->chart;

    for (int s = state_set_next(&entry->states, 0); s >= 0; s = state_set_next(&entry->states, s + 1)) {
        const struct chart_state *state = &chart->states[s];

        if (state_set_has(&x->next.active, s))
            continue;
        state_set_add(&x->next.active, s);
        alphabet_raise(chart, &state->enter, x->raised);
        if (state_set_has(&entry->firsts, s))
            alphabet_raise(chart, &state->first_do, x->raised);
        for (int h = state_set_next(&entry->histories, 0); h >= 0; h = state_set_next(&entry->histories, h + 1))
            if (chart->states[h].parent == s)
                alphabet_raise(chart, &chart->states[h].first_do, x->raised);
        if (state->kind == STATE_FINAL)
            state_completes(x, s);
    }
}

/* Takes ${takes} from ${x->next}, where ${x->raised} waits already. */
static void place_step(struct explorer *x, const int *takes, int count)
{
    const struct chart *chart = x->e->chart;
    struct state_set exits = {0};
    struct configuration_entry entry;

    for (int i = 0; i < count; i++) {
        struct state_set some = configuration_exits(chart, &x->next.active, x->next.memory, takes[i]);

        state_set_join(&exits, &some);
        x->e->taken[takes[i]] = true;
    }
    states_leave(x, &exits);
    for (int i = 0; i < count; i++)
        alphabet_raise(chart, &chart->takes[takes[i]].actions, x->raised);
    configuration_entries(chart, x->next.memory, takes, count, &entry);
    states_enter(x, &entry);
    place_settle_raised(x, 0);
}

/* ${x->next} becomes as ${x->now} is, with what the event itself raises to come. */
static void place_begin(struct explorer *x)
{
    place_copy(x, &x->now, &x->next);
    g_array_set_size(x->raised, 0);
    if (x->begun != NULL && x->begun->len > 0)
        g_array_append_vals(x->raised, x->begun->data, x->begun->len);
}

/* ---- choosing rows ---- */

static void choice_walk(struct explorer *x, int leaf, int state, int at);

/* The same rows again, by another choice of what they were not asked? */
static bool choice_is_old(const struct explorer *x, const int *takes, int count)
{
    for (guint i = 0; i < x->chosen->len; i += (guint)g_array_index(x->chosen, int, i) + 1)
        if (g_array_index(x->chosen, int, i) == count &&
            memcmp(&g_array_index(x->chosen, int, i + 1), takes, (size_t)count * sizeof *takes) == 0)
            return true;
    return false;
}

/* Every active atomic state has chosen. */
static void choice_made(struct explorer *x)
{
    int takes[CHART_STATES_MAX], count;

    if (x->choices++ >= CHOICES_MAX) {
        x->e->limited = true;
        return;
    }
    if (x->picked_count == 0) {
        x->may_pass = true;
        return;
    }
    memcpy(takes, x->picked, (size_t)x->picked_count * sizeof *takes);
    count = configuration_choose(x->e->chart, &x->now.active, x->now.memory, takes, x->picked_count);
    if (choice_is_old(x, takes, count))
        return;
    g_array_append_val(x->chosen, count);
    g_array_append_vals(x->chosen, takes, (guint)count);
    x->e->transitions++;
    place_begin(x);
    place_step(x, takes, count);
}

static void choice_next_leaf(struct explorer *x, int leaf)
{
    struct state_set leaves = state_set_common(&x->now.active, &x->e->chart->atomic);
    int next = state_set_next(&leaves, leaf + 1);

    if (next < 0)
        choice_made(x);
    else
        choice_walk(x, next, next, 0);
}

static void choice_pick(struct explorer *x, int leaf, int take)
{
    x->picked[x->picked_count++] = take;
    choice_next_leaf(x, leaf);
    x->picked_count--;
}

/* Is guard ${take} sure to hold, so that who passes its gates takes it? */
static bool take_is_certain(const struct explorer *x, int take)
{
    const struct chart_take *row = &x->e->chart->takes[take];

    return state_set_has(&x->now.active, row->source) &&
           guard_over_states(x->e->chart, row->guard, &x->now.active) == GUARD_TRUE;
}

/* May ${take} be enabled, or not, beside what was decided of the other rows? */
static bool take_may_be(const struct explorer *x, int take, bool enabled)
{
    const struct chart *chart = x->e->chart;

    if (!enabled && take_is_certain(x, take) && !alphabet_is_gated(chart, take))
        return false;
    for (int i = 0; i < x->takes->count; i++) {
        int other = x->takes->items[i];

        if (x->decided[other] < 0 || other == take)
            continue;
        if (enabled && x->decided[other] == 0 && take_is_certain(x, other) && alphabet_lets_through(chart, other, take))
            return false;
        if (!enabled && x->decided[other] == 1 && take_is_certain(x, take) && alphabet_lets_through(chart, take, other))
            return false;
    }
    return true;
}

/* Goes on with the rows of ${state}, from place ${at} of the happening's, for the active atomic state ${leaf}. */
static void choice_walk(struct explorer *x, int leaf, int state, int at)
{
    const struct chart *chart = x->e->chart;

    for (; state != CHART_NONE; state = chart->states[state].parent, at = 0) {
        for (int i = at; i < x->takes->count; i++) {
            int take = x->takes->items[i];

            if (chart->takes[take].source != state || !take_is_possible(x, &x->now, take))
                continue;
            if (x->decided[take] == 1) {
                choice_pick(x, leaf, take);
                return;
            }
            if (x->decided[take] == 0)
                continue;
            if (take_may_be(x, take, true)) {
                x->decided[take] = 1;
                choice_pick(x, leaf, take);
            }
            if (take_may_be(x, take, false)) {
                x->decided[take] = 0;
                choice_walk(x, leaf, state, i + 1);
            }
            x->decided[take] = -1;
            return;
        }
    }
    choice_next_leaf(x, leaf);
}

/* Lets ${takes} answer in all ways. Answers whether all of them may be left. */
static bool place_try(struct explorer *x, const struct index_list *takes, const GArray *begun)
{
    x->takes = takes;
    x->begun = begun;
    x->may_pass = false;
    x->choices = 0;
    g_array_set_size(x->chosen, 0);
    choice_next_leaf(x, 0);
    return x->may_pass;
}

/* ---- from place to place ---- */

/* Can ${h} have an effect? */
static bool happening_is_possible(const struct explorer *x, const struct happening *h)
{
    if (h->kind != HAPPENING_DUE)
        return takes_have_possible(x, &x->now, h->takes);
    return alphabet_may_fall_due(x->e->chart, &x->now.active, h->deadline) &&
           (h->raised->len > 0 || takes_have_possible(x, &x->now, h->takes) || place_has_eventless(x, &x->now));
}

/* In the middle of a macrostep: rows without an event, then the first internal event, then rest. */
static void place_go_on(struct explorer *x)
{
    const struct chart *chart = x->e->chart;
    int event;

    if (!place_try(x, &chart->eventless.takes, NULL))
        return;
    if (x->now.queued == 0) {
        place_copy(x, &x->now, &x->next);
        x->next.moving = false;
        place_reach(x);
        return;
    }
    event = x->now.queue[0];
    x->now.queued--;
    memmove(x->now.queue, x->now.queue + 1, (size_t)x->now.queued * sizeof *x->now.queue);
    if (place_try(x, &chart->internals[event].takes, NULL)) {
        place_begin(x);
        place_settle_raised(x, 0);
    }
}

/* A deadline that no row takes may change data and raise; an event that none takes is refused. */
static void place_leave(struct explorer *x)
{
    x->leads_on = false;
    for (guint i = 0; i < x->alphabet->outer->len && !x->e->limited; i++) {
        const struct happening *h = &g_array_index(x->alphabet->outer, struct happening, i);

        if (!happening_is_possible(x, h))
            continue;
        x->leads_on = true;
        if (place_try(x, h->takes, h->raised) && h->kind == HAPPENING_DUE) {
            place_begin(x);
            place_settle_raised(x, 0);
        }
    }
    /* With a row without an event, it may be that no case ever rests here. */
    if (x->leads_on || x->e->limited || place_has_eventless(x, &x->now))
        return;
    if (x->e->stuck++ == 0)
        x->e->stuck_at = x->now.active;
}

static void place_expand(struct explorer *x, uint32_t index)
{
    place_unpack(x, place_set_key(&x->e->places, index), &x->now);
    if (x->now.moving)
        place_go_on(x);
    else if (!place_is_closed(x, &x->now))
        place_leave(x);
}

static void explorer_begin(struct explorer *x)
{
    struct configuration_entry entry;

    configuration_initial(x->e->chart, &entry);
    states_enter(x, &entry);
    place_settle_raised(x, 0);
}

static void explorer_count_guards(struct exploration *e)
{
    for (int t = 0; t < e->chart->take_count; t++)
        e->guards_open += alphabet_guard_is_open(e->chart, e->chart->takes[t].guard);
}

struct exploration *chart_explore(const struct chart *chart, uint32_t limit)
{
    struct exploration *e = g_new0(struct exploration, 1);
    struct explorer x = {.e = e, .alphabet = alphabet_new(chart), .limit = limit};

    e->chart = chart;
    e->taken = g_new0(bool, (gsize)chart->take_count + 1);
    x.state_words = (size_t)(chart->state_count + 63) / 64;
    if (x.alphabet->moves)
        x.queue_words = 1 + (QUEUE_MAX * sizeof(uint16_t) + 7) / 8;
    place_set_init(&e->places, x.state_words * (size_t)(1 + chart->history_count) + x.queue_words);
    x.key = g_new0(uint64_t, e->places.width);
    x.now.memory = g_new0(struct state_set, (gsize)chart->history_count + 1);
    x.next.memory = g_new0(struct state_set, (gsize)chart->history_count + 1);
    x.decided = g_malloc((gsize)chart->take_count + 1);
    memset(x.decided, -1, (gsize)chart->take_count + 1);
    x.raised = g_array_new(FALSE, FALSE, sizeof(struct raising));
    x.chosen = g_array_new(FALSE, FALSE, sizeof(int));
    explorer_count_guards(e);
    explorer_begin(&x);
    for (uint32_t i = 0; i < e->places.count && !e->limited; i++)
        place_expand(&x, i);
    alphabet_free(x.alphabet);
    g_array_unref(x.chosen);
    g_array_unref(x.raised);
    g_free(x.decided);
    g_free(x.now.memory);
    g_free(x.next.memory);
    g_free(x.key);
    return e;
}

void exploration_free(struct exploration *e)
{
    if (e == NULL)
        return;
    place_set_release(&e->places);
    g_free(e->taken);
    g_free(e);
}

bool exploration_has(const struct exploration *e, const struct state_set *active, const struct state_set *memory)
{
    size_t words = (size_t)(e->chart->state_count + 63) / 64;
    g_autofree uint64_t *key = g_new0(uint64_t, e->places.width);

    memcpy(key, active->words, words * sizeof *key);
    for (int h = 0; h < e->chart->history_count; h++)
        memcpy(key + words * (size_t)(1 + h), memory[h].words, words * sizeof *key);
    return place_set_has(&e->places, key);
}

/* ---- findings ---- */

/* Has the verifier said the same of ${path} by simpler means? */
static bool findings_have(const GPtrArray *findings, enum finding_code code, const char *path)
{
    for (guint i = 0; i < findings->len; i++) {
        const struct chart_finding *finding = g_ptr_array_index(findings, i);

        if (finding->code == code && strcmp(finding->path, path) == 0)
            return true;
    }
    return false;
}

static void findings_add_row(const struct exploration *e, int take, GPtrArray *findings)
{
    g_autoptr(GString) path = g_string_new(NULL);

    chart_take_path(e->chart, take, path);
    if (!findings_have(findings, FINDING_DEAD_ROW, path->str))
        chart_findings_add(findings, FINDING_DEAD_ROW, path->str,
                           "the row \"%s\" is taken in none of %u configurations; expected one in which its state is "
                           "active, its guard can hold and no other row comes before it",
                           e->chart->takes[take].row, e->configurations);
}

static void findings_add_state(const struct exploration *e, int state, GPtrArray *findings)
{
    g_autoptr(GString) path = g_string_new(NULL);

    chart_state_path(e->chart, state, path);
    if (!findings_have(findings, FINDING_UNREACHABLE_STATE, path->str))
        chart_findings_add(findings, FINDING_UNREACHABLE_STATE, path->str,
                           "the state \"%s\" is active in none of %u configurations; expected a row that leads to it",
                           e->chart->states[state].id, e->configurations);
}

/* The innermost states of a configuration, joined by commas. */
static char *states_print(const struct chart *chart, const struct state_set *active)
{
    struct state_set atomic = state_set_common(active, &chart->atomic);
    GString *out = g_string_new(NULL);

    for (int s = state_set_next(&atomic, 0); s >= 0; s = state_set_next(&atomic, s + 1))
        g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", chart->states[s].id);
    return g_string_free(out, FALSE);
}

static bool stuck_is_meant(const struct exploration *e)
{
    for (int s = state_set_next(&e->stuck_at, 0); s >= 0; s = state_set_next(&e->stuck_at, s + 1))
        if (e->chart->states[s].waits_forever != NULL)
            return true;
    return false;
}

static void findings_add_stuck(const struct exploration *e, GPtrArray *findings)
{
    struct state_set atomic = state_set_common(&e->stuck_at, &e->chart->atomic);
    g_autofree char *states = states_print(e->chart, &e->stuck_at);
    g_autoptr(GString) path = g_string_new(NULL);

    chart_state_path(e->chart, state_set_next(&atomic, 0), path);
    if (!findings_have(findings, FINDING_DEAD_END, path->str))
        chart_findings_add(findings, FINDING_DEAD_END, path->str,
                           "no row can be taken while %s %s active; expected a way on, or a final state", states,
                           strchr(states, ',') == NULL ? "is" : "are");
}

void exploration_findings(const struct exploration *e, GPtrArray *findings)
{
    if (e->limited)
        return;
    for (int s = 1; s < e->chart->state_count; s++)
        if (!state_set_has(&e->entered, s) && !configuration_is_history(e->chart, s))
            findings_add_state(e, s, findings);
    for (int t = 0; t < e->chart->take_count; t++)
        if (!e->taken[t] && state_set_has(&e->entered, e->chart->takes[t].source))
            findings_add_row(e, t, findings);
    if (e->stuck > 0 && !stuck_is_meant(e))
        findings_add_stuck(e, findings);
}
