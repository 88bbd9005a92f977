/* Cases that go over to another version of their workflow: every refusal, what stays, and the way back. */
#include "tests/support/trial.h"

#include "engine/core/migrate.h"
#include "engine/core/record.h"
#include "engine/error.h"

#include <criterion/criterion.h>
#include <string.h>

#define MOVES TOROKU_SOURCE_DIR "/tests/support/moves"
#define NOON "2026-04-03T03:00:00Z"

static struct library *library;
static struct trial t;

/* Where a case may stand before it moves. */
static const char *const draft[] = {NULL}, *const review[] = {"submit", NULL},
                         *const stopped[] = {"submit", "tech_pause", NULL},
                         *const held[] = {"submit", "legal_pause", NULL},
                         *const away[] = {"go_home", "walk", "leave", NULL};

static void setup(void)
{
    library = trial_library(MOVES);
    trial_init(&t, trial_chart(library, "moving"));
    cr_assert_eq(trial_command(&t, &owner, "open", "2026-04-01T03:00:00Z", "{\"until\":\"2026-04-30\"}"),
                 OUTCOME_TAKEN);
}

static void teardown(void)
{
    trial_release(&t);
    library_free(library);
}

TestSuite(migrate, .init = setup, .fini = teardown);

static void walk(const char *const *events)
{
    for (; *events != NULL; events++)
        cr_assert_eq(
            trial_command(&t, strstr(*events, "pause") ? &clerk : &owner, *events, "2026-04-02T03:00:00Z", NULL),
            OUTCOME_TAKEN, "%s", *events);
}

/* The version in which ${changes}, pairs of words ended by NULL, are made of the first one's text. */
static struct chart *version(int number, const char *const *changes)
{
    g_autofree char *text = NULL;
    g_autofree char *name = g_strdup_printf("version: %d\n", number);
    struct chart *chart;
    GError *error = NULL;
    GString *out;

    cr_assert(g_file_get_contents(MOVES "/moving.yaml", &text, NULL, NULL));
    out = g_string_new(text);
    cr_assert_eq(g_string_replace(out, "version: 1\n", name, 1), 1);
    for (; changes != NULL && *changes != NULL; changes += 2)
        cr_assert_geq(g_string_replace(out, changes[0], changes[1], 0), 1, "no %s", changes[0]);
    chart = library_add_stored(library, "moving", out->str, &error);
    cr_assert_not_null(chart, "%s", error == NULL ? "" : error->message);
    g_string_free(out, TRUE);
    return chart;
}

/* Parses a record as it was written, folds it into ${before} and decides it again. */
static void laws(const struct snapshot *before, const struct chart *target, const struct event *event,
                 struct outcome *out)
{
    g_autoptr(GString) text = g_string_new(NULL), is = trial_print(out->after), was = trial_print(before);
    struct snapshot *folded = snapshot_copy(before);
    struct outcome again;
    struct value *record;
    GError *error = NULL;

    record_print(before, event, out, event->at, text);
    record = value_read(text->str, text->len, 64);
    cr_assert_not_null(record, "the record is canonical");
    cr_assert(migrate_fold(folded, target, before->seq + 1, event->at, value_get(record, "outcome"), &error), "%s",
              error == NULL ? "" : error->message);
    {
        g_autoptr(GString) folds = trial_print(folded);

        cr_expect_str_eq(folds->str, is->str, "law 1");
        cr_expect_eq(memcmp(&folded->states, &out->after->states, sizeof folded->states), 0);
    }
    outcome_init(&again);
    migrate_replay(before, target, record, event->at, &again);
    cr_assert_eq(again.kind, OUTCOME_TAKEN);
    cr_expect(value_equal(again.record, value_get(record, "outcome")), "law 2");
    outcome_release(&again);
    {
        g_autoptr(GString) still = trial_print(before);

        cr_expect_str_eq(still->str, was->str, "the case before is left as it is");
    }
    snapshot_free(folded);
    value_unref(record);
}

/* Moves the case by ${plan}; the trial stands on the result when it was taken. */
static enum outcome_kind move(struct outcome *out, const struct chart *target, const char *plan, const char *at)
{
    struct value *v = trial_value(plan);
    struct event event = {.kind = EVENT_MIGRATE, .name = EVENT_MIGRATE_NAME, .at = trial_instant(at), .plan = v};

    outcome_init(out);
    migrate(t.s, target, v, event.at, out);
    if (out->kind == OUTCOME_TAKEN)
        laws(t.s, target, &event, out);
    value_unref(v);
    return out->kind;
}

static const char *rules_of(const struct outcome *out)
{
    g_autoptr(GString) rules = g_string_new(NULL);

    for (guint i = 0; i < out->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(out->findings, i);

        g_string_append_printf(rules, "%s%s%s", rules->len > 0 ? " " : "", finding->rule, finding->pointer);
    }
    return g_intern_string(rules->str);
}

static const struct refusal {
    const char *const *at;
    const char *change[5];
    const char *plan;
    const char *rules; /* that refuse; "" none */
} refusals[] = {
    {draft, {NULL}, "{}", ""},
    {draft, {"id: draft", "id: sketch"}, "{}", "state/states/draft"},
    {draft, {"id: draft", "id: sketch"}, "{\"states\":{\"draft\":[\"sketch\"]}}", ""},
    {draft, {NULL}, "{\"states\":{\"draft\":[\"home\"]}}", "state/states/draft"},
    {draft, {NULL}, "{\"states\":{\"draft\":[\"hall\"]},\"drop\":[\"answer\",\"term\"]}", ""},
    {draft,
     {NULL},
     "{\"states\":{\"draft\":[\"hall\"]}}",
     "deadline-state/deadlines/answer deadline-state/deadlines/term"},
    {draft, {NULL}, "{\"states\":{\"draft\":[\"done\"]},\"drop\":[\"answer\",\"term\"]}", "closes/states/done"},
    {draft,
     {NULL},
     "{\"states\":{\"draft\":[\"tech_go\"]},\"drop\":[\"answer\",\"term\"]}",
     "configuration/states/review"},
    {draft, {NULL}, "{\"states\":{\"draft\":[\"tech_go\",\"legal_go\"]},\"drop\":[\"answer\",\"term\"]}", ""},
    {draft, {NULL}, "{\"states\":{\"draft\":[\"hall\",\"away\"]}}", "configuration/states/"},
    {draft, {"id: answer", "id: reply"}, "{}", "deadline/deadlines/answer"},
    {draft, {"id: answer", "id: reply"}, "{\"deadlines\":{\"answer\":\"reply\"}}", ""},
    {draft, {"id: answer", "id: reply"}, "{\"drop\":[\"answer\",\"reply\"]}", ""},
    {draft, {NULL}, "{\"deadlines\":{\"answer\":\"term\"}}", "deadline-twice/deadlines/term"},
    {stopped, {"stops: [verdict], ", ""}, "{}", "deadline-stop/deadlines/verdict"},
    {stopped, {"stops: [verdict], ", ""}, "{\"rederive\":[\"verdict\"]}", ""},
    {review, {"id: tech_go,", "id: tech_go, stops: [verdict],"}, "{}", "deadline-stop/deadlines/verdict"},
    {held, {"holds: [verdict], ", ""}, "{}", "deadline-hold/deadlines/verdict"},
    {held, {"holds: [verdict], ", ""}, "{\"rederive\":[\"verdict\"]}", ""},
    {draft,
     {"  take:\n  - {row: V1,",
      "  - {id: fresh, kind: target, period: {from: day_after, of: until, days: 1}, due: [{flag: late}]}\n  take:\n"
      "  - {row: V1,"},
     "{}",
     ""},
    {draft,
     {"  take:\n  - {row: V1,",
      "  - {id: fresh, kind: target, period: {from: day_after, of: from_when, days: 1}, due: [{flag: late}]}\n  take:\n"
      "  - {row: V1,",
      "  - {id: place,", "  - {id: from_when, type: date, label: {ja: 起点, en: From}}\n  - {id: place,"},
     "{}",
     "deadline-anchor/deadlines/"},
    {draft,
     {"  take:\n  - {row: V1,",
      "  - {id: fresh, kind: target, period: {from: state_entry, days: 1}, when: {linked: other, present: true}, due: "
      "[{flag: late}]}\n  take:\n  - {row: V1,",
      "forms:\n", "relations: [{id: other, workflow: moving, same_subject: true}]\nforms:\n"},
     "{}",
     "deadline-condition/deadlines/fresh"},
    {away,
     {"id: home_back", "id: home_again", "to: [home_back]", "to: [home_again]"},
     "{}",
     "history/history/home_back"},
    {away,
     {"id: home_back", "id: home_again", "to: [home_back]", "to: [home_again]"},
     "{\"states\":{\"home_back\":[\"home_again\"]}}",
     ""},
    {away,
     {"id: home_back", "id: home_again", "to: [home_back]", "to: [home_again]"},
     "{\"drop\":[\"home_back\"]}",
     ""},
    {away, {"id: room", "id: chamber", "to: [room]", "to: [chamber]"}, "{}", "history/history/home_back"},
    {away, {"id: room", "id: chamber", "to: [room]", "to: [chamber]"}, "{\"states\":{\"room\":[\"chamber\"]}}", ""},
    {draft,
     {"id: until, type: date", "id: until, type: instant",
      "{from: day_after, of: until, first_day: counted, months: 1}", "{from: instant, of: until, days: 30}"},
     "{}",
     "field-type/data/until"},
    {draft,
     {"V4, event: remark, by: [owner],", "V4, event: remark, by: [owner], when: {field: place, is: here},"},
     "{}",
     "field-not-kept/data/place"},
    {draft,
     {"V4, event: remark, by: [owner],", "V4, event: remark, by: [owner], when: {field: place, is: here},"},
     "{\"absent\":[\"place\"]}",
     ""},
};

Test(migrate, what_has_no_place_is_refused_with_its_reason)
{
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        const struct chart *target;
        struct outcome out;

        if (i > 0) {
            teardown();
            setup();
        }
        walk(refusals[i].at);
        target = version(2, refusals[i].change[0] == NULL ? NULL : refusals[i].change);
        move(&out, target, refusals[i].plan, NOON);
        cr_expect_str_eq(rules_of(&out), refusals[i].rules, "row %zu", i);
        cr_expect_eq(out.kind, *refusals[i].rules == '\0' ? OUTCOME_TAKEN : OUTCOME_REFUSED, "row %zu", i);
        outcome_release(&out);
    }
}

/* The body of a deadline of ${s} with what tells it apart, as JSON. */
static const char *deadline_json(const struct snapshot *s, size_t i)
{
    struct value *body = snapshot_body(s);
    const char *json = trial_json(value_at(value_get(body, "deadlines"), i));

    value_unref(body);
    return json;
}

Test(migrate, a_live_deadline_stays_to_the_microsecond_whatever_the_new_rule_says)
{
    static const char *const changes[] = {"{from: state_entry, days: 10}", "{from: state_entry, days: 99}", NULL};
    const struct chart *target = version(2, changes);
    const char *was = deadline_json(t.s, 0);
    struct outcome out;
    GPtrArray *notes;

    cr_assert_eq(move(&out, target, "{}", NOON), OUTCOME_TAKEN);
    cr_expect_str_eq(deadline_json(out.after, 0), was);
    cr_expect_null(value_get(out.record, "deadlines"));
    cr_expect_eq(out.after->chart, target);
    cr_expect_eq(out.after->seq, 2);
    outcome_release(&out);
    notes = migrate_notes(t.s->chart, target, NULL);
    cr_expect_eq(notes->len, 1);
    g_ptr_array_unref(notes);

    cr_assert_eq(move(&out, target, "{\"rederive\":[\"answer\"]}", NOON), OUTCOME_TAKEN);
    cr_expect_str_neq(deadline_json(out.after, 0), was);
    cr_expect_eq(g_array_index(out.after->deadlines, struct deadline_state, 0).arming, 2);
    cr_expect_eq(g_array_index(out.after->deadlines, struct deadline_state, 0).anchor,
                 g_array_index(t.s->deadlines, struct deadline_state, 0).anchor, "from the same beginning");
    outcome_release(&out);
}

Test(migrate, reminders_are_those_of_the_new_version_as_far_as_they_lie_ahead)
{
    static const char *const more[] = {"remind: [{before: {days: 2}",
                                       "remind: [{before: {days: 9}, notice: near, to: [owner.contacts]}, {before: "
                                       "{days: 1}",
                                       NULL};
    static const char *const none[] = {"    remind: [{before: {days: 2}, notice: near, to: [owner.contacts]}]\n", "",
                                       NULL};
    const struct deadline_state *d;
    struct outcome out;

    cr_assert_eq(move(&out, version(2, more), "{}", "2026-04-05T03:00:00Z"), OUTCOME_TAKEN);
    d = &g_array_index(out.after->deadlines, struct deadline_state, 0);
    cr_expect_eq(d->occurrence, 1, "nine days before has passed");
    cr_expect(d->next > trial_instant("2026-04-05T03:00:00Z") && d->next < d->due, "one day before lies ahead");
    cr_expect_eq(d->due, g_array_index(t.s->deadlines, struct deadline_state, 0).due);
    outcome_release(&out);

    cr_assert_eq(move(&out, version(3, none), "{}", "2026-04-05T03:00:00Z"), OUTCOME_TAKEN);
    d = &g_array_index(out.after->deadlines, struct deadline_state, 0);
    cr_expect_eq(d->occurrence, 0);
    cr_expect_eq(d->next, d->due);
    outcome_release(&out);

    cr_assert_eq(trial_due(&t, "answer"), OUTCOME_TAKEN);
    cr_assert_eq(trial_due(&t, "answer"), OUTCOME_TAKEN);
    cr_assert_eq(move(&out, version(4, more), "{}", "2026-04-20T03:00:00Z"), OUTCOME_TAKEN);
    d = &g_array_index(out.after->deadlines, struct deadline_state, 0);
    cr_expect_eq(d->next, INSTANT_NEVER, "what is over stays over");
    outcome_release(&out);
}

Test(migrate, a_rule_that_differs_in_one_key_is_told_of)
{
    static const struct {
        const char *period;
        guint notes;
    } rows[] = {{"{from: state_entry, days: 10}", 0},
                {"{from: state_entry, days: 10, first_day: counted}", 1},
                {"{from: state_entry, days: 10, cutoff: \"15:00\"}", 1}};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *const changes[] = {"{from: state_entry, days: 10}", rows[i].period, NULL};
        GPtrArray *notes = migrate_notes(t.s->chart, version(2 + (int)i, changes), NULL);

        cr_expect_eq(notes->len, rows[i].notes, "%s", rows[i].period);
        g_ptr_array_unref(notes);
    }
}

Test(migrate, a_new_deadline_begins_with_the_move)
{
    static const char *const changes[] = {"  take:\n  - {row: V1,",
                                          "  - {id: fresh, kind: target, period: {from: state_entry, hours: 2}, due: "
                                          "[{flag: late}]}\n  take:\n  - {row: V1,",
                                          NULL};
    const struct chart *target = version(2, changes);
    const struct deadline_state *d;
    struct outcome out;

    cr_assert_eq(move(&out, target, "{}", NOON), OUTCOME_TAKEN);
    d = snapshot_deadline(out.after, chart_deadline_index(target, "fresh"));
    cr_assert_not_null(d);
    cr_expect_eq(d->due, trial_instant("2026-04-03T05:00:00Z"));
    cr_expect_eq(d->arming, 2);
    cr_expect_str_eq(trial_json(value_get(out.record, "armed")), "[\"fresh\"]");
    outcome_release(&out);
    cr_assert_eq(move(&out, target, "{\"drop\":[\"fresh\"]}", NOON), OUTCOME_TAKEN);
    cr_expect_null(snapshot_deadline(out.after, chart_deadline_index(target, "fresh")));
    outcome_release(&out);
}

/* There and back again, from wherever the case stands: print and printed data are the same bytes. */
Test(migrate, the_way_back_restores_the_case_exactly)
{
    static const char *const changes[] = {"id: draft",
                                          "id: sketch",
                                          "id: answer",
                                          "id: reply",
                                          "id: home_back",
                                          "id: home_again",
                                          "to: [home_back]",
                                          "to: [home_again]",
                                          "{from: state_entry, hours: 100}",
                                          "{from: state_entry, hours: 7}",
                                          "stops: [verdict], ",
                                          "",
                                          "holds: [verdict], ",
                                          "",
                                          "remind: [{before: {days: 2}",
                                          "remind: [{before: {days: 3}",
                                          NULL};
    static const char *const *const places[] = {draft, review, stopped, held, away};
    static const char plan[] = "{\"states\":{\"draft\":[\"sketch\"],\"home_back\":[\"home_again\"]},\"deadlines\":{"
                               "\"answer\":\"reply\"},\"rederive\":[\"verdict\"]}";

    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        const struct chart *target, *first;
        struct event back = {.kind = EVENT_MIGRATE, .name = EVENT_MIGRATE_NAME, .at = trial_instant(NOON) + 7};
        struct outcome out, undone;
        struct value *was, *undo = trial_value("{\"undo\":true}");

        if (i > 0) {
            teardown();
            setup();
        }
        first = t.s->chart;
        walk(places[i]);
        target = version(2, changes);
        was = snapshot_body(t.s);
        cr_assert_eq(move(&out, target, plan, NOON), OUTCOME_TAKEN, "%zu: %s", i, rules_of(&out));
        back.undoes = was;
        back.plan = undo;
        outcome_init(&undone);
        migrate_undo(out.after, first, was, back.at, &undone);
        cr_assert_eq(undone.kind, OUTCOME_TAKEN);
        {
            g_autoptr(GString) before = trial_print(t.s), after = trial_print(undone.after);

            cr_expect_str_eq(after->str, before->str, "place %zu", i);
        }
        cr_expect_eq(undone.after->chart, first);
        cr_expect_eq(undone.after->seq, t.s->seq + 2);
        laws(out.after, first, &back, &undone);
        outcome_release(&undone);
        outcome_release(&out);
        value_unref(was);
        value_unref(undo);
    }
}

Test(migrate, a_body_that_does_not_fit_is_no_way_back)
{
    const struct chart *target = version(2, NULL);
    struct value *body = trial_value("{\"states\":[\"nowhere\"]}");
    struct outcome out;

    outcome_init(&out);
    migrate_undo(t.s, target, body, t.s->at, &out);
    cr_expect_eq(out.kind, OUTCOME_REFUSED);
    cr_expect_str_eq(rules_of(&out), "undo/states/");
    outcome_release(&out);
    value_unref(body);
}

Test(migrate, a_version_that_numbers_its_cases_otherwise_takes_none)
{
    static const char *const prefix[] = {"prefix: MV", "prefix: NW", NULL};
    static const char *const about[] = {"form: start}", "form: start, about: subject}", NULL};
    GError *error = NULL;

    cr_expect(migrate_fits(t.s->chart, version(2, NULL), NULL));
    cr_expect_not(migrate_fits(t.s->chart, version(3, prefix), &error));
    cr_expect_eq(toroku_error_code(error), TOROKU_ERROR_INVALID);
    g_clear_error(&error);
    cr_expect_not(migrate_fits(t.s->chart, version(4, about), &error));
    g_clear_error(&error);
}

/* After a move the case goes on by the new version: four eyes and deadlines look back. */
Test(migrate, life_goes_on)
{
    static const char *const changes[] = {"id: done", "id: over", "to: [done]", "to: [over]", NULL};
    struct outcome out;

    walk(review);
    cr_assert_eq(move(&out, version(2, changes), "{}", NOON), OUTCOME_TAKEN);
    snapshot_free(t.outcome.after);
    t.outcome.after = t.s = snapshot_copy(out.after);
    t.chart = t.s->chart;
    outcome_release(&out);
    cr_expect_eq(trial_command(&t, &(struct actor){.person = 1, .org = 10, .roles = clerk.roles}, "accept", NOON, NULL),
                 OUTCOME_REFUSED, "who submitted does not accept");
    cr_expect_eq(trial_command(&t, &clerk, "accept", NOON, NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_states(&t), "over");
}
