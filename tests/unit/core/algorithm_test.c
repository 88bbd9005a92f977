/*
 * Each rule of the algorithm for SCXML interpretation (W3C SCXML 1.0, Appendix D), by a bare chart that shows it.
 *
 * A chart is tried by events. After each stand the rows taken, the active states, and what its actions told, in order.
 */
#include "tests/support/trial.h"

#include <criterion/criterion.h>

#define STEPS_MAX 9
#define TELL(what) "[{notify: " what "}]"
/* A state that tells of being entered and left. */
#define LOUD(id) "id: " id ", enter: " TELL("in_" id) ", exit: " TELL("out_" id)

struct rule {
    const char *says;
    const char *states; /* of the chart, as YAML; the first event opens a case */
    struct {
        const char *event; /* "!e": refused */
        const char *rows, *active, *told;
    } steps[STEPS_MAX];
};

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

static void rule_try(const struct rule *rule)
{
    struct chart *chart = trial_bare(library, rule->states);
    struct trial t;
    instant at = trial_instant("2026-04-01T03:00:00Z");

    trial_init(&t, chart);
    for (int i = 0; i < STEPS_MAX && rule->steps[i].event != NULL; i++) {
        const char *event = rule->steps[i].event;
        bool refused = event[0] == '!';
        char text[INSTANT_TEXT_SIZE];
        enum outcome_kind kind;

        instant_print(at + i * INSTANT_MINUTE, text);
        kind = trial_command(&t, &clerk, event + refused, text, NULL);
        cr_expect_eq(kind, refused ? OUTCOME_REFUSED : OUTCOME_TAKEN, "%s: %s: %s", rule->says, event,
                     t.outcome.reason_en);
        if (kind != OUTCOME_TAKEN)
            continue;
        cr_expect_str_eq(trial_rows(&t), rule->steps[i].rows, "%s: %s: rows %s", rule->says, event, trial_rows(&t));
        cr_expect_str_eq(trial_states(&t), rule->steps[i].active, "%s: %s: states %s", rule->says, event,
                         trial_states(&t));
        cr_expect_str_eq(trial_notices(&t), rule->steps[i].told, "%s: %s: told %s", rule->says, event,
                         trial_notices(&t));
    }
    trial_release(&t);
    chart_free(chart);
}

#define TRY(rules)                                                                                                     \
    do {                                                                                                               \
        for (size_t r = 0; r < G_N_ELEMENTS(rules); r++)                                                               \
            rule_try(&(rules)[r]);                                                                                     \
    } while (0)

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

    TRY(rules);
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

    TRY(rules);
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

    TRY(rules);
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

    TRY(rules);
}

/* ---- leaving and entering ---- */

Test(algorithm, order)
{
    static const struct rule rules[] = {
        {"left from inner to outer, the transition, entered from outer to inner",
         "- {" LOUD("a") ", states: [{" LOUD("a1") ", take: [{row: R1, event: go, to: [b2], do: " TELL(
             "did") "}]}]}\n"
                    "- {" LOUD("b") ", states: [{" LOUD("b1") "}, {" LOUD("b2") "}]}\n",
         {{"open", "", "a1", "in_a in_a1"}, {"go", "R1", "b2", "out_a1 out_a did in_b in_b2"}}},
        {"regions are left in reverse and entered in document order, the named one too",
         "- {" LOUD("p") ", parallel: true, take: [{row: R1, event: go, to: [y2], do: " TELL(
             "did") "}], states: [\n"
                    "  {" LOUD("x") ", states: [{" LOUD("x1") "}]},\n"
                                                              "  {" LOUD("y") ", states: [{" LOUD("y1") "}, {" LOUD(
                                                                  "y2") "}]}]}\n",
         {{"open", "", "x1 y1", "in_p in_x in_x1 in_y in_y1"},
          {"go", "R1", "x1 y2", "out_y1 out_y out_x1 out_x out_p did in_p in_x in_x1 in_y in_y2"}}},
        {"a first transition acts between the entry of its state and those inside",
         "- {" LOUD("a") ", first: {to: [a2], do: " TELL(
             "first_a") "}, take: [{row: R1, event: go, to: [a1]}], states: [\n"
                        "  {" LOUD("a1") "},\n"
                                         "  {" LOUD("a2") ", first: {to: [a4], do: " TELL(
                                             "first_a2") "}, states: [{id: a3}, {" LOUD("a4") "}]}]}\n",
         {{"open", "", "a4", "in_a first_a in_a2 first_a2 in_a4"},
          {"go", "R1", "a1", "out_a4 out_a2 out_a in_a in_a1"}}}, /* named: nothing begins by its first transition */
        {"a first transition may lead further in, and into several regions",
         "- id: a\n"
         "  first: {to: [x2, y2], do: " TELL(
             "first") "}\n"
                      "  states:\n"
                      "  - {id: q}\n"
                      "  - {" LOUD("p") ", parallel: true, states: [\n"
                                        "    {" LOUD("x") ", first: {to: [x1], do: " TELL(
                                            "never") "}, states: [{id: x1}, {id: x2}]},\n"
                                                     "    {" LOUD(
                                                         "y") ", states: [{id: y1}, {id: y2}]},\n"
                                                              "    {" LOUD("z") ", first: {to: [z1], do: " TELL(
                                                                  "first_z") "}, states: [{id: z1}]}]}\n",
         {{"open", "", "x2 y2 z1", "first in_p in_x in_y in_z first_z"}}},
        {"an internal row does not leave its state, unless that is parallel",
         "- {" LOUD(
             "a") ", take: [{row: R1, event: go, internal: true, to: [a2]}, {row: R2, event: on, to: [p]}],\n"
                  "   states: [{id: a1}, {id: a2}]}\n"
                  "- {" LOUD(
                      "p") ", parallel: true, take: [{row: R3, event: go, internal: true, to: [y2]}], states: [\n"
                           "   {id: x, states: [{id: x1}]}, {id: y, states: [{id: y1}, {id: y2}]}]}\n",
         {{"open", "", "a1", "in_a"},
          {"go", "R1", "a2", ""},
          {"on", "R2", "x1 y1", "out_a in_p"},
          {"go", "R3", "x1 y2", "out_p in_p"}}},
        {"an internal row with a target outside leaves its state",
         "- {" LOUD("a") ", take: [{row: R1, event: go, internal: true, to: [b]}], states: [{id: a1}]}\n- {id: b}\n",
         {{"open", "", "a1", "in_a"}, {"go", "R1", "b", "out_a"}}},
        {"between two regions the whole parallel state is left: its innermost compound ancestor stays",
         "- {" LOUD("o") ", states: [{" LOUD(
             "p") ", parallel: true, states: [\n"
                  "   {id: x, states: [{" LOUD("x1") ", take: [{row: R1, event: go, to: [y2]}]}]},\n"
                                                     "   {id: y, states: [{" LOUD("y1") "}, {" LOUD("y2") "}]}]}]}\n",
         {{"open", "", "x1 y1", "in_o in_p in_x1 in_y1"},
          {"go", "R1", "x1 y2", "out_y1 out_x1 out_p in_p in_x1 in_y2"}}},
    };

    TRY(rules);
}

/* ---- histories ---- */

#define HOUSE                                                                                                          \
    "- id: away\n"                                                                                                     \
    "  take: [{row: R1, event: go, to: [h]}, {row: R2, event: home, to: [s]}]\n"                                       \
    "- {" LOUD("s") ", take: [{row: R3, event: leave, to: [away]}, {row: R4, event: walk, to: [s2]}], "

Test(algorithm, histories)
{
    static const struct rule rules[] = {
        {"without memory: the state's entry, the history's default with its actions, then inside; no first transition",
         HOUSE "first: {to: [s1], do: " TELL("first") "}, states: [\n"
                                                      "  {id: h, history: deep, first: {to: [s2], do: " TELL(
                                                          "default") "}}, {" LOUD("s1") "}, {" LOUD("s2") "}]}\n",
         {{"open", "", "away", ""},
          {"go", "R1", "s2", "in_s default in_s2"},
          {"leave", "R3", "away", "out_s2 out_s"},
          {"go", "R1", "s2", "in_s in_s2"},
          {"leave", "R3", "away", "out_s2 out_s"},
          {"home", "R2", "s1", "in_s first in_s1"},
          {"leave", "R3", "away", "out_s1 out_s"},
          {"go", "R1", "s1", "in_s in_s1"}}},
        {"a state that begins by its history: entry, first transition, default of the history",
         HOUSE
         "first: {to: [h], do: " TELL("first") "}, states: [\n"
                                               "  {id: h, history: shallow, first: {to: [s2], do: " TELL(
                                                   "default") "}}, {id: s1,\n"
                                                              "   take: [{row: R5, event: on, to: [s2]}]}, {" LOUD(
                                                                  "s2") ", take: [{row: R6, event: on, to: [s1]}]}]}\n",
         {{"open", "", "away", ""},
          {"home", "R2", "s2", "in_s first default in_s2"},
          {"on", "R6", "s1", "out_s2"},
          {"leave", "R3", "away", "out_s"},
          {"home", "R2", "s1", "in_s first"}}},
        {"a history without a word begins where its state does, by the same transition",
         HOUSE "first: {to: [s2], do: " TELL("first") "}, states: [{id: h, history: deep}, {id: s1}, {id: s2}]}\n",
         {{"open", "", "away", ""}, {"go", "R1", "s2", "in_s first"}}},
        {"a default may name several states",
         "- {id: away, take: [{row: R1, event: go, to: [h]}]}\n"
         "- id: p\n"
         "  parallel: true\n"
         "  states:\n"
         "  - {id: h, history: deep, first: {to: [x2, y2]}}\n"
         "  - {id: x, states: [{id: x1}, {id: x2}]}\n"
         "  - {id: y, states: [{id: y1}, {id: y2}]}\n"
         "  - {id: z, states: [{id: z1}, {id: z2}]}\n",
         {{"open", "", "away", ""}, {"go", "R1", "x2 y2 z1", ""}}},
        {"a shallow one restores the child, a deep one all that lay inside",
         "- {id: away, take: [{row: R1, event: deep, to: [hd]}, {row: R2, event: shallow, to: [hs]}]}\n"
         "- id: s\n"
         "  take: [{row: R3, event: leave, to: [away]}, {row: R4, event: walk, to: [b2]}]\n"
         "  states:\n"
         "  - {id: hd, history: deep, initial: a}\n"
         "  - {id: hs, history: shallow, initial: a}\n"
         "  - {id: a}\n"
         "  - {id: b, states: [{id: b1}, {id: b2}]}\n",
         {{"open", "", "away", ""},
          {"shallow", "R2", "a", ""},
          {"walk", "R4", "b2", ""},
          {"leave", "R3", "away", ""},
          {"deep", "R1", "b2", ""},
          {"leave", "R3", "away", ""},
          {"shallow", "R2", "b1", ""}}},
        {"what was left is remembered before it is left, and anew each time",
         "- id: s\n"
         "  take: [{row: R1, event: again, to: [h]}]\n"
         "  states: [{id: h, history: deep, initial: a}, {id: a, take: [{row: R2, event: on, to: [b]}]}, {id: b}]\n",
         {{"open", "", "a", ""}, {"on", "R2", "b", ""}, {"again", "R1", "b", ""}}},
    };

    TRY(rules);
}

/* p and its regions remember, with parallel states inside a region, and inside those again. */
Test(algorithm, a_deep_history_restores_nested_parallel_states_as_they_were_left)
{
    static const struct rule rule = {
        "nested parallel states inside history inside parallel states",
        "- {id: away, take: [{row: R1, event: go, to: [h]}]}\n"
        "- id: p\n"
        "  parallel: true\n"
        "  take: [{row: R2, event: leave, to: [away]}]\n"
        "  states:\n"
        "  - {id: h, history: deep, initial: x}\n"
        "  - id: x\n"
        "    states:\n"
        "    - {id: x1, take: [{row: R3, event: dive, to: [q]}]}\n"
        "    - id: q\n"
        "      parallel: true\n"
        "      states:\n"
        "      - id: k\n"
        "        states:\n"
        "        - {id: k1, take: [{row: R4, event: dive_k, to: [n]}]}\n"
        "        - id: n\n"
        "          parallel: true\n"
        "          states:\n"
        "          - {id: n_one, states: [{id: one_a, take: [{row: R5, event: on, to: [one_b]}]}, {id: one_b}]}\n"
        "          - {id: n_two, states: [{id: two_a, take: [{row: R6, event: on, to: [two_b]}]}, {id: two_b}]}\n"
        "      - {id: l, states: [{id: l1, take: [{row: R7, event: on, to: [l2]}]}, {id: l2}]}\n"
        "      - {id: m, states: [{id: m1}, {id: m2}]}\n"
        "  - {id: y, states: [{id: y1, take: [{row: R8, event: on, to: [y2]}]}, {id: y2}]}\n",
        {{"open", "", "away", ""},
         {"go", "R1", "x1 y1", ""},
         {"dive", "R3", "k1 l1 m1 y1", ""},
         {"dive_k", "R4", "one_a two_a l1 m1 y1", ""},
         {"on", "R5 R6 R7 R8", "one_b two_b l2 m1 y2", ""},
         {"leave", "R2", "away", ""},
         {"go", "R1", "one_b two_b l2 m1 y2", ""},
         {"leave", "R2", "away", ""},
         {"go", "R1", "one_b two_b l2 m1 y2", ""}}};

    rule_try(&rule);
}

/* ---- what has ended ---- */

Test(algorithm, done)
{
    static const struct rule rules[] = {
        {"a compound state is done when a final child is entered; the event comes after what its entry raised",
         "- id: a\n"
         "  take: [{row: R1, event: done.state.a, to: [b]}, {row: R2, event: last}]\n"
         "  states: [{id: a1, take: [{row: R3, event: go, to: [a_end]}]}, {id: a_end, final: true, enter: [{raise: "
         "last}]}]\n"
         "- {id: b}\n",
         {{"open", "", "a1", ""}, {"go", "R3 R2 R1", "b", ""}}},
        {"the key `done` is a row for that event, after those of `take`",
         "- id: a\n"
         "  take: [{row: R1, event: done, when: {flag: never}}, {row: R2, event: done.state.a, when: {flag: set}}]\n"
         "  done: {row: R3, to: [b]}\n"
         "  states: [{id: a1, take: [{row: R4, event: go, to: [a_end]}, {row: R5, event: mark, do: [{flag: set}]}]},\n"
         "           {id: a_end, final: true}]\n"
         "- {id: b, take: [{row: R6, event: back, to: [a]}]}\n",
         {{"open", "", "a1", ""},
          {"go", "R4 R3", "b", ""},
          {"back", "R6", "a1", ""},
          {"mark", "R5", "a1", ""},
          {"go", "R4 R2", "a_end", ""}}},
        {"a parallel state is done when all regions are, however late; the region's event comes first",
         "- id: p\n"
         "  parallel: true\n"
         "  take: [{row: R1, event: done.state.p, to: [b]}, {row: R2, event: done.state}]\n"
         "  states:\n"
         "  - {id: x, states: [{id: x1, take: [{row: R3, event: one, to: [x_end]}]}, {id: x_end, final: true}]}\n"
         "  - {id: y, states: [{id: y1, take: [{row: R4, event: two, to: [y_end]}]}, {id: y_end, final: true}]}\n"
         "- {id: b}\n",
         {{"open", "", "x1 y1", ""}, {"two", "R4 R2", "x1 y_end", ""}, {"one", "R3 R2 R1", "b", ""}}},
        {"a parallel state in a parallel state counts as a region that has ended",
         "- id: p\n"
         "  parallel: true\n"
         "  done: {row: R1, to: [b]}\n"
         "  states:\n"
         "  - id: q\n"
         "    parallel: true\n"
         "    states:\n"
         "    - {id: x, states: [{id: x1, take: [{row: R2, event: one, to: [x_end]}]}, {id: x_end, final: true}]}\n"
         "    - {id: y, initial: y_end, states: [{id: y_end, final: true}]}\n"
         "  - {id: z, initial: z_end, states: [{id: z_end, final: true}]}\n"
         "- {id: b}\n",
         {{"open", "", "x1 y_end z_end", ""}, {"one", "R2 R1", "b", ""}}},
        {"what an event that came first has left is not done any more",
         "- id: a\n"
         "  take: [{row: R1, event: first, to: [b]}]\n"
         "  done: {row: R2, to: [c]}\n"
         "  states: [{id: a1, take: [{row: R3, event: go, to: [a_end], do: [{raise: first}]}]}, {id: a_end, final: "
         "true}]\n"
         "- {id: b}\n"
         "- {id: c}\n",
         {{"open", "", "a1", ""}, {"go", "R3 R1", "b", ""}}},
        {"a final state at the top ends the case: what was raised comes to nothing",
         "- {id: a, take: [{row: R1, event: go, to: [end], do: [{raise: next}]}, {row: R2, event: next}]}\n"
         "- {id: end, final: true, enter: [{notify: over}, {raise: next}]}\n",
         {{"open", "", "a", ""}, {"go", "R1", "end", "over"}, {"!go", NULL, NULL, NULL}}},
    };

    TRY(rules);
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
