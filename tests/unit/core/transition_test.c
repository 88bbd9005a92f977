/* Which states an event leaves and enters, in which order, by which rows: W3C SCXML, Appendix D, over small charts. */
#include "tests/support/trial.h"

#include <criterion/criterion.h>

static struct library *library;
static struct trial t;

static void setup(void)
{
    library = trial_library(TRIAL_CHARTS);
}

static void teardown(void)
{
    trial_release(&t);
    library_free(library);
}

TestSuite(transition, .init = setup, .fini = teardown);

static void opened(const char *workflow)
{
    trial_init(&t, trial_chart(library, workflow));
    cr_assert_eq(trial_command(&t, &owner, "open", "2026-04-01T03:00:00Z", NULL), OUTCOME_TAKEN);
}

/* Events are a minute apart. */
static enum outcome_kind raise_event(const char *name)
{
    char at[INSTANT_TEXT_SIZE];

    instant_print(t.s->at + INSTANT_MINUTE, at);
    return trial_command(&t, &clerk, name, at, NULL);
}

#define EXPECT(event, rows, states, notices)                                                                           \
    do {                                                                                                               \
        cr_assert_eq(raise_event(event), OUTCOME_TAKEN, "%s: %s", event, t.outcome.reason_en);                         \
        cr_expect_str_eq(trial_rows(&t), rows, "%s: rows %s", event, trial_rows(&t));                                  \
        cr_expect_str_eq(trial_states(&t), states, "%s: states %s", event, trial_states(&t));                          \
        cr_expect_str_eq(trial_notices(&t), notices, "%s: notices %s", event, trial_notices(&t));                      \
    } while (0)

Test(transition, opening_enters_from_outer_to_inner)
{
    opened("order");
    cr_expect_str_eq(trial_states(&t), "a1");
    cr_expect_str_eq(trial_notices(&t), "in_a in_a1");
    cr_expect_str_eq(trial_rows(&t), "");
}

Test(transition, exits_inner_to_outer_then_acts_then_enters_outer_to_inner)
{
    opened("order");
    EXPECT("leave", "O1", "c", "out_a1 out_a did in_b in_b1 in_c");
    EXPECT("back", "O10", "a1", "out_c out_b1 out_b in_a in_a1");
}

Test(transition, an_inner_row_comes_before_an_outer_one)
{
    opened("order");
    EXPECT("both", "O7", "a2", "out_a1 in_a2");
    EXPECT("both", "O2", "c", "out_a2 out_a in_b in_b1 in_c");
}

Test(transition, an_outer_row_is_taken_when_nobody_may_take_the_inner_one)
{
    opened("order");
    cr_expect_eq(raise_event("board_only"), OUTCOME_REFUSED);
    cr_expect_eq(t.outcome.code, TOROKU_ERROR_FORBIDDEN);
    cr_expect_str_eq(trial_states(&t), "a1");
}

Test(transition, an_external_row_leaves_its_source_and_an_internal_one_does_not)
{
    opened("order");
    EXPECT("within", "O4", "a2", "out_a1 in_a2");
    EXPECT("within", "O4", "a2", "out_a2 in_a2");
    EXPECT("again", "O3", "a2", "out_a2 out_a in_a in_a2");
}

Test(transition, a_state_that_goes_to_itself_is_left_and_entered)
{
    opened("order");
    EXPECT("self", "O8", "a1", "out_a1 in_a1");
}

Test(transition, without_targets_nothing_is_left)
{
    opened("order");
    EXPECT("note", "O5", "a1", "did");
}

Test(transition, a_top_level_final_state_closes_the_case_for_good)
{
    static const char *const names[] = {"leave", "both", "note", "finish", "open"};

    opened("order");
    EXPECT("finish", "O6", "ended", "out_a1 out_a");
    cr_expect(t.s->closed);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        cr_expect_eq(raise_event(names[i]), OUTCOME_REFUSED, "%s", names[i]);
        cr_expect_eq(t.outcome.code, TOROKU_ERROR_NOT_TAKEN);
        cr_expect_str_eq(t.outcome.reason_en, "This case has ended.");
    }
    cr_expect_eq(trial_signal(&t, "leave", "2027-01-01T00:00:00Z", NULL), OUTCOME_REFUSED);
}

Test(transition, an_event_that_no_row_names_is_not_taken)
{
    opened("order");
    cr_expect_eq(raise_event("dance"), OUTCOME_REFUSED);
    cr_expect_eq(t.outcome.code, TOROKU_ERROR_NOT_TAKEN);
    cr_expect_eq(raise_event("back"), OUTCOME_REFUSED, "a row of a state that is not active");
    cr_expect_eq(trial_signal(&t, "leave", "2026-05-01T00:00:00Z", NULL), OUTCOME_REFUSED, "a command is no signal");
    cr_expect_eq(t.s->seq, 1);
}

/* ---- regions ---- */

Test(transition, regions_are_entered_in_document_order_and_left_in_reverse)
{
    opened("regions");
    cr_expect_str_eq(trial_states(&t), "x1 y1");
    cr_expect_str_eq(trial_notices(&t), "in_p in_x1 in_y1");
    EXPECT("both", "R3 R6", "x2 y2", "out_y1 out_x1 in_x2 in_y2");
    EXPECT("outer", "R1", "out", "out_y2 out_x2 out_p");
}

Test(transition, a_row_around_all_regions_is_taken_once)
{
    opened("regions");
    EXPECT("shared", "R2", "x1 y1", "did");
}

Test(transition, of_conflicting_rows_the_first_in_document_order_stands)
{
    opened("regions");
    EXPECT("clash", "R4", "out", "out_y1 out_x1 out_p");
}

Test(transition, a_later_row_that_leaves_all_regions_is_preempted_by_an_earlier_one)
{
    opened("regions");
    EXPECT("late_clash", "R5", "x2 y1", "out_x1 in_x2");
}

Test(transition, an_inner_row_preempts_the_row_that_another_region_found_further_out)
{
    opened("regions");
    EXPECT("outer", "R8", "x1 y2", "out_y1 in_y2");
}

Test(transition, several_targets_are_entered_together_and_unnamed_regions_by_default)
{
    opened("regions");
    EXPECT("clash", "R4", "out", "out_y1 out_x1 out_p");
    EXPECT("split", "R10", "x2 y2", "in_p in_x2 in_y2");
    EXPECT("outer", "R1", "out", "out_y2 out_x2 out_p");
    EXPECT("one", "R11", "x1 y2", "in_p in_x1 in_y2");
}

/* ---- history ---- */

Test(transition, history_remembers_deep_or_shallow)
{
    opened("memory");
    EXPECT("walk", "M3", "table", "");
    EXPECT("walk", "M4", "chair", "");
    EXPECT("leave", "M1", "away", "");
    cr_expect_str_eq(trial_json(t.s->history), "{\"home_deep\":[\"chair\"],\"home_shallow\":[\"room\"]}");
    EXPECT("shallow", "M6", "table", "");
    EXPECT("leave", "M1", "away", "");
    EXPECT("deep", "M5", "table", "");
    EXPECT("walk", "M4", "chair", "");
    EXPECT("leave", "M1", "away", "");
    EXPECT("deep", "M5", "chair", "");
}

/* Nothing is recorded before the state was left: the default, which for the deep one is the initial state. */
Test(transition, history_without_a_record_goes_to_its_default)
{
    opened("memory");
    cr_assert_str_eq(trial_states(&t), "hall");
    EXPECT("leave", "M1", "away", "");
    value_map_unset(t.s->history, "home_deep");
    value_map_unset(t.s->history, "home_shallow");
    EXPECT("shallow", "M6", "table", "");
    EXPECT("leave", "M1", "away", "");
    value_map_unset(t.s->history, "home_deep");
    EXPECT("deep", "M5", "hall", "");
}

/* A state left for its own history: what is recorded on the way out is what is entered again. */
Test(transition, a_state_that_goes_to_its_own_history_stays_where_it_stood)
{
    opened("memory");
    EXPECT("leave", "M1", "away", "");
    EXPECT("deep", "M5", "hall", "");
    EXPECT("walk", "M3", "table", "");
    EXPECT("walk", "M4", "chair", "");
    EXPECT("renew", "M2", "chair", "");
}

/* The history of a parallel state inside a region, never left before: the other regions stay where they are. */
Test(transition, the_default_of_a_history_leaves_other_regions_alone)
{
    opened("memory");
    EXPECT("leave", "M1", "away", "");
    EXPECT("to_pair", "M7", "one_a two_a right_a third_a", "");
    EXPECT("move_right", "M13", "one_a two_a right_b third_a", "");
    EXPECT("sit", "M14", "bench right_a third_a", "");
    EXPECT("move_right", "M13", "bench right_b third_a", "");
    value_map_unset(t.s->history, "inner_history");
    EXPECT("recall", "M12", "one_a two_a right_b third_a", "");
}

Test(transition, the_history_of_a_parallel_state_enters_its_regions_by_default)
{
    opened("memory");
    EXPECT("leave", "M1", "away", "");
    EXPECT("to_inner", "M8", "one_a two_a right_a third_a", "");
    EXPECT("inside", "M11", "one_b two_a right_a third_a", "");
    EXPECT("leave", "M9", "away", "");
    EXPECT("to_inner", "M8", "one_a two_a right_a third_a", "");
}

/* ---- done ---- */

Test(transition, a_region_is_done_when_its_final_child_is_entered)
{
    opened("finish");
    EXPECT("second", "F7 F6", "f1 f2_end", "end2");
    EXPECT("note", "F9", "f1 f2_end", "");
    EXPECT("first", "F3 F2 F1", "open", "end1 end_all");
}

Test(transition, what_is_done_at_once_is_taken_inner_first_and_in_document_order)
{
    opened("finish");
    EXPECT("all", "F4 F8 F2 F6 F1", "open", "end1 end2 end_all");
}

Test(transition, done_is_taken_once_for_each_time_a_final_child_is_entered)
{
    opened("finish");
    EXPECT("first", "F3 F2", "f1_end f2", "end1");
    EXPECT("reopen", "F5", "f1 f2", "");
    EXPECT("first", "F3 F2", "f1_end f2", "end1");
    EXPECT("second", "F7 F6 F1", "open", "end2 end_all");
}

Test(transition, a_chart_that_never_rests_refuses_the_event)
{
    opened("restless");
    cr_expect_eq(raise_event("push"), OUTCOME_REFUSED);
    cr_expect_eq(t.outcome.code, TOROKU_ERROR_INTERNAL);
    cr_expect_str_eq(trial_states(&t), "still");
}

Test(transition, done_moves_on_until_the_case_rests)
{
    opened("finish");
    EXPECT("all", "F4 F8 F2 F6 F1", "open", "end1 end2 end_all");
    EXPECT("close", "F12 F11 F10", "ended", "end_inner end_all last");
    cr_expect(t.s->closed);
}

/* ---- events of persons and of actions ---- */

Test(transition, a_row_without_by_answers_to_actions_and_one_with_by_to_persons)
{
    opened("inner");
    EXPECT("checked", "N2", "c", "");
    EXPECT("back", "N9", "a", "");
    EXPECT("check", "N1 N3", "b", "");
    EXPECT("mark", "N7 N8", "ended", "");
}

Test(transition, the_event_of_a_person_is_matched_by_its_first_tokens)
{
    opened("inner");
    EXPECT("ask.all", "N4", "a", "");
    EXPECT("ask.all.twice", "N4", "a", "");
    EXPECT("ask", "N5", "a", "");
    EXPECT("ask.some", "N5", "a", "");
    cr_expect_eq(raise_event("asked"), OUTCOME_REFUSED);
    cr_expect_eq(t.outcome.code, TOROKU_ERROR_NOT_TAKEN);
    cr_expect_eq(raise_event("told.late"), OUTCOME_REFUSED, "the board's");
    cr_expect_eq(t.outcome.code, TOROKU_ERROR_FORBIDDEN);
}
