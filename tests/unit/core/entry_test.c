/* The same (algorithm_test.c): which states are left and entered, what acts in which order, what has ended. */
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

TestSuite(entry, .init = setup, .fini = teardown);

/* ---- leaving and entering ---- */

Test(entry, order)
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

    RULES_TRY(library, rules);
}

/* ---- histories ---- */

#define HOUSE                                                                                                          \
    "- id: away\n"                                                                                                     \
    "  take: [{row: R1, event: go, to: [h]}, {row: R2, event: home, to: [s]}]\n"                                       \
    "- {" LOUD("s") ", take: [{row: R3, event: leave, to: [away]}, {row: R4, event: walk, to: [s2]}], "

Test(entry, histories)
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

    RULES_TRY(library, rules);
}

/* p and its regions remember, with parallel states inside a region, and inside those again. */
Test(entry, a_deep_history_restores_nested_parallel_states_as_they_were_left)
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

    rules_try(library, &rule, 1);
}

/* ---- what has ended ---- */

Test(entry, done)
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

    RULES_TRY(library, rules);
}
