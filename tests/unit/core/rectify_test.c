/* What came late or was decided wrongly is set right by an event of its own. The chart is mend.yaml. */
#include "engine/core/rectify.h"
#include "tests/support/trial.h"

#include <criterion/criterion.h>

#define OPENED "2026-04-01T03:00:00Z" /* Wednesday, noon in Tokyo */
#define NOTICE "{\"name\":\"A\",\"arrived_on\":\"2026-04-01\",\"kind\":\"plain\",\"phone\":\"1\"}"

static struct library *library;
static struct trial t;

static void setup(void)
{
    library = trial_library(TRIAL_CHARTS);
    trial_init(&t, trial_chart(library, "mend"));
    trial_tell_numbers(&t, "{\"mend_no\":1}");
    cr_assert_eq(trial_command(&t, &owner, "open", OPENED, NOTICE), OUTCOME_TAKEN, "%s", t.outcome.reason_en);
}

static void teardown(void)
{
    trial_release(&t);
    library_free(library);
}

TestSuite(rectify, .init = setup, .fini = teardown);

static void raised(const struct actor *who, const char *name, const char *at)
{
    cr_assert_eq(trial_command(&t, who, name, at, NULL), OUTCOME_TAKEN, "%s: %s", name, t.outcome.reason_en);
}

static const char *finding(void)
{
    const struct finding *first = t.outcome.findings->len == 0 ? NULL : g_ptr_array_index(t.outcome.findings, 0);
    g_autofree char *text = first == NULL ? g_strdup("") : g_strdup_printf("%s %s", first->pointer, first->rule);

    return g_intern_string(text);
}

static void rectified(const char *at, const char *input)
{
    cr_assert_eq(trial_command(&t, &member, "rectify", at, input), OUTCOME_TAKEN, "%s: %s %s", input,
                 t.outcome.reason_en, finding());
}

static const char *told(const char *path)
{
    struct value *record = trial_value(t.record->str);
    const char *text = trial_json(value_path(record, path));

    value_unref(record);
    return text;
}

#define WHY "\"reason\":\"r\",\"effective\":\"2026-04-02T00:00:00Z\""

Test(rectify, each_refusal_has_its_reason)
{
    static const struct {
        const char *input, *finding;
    } rows[] = {
        {NULL, " nothing"},
        {"{\"effective\":\"2026-04-02T00:00:00Z\",\"set\":{\"name\":\"B\"}}", "/reason required"},
        {"{\"reason\":\"\\u3000 \",\"effective\":\"2026-04-02T00:00:00Z\",\"set\":{\"name\":\"B\"}}",
         "/reason required"},
        {"{\"reason\":\"r\",\"set\":{\"name\":\"B\"}}", "/effective instant"},
        {"{\"reason\":\"r\",\"effective\":\"yesterday\",\"set\":{\"name\":\"B\"}}", "/effective instant"},
        {"{\"reason\":\"r\",\"effective\":\"2026-04-05T00:00:01Z\",\"set\":{\"name\":\"B\"}}", "/effective not_future"},
        {"{\"reason\":\"r\",\"effective\":\"2026-04-01T02:59:59Z\",\"set\":{\"name\":\"B\"}}",
         "/effective before_opening"},
        {"{" WHY "}", " nothing"},
        {"{" WHY ",\"set\":{}}", " nothing"},
        {"{" WHY ",\"set\":{\"name\":\"B\"},\"also\":1}", " unknown_field"},
        {"{" WHY ",\"set\":[\"name\"]}", "/set type"},
        {"{" WHY ",\"set\":{\"colour\":\"red\"}}", "/set/colour unknown_field"},
        {"{" WHY ",\"set\":{\"name\":7}}", "/set/name type"},
        {"{" WHY ",\"set\":{\"name\":null}}", "/set/name type"},
        {"{" WHY ",\"set\":{\"kind\":\"odd\"}}", "/set/kind enum"},
        {"{" WHY ",\"set\":{\"arrived_on\":\"2026-04-31\"}}", "/set/arrived_on date"},
        {"{" WHY ",\"set\":{\"mend_no\":\"M009\"}}", "/set/mend_no register_key"},
        {"{" WHY ",\"clear\":[\"mend_no\"]}", "/clear/0 register_key"},
        {"{" WHY ",\"clear\":[\"colour\"]}", "/clear/0 unknown_field"},
        {"{" WHY ",\"clear\":[3]}", "/clear/0 type"},
        {"{" WHY ",\"clear\":\"kind\"}", "/clear type"},
        {"{" WHY ",\"set\":{\"kind\":\"grave\"},\"clear\":[\"kind\"]}", "/clear/0 contradiction"},
        {"{" WHY ",\"unflag\":[\"odd\"]}", "/unflag/0 unknown_flag"},
        {"{" WHY ",\"states\":[\"nowhere\"]}", "/states/0 unknown_state"},
        {"{" WHY ",\"states\":[\"listed\",\"refused\"]}", "/states configuration"},
        {"{" WHY ",\"states\":[\"open\",\"paused\"]}", "/states configuration"},
        {"{" WHY ",\"registers\":{\"mends\":\"burn\"}}", "/registers/mends register"},
        {"{" WHY ",\"registers\":{\"others\":\"publish\"}}", "/registers/others register"},
        {"{" WHY ",\"undoes\":1}", "/undoes type"},
        {"{" WHY ",\"undoes\":2}", "/undoes rectification"},
        {"{" WHY ",\"undoes\":99}", "/undoes rectification"},
        {"{" WHY ",\"undoes\":2,\"set\":{\"name\":\"B\"}}", "/set undoes"},
    };

    raised(&clerk, "pause", "2026-04-03T00:00:00Z");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        cr_expect_eq(trial_command(&t, &member, "rectify", "2026-04-05T00:00:00Z", rows[i].input), OUTCOME_REFUSED,
                     "%s", rows[i].input);
        cr_expect_eq(t.outcome.code, TOROKU_ERROR_UNPROCESSABLE, "%s", rows[i].input);
        cr_expect_str_eq(finding(), rows[i].finding, "%s: %s", rows[i].input, finding());
    }
}

Test(rectify, is_for_those_whom_the_workflow_names)
{
    static const char *const roles[] = {"board", "office", NULL};
    static const struct actor accepting = {.person = 2, .org = 20, .roles = roles};
    const char *input = "{" WHY ",\"set\":{\"name\":\"B\"}}";
    struct trial clock;

    cr_expect_eq(trial_command(&t, &clerk, "rectify", "2026-04-05T00:00:00Z", input), OUTCOME_REFUSED);
    cr_expect_eq(t.outcome.code, TOROKU_ERROR_FORBIDDEN, "no role");
    cr_expect(rectify_may(t.s, &accepting) && !rectify_may(t.s, &clerk));
    raised(&clerk, "accept", "2026-04-06T00:00:00Z");
    cr_expect_eq(trial_command(&t, &accepting, "rectify", "2026-04-07T00:00:00Z", input), OUTCOME_REFUSED);
    cr_expect_eq(t.outcome.code, TOROKU_ERROR_FORBIDDEN, "who accepted sets nothing right");
    cr_expect(!rectify_may(t.s, &accepting));
    rectified("2026-04-07T00:00:00Z", input);
    trial_init(&clock, trial_chart(library, "clock"));
    cr_assert_eq(trial_command(&clock, &owner, "open", OPENED, "{\"until\":\"2026-04-30\"}"), OUTCOME_TAKEN);
    cr_expect_eq(trial_command(&clock, &member, "rectify", "2026-04-07T00:00:00Z", input), OUTCOME_REFUSED);
    cr_expect_eq(clock.outcome.code, TOROKU_ERROR_NOT_TAKEN, "a workflow that names nobody");
    trial_release(&clock);
}

Test(rectify, sets_what_it_names_and_moves_the_deadlines_that_read_it)
{
    cr_expect_str_eq(trial_due_at(&t, "reply"), "2026-04-21T15:00:00Z");
    rectified("2026-04-05T00:00:00Z",
              "{" WHY ",\"set\":{\"arrived_on\":\"2026-03-20\",\"phone\":\"2\",\"aside\":\"x\"},\"flag\":[\"late\"]}");
    cr_expect_str_eq(trial_json(t.s->data), "{\"arrived_on\":\"2026-03-20\",\"kind\":\"plain\",\"name\":\"A\"}",
                     "what no guard reads stands in the event: %s", trial_json(t.s->data));
    cr_expect_str_eq(trial_flags(&t), "late");
    cr_expect_str_eq(trial_due_at(&t, "reply"), "2026-04-09T15:00:00Z");
    cr_expect_eq(trial_deadline(&t, "reply")->arming, 2);
    cr_expect_eq(trial_deadline(&t, "answer")->arming, 1, "another anchor: left alone");
    cr_expect_str_eq(trial_states(&t), "open");
    cr_expect_str_eq(trial_notices(&t), "");
    cr_expect_str_eq(told("outcome.rectified.was.data"), "{\"arrived_on\":\"2026-04-01\"}");
    cr_expect_str_eq(told("outcome.rectified.was.flags"), "{\"late\":null}");
    cr_expect_eq(strstr(told("outcome"), "\"phone\""), NULL, "erasable data stand in no record");
    cr_expect_not_null(strstr(told("outcome.deadlines"), "\"rectified\":{\"effective\":1775088000000000,\"event\":2}"),
                       "%s", told("outcome.deadlines"));
}

Test(rectify, what_is_past_by_now_fires_once)
{
    rectified("2026-04-05T00:00:00Z", "{" WHY ",\"set\":{\"arrived_on\":\"2026-03-01\"}}");
    cr_expect_str_eq(trial_next_at(&t, "reply"), "2026-03-21T15:00:00Z");
    cr_assert_eq(trial_due(&t, "reply"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_flags(&t), "mute");
    cr_expect_str_eq(trial_next_at(&t, "reply"), "never");
    rectified("2026-04-06T00:00:00Z", "{" WHY ",\"set\":{\"arrived_on\":\"2026-03-02\"}}");
    cr_expect_str_eq(trial_next_at(&t, "reply"), "never", "passed before, and past all the same");
    rectified("2026-04-06T00:00:00Z", "{" WHY ",\"set\":{\"arrived_on\":\"2026-04-01\"},\"unflag\":[\"mute\"]}");
    cr_expect_str_eq(trial_next_at(&t, "reply"), "2026-04-21T15:00:00Z", "it is still to come, then");
    cr_expect_str_eq(trial_flags(&t), "");
}

Test(rectify, a_deadline_begins_and_ends_with_what_its_condition_reads)
{
    rectified("2026-04-03T00:00:00Z", "{" WHY ",\"set\":{\"kind\":\"grave\"}}");
    cr_expect_str_eq(trial_due_at(&t, "alarm"), "2026-04-05T15:00:00Z", "three days from the effective day");
    rectified("2026-04-03T01:00:00Z", "{" WHY ",\"clear\":[\"kind\"]}");
    cr_expect_null(trial_deadline(&t, "alarm"));
    cr_expect_null(value_get(t.s->data, "kind"));
}

Test(rectify, a_deadline_keeps_what_it_counts_from)
{
    cr_expect_eq(trial_command(&t, &member, "rectify", "2026-04-05T00:00:00Z", "{" WHY ",\"clear\":[\"arrived_on\"]}"),
                 OUTCOME_REFUSED);
    cr_expect_eq(t.outcome.code, TOROKU_ERROR_UNPROCESSABLE);
}

/* Keyed in on the 12th, when the answer was late already; it had arrived on the 2nd. */
Test(rectify, states_are_entered_and_left_as_from_the_effective_instant)
{
    raised(&clerk, "pause", "2026-04-04T00:00:00Z");
    cr_expect_str_eq(trial_due_at(&t, "answer"), "never");
    rectified("2026-04-12T00:00:00Z",
              "{\"reason\":\"r\",\"effective\":\"2026-04-06T00:00:00Z\",\"states\":[\"open\"]}");
    cr_expect_str_eq(trial_states(&t), "open");
    cr_expect_str_eq(trial_due_at(&t, "answer"), "2026-04-13T15:00:00Z", "two days stood: %s",
                     trial_due_at(&t, "answer"));
    cr_expect_str_eq(told("outcome.rectified.was.states"), "[\"paused\"]");
    cr_expect_str_eq(trial_rows(&t), "");
    rectified("2026-04-12T01:00:00Z",
              "{\"reason\":\"r\",\"effective\":\"2026-04-03T00:00:00Z\",\"states\":[\"asked\"]}");
    cr_expect_str_eq(trial_states(&t), "open", "its inner states stay");
    cr_expect_eq(trial_deadline(&t, "answer")->anchor, trial_instant("2026-04-03T00:00:00Z"), "entered then");
    rectified("2026-04-12T02:00:00Z",
              "{\"reason\":\"r\",\"effective\":\"2026-04-07T00:00:00Z\",\"states\":[\"sealing\",\"paper_done\"]}");
    cr_expect_str_eq(trial_states(&t), "paper_done wax_open", "what is not named begins");
    cr_expect_null(trial_deadline(&t, "answer"));
    cr_expect_eq(trial_deadline(&t, "seal")->anchor, trial_instant("2026-04-07T00:00:00Z"));
    cr_expect_str_eq(trial_notices(&t), "", "no exit or entry action runs");
    rectified("2026-04-12T03:00:00Z", "{" WHY ",\"states\":[\"wax_done\"]}");
    cr_expect_str_eq(trial_states(&t), "ended", "then it comes to rest");
    cr_expect_str_eq(trial_rows(&t), "M8");
}

Test(rectify, a_final_case_takes_nothing_else)
{
    raised(&clerk, "refuse", "2026-04-06T00:00:00Z");
    cr_assert(t.s->closed);
    cr_expect_eq(trial_command(&t, &clerk, "accept", "2026-04-07T00:00:00Z", NULL), OUTCOME_REFUSED);
    cr_expect_eq(trial_signal(&t, "accept", "2026-04-07T00:00:00Z", NULL), OUTCOME_REFUSED);
    rectified("2026-04-07T00:00:00Z", "{" WHY ",\"set\":{\"name\":\"B\"}}");
    cr_expect(t.s->closed);
    cr_expect_str_eq(value_text(value_get(t.s->data, "name")), "B");
    t.rival = "MD-9";
    cr_expect_eq(trial_command(&t, &member, "rectify", "2026-04-08T00:00:00Z", "{" WHY ",\"states\":[\"open\"]}"),
                 OUTCOME_REFUSED);
    cr_expect_eq(t.outcome.code, TOROKU_ERROR_CONFLICT);
    cr_expect_not_null(strstr(t.outcome.reason_en, "MD-9"));
    t.rival = NULL;
    rectified("2026-04-08T00:00:00Z", "{" WHY ",\"states\":[\"open\"]}");
    cr_expect(!t.s->closed);
    cr_expect_str_eq(trial_due_at(&t, "answer"), "2026-04-12T15:00:00Z", "from the effective instant");
    raised(&clerk, "accept", "2026-04-09T00:00:00Z");
    cr_expect_str_eq(trial_states(&t), "listed");
}

static const struct register_effect *entry(guint i)
{
    cr_assert_lt(i, t.outcome.registers->len);
    return &g_array_index(t.outcome.registers, struct register_effect, i);
}

Test(rectify, registers_show_what_was_corrected_from_the_effective_instant_on)
{
    raised(&clerk, "accept", "2026-04-06T00:00:00Z");
    rectified("2026-04-08T00:00:00Z",
              "{\"reason\":\"r\",\"effective\":\"2026-04-07T00:00:00Z\",\"set\":{\"arrived_on\":\"2026-03-31\"}}");
    cr_assert_eq(t.outcome.registers->len, 1);
    cr_expect(entry(0)->patch && entry(0)->rectified);
    cr_expect_eq(entry(0)->from, trial_instant("2026-04-07T00:00:00Z"));
    cr_expect_str_eq(entry(0)->key, "M001");
    cr_expect_str_eq(trial_json(entry(0)->entry), "{\"arrived_on\":\"2026-03-31\",\"term\":\"2027-03-31\"}");
    rectified("2026-04-08T00:00:00Z", "{" WHY ",\"set\":{\"kind\":\"grave\"}}");
    cr_expect_eq(t.outcome.registers->len, 0, "what is not listed");
    rectified("2026-04-09T00:00:00Z", "{" WHY ",\"states\":[\"refused\"],\"registers\":{\"mends\":\"withdraw\"}}");
    cr_expect_eq(entry(0)->kind, ACTION_WITHDRAW_ENTRY);
    cr_expect(t.s->closed);
    rectified("2026-04-10T00:00:00Z", "{" WHY ",\"states\":[\"listed\"],\"registers\":{\"mends\":\"publish\"}}");
    cr_expect(entry(0)->kind == ACTION_PUBLISH && !entry(0)->patch && entry(0)->rectified);
    cr_expect_str_eq(trial_json(entry(0)->entry),
                     "{\"arrived_on\":\"2026-03-31\",\"name\":\"A\",\"term\":\"2027-03-31\"}");
    rectified("2026-04-10T00:00:00Z", "{" WHY ",\"registers\":{\"mends\":\"mark\"}}");
    cr_expect_str_eq(entry(0)->banner, "suspended");
}

Test(rectify, another_undoes_it)
{
    g_autoptr(GString) before = NULL, after = NULL;

    raised(&clerk, "pause", "2026-04-04T00:00:00Z");
    before = trial_print(t.s);
    rectified("2026-04-05T00:00:00Z",
              "{\"reason\":\"r\",\"effective\":\"2026-04-04T12:00:00Z\",\"states\":[\"listed\"],"
              "\"set\":{\"arrived_on\":\"2026-03-20\"},\"clear\":[\"kind\"],\"flag\":[\"late\"]}");
    cr_expect_null(trial_deadline(&t, "answer"));
    rectified("2026-04-06T00:00:00Z", "{\"reason\":\"mine\",\"undoes\":3}");
    cr_expect_str_eq(told("outcome.rectified.undoes"), "3");
    cr_expect_str_eq(told("outcome.rectified.effective"),
                     trial_json(value_path(t.records->pdata[2], "outcome.rectified.effective")),
                     "the instant of what is undone");
    cr_expect_str_eq(trial_states(&t), "paused");
    cr_expect_str_eq(trial_flags(&t), "");
    cr_expect_str_eq(trial_json(t.s->data), "{\"arrived_on\":\"2026-04-01\",\"kind\":\"plain\",\"name\":\"A\"}");
    cr_expect_str_eq(trial_due_at(&t, "reply"), "2026-04-21T15:00:00Z");
    for (guint i = 0; i < t.s->deadlines->len; i++)
        g_array_index(t.s->deadlines, struct deadline_state, i).arming = 1;
    after = trial_print(t.s);
    cr_expect_str_eq(after->str, before->str, "all but the armings is as it was:\n%s\n%s", after->str, before->str);
    for (guint i = 0; i < t.s->deadlines->len; i++)
        g_array_index(t.s->deadlines, struct deadline_state, i).arming = 4;
    rectified("2026-04-07T00:00:00Z", "{\"reason\":\"yours\",\"undoes\":4}");
    cr_expect_str_eq(trial_states(&t), "listed", "an undoing is undone as well");
    cr_expect_str_eq(trial_flags(&t), "late");
}

Test(rectify, what_has_changed_since_is_not_undone)
{
    rectified("2026-04-05T00:00:00Z", "{" WHY ",\"set\":{\"name\":\"B\"}}");
    rectified("2026-04-05T00:00:00Z", "{" WHY ",\"set\":{\"name\":\"C\"}}");
    cr_expect_eq(trial_command(&t, &member, "rectify", "2026-04-06T00:00:00Z", "{\"reason\":\"r\",\"undoes\":2}"),
                 OUTCOME_REFUSED);
    cr_expect_eq(t.outcome.code, TOROKU_ERROR_CONFLICT);
    rectified("2026-04-06T00:00:00Z", "{\"reason\":\"r\",\"undoes\":3}");
    cr_expect_str_eq(value_text(value_get(t.s->data, "name")), "B");
    rectified("2026-04-06T00:00:00Z", "{\"reason\":\"r\",\"undoes\":2}");
    cr_expect_str_eq(value_text(value_get(t.s->data, "name")), "A");
}

Test(rectify, is_asked_for_what_it_must_know)
{
    struct value *input = trial_value("{\"reason\":\"r\",\"undoes\":5}");
    struct event event = {.kind = EVENT_COMMAND,
                          .name = "rectify",
                          .actor = member,
                          .at = trial_instant("2026-04-06T00:00:00Z"),
                          .input = input};
    struct outcome outcome;

    outcome_init(&outcome);
    step(t.s, &event, &outcome);
    cr_expect_eq(outcome.kind, OUTCOME_WANTS);
    cr_expect(outcome.wants_past[0] == 1 && outcome.wants_past[1] == 5 && !outcome.wants_rival);
    outcome_release(&outcome);
    value_unref(input);
}

Test(rectify, its_input_is_split_by_the_classes_of_the_fields)
{
    struct value *input =
        trial_value("{" WHY ",\"set\":{\"name\":\"B\",\"aside\":\"x\",\"phone\":\"2\",\"kind\":\"plain\"}}");
    static const char *const bodies[] = {
        "{\"set\":{\"name\":\"B\"}}",
        "{\"effective\":\"2026-04-02T00:00:00Z\",\"reason\":\"r\",\"set\":{\"kind\":\"plain\"}}",
        "{\"set\":{\"aside\":\"x\"}}",
        "{\"set\":{\"phone\":\"2\"}}",
    };
    GArray *parts = rectify_split(t.chart, input);

    cr_assert_eq(parts->len, G_N_ELEMENTS(bodies));
    for (guint i = 0; i < parts->len; i++) {
        cr_expect_eq((guint)g_array_index(parts, struct part, i).access, i);
        cr_expect_str_eq(g_array_index(parts, struct part, i).body, bodies[i]);
    }
    g_array_unref(parts);
    value_unref(input);
}
