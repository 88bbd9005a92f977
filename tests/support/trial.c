#include "tests/support/trial.h"

#include "adapters/json/json.h"
#include "engine/core/deadline.h"
#include "engine/core/fold.h"
#include "engine/core/record.h"
#include "engine/core/rectify.h"
#include "engine/core/why.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#define OWNER_ORG 30

static const char *const office_roles[] = {"office", NULL};
static const char *const board_roles[] = {"board", "office", NULL};

const struct actor owner = {.person = 1, .org = OWNER_ORG};
const struct actor clerk = {.person = 2, .org = 10, .roles = office_roles};
const struct actor colleague = {.person = 3, .org = 10, .roles = office_roles};
const struct actor member = {.person = 4, .org = 20, .roles = board_roles};
const struct actor stranger = {.person = 5, .org = 40};

struct library *trial_library(const char *folder)
{
    GError *error = NULL;
    struct library *library = library_load(folder, &error);

    cr_assert_not_null(library, "%s: %s", folder, error == NULL ? "" : error->message);
    return library;
}

const struct chart *trial_chart(const struct library *library, const char *workflow)
{
    const struct chart *chart;
    civil_day day;

    cr_assert(civil_parse("2026-12-31", &day));
    chart = chart_set_for(library->charts, workflow, day);
    cr_assert_not_null(chart, "no workflow %s", workflow);
    return chart;
}

struct chart *trial_bare(struct library *library, const char *states)
{
    g_autofree char *yaml = g_strdup_printf("workflow: bare\nstates:\n%s", states), *path = NULL;
    g_autoptr(GPtrArray) findings = chart_findings_new();
    g_autoptr(GString) text = g_string_new(NULL);
    struct chart *chart;
    int file = g_file_open_tmp("bare-XXXXXX.yaml", &path, NULL);

    cr_assert_geq(file, 0);
    close(file);
    cr_assert(g_file_set_contents(path, yaml, -1, NULL));
    chart = library_lenient_file(library, path, findings);
    for (guint i = 0; i < findings->len; i++)
        chart_finding_print(g_ptr_array_index(findings, i), text);
    cr_assert_not_null(chart, "%s%s", text->str, yaml);
    unlink(path);
    return chart;
}

static void record_free(gpointer record)
{
    value_unref(record);
}

void trial_init(struct trial *t, const struct chart *chart)
{
    *t = (struct trial){.chart = chart, .s = snapshot_new(chart, 7, 5, OWNER_ORG), .record = g_string_new(NULL)};
    t->records = g_ptr_array_new_with_free_func(record_free);
    outcome_init(&t->outcome);
}

void trial_release(struct trial *t)
{
    if (t->s != t->outcome.after)
        snapshot_free(t->s);
    outcome_release(&t->outcome);
    g_string_free(t->record, TRUE);
    value_unref(t->numbers);
    value_unref(t->linked);
    g_ptr_array_unref(t->records);
}

struct value *trial_value(const char *json)
{
    GError *error = NULL;
    struct value *v = json == NULL ? NULL : json_parse(json, strlen(json), JSON_DEPTH_MAX, &error);

    cr_assert(json == NULL || v != NULL, "%s: %s", json, error == NULL ? "" : error->message);
    return v;
}

void trial_tell_numbers(struct trial *t, const char *json)
{
    value_unref(t->numbers);
    t->numbers = trial_value(json);
}

void trial_tell_linked(struct trial *t, const char *json)
{
    value_unref(t->linked);
    t->linked = trial_value(json);
}

instant trial_instant(const char *text)
{
    instant at = INSTANT_NEVER;

    cr_assert(instant_parse(text, &at), "not an instant: %s", text);
    return at;
}

GString *trial_print(const struct snapshot *s)
{
    GString *out = g_string_new(NULL);

    value_print(s->data, out);
    g_string_append_c(out, '\n');
    snapshot_print(s, out);
    return out;
}

const char *trial_json(const struct value *v)
{
    g_autoptr(GString) out = g_string_new(NULL);

    value_print(v, out);
    return g_intern_string(out->str);
}

/* ---- the laws ---- */

/* Compared by their print; nothing is interned here, where walks pass many times. */
static void law_value(const struct value *v, const char *text, const char *law)
{
    g_autoptr(GString) out = g_string_new(NULL);

    value_print(v, out);
    cr_assert_str_eq(out->str, text, "%s", law);
}

static void law_same(const struct snapshot *a, const struct snapshot *b, const char *law)
{
    g_autoptr(GString) left = trial_print(a), right = trial_print(b);

    cr_assert_str_eq(left->str, right->str, "%s:\n%s\n%s", law, left->str, right->str);
    cr_assert(a->seq == b->seq && a->at == b->at && a->closed == b->closed, "%s: seq, at or closed", law);
    cr_assert_eq(memcmp(&a->states, &b->states, sizeof a->states), 0, "%s: states", law);
    for (guint i = 0; i < a->deadlines->len; i++) { /* beside the print, which may leave something out */
        const struct deadline_state *x = &g_array_index(a->deadlines, struct deadline_state, i);
        const struct deadline_state *y = &g_array_index(b->deadlines, struct deadline_state, i);

        cr_assert(x->deadline == y->deadline && x->arming == y->arming && x->by_day == y->by_day &&
                      x->anchor_day == y->anchor_day && x->anchor == y->anchor && x->due == y->due &&
                      x->last_day == y->last_day && x->occurrence == y->occurrence && x->next == y->next,
                  "%s: deadline %s", law, a->chart->deadlines[x->deadline].id);
    }
}

/* Each active compound state has exactly one active child, each active parallel one all of them. */
static void law_configuration(const struct snapshot *s)
{
    const struct chart_state *states = s->chart->states;

    cr_assert(state_set_has(&s->states, 0));
    for (int i = 0; i < s->chart->state_count; i++) {
        int children = 0, active = 0;

        if (!state_set_has(&s->states, i))
            continue;
        cr_assert(i == 0 || state_set_has(&s->states, states[i].parent), "%s is active alone", states[i].id);
        cr_assert(states[i].kind != STATE_HISTORY_DEEP && states[i].kind != STATE_HISTORY_SHALLOW);
        for (int child = i + 1; child < states[i].end; child = states[child].end) {
            children += states[child].kind != STATE_HISTORY_DEEP && states[child].kind != STATE_HISTORY_SHALLOW;
            active += state_set_has(&s->states, child);
        }
        if (states[i].kind == STATE_COMPOUND)
            cr_assert_eq(active, 1, "%d children of %s are active", active, states[i].id);
        if (states[i].kind == STATE_PARALLEL)
            cr_assert_eq(active, children, "%d of %d regions of %s are active", active, children, states[i].id);
    }
}

static bool is_cancelled(const struct chart *chart, int deadline)
{
    for (int i = 0; i < chart->action_count; i++)
        if (chart->actions[i].kind == ACTION_CANCEL && chart->actions[i].deadline == deadline)
            return true;
    return false;
}

/* A deadline lives while the state that declares it is active; its occurrences and instants fit together. */
static void law_deadlines(const struct snapshot *s)
{
    for (int d = 0; d < s->chart->deadline_count; d++) {
        const struct chart_deadline *rule = &s->chart->deadlines[d];
        const struct deadline_state *live = snapshot_deadline(s, d);

        cr_assert(live == NULL || state_set_has(&s->states, rule->state), "deadline %s", rule->id);
        cr_assert(live != NULL || rule->guard != CHART_NONE || is_cancelled(s->chart, d) ||
                      !state_set_has(&s->states, rule->state),
                  "deadline %s", rule->id);
        if (live == NULL)
            continue;
        cr_assert(live->occurrence >= 0 && live->occurrence <= rule->reminder_count + 1, "deadline %s", rule->id);
        cr_assert(live->arming >= 1 && live->arming <= s->seq, "deadline %s", rule->id);
        cr_assert(live->next == INSTANT_NEVER || live->next <= live->due, "deadline %s", rule->id);
        if (live->occurrence > rule->reminder_count)
            cr_assert_eq(live->next, INSTANT_NEVER, "deadline %s is over", rule->id);
        else if (snapshot_stops(s, d) && live->due > s->at)
            cr_assert_eq(live->due, INSTANT_NEVER, "the clock of %s runs", rule->id);
        else
            cr_assert_neq(live->next, INSTANT_NEVER, "deadline %s never comes", rule->id);
    }
}

static void law_fold(const struct snapshot *before, const struct snapshot *after, const struct value *record)
{
    struct snapshot *folded = snapshot_copy(before);
    GError *error = NULL;

    cr_assert(fold(folded, after->seq, after->at, value_get(record, "outcome"), &error), "%s",
              error == NULL ? "" : error->message);
    law_same(folded, after, "folding the outcome gives the snapshot");
    snapshot_free(folded);
}

static void law_derivations(const struct chart *chart, const struct value *record)
{
    const struct value *list = value_path(record, "outcome.deadlines");

    for (size_t i = 0; i < value_size(list); i++) {
        const struct value *v = value_at(list, i), *why = value_get(v, "why"), *due = value_get(v, "due");
        const char *id = value_text(value_get(v, "id"));
        GError *error = NULL;
        instant again;

        if (why == NULL)
            continue;
        cr_assert(why_recompute(chart, chart_deadline_index(chart, id), why, &again, &error), "%s: %s", id,
                  error == NULL ? "" : error->message);
        cr_assert_eq(again, value_is_null(due) ? INSTANT_NEVER : value_int(due),
                     "the derivation of %s, computed again, ends in its instant", id);
    }
}

static void law_print(const struct snapshot *s)
{
    g_autoptr(GString) text = trial_print(s);
    struct snapshot *read = snapshot_new(s->chart, s->id, s->subject, s->owner);
    struct value *body = trial_value(strchr(text->str, '\n') + 1);
    GError *error = NULL;

    read->seq = s->seq;
    read->at = s->at;
    cr_assert(snapshot_read(read, body, s->data, &error), "%s", error == NULL ? "" : error->message);
    law_same(read, s, "a snapshot reads back from its print");
    value_unref(body);
    snapshot_free(read);
}

static void law_replay(const struct snapshot *before, const struct value *record, const struct value *input)
{
    struct event event;
    struct outcome outcome;
    const char **roles;
    g_autoptr(GString) recorded = g_string_new(NULL);
    GError *error = NULL;

    outcome_init(&outcome);
    cr_assert(record_event(before->chart, record, input, &event, &roles, &error), "%s",
              error == NULL ? "" : error->message);
    step(before, &event, &outcome);
    cr_assert_eq(outcome.kind, OUTCOME_TAKEN, "deciding again: %s", outcome.reason_en);
    value_print(value_get(record, "outcome"), recorded);
    law_value(outcome_record(before, &outcome), recorded->str, "deciding again gives the outcome");
    outcome_release(&outcome);
    g_free(roles);
}

static void laws_hold(struct trial *t, const struct snapshot *before, const struct event *event)
{
    const struct snapshot *after = t->outcome.after;
    struct value *record;

    cr_assert_eq(after->seq, before->seq + 1);
    cr_assert_eq(after->at, event->at);
    cr_assert(!before->closed || g_str_equal(event->name, EVENT_RECTIFY), "a closed case took %s", event->name);
    g_string_truncate(t->record, 0);
    record_print(before, event, &t->outcome, event->at, t->record);
    record = trial_value(t->record->str);
    law_value(record, t->record->str, "the record is canonical");
    law_configuration(after);
    law_deadlines(after);
    law_print(after);
    law_fold(before, after, record);
    law_derivations(after->chart, record);
    law_replay(before, record, event->input);
    g_ptr_array_add(t->records, record);
}

/* ---- events ---- */

/* All that a rectification may ask of the past, as the stores answer it. */
static struct value *trial_past(const struct trial *t, const struct event *event)
{
    struct value *past = value_new_map();
    int asked[] = {1, (int)value_int(value_get(event->input, "undoes"))};

    for (size_t i = 0; i < G_N_ELEMENTS(asked); i++) {
        g_autofree char *key = g_strdup_printf("%d", asked[i]);

        if (asked[i] > 0)
            value_map_set(past, key,
                          (guint)asked[i] > t->records->len ? value_new_null()
                                                            : rectify_facts(t->records->pdata[asked[i] - 1]));
    }
    value_map_set(past, "open", t->rival == NULL ? value_new_null() : value_new_text(t->rival));
    return past;
}

enum outcome_kind trial_step(struct trial *t, struct event *event)
{
    struct snapshot *before = t->s;
    struct value *past = g_str_equal(event->name, EVENT_RECTIFY) && before->seq > 0 ? trial_past(t, event) : NULL;
    g_autoptr(GString) was = trial_print(before);
    struct outcome outcome;

    event->numbers = t->numbers;
    event->linked = t->linked;
    event->past = past;
    outcome_init(&outcome);
    step(before, event, &outcome);
    {
        g_autoptr(GString) is = trial_print(before);

        cr_assert_str_eq(is->str, was->str, "%s changed the snapshot before", event->name);
    }
    if (t->outcome.after == before)
        t->outcome.after = NULL; /* it goes on standing when the event is refused */
    outcome_release(&t->outcome);
    t->outcome = outcome;
    if (outcome.kind == OUTCOME_TAKEN)
        laws_hold(t, before, event);
    event->past = NULL;
    value_unref(past);
    if (outcome.kind != OUTCOME_TAKEN)
        return outcome.kind;
    t->s = outcome.after;
    snapshot_free(before);
    return OUTCOME_TAKEN;
}

static enum outcome_kind trial_step_input(struct trial *t, struct event *event, const char *at, const char *json)
{
    struct value *input = trial_value(json);
    enum outcome_kind kind;

    event->at = trial_instant(at);
    event->input = input;
    kind = trial_step(t, event);
    value_unref(input);
    return kind;
}

enum outcome_kind trial_command(struct trial *t, const struct actor *who, const char *name, const char *at,
                                const char *json)
{
    struct event event = {.kind = EVENT_COMMAND, .name = name, .actor = *who};

    return trial_step_input(t, &event, at, json);
}

enum outcome_kind trial_signal(struct trial *t, const char *name, const char *at, const char *json)
{
    struct event event = {.kind = EVENT_SIGNAL, .name = name, .origin_case = 99, .origin_seq = 4, .hops = 1};

    return trial_step_input(t, &event, at, json);
}

enum outcome_kind trial_due(struct trial *t, const char *deadline)
{
    const struct deadline_state *d = trial_deadline(t, deadline);
    struct event event = {.kind = EVENT_DUE, .name = deadline};

    cr_assert_not_null(d, "%s is not live", deadline);
    cr_assert_neq(d->next, INSTANT_NEVER, "%s has no occurrence left", deadline);
    event.deadline = d->deadline;
    event.arming = d->arming;
    event.occurrence = d->occurrence;
    event.at = MAX(d->next, t->s->at);
    return trial_step(t, &event);
}

void trial_explored(const struct trial *t, const struct exploration *exploration)
{
    const struct chart *chart = t->chart;
    const struct value *rows = value_get(t->outcome.record, "rows");
    struct state_set memory[CHART_STATES_MAX] = {{{0}}};

    for (int h = state_set_next(&chart->histories, 0); h >= 0; h = state_set_next(&chart->histories, h + 1)) {
        const struct value *ids = value_get(t->s->history, chart->states[h].id);

        for (size_t i = 0; i < value_size(ids); i++)
            state_set_add(&memory[chart->states[h].history], chart_state_index(chart, value_text(value_at(ids, i))));
    }
    cr_assert(exploration_has(exploration, &t->s->states, memory), "%s: exploration did not find %s", chart->workflow,
              trial_states(t));
    for (int row = 0; row < chart->take_count; row++)
        for (size_t i = 0; i < value_size(rows) && !exploration->taken[row]; i++)
            cr_assert_str_neq(value_text(value_at(rows, i)), chart->takes[row].row, "%s: a dead row was taken",
                              chart->workflow);
}

/* ---- what became of it ---- */

static const char *joined(GString *text)
{
    const char *interned = g_intern_string(text->len == 0 ? "" : text->str + 1);

    g_string_free(text, TRUE);
    return interned;
}

static const char *joined_list(const struct value *list)
{
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < value_size(list); i++)
        g_string_append_printf(text, " %s", value_text(value_at(list, i)));
    return joined(text);
}

const char *trial_states(const struct trial *t)
{
    struct value *states = snapshot_states(t->s);
    const char *text = joined_list(states);

    value_unref(states);
    return text;
}

const char *trial_rows(const struct trial *t)
{
    return joined_list(value_get(t->outcome.record, "rows"));
}

const char *trial_notices(const struct trial *t)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < t->outcome.notices->len; i++)
        g_string_append_printf(text, " %s", g_array_index(t->outcome.notices, struct notice_effect, i).notice);
    return joined(text);
}

const char *trial_signals(const struct trial *t)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < t->outcome.signals->len; i++) {
        const struct signal_effect *effect = &g_array_index(t->outcome.signals, struct signal_effect, i);

        g_string_append_printf(text, " %s>%s", effect->name, t->chart->relations[effect->relation].id);
    }
    return joined(text);
}

const char *trial_flags(const struct trial *t)
{
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < value_size(t->s->flags); i++)
        g_string_append_printf(text, " %s", value_key_at(t->s->flags, i));
    return joined(text);
}

struct deadline_state *trial_deadline(const struct trial *t, const char *id)
{
    return snapshot_deadline(t->s, chart_deadline_index(t->chart, id));
}

static const char *instant_text(const struct deadline_state *d, instant at)
{
    char text[INSTANT_TEXT_SIZE];

    if (d == NULL)
        return "none";
    if (at == INSTANT_NEVER)
        return "never";
    instant_print(at, text);
    return g_intern_string(text);
}

const char *trial_due_at(const struct trial *t, const char *id)
{
    const struct deadline_state *d = trial_deadline(t, id);

    return instant_text(d, d == NULL ? 0 : d->due);
}

const char *trial_next_at(const struct trial *t, const char *id)
{
    const struct deadline_state *d = trial_deadline(t, id);

    return instant_text(d, d == NULL ? 0 : d->next);
}
