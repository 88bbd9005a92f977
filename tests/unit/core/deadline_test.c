/* The life of a deadline: armed, reminded of, stopped, held, restarted, fired, dropped. The chart is clock.yaml. */
#include "tests/support/trial.h"

#include <criterion/criterion.h>

#define OPENED "2026-04-01T03:00:00Z" /* Wednesday, noon in Tokyo */

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

TestSuite(deadline, .init = setup, .fini = teardown);

static void opened(void)
{
    trial_init(&t, trial_chart(library, "clock"));
    cr_assert_eq(trial_command(&t, &owner, "open", OPENED, "{\"until\":\"2026-04-30\"}"), OUTCOME_TAKEN);
}

static void raised(const char *name, const char *at)
{
    cr_assert_eq(trial_command(&t, &clerk, name, at, NULL), OUTCOME_TAKEN, "%s: %s", name, t.outcome.reason_en);
}

/* Fires and expects: the instant of the event, the notices. */
static void fired(const char *deadline, const char *at, const char *notices)
{
    cr_assert_eq(trial_due(&t, deadline), OUTCOME_TAKEN, "%s: %s", deadline, t.outcome.reason_en);
    cr_expect_eq(t.s->at, trial_instant(at), "%s", deadline);
    cr_expect_str_eq(trial_notices(&t), notices, "%s: %s", deadline, trial_notices(&t));
}

static instant fire_at(const char *deadline)
{
    return snapshot_fire_at(t.s, trial_deadline(&t, deadline), 5 * INSTANT_SECOND);
}

Test(deadline, each_is_armed_on_entry_from_its_anchor)
{
    static const struct {
        const char *id, *due, *next;
    } rows[] = {
        {"answer", "2026-04-11T15:00:00Z", "2026-04-06T08:30:00Z"},   /* 10 days; first 17:30, 5 days before */
        {"term", "2026-05-31T15:00:00Z", "2026-05-24T00:00:00Z"},     /* a month from 1 May */
        {"grace", "2026-04-03T03:00:00Z", "2026-04-03T00:00:00Z"},    /* 48 hours */
        {"workdays", "2026-04-08T15:00:00Z", "2026-04-08T15:00:00Z"}, /* 2, 3, 6, 7, 8 April */
    };

    opened();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        cr_expect_str_eq(trial_due_at(&t, rows[i].id), rows[i].due, "%s: %s", rows[i].id, trial_due_at(&t, rows[i].id));
        cr_expect_str_eq(trial_next_at(&t, rows[i].id), rows[i].next, "%s: %s", rows[i].id,
                         trial_next_at(&t, rows[i].id));
        cr_expect_eq(trial_deadline(&t, rows[i].id)->arming, 1);
    }
}

Test(deadline, its_record_tells_how_it_was_derived)
{
    struct value *record;
    const struct value *why, *steps;

    opened();
    record = trial_value(t.record->str);
    why = value_get(value_at(value_path(record, "outcome.deadlines"), 3), "why");
    steps = value_get(why, "steps");
    cr_expect_str_eq(value_text(value_get(why, "rule")), "law.3");
    cr_expect_str_eq(value_text(value_get(why, "zone")), "Asia/Tokyo");
    cr_expect_str_eq(value_text(value_get(why, "calendar")), "town");
    cr_expect_str_eq(value_text(value_get(why, "calendar_version")), "1");
    cr_expect_not_null(value_text(value_get(why, "tzdata")));
    cr_expect_str_eq(value_text(value_get(value_at(steps, 2), "day")), "2026-04-04", "%s", trial_json(why));
    cr_expect_str_eq(value_text(value_get(value_at(steps, 2), "why")), "土曜日", "%s", trial_json(why));
    cr_expect_str_eq(value_text(value_get(value_at(steps, value_size(steps) - 1), "at")), "2026-04-08T15:00:00Z");
    value_unref(record);
}

Test(deadline, reminders_come_in_the_order_of_their_instants_and_then_the_due_instant)
{
    opened();
    fired("answer", "2026-04-06T08:30:00Z", "far far");
    cr_expect_str_eq(trial_flags(&t), "");
    fired("answer", "2026-04-09T00:00:00Z", "near");
    fired("answer", "2026-04-11T15:00:00Z", "overdue");
    cr_expect_str_eq(trial_flags(&t), "late");
    cr_expect_str_eq(trial_states(&t), "going", "a target decides nothing");
    cr_expect_str_eq(trial_rows(&t), "");
    cr_expect_str_eq(trial_next_at(&t, "answer"), "never");
    cr_expect_str_eq(trial_due_at(&t, "answer"), "2026-04-11T15:00:00Z");
    cr_expect_eq(fire_at("answer"), INSTANT_NEVER);
}

Test(deadline, a_notice_about_it_shows_its_last_day_and_instant)
{
    opened();
    fired("answer", "2026-04-06T08:30:00Z", "far far");
    fired("answer", "2026-04-09T00:00:00Z", "near");
    fired("answer", "2026-04-11T15:00:00Z", "overdue");
    cr_expect_str_eq(trial_json(g_array_index(t.outcome.notices, struct notice_effect, 0).vars),
                     "{\"deadline\":{\"due\":\"2026-04-11T15:00:00Z\",\"en\":\"Answer\",\"ja\":\"回答\","
                     "\"last_day\":\"2026-04-11\"}}");
    cr_expect_str_eq(g_array_index(t.outcome.notices, struct notice_effect, 0).to, "office.lead");
}

Test(deadline, a_limit_acts_and_its_notice_outlives_it)
{
    opened();
    fired("term", "2026-05-24T00:00:00Z", "last");
    fired("term", "2026-05-31T15:00:00Z", "overdue");
    cr_expect_str_eq(trial_rows(&t), "K1");
    cr_expect_str_eq(trial_states(&t), "ended");
    cr_expect_str_eq(trial_flags(&t), "termed");
    cr_expect(t.s->closed);
    cr_expect_eq(t.s->deadlines->len, 0u);
    cr_expect_not_null(strstr(trial_json(g_array_index(t.outcome.notices, struct notice_effect, 0).vars),
                              "\"last_day\":\"2026-05-31\""));
}

Test(deadline, only_the_due_instant_of_a_limit_settles)
{
    opened();
    cr_expect_eq(fire_at("term"), trial_instant("2026-05-24T00:00:00Z"), "a reminder of a limit comes at once");
    cr_expect_eq(fire_at("workdays"), trial_instant("2026-04-08T15:00:00Z"), "a target comes at once");
    fired("term", "2026-05-24T00:00:00Z", "last");
    cr_expect_eq(fire_at("term"), trial_instant("2026-05-31T15:00:05Z"));
}

Test(deadline, an_occurrence_fires_once_not_before_its_instant_and_not_after_a_new_arming)
{
    struct event event = {.kind = EVENT_DUE, .name = "grace"};

    opened();
    event.deadline = chart_deadline_index(t.chart, "grace");
    event.arming = 1;
    event.at = trial_instant("2026-04-02T23:59:59.999999Z");
    cr_expect_eq(trial_step(&t, &event), OUTCOME_REFUSED, "before its instant");
    cr_expect_eq(t.outcome.code, TOROKU_ERROR_NOT_TAKEN);
    event.at = trial_instant("2026-04-03T00:00:00Z");
    event.occurrence = 1;
    cr_expect_eq(trial_step(&t, &event), OUTCOME_REFUSED, "not its turn");
    event.occurrence = 0;
    cr_expect_eq(trial_step(&t, &event), OUTCOME_TAKEN);
    cr_expect_eq(trial_step(&t, &event), OUTCOME_REFUSED, "twice");
    event.occurrence = 1;
    event.arming = 2;
    event.at = trial_instant("2026-04-03T03:00:00Z");
    cr_expect_eq(trial_step(&t, &event), OUTCOME_REFUSED, "of another arming");
    raised("leave", "2026-04-03T03:00:00Z");
    event.arming = 1;
    cr_expect_eq(trial_step(&t, &event), OUTCOME_REFUSED, "of a deadline that is gone");
    raised("return", "2026-04-03T03:00:00Z");
    cr_expect_eq(trial_step(&t, &event), OUTCOME_REFUSED, "of the arming before");
}

Test(deadline, it_is_kept_among_descendants_dropped_on_exit_and_armed_anew_on_entry)
{
    opened();
    raised("keep", "2026-04-02T03:00:00Z");
    raised("release", "2026-04-02T04:00:00Z");
    cr_expect_eq(trial_deadline(&t, "answer")->arming, 1);
    cr_expect_str_eq(trial_due_at(&t, "answer"), "2026-04-11T15:00:00Z");
    raised("leave", "2026-04-02T05:00:00Z");
    cr_expect_null(trial_deadline(&t, "answer"));
    cr_expect_eq(t.s->deadlines->len, 0u);
    raised("return", "2026-04-05T03:00:00Z");
    cr_expect_eq(trial_deadline(&t, "answer")->arming, 5);
    cr_expect_str_eq(trial_due_at(&t, "answer"), "2026-04-15T15:00:00Z");
    cr_expect_str_eq(trial_due_at(&t, "term"), "2026-05-31T15:00:00Z", "anchored on a date of the data");
    raised("anew", "2026-04-06T03:00:00Z");
    cr_expect_eq(trial_deadline(&t, "answer")->arming, 6, "a state that goes to itself");
    cr_expect_str_eq(trial_due_at(&t, "answer"), "2026-04-16T15:00:00Z");
}

Test(deadline, a_stopped_clock_does_not_count_and_resumes)
{
    opened();
    raised("pause", "2026-04-02T03:00:00Z");
    cr_expect_str_eq(trial_due_at(&t, "answer"), "never");
    cr_expect_str_eq(trial_next_at(&t, "grace"), "never");
    cr_expect_eq(fire_at("workdays"), INSTANT_NEVER);
    cr_expect_str_eq(trial_due_at(&t, "term"), "2026-05-31T15:00:00Z", "not stopped here");
    raised("resume", "2026-04-04T03:00:00Z");
    cr_expect_str_eq(trial_due_at(&t, "answer"), "2026-04-13T15:00:00Z", "two days at whose end it stood");
    cr_expect_str_eq(trial_next_at(&t, "answer"), "2026-04-08T08:30:00Z", "reminders move with it");
    cr_expect_str_eq(trial_due_at(&t, "grace"), "2026-04-05T03:00:00Z", "hours are exact");
    cr_expect_str_eq(trial_due_at(&t, "workdays"), "2026-04-10T15:00:00Z", "%s", trial_due_at(&t, "workdays"));
    cr_expect_eq(trial_deadline(&t, "answer")->arming, 1);
    raised("pause", "2026-04-04T03:00:00Z");
    raised("resume", "2026-04-04T04:00:00Z");
    cr_expect_str_eq(trial_due_at(&t, "answer"), "2026-04-13T15:00:00Z", "within one day");
    cr_expect_str_eq(trial_due_at(&t, "grace"), "2026-04-05T04:00:00Z");
    cr_expect_eq(trial_deadline(&t, "grace")->stops->len, 2u);
}

Test(deadline, what_was_sent_before_a_stop_is_not_sent_again)
{
    opened();
    fired("answer", "2026-04-06T08:30:00Z", "far far");
    raised("pause", "2026-04-07T03:00:00Z");
    raised("resume", "2026-04-09T03:00:00Z");
    cr_expect_str_eq(trial_next_at(&t, "answer"), "2026-04-11T00:00:00Z");
    fired("answer", "2026-04-11T00:00:00Z", "near");
    fired("answer", "2026-04-13T15:00:00Z", "overdue");
    raised("pause", "2026-04-14T03:00:00Z");
    cr_expect_str_eq(trial_due_at(&t, "answer"), "2026-04-13T15:00:00Z", "what has passed is not stopped");
    cr_expect_eq(trial_deadline(&t, "answer")->stops->len, 1u);
}

/* Renewal pending: time counts, firing waits; when the hold ends, what has passed fires, without its reminders. */
Test(deadline, a_held_deadline_fires_when_the_hold_ends)
{
    opened();
    raised("keep", "2026-04-02T03:00:00Z");
    cr_expect_eq(fire_at("term"), INSTANT_NEVER);
    cr_expect_str_eq(trial_due_at(&t, "term"), "2026-05-31T15:00:00Z", "time counts");
    cr_expect_eq(trial_due(&t, "term"), OUTCOME_REFUSED);
    fired("grace", "2026-04-03T00:00:00Z", "near");
    raised("release", "2026-06-10T00:00:00Z");
    cr_expect_str_eq(trial_next_at(&t, "term"), "2026-05-31T15:00:00Z");
    cr_expect_eq(fire_at("term"), trial_instant("2026-05-31T15:00:05Z"));
    cr_expect_str_eq(trial_next_at(&t, "answer"), "2026-04-11T15:00:00Z");
    fired("term", "2026-06-10T00:00:00Z", "overdue");
    cr_expect(t.s->closed);
}

Test(deadline, a_hold_that_ends_in_time_leaves_the_reminders_to_come)
{
    opened();
    raised("keep", "2026-04-02T03:00:00Z");
    raised("release", "2026-04-07T00:00:00Z");
    cr_expect_str_eq(trial_next_at(&t, "answer"), "2026-04-09T00:00:00Z", "the first one passed while it was held");
    fired("answer", "2026-04-09T00:00:00Z", "near");
}

static enum outcome_kind extended(const char *until, const char *at)
{
    g_autofree char *json = g_strdup_printf("{\"until\":\"%s\"}", until);

    return trial_command(&t, &clerk, "extend", at, json);
}

Test(deadline, a_restart_arms_from_the_present_data)
{
    opened();
    cr_assert_eq(extended("2026-06-15", "2026-05-01T00:00:00Z"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_due_at(&t, "term"), "2026-07-15T15:00:00Z");
    cr_expect_eq(trial_deadline(&t, "term")->arming, 2);
    cr_expect_eq(trial_deadline(&t, "answer")->arming, 1);
}

Test(deadline, reminders_that_have_passed_when_it_is_armed_are_not_sent)
{
    opened();
    cr_assert_eq(extended("2026-04-02", "2026-04-26T00:00:00Z"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_next_at(&t, "term"), "2026-05-02T15:00:00Z");
    cr_expect_eq(trial_deadline(&t, "term")->occurrence, 1);
}

Test(deadline, one_that_is_armed_in_the_past_fires_now)
{
    opened();
    cr_assert_eq(extended("2026-01-31", "2026-04-26T00:00:00Z"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_next_at(&t, "term"), "2026-02-28T15:00:00Z");
    fired("term", "2026-04-26T00:00:00Z", "overdue");
    cr_expect(t.s->closed);
}

Test(deadline, an_anchor_without_a_result_refuses_the_event)
{
    opened();
    cr_assert_eq(extended("9999-12-31", "2026-04-26T00:00:00Z"), OUTCOME_REFUSED);
    cr_expect_not_null(strstr(t.outcome.reason_en, "9999"), "%s", t.outcome.reason_en);
    cr_expect_str_eq(trial_json(t.s->data), "{\"until\":\"2026-04-30\"}");
    cr_expect_eq(t.s->seq, 1);
}

Test(deadline, turns_name_the_nearest_one)
{
    GArray *turns;

    opened();
    turns = snapshot_turns(t.s);
    cr_assert_eq(turns->len, 1u);
    cr_expect_str_eq(t.chart->deadlines[g_array_index(turns, struct turn, 0).deadline].id, "grace");
    cr_expect_eq(g_array_index(turns, struct turn, 0).due, trial_instant("2026-04-03T03:00:00Z"));
    g_array_unref(turns);
    raised("pause", "2026-04-02T03:00:00Z");
    turns = snapshot_turns(t.s);
    cr_assert_eq(turns->len, 1u);
    cr_expect_str_eq(t.chart->deadlines[g_array_index(turns, struct turn, 0).deadline].id, "term");
    g_array_unref(turns);
    raised("leave", "2026-04-02T04:00:00Z");
    turns = snapshot_turns(t.s);
    cr_expect_eq(turns->len, 0u, "nobody's turn");
    g_array_unref(turns);
}

/* ---- stops.yaml ---- */

static void opened_stops(void)
{
    trial_init(&t, trial_chart(library, "stops"));
    cr_assert_eq(trial_command(&t, &owner, "open", OPENED, NULL), OUTCOME_TAKEN);
}

Test(deadline, any_of_several_regions_stops_the_clock)
{
    opened_stops();
    cr_expect_str_eq(trial_due_at(&t, "review"), "2026-04-01T13:00:00Z");
    raised("stop_left", "2026-04-01T04:00:00Z");
    raised("stop_right", "2026-04-01T05:00:00Z");
    raised("go_left", "2026-04-01T06:00:00Z");
    cr_expect_str_eq(trial_due_at(&t, "review"), "never", "the right one still stops it");
    raised("go_right", "2026-04-01T08:00:00Z");
    cr_expect_str_eq(trial_due_at(&t, "review"), "2026-04-01T17:00:00Z");
    cr_expect_eq(trial_deadline(&t, "review")->stops->len, 1u);
    fired("review", "2026-04-01T17:00:00Z", "");
    cr_expect_str_eq(trial_states(&t), "ended");
    cr_expect_str_eq(trial_flags(&t), "passed");
}

Test(deadline, a_limit_without_an_enabled_row_passes_once_and_moves_nothing)
{
    opened_stops();
    raised("stop_left", "2026-04-01T04:00:00Z");
    raised("free_left", "2026-04-01T05:00:00Z");
    fired("review", "2026-04-01T14:00:00Z", "");
    cr_expect_str_eq(trial_states(&t), "left_free right_go");
    cr_expect_str_eq(trial_flags(&t), "passed");
    cr_expect_str_eq(trial_rows(&t), "");
    cr_expect_str_eq(trial_next_at(&t, "review"), "never");
    raised("stop_right", "2026-04-01T15:00:00Z");
    cr_expect_str_eq(trial_due_at(&t, "review"), "2026-04-01T14:00:00Z");
}

/* "pointer rule, ..." of the last refusal */
static const char *findings(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < t.outcome.findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(t.outcome.findings, i);

        g_string_append_printf(text, "%s%s %s", i == 0 ? "" : ", ", finding->pointer, finding->rule);
    }
    return g_intern_string(text->str);
}

/* `answer` is due at 2026-04-11T15:00:00Z, `grace` flags the case on 3 April: from each on a field is required. */
Test(deadline, one_that_has_passed_demands_a_reason_of_the_form)
{
    static const struct {
        const char *at, *input, *flags, *findings;
    } rows[] = {
        {"2026-04-03T02:59:59.999999Z", "{}", "in_time", ""},
        {"2026-04-03T03:00:00Z", "{}", NULL, "/hurry required"},
        {"2026-04-11T14:59:59.999999Z", "{\"hurry\":\"x\"}", "hurried in_time", ""},
        {"2026-04-11T15:00:00Z", "{\"hurry\":\"x\"}", NULL, "/delay required"},
        {"2026-04-11T15:00:00Z", "{\"hurry\":\"x\",\"delay\":\" \"}", NULL, "/delay required"},
        {"2026-04-11T15:00:00Z", "{\"hurry\":\"x\",\"delay\":\"y\"}", "after_all hurried", ""},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        opened();
        if (strcmp(rows[i].at, "2026-04-03T03:00:00Z") >= 0) {
            fired("grace", "2026-04-03T00:00:00Z", "near");
            fired("grace", "2026-04-03T03:00:00Z", "");
        }
        cr_expect_eq(trial_command(&t, &clerk, "reply", rows[i].at, rows[i].input),
                     rows[i].flags == NULL ? OUTCOME_REFUSED : OUTCOME_TAKEN, "%zu", i);
        cr_expect_str_eq(findings(), rows[i].findings, "%zu: %s", i, findings());
        if (rows[i].flags != NULL)
            cr_expect_str_eq(trial_flags(&t), rows[i].flags, "%zu: %s", i, trial_flags(&t));
        trial_release(&t);
    }
    opened();
}

Test(deadline, what_a_form_demands_may_depend_on_the_data_of_the_case)
{
    trial_init(&t, trial_chart(library, "clock"));
    cr_assert_eq(trial_command(&t, &owner, "open", OPENED, "{\"until\":\"2026-12-31\"}"), OUTCOME_TAKEN);
    cr_expect_eq(trial_command(&t, &clerk, "reply", OPENED, "{}"), OUTCOME_REFUSED);
    cr_expect_str_eq(findings(), "/year_end required", "%s", findings());
}

Test(deadline, rows_may_ask_for_a_flag_and_for_what_has_passed)
{
    opened();
    cr_expect_eq(trial_command(&t, &clerk, "forgive", OPENED, NULL), OUTCOME_REFUSED);
    cr_expect_eq(trial_command(&t, &clerk, "praise", "2026-04-11T14:59:59.999999Z", NULL), OUTCOME_TAKEN);
    cr_expect_eq(trial_command(&t, &clerk, "praise", "2026-04-11T15:00:00Z", NULL), OUTCOME_REFUSED);
    cr_expect_str_eq(t.outcome.reason_en, "\"Answer\" has passed.", "%s", t.outcome.reason_en);
    cr_expect_str_eq(t.outcome.reason_ja, "「回答」を過ぎています。", "%s", t.outcome.reason_ja);
    fired("answer", "2026-04-11T14:59:59.999999Z", "far far");
    fired("answer", "2026-04-11T14:59:59.999999Z", "near");
    fired("answer", "2026-04-11T15:00:00Z", "overdue");
    raised("forgive", "2026-04-11T15:00:01Z");
    cr_expect_str_eq(trial_flags(&t), "praised", "%s", trial_flags(&t));
}

/* `ahead` lives only in a case that is planned, and ends with the day before. */
Test(deadline, a_case_may_have_a_deadline_only_when_its_data_say_so)
{
    opened();
    cr_expect_str_eq(trial_due_at(&t, "ahead"), "none");
    cr_assert_eq(trial_command(&t, &clerk, "extend", OPENED, "{\"until\":\"2026-04-30\",\"planned\":true}"),
                 OUTCOME_TAKEN);
    cr_expect_str_eq(trial_due_at(&t, "ahead"), "2026-04-29T15:00:00Z", "%s", trial_due_at(&t, "ahead"));
    cr_assert_eq(trial_command(&t, &clerk, "extend", OPENED, "{\"until\":\"2026-04-20\",\"planned\":true}"),
                 OUTCOME_TAKEN);
    cr_expect_str_eq(trial_due_at(&t, "ahead"), "2026-04-19T15:00:00Z", "%s", trial_due_at(&t, "ahead"));
    raised("anew", OPENED);
    cr_expect_str_eq(trial_due_at(&t, "ahead"), "2026-04-19T15:00:00Z", "%s", trial_due_at(&t, "ahead"));
    cr_assert_eq(trial_command(&t, &clerk, "extend", OPENED, "{\"until\":\"2026-04-20\"}"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_due_at(&t, "ahead"), "none");
    cr_assert_eq(trial_command(&t, &clerk, "extend", OPENED, "{\"until\":\"2026-04-20\",\"planned\":true}"),
                 OUTCOME_TAKEN);
    raised("leave", OPENED);
    cr_expect_str_eq(trial_due_at(&t, "ahead"), "none");
    cr_assert_eq(trial_command(&t, &clerk, "return", OPENED, NULL), OUTCOME_TAKEN);
    cr_assert_eq(trial_due(&t, "workdays"), OUTCOME_TAKEN);
    cr_assert_eq(trial_due(&t, "ahead"), OUTCOME_TAKEN);
    cr_expect_eq(t.s->at, trial_instant("2026-04-19T15:00:00Z"));
    cr_expect_str_eq(trial_flags(&t), "slow sprung", "%s", trial_flags(&t));
}

/* The same chart in which `answer` ends otherwise: where it moves to, its reminders count back from. */
Test(deadline, reminders_count_back_from_the_day_that_the_rule_ends_on)
{
    static const struct {
        const char *period, *due, *next;
    } rows[] = {
        {"days: 10, cutoff: \"15:00\"", "2026-04-11T06:00:00Z", "2026-04-06T08:30:00Z"},
        {"days: 10, roll: next_open", "2026-04-13T15:00:00Z", "2026-04-08T08:30:00Z"},
        {"days: 10, roll: next_open, roll_at: \"12:00\"", "2026-04-13T03:00:00Z", "2026-04-08T08:30:00Z"},
    };
    g_autofree char *text = NULL;

    cr_assert(g_file_get_contents(TRIAL_CHARTS "/clock.yaml", &text, NULL, NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *version = g_strdup_printf("version: %zu\n", i + 2);
        g_autoptr(GString) changed = g_string_new(text);
        struct chart *chart;

        cr_assert_eq(g_string_replace(changed, "days: 10", rows[i].period, 0), 1);
        cr_assert_eq(g_string_replace(changed, "version: 1\n", version, 1), 1);
        chart = library_add_stored(library, "clock", changed->str, NULL);
        cr_assert_not_null(chart, "%s", rows[i].period);
        trial_init(&t, chart);
        cr_assert_eq(trial_command(&t, &owner, "open", OPENED, "{\"until\":\"2026-04-30\"}"), OUTCOME_TAKEN);
        cr_expect_str_eq(trial_due_at(&t, "answer"), rows[i].due, "%s: %s", rows[i].period, trial_due_at(&t, "answer"));
        cr_expect_str_eq(trial_next_at(&t, "answer"), rows[i].next, "%s: %s", rows[i].period,
                         trial_next_at(&t, "answer"));
        if (i + 1 < G_N_ELEMENTS(rows))
            trial_release(&t);
    }
}
