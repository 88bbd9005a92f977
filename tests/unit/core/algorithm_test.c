/* The algorithm for SCXML interpretation (W3C SCXML 1.0, Appendix D), rule by rule: which rows are taken, and when. */
#include "tests/support/rule.h"

#include <criterion/criterion.h>

static struct library *library;

static void setup(void)
{
    library = library_lenient(TRIAL_CHARTS);
}

static void teardown(void)
{
    library_free(library);
}

TestSuite(algorithm, .init = setup, .fini = teardown);

/* ---- events ---- */

Test(algorithm, events)
{
    static const struct rule rules[] = {
        {"an internal event is taken before the case rests",
         "- {id: a, take: [{row: R1, event: go, to: [b], do: [{raise: next}]}]}\n"
         "- {id: b, take: [{row: R2, event: next, to: [c]}]}\n"
         "- {id: c}\n",
         {{"open", "", "a", ""}, {"go", "R1 R2", "c", ""}}},
        {"internal events are taken in the order in which they were raised",
         "- id: a\n"
         "  take:\n"
         "  - {row: R1, event: go, do: [{raise: one}, {raise: two}]}\n"
         "  - {row: R2, event: one, do: [{raise: three}]}\n"
         "  - {row: R3, event: two}\n"
         "  - {row: R4, event: three}\n",
         {{"open", "", "a", ""}, {"go", "R1 R2 R3 R4", "a", ""}}},
        {"exit, transition and entry actions raise in that order",
         "- {id: a, exit: [{raise: one}], take: [{row: R1, event: go, to: [b], do: [{raise: two}]}]}\n"
         "- id: b\n"
         "  enter: [{raise: three}]\n"
         "  take: [{row: R2, event: one}, {row: R3, event: two}, {row: R4, event: three}]\n",
         {{"open", "", "a", ""}, {"go", "R1 R2 R3 R4", "b", ""}}},
        {"an internal event that no row takes is dropped",
         "- {id: a, take: [{row: R1, event: go, do: [{raise: next}], to: [b]}, {row: R2, event: next}]}\n"
         "- {id: b, take: [{row: R3, event: back, to: [a]}]}\n",
         {{"open", "", "a", ""}, {"go", "R1", "b", ""}, {"back", "R3", "a", ""}}},
        {"an event is matched by its first tokens",
         "- id: a\n"
         "  take:\n"
         "  - {row: R1, event: review.done}\n"
         "  - {row: R2, event: review}\n"
         "  - {row: R3, event: other.*}\n"
         "  - {row: R4, event: go, do: [{raise: review.done.late}, {raise: other.thing}, {raise: reviewed}]}\n"
         "  - {row: R5, event: reviewed}\n",
         {{"open", "", "a", ""},
          {"review.done", "R1", "a", ""},
          {"review", "R2", "a", ""},
          {"review.begun", "R2", "a", ""},
          {"other", "R3", "a", ""},
          {"go", "R4 R1 R3 R5", "a", ""},
          {"!revie", NULL, NULL, NULL},
          {"!reviews", NULL, NULL, NULL}}},
        {"a star is matched by all",
         "- {id: a, take: [{row: R1, event: '*', to: [b]}]}\n"
         "- {id: b, take: [{row: R2, event: go}, {row: R3, event: '*'}]}\n",
         {{"open", "", "a", ""}, {"what.ever", "R1", "b", ""}, {"go", "R2", "b", ""}, {"gone", "R3", "b", ""}}},
    };

    RULES_TRY(library, rules);
}

/* ---- rows without an event ---- */

Test(algorithm, eventless)
{
    static const struct rule rules[] = {
        {"rows without an event are taken until none is enabled",
         "- {id: a, take: [{row: R1, event: go, to: [b]}]}\n"
         "- {id: b, take: [{row: R2, to: [c]}]}\n"
         "- {id: c, take: [{row: R3, to: [d]}]}\n"
         "- {id: d}\n",
         {{"open", "", "a", ""}, {"go", "R1 R2 R3", "d", ""}}},
        {"and at once when the case is opened",
         "- {id: a, take: [{row: R1, to: [b]}]}\n- {id: b}\n",
         {{"open", "R1", "b", ""}}},
        {"they come before internal events that were raised earlier",
         "- {id: a, take: [{row: R1, event: go, to: [b], do: [{raise: next}]}]}\n"
         "- {id: b, take: [{row: R2, event: next, to: [d]}, {row: R3, to: [c]}]}\n"
         "- {id: c, take: [{row: R4, event: next, to: [d]}]}\n"
         "- {id: d}\n",
         {{"open", "", "a", ""}, {"go", "R1 R3 R4", "d", ""}}},
        {"and are asked again between two internal events",
         "- id: a\n"
         "  take:\n"
         "  - {row: R1, event: go, do: [{raise: one}, {raise: two}]}\n"
         "  - {row: R2, event: one, do: [{flag: set}]}\n"
         "  - {row: R3, when: {flag: set}, to: [b]}\n"
         "  - {row: R4, event: two}\n"
         "- {id: b, take: [{row: R5, event: two}]}\n",
         {{"open", "", "a", ""}, {"go", "R1 R2 R3 R5", "b", ""}}},
        {"one whose guard comes to hold in another region is taken",
         "- id: p\n"
         "  parallel: true\n"
         "  states:\n"
         "  - {id: x, states: [{id: x1, take: [{row: R1, event: go, do: [{flag: set}]}]}]}\n"
         "  - {id: y, states: [{id: y1, take: [{row: R2, when: {flag: set}, to: [y2]}]}, {id: y2}]}\n",
         {{"open", "", "x1 y1", ""}, {"go", "R1 R2", "x1 y2", ""}}},
        {"a guard may ask for the states as they are after the step before",
         "- id: p\n"
         "  parallel: true\n"
         "  states:\n"
         "  - {id: x, states: [{id: x1, take: [{row: R1, event: go, to: [x2]}]}, {id: x2}]}\n"
         "  - {id: y, states: [{id: y1, take: [{row: R2, when: {in_state: x2}, to: [y2]}]}, {id: y2}]}\n",
         {{"open", "", "x1 y1", ""}, {"go", "R1 R2", "x2 y2", ""}}},
    };

    RULES_TRY(library, rules);
}

/* ---- data ---- */

Test(algorithm, data)
{
    static const struct rule rules[] = {
        {"the guard of an action sees what the actions before it did",
         "- id: a\n"
         "  take:\n"
         "  - row: R1\n"
         "    event: go\n"
         "    do: [{notify: early, when: {flag: set}}, {flag: set}, {notify: late, when: {flag: set}}]\n",
         {{"open", "", "a", ""}, {"go", "R1", "a", "late"}, {"go", "R1", "a", "early late"}}},
        {"exit actions are seen by the transition's, those by entry actions",
         "- id: a\n"
         "  exit: [{flag: one}]\n"
         "  take:\n"
         "  - {row: R1, event: go, to: [b], do: [{notify: did, when: {flag: one}}, {unflag: one}, {flag: two}]}\n"
         "- {id: b, enter: [{notify: old, when: {flag: one}}, {notify: new, when: {flag: two}}]}\n",
         {{"open", "", "a", ""}, {"go", "R1", "b", "did new"}}},
        {"a row's guard sees what the rows before it in the macrostep did, and not its own actions",
         "- id: a\n"
         "  take:\n"
         "  - {row: R1, event: go, do: [{flag: set}, {raise: next}], when: {not: {flag: set}}}\n"
         "  - {row: R2, event: next, when: {not: {flag: set}}}\n"
         "  - {row: R3, event: next, when: {flag: set}, to: [b]}\n"
         "- {id: b}\n",
         {{"open", "", "a", ""}, {"go", "R1 R3", "b", ""}}},
        {"rows of one step are all chosen before any of their actions",
         "- id: p\n"
         "  parallel: true\n"
         "  states:\n"
         "  - {id: x, states: [{id: x1, take: [{row: R1, event: go, do: [{flag: set}]}]}]}\n"
         "  - {id: y, states: [{id: y1, take: [{row: R2, event: go, when: {not: {flag: set}}}]}]}\n",
         {{"open", "", "x1 y1", ""}, {"go", "R1 R2", "x1 y1", ""}, {"go", "R1", "x1 y1", ""}}},
        {"the states are as they stand while an action runs: left ones no more, entered ones from then on",
         "- id: a\n"
         "  exit: [{notify: still, when: {in_state: a}}]\n"
         "  take:\n"
         "  - row: R1\n"
         "    event: go\n"
         "    to: [b]\n"
         "    do: [{notify: never_a, when: {in_state: a}}, {notify: never_b, when: {in_state: b}}]\n"
         "- {id: b, enter: [{notify: there, when: {in_state: b}}]}\n",
         {{"open", "", "a", ""}, {"go", "R1", "b", "still there"}}},
    };

    RULES_TRY(library, rules);
}

/* ---- which rows are chosen ---- */

Test(algorithm, choice)
{
    static const struct rule rules[] = {
        {"of the rows of a state the first in document order, not the one with the longer name",
         "- {id: a, take: [{row: R1, event: go}, {row: R2, event: go.on}]}\n",
         {{"open", "", "a", ""}, {"go.on", "R1", "a", ""}}},
        {"an inner row before an outer one, whatever their order in the file",
         "- id: a\n"
         "  take: [{row: R1, event: go, to: [c]}]\n"
         "  states: [{id: a1, take: [{row: R2, event: go, to: [a2]}]}, {id: a2}]\n"
         "- {id: c}\n",
         {{"open", "", "a1", ""}, {"go", "R2", "a2", ""}, {"go", "R1", "c", ""}}},
        {"an outer row when the guard of the inner one does not hold",
         "- id: a\n"
         "  take: [{row: R1, event: go, to: [c]}]\n"
         "  states: [{id: a1, take: [{row: R2, event: go, when: {flag: never}}]}]\n"
         "- {id: c}\n",
         {{"open", "", "a1", ""}, {"go", "R1", "c", ""}}},
        {"a row around several regions is taken once for all of them",
         "- id: p\n"
         "  parallel: true\n"
         "  take: [{row: R1, event: go, do: [{notify: did}]}]\n"
         "  states: [{id: x, states: [{id: x1}]}, {id: y, states: [{id: y1}]}]\n",
         {{"open", "", "x1 y1", ""}, {"go", "R1", "x1 y1", "did"}}},
    };

    RULES_TRY(library, rules);
}

Test(algorithm, preemption)
{
    static const struct rule rules[] = {
        {"a row without targets leaves nothing and pre-empts nothing",
         "- id: p\n"
         "  parallel: true\n"
         "  states:\n"
         "  - {id: x, states: [{id: x1, take: [{row: R1, event: go, do: [{notify: did}]}]}]}\n"
         "  - {id: y, states: [{id: y1, take: [{row: R2, event: go, to: [out]}]}]}\n"
         "- {id: out}\n",
         {{"open", "", "x1 y1", ""}, {"go", "R1 R2", "out", "did"}}},
        {"a row out of an earlier region that leaves the other pre-empts the other's row",
         "- id: p\n"
         "  parallel: true\n"
         "  states:\n"
         "  - {id: x, states: [{id: x1, take: [{row: R1, event: go, to: [out]}]}]}\n"
         "  - {id: y, states: [{id: y1, take: [{row: R2, event: go, to: [y2]}]}, {id: y2}]}\n"
         "- {id: out}\n",
         {{"open", "", "x1 y1", ""}, {"go", "R1", "out", ""}}},
        {"a row out of a later region is pre-empted by the row of the region that it would leave",
         "- id: p\n"
         "  parallel: true\n"
         "  states:\n"
         "  - {id: x, states: [{id: x1, take: [{row: R1, event: go, to: [x2]}]}, {id: x2}]}\n"
         "  - {id: y, states: [{id: y1, take: [{row: R2, event: go, to: [out]}]}]}\n"
         "- {id: out}\n",
         {{"open", "", "x1 y1", ""}, {"go", "R1", "x2 y1", ""}, {"go", "R2", "out", ""}}},
        {"an inner row pre-empts the row further out that an earlier region chose",
         "- id: p\n"
         "  parallel: true\n"
         "  take: [{row: R1, event: go, to: [out]}]\n"
         "  states:\n"
         "  - {id: x, states: [{id: x1}]}\n"
         "  - {id: y, states: [{id: y1, take: [{row: R2, event: go, to: [y2]}]}, {id: y2}]}\n"
         "- {id: out}\n",
         {{"open", "", "x1 y1", ""}, {"go", "R2", "x1 y2", ""}, {"go", "R1", "out", ""}}},
        {"a row that is pre-empted itself pre-empts nothing",
         "- id: p\n"
         "  parallel: true\n"
         "  states:\n"
         "  - id: q\n"
         "    parallel: true\n"
         "    take: [{row: R1, event: go, to: [q]}]\n"
         "    states:\n"
         "    - {id: x, states: [{id: x1}]}\n"
         "    - {id: y, states: [{id: y1, take: [{row: R2, event: go, to: [out]}]}]}\n"
         "  - {id: z, states: [{id: z1, take: [{row: R3, event: go, to: [z2]}]}, {id: z2}]}\n"
         "- {id: out}\n",
         /* x chose R1, y R2, which lies within R1's source and pre-empts it; z's R3 leaves what R2 leaves: R2 stands */
         {{"open", "", "x1 y1 z1", ""}, {"go", "R2", "out", ""}}},
        {"rows of separate regions are taken in one step, in document order",
         "- id: p\n"
         "  parallel: true\n"
         "  states:\n"
         "  - {id: x, states: [{" LOUD("x1") ", take: [{row: R1, event: go, to: [x2], do: " TELL(
             "did_x") "}]},\n"
                      "                     {" LOUD(
                          "x2") "}]}\n"
                                "  - {id: y, states: [{" LOUD("y1") ", take: [{row: R2, event: go, to: [y2], do: " TELL(
                                    "did_y") "}]},\n"
                                             "                     {" LOUD("y2") "}]}\n",
         {{"open", "", "x1 y1", "in_x1 in_y1"}, {"go", "R1 R2", "x2 y2", "out_y1 out_x1 did_x did_y in_x2 in_y2"}}},
    };

    RULES_TRY(library, rules);
}

/* ---- to rest ---- */

static void restless(const char *states, const char *event, const char *reason)
{
    struct chart *chart = trial_bare(library, states);
    struct trial t;

    trial_init(&t, chart);
    cr_assert_eq(trial_command(&t, &clerk, "open", "2026-04-01T03:00:00Z", NULL), OUTCOME_TAKEN);
    cr_expect_eq(trial_command(&t, &clerk, event, "2026-04-01T03:01:00Z", NULL), OUTCOME_REFUSED);
    cr_expect_eq(t.outcome.code, TOROKU_ERROR_INTERNAL);
    cr_expect_str_eq(t.outcome.reason_en, reason);
    cr_expect_eq(t.s->seq, 1);
    cr_expect_str_eq(trial_states(&t), "a");
    trial_release(&t);
    chart_free(chart);
}

Test(algorithm, a_macrostep_without_end_is_refused_and_names_the_rows_that_went_round)
{
    restless("- {id: a, take: [{row: R1, event: go, to: [b]}]}\n"
             "- {id: b, take: [{row: R2, to: [c]}]}\n"
             "- {id: c, take: [{row: R3, to: [b]}]}\n",
             "go",
             "the workflow bare@1 does not come to rest: after 1000 steps the rows R2, R3 are still taken in turn; "
             "expected a guard that ends the round, or a state that none of them leaves");
    restless("- {id: a, take: [{row: R1, event: go, do: [{raise: on}]}, {row: R2, event: on, do: [{raise: on}]}]}\n",
             "go",
             "the workflow bare@1 does not come to rest: after 1000 steps the rows R2 are still taken in turn; "
             "expected a guard that ends the round, or a state that none of them leaves");
}

/* ---- deadlines by action ---- */

Test(algorithm, deadlines_are_started_and_cancelled)
{
    struct chart *chart =
        trial_bare(library, "- id: a\n"
                            "  deadlines:\n"
                            "  - {id: answer, period: {from: state_entry, days: 3}}\n"
                            "  - {id: late, when: {flag: set}, period: {from: state_entry, days: 5}}\n"
                            "  take:\n"
                            "  - {row: R1, event: cancel, do: [{cancel: answer}]}\n"
                            "  - {row: R2, event: start, do: [{start: answer}, {start: late}]}\n"
                            "  - {row: R3, event: set, do: [{flag: set}, {start: late}]}\n"
                            "  - {row: R4, due: answer, to: [b]}\n"
                            "  - {row: R5, due: late, to: [b]}\n"
                            "- {id: b, final: true}\n");
    struct trial t;

    trial_init(&t, chart);
    cr_assert_eq(trial_command(&t, &clerk, "open", "2026-04-01T03:00:00Z", NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_due_at(&t, "answer"), "2026-04-04T15:00:00Z");
    cr_expect_null(trial_deadline(&t, "late"));
    cr_assert_eq(trial_command(&t, &clerk, "start", "2026-04-02T03:00:00Z", NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_due_at(&t, "answer"), "2026-04-04T15:00:00Z", "one that runs is not started again");
    cr_expect_null(trial_deadline(&t, "late"), "its `when` does not hold");
    cr_assert_eq(trial_command(&t, &clerk, "cancel", "2026-04-02T03:00:00Z", NULL), OUTCOME_TAKEN);
    cr_expect_null(trial_deadline(&t, "answer"));
    cr_assert_eq(trial_command(&t, &clerk, "start", "2026-04-03T03:00:00Z", NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_due_at(&t, "answer"), "2026-04-06T15:00:00Z");
    cr_assert_eq(trial_command(&t, &clerk, "set", "2026-04-03T03:00:00Z", NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_due_at(&t, "late"), "2026-04-08T15:00:00Z");
    cr_assert_eq(trial_due(&t, "answer"), OUTCOME_TAKEN);
    cr_expect(t.s->closed);
    trial_release(&t);
    chart_free(chart);
}
