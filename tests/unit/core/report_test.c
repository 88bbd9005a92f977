/* What counts from an instant that the form names, what is done only when a guard holds, forms built on forms, and the
 * version that the form chooses. The chart is report.yaml. */
#include "tests/support/trial.h"

#include <criterion/criterion.h>

#define NOTICED "2026-05-01T10:00:00Z" /* Friday 19:00 in Tokyo, before five days without an office */
#define OPENED "2026-05-01T10:20:00Z"
#define NO_SHELF "{\"shelf\":null}"
#define A_SHELF "{\"shelf\":{\"states\":[\"standing\",\"valid\"]}}"

static struct library *library;
static struct trial t;

static void setup(void)
{
    library = trial_library(TRIAL_CHARTS);
    trial_init(&t, trial_chart(library, "report"));
}

static void teardown(void)
{
    trial_release(&t);
    library_free(library);
}

TestSuite(report, .init = setup, .fini = teardown);

static void opened(const char *shelf)
{
    trial_tell_linked(&t, shelf);
    cr_assert_eq(trial_command(&t, &owner, "open", OPENED, "{\"noticed_at\":\"" NOTICED "\"}"), OUTCOME_TAKEN);
}

/* The places of the findings, or what kind of outcome it was. */
static const char *answer(const struct actor *who, const char *event, const char *at, const char *input)
{
    enum outcome_kind kind = trial_command(&t, who, event, at, input);
    g_autoptr(GString) text = g_string_new(kind == OUTCOME_TAKEN ? "taken" : "");

    for (guint i = 0; kind != OUTCOME_TAKEN && i < t.outcome.findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(t.outcome.findings, i);

        g_string_append_printf(text, "%s%s %s", i == 0 ? "" : ", ", finding->pointer, finding->rule);
    }
    return g_intern_string(text->str);
}

Test(report, hours_and_days_count_from_the_instant_that_was_named)
{
    opened(NO_SHELF);
    cr_expect_str_eq(trial_due_at(&t, "quick"), "2026-05-02T10:00:00Z"); /* 24 hours, whatever the day */
    cr_expect_str_eq(trial_next_at(&t, "quick"), "2026-05-02T04:00:00Z");
    cr_expect_str_eq(trial_due_at(&t, "full"), "2026-05-31T15:00:00Z"); /* the end of the 30th day after 1 May */
}

Test(report, what_has_passed_already_fires_at_once_and_its_reminders_never)
{
    trial_tell_linked(&t, NO_SHELF);
    cr_assert_eq(trial_command(&t, &owner, "open", "2026-05-07T00:00:00Z", "{\"noticed_at\":\"" NOTICED "\"}"),
                 OUTCOME_TAKEN);
    cr_expect_str_eq(trial_next_at(&t, "quick"), "2026-05-02T10:00:00Z");
    cr_assert_eq(trial_due(&t, "quick"), OUTCOME_TAKEN);
    cr_expect_eq(t.s->at, trial_instant("2026-05-07T00:00:00Z"), "instants of a case do not decrease");
    cr_expect_str_eq(trial_notices(&t), "");
    cr_expect_str_eq(trial_flags(&t), "alone grave late");
}

Test(report, an_action_is_done_only_when_its_guard_holds)
{
    trial_tell_linked(&t, A_SHELF);
    cr_assert_eq(trial_command(&t, &owner, "open", "2026-04-10T04:00:00Z", "{\"noticed_at\":\"2026-04-10T03:00:00Z\"}"),
                 OUTCOME_TAKEN);
    cr_expect_str_eq(trial_flags(&t), "", "there is a shelf");
    cr_expect_str_eq(trial_notices(&t), "near", "what came in with the opening is read");
    cr_assert_str_eq(answer(&owner, "report", "2026-04-10T05:00:00Z", "{\"grave\":true}"), "taken");
    cr_expect_str_eq(trial_notices(&t), "overdue", "a state entered reads the form of the row");
    cr_assert_str_eq(answer(&owner, "again", "2026-04-10T06:00:00Z", "{\"grave\":true}"), "taken");
    cr_expect_str_eq(trial_notices(&t), "far", "the flag of the same event is not read");
    cr_expect_str_eq(trial_signals(&t), "filed>shelf");
    cr_expect_str_eq(trial_flags(&t), "grave");
    trial_tell_linked(&t, NO_SHELF);
    cr_assert_str_eq(answer(&owner, "again", "2026-04-10T07:00:00Z", "{\"grave\":true}"), "taken");
    cr_expect_str_eq(trial_notices(&t), "");
    cr_expect_str_eq(trial_signals(&t), "");
}

Test(report, facts_that_an_action_needs_are_asked_for)
{
    cr_expect_eq(trial_command(&t, &owner, "open", OPENED, "{\"noticed_at\":\"" NOTICED "\"}"), OUTCOME_WANTS);
    cr_expect_eq(t.outcome.wants_relations, 1u);
}

Test(report, an_instant_of_the_form_stands_for_that_of_the_event)
{
    static const struct {
        const char *at, *input, *answer;
    } rows[] = {
        {"2026-05-07T00:00:00Z", "{\"arrived_at\":\"2026-05-02T10:00:00Z\",\"grave\":false}", "/delay required"},
        {"2026-05-07T00:00:00Z", "{\"arrived_at\":\"2026-05-07T00:00:00.000001Z\",\"grave\":false}",
         "/arrived_at future, /delay required"},
        {"2026-05-07T00:00:00Z", "{\"arrived_at\":\"2026-05-02T18:59:59.999999+09:00\",\"grave\":false}", "taken"},
    };

    opened(NO_SHELF);
    cr_assert_eq(trial_due(&t, "quick"), OUTCOME_TAKEN); /* the reminder */
    cr_assert_eq(trial_due(&t, "quick"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_flags(&t), "alone grave late");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *got = answer(&clerk, "intake", rows[i].at, rows[i].input);

        cr_expect_str_eq(got, rows[i].answer, "%s: %s", rows[i].input, got);
    }
    cr_expect_str_eq(trial_flags(&t), "alone grave");
    cr_expect_eq(t.s->at, trial_instant("2026-05-07T00:00:00Z"), "the event's own instant is that of receipt");
}

Test(report, one_that_arrived_late_stays_late)
{
    opened(NO_SHELF);
    cr_assert_eq(trial_due(&t, "quick"), OUTCOME_TAKEN);
    cr_assert_eq(trial_due(&t, "quick"), OUTCOME_TAKEN);
    cr_assert_str_eq(answer(&clerk, "intake", "2026-05-07T00:00:00Z",
                            "{\"arrived_at\":\"2026-05-03T00:00:00Z\",\"delay\":\"x\",\"grave\":false}"),
                     "taken");
    cr_expect_str_eq(trial_flags(&t), "alone grave late");
}

Test(report, a_reason_is_demanded_from_the_due_instant_on)
{
    opened(NO_SHELF);
    cr_expect_str_eq(answer(&owner, "report", "2026-05-02T10:00:00Z", "{\"grave\":false}"), "/delay required");
    cr_expect_str_eq(answer(&owner, "report", "2026-05-02T09:59:59.999999Z", "{\"grave\":false}"), "taken");
}

Test(report, a_form_like_others_has_their_fields_and_its_own_in_their_places)
{
    const struct chart *chart = t.chart;
    struct range fields = chart->forms[chart_form_index(chart, "intake")].fields;
    const char *const ids[] = {"arrived_at", "grave", "found_on", "delay"};

    cr_assert_eq(fields.count, (int)G_N_ELEMENTS(ids));
    for (int i = 0; i < fields.count; i++)
        cr_expect_str_eq(chart->fields[fields.first + i].id, ids[i]);
    opened(NO_SHELF);
    cr_expect_str_eq(answer(&clerk, "intake", OPENED, "{\"arrived_at\":\"" OPENED "\",\"noticed_at\":\"" OPENED "\"}"),
                     "/noticed_at unknown_field, /grave required");
}

Test(report, nothing_lies_in_the_future_of_its_event)
{
    trial_tell_linked(&t, NO_SHELF);
    cr_expect_str_eq(answer(&owner, "open", OPENED, "{\"noticed_at\":\"2026-05-01T10:20:00.000001Z\"}"),
                     "/noticed_at future");
    opened(NO_SHELF);
    /* Still 1 May in London, 2 May in Tokyo, whose day counts. */
    cr_expect_str_eq(answer(&owner, "report", "2026-05-01T16:00:00Z", "{\"grave\":false,\"found_on\":\"2026-05-03\"}"),
                     "/found_on future");
    cr_expect_str_eq(answer(&owner, "report", "2026-05-01T16:00:00Z", "{\"grave\":false,\"found_on\":\"2026-05-02\"}"),
                     "taken");
}

Test(report, a_notice_shows_the_clock_of_the_zone_when_hours_count)
{
    opened(NO_SHELF);
    cr_assert_eq(trial_due(&t, "quick"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_json(g_array_index(t.outcome.notices, struct notice_effect, 0).vars),
                     "{\"deadline\":{\"due\":\"2026-05-02T10:00:00Z\",\"last_day\":\"2026-05-02\","
                     "\"time\":\"2026-05-02 19:00\"}}");
}

Test(report, the_instant_that_was_named_chooses_the_version)
{
    static const struct {
        const char *noticed_at;
        int version; /* 0: none */
    } rows[] = {
        {"2026-04-01T00:00:00+09:00", 2},
        {"2026-03-31T15:00:00Z", 2}, /* the day of Tokyo counts */
        {"2026-03-31T23:59:59.999999+09:00", 1},
        {"2026-01-01T00:00:00+09:00", 1},
        {"2025-12-31T23:59:59+09:00", 0},
        {"2099-01-01T00:00:00Z", 2}, /* refused later: not of the future */
        {"soon", 2},
        {NULL, 2},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct value *input = value_new_map();
        const struct chart *chart;

        value_map_set_text(input, "noticed_at", rows[i].noticed_at);
        chart = chart_set_for_opening(library->charts, "report", trial_instant("2026-05-01T10:00:00Z"), input);
        cr_expect_eq(chart == NULL ? 0 : chart->version, rows[i].version, "%s", rows[i].noticed_at);
        value_unref(input);
    }
    cr_expect_eq(chart_set_for_opening(library->charts, "clock", trial_instant("2026-05-01T10:00:00Z"), NULL),
                 trial_chart(library, "clock"));
}
