/* Who may, with what, and what goes out: roles, four eyes, forms, numbers, links, signals, registers, replies. */
#include "tests/support/trial.h"

#include "engine/core/guard.h"

#include <criterion/criterion.h>

#define OPENED "2026-04-01T03:00:00Z"
#define LATER "2026-04-02T03:00:00Z"

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

TestSuite(desk, .init = setup, .fini = teardown);

static void opened(const char *json)
{
    trial_init(&t, trial_chart(library, "desk"));
    cr_assert_eq(trial_command(&t, &owner, "open", OPENED, json), OUTCOME_TAKEN, "%s", t.outcome.reason_en);
}

static void expect_refused(enum outcome_kind kind, enum toroku_error code, const char *why)
{
    cr_expect_eq(kind, OUTCOME_REFUSED, "%s", why);
    cr_expect_eq(t.outcome.code, code, "%s: %s", why, toroku_error_name(t.outcome.code));
    cr_expect_not_null(t.outcome.reason_ja, "%s", why);
    cr_expect_not_null(t.outcome.reason_en, "%s", why);
    cr_expect_null(t.outcome.record, "%s", why);
}

static const struct finding *only_finding(void)
{
    cr_assert_eq(t.outcome.findings->len, 1u, "%u findings", t.outcome.findings->len);
    return g_ptr_array_index(t.outcome.findings, 0);
}

/* ---- opening ---- */

Test(desk, a_case_is_opened_by_those_who_may_with_a_form_that_is_right)
{
    trial_init(&t, trial_chart(library, "desk"));
    expect_refused(trial_command(&t, &stranger, "open", OPENED, "{\"title\":\"A\"}"), TOROKU_ERROR_FORBIDDEN, "role");
    expect_refused(trial_command(&t, &owner, "open", OPENED, "{}"), TOROKU_ERROR_UNPROCESSABLE, "form");
    cr_expect_str_eq(only_finding()->pointer, "/title");
    expect_refused(trial_command(&t, &owner, "change", OPENED, "{\"title\":\"A\"}"), TOROKU_ERROR_NOT_TAKEN,
                   "another event, which would hide the opener from not_by");
    expect_refused(trial_signal(&t, "granted", OPENED, "{}"), TOROKU_ERROR_NOT_TAKEN, "no signal opens it");
    cr_expect_eq(t.s->seq, 0);
    cr_expect_eq(trial_command(&t, &clerk, "open", OPENED, "{\"title\":\"A\"}"), OUTCOME_TAKEN);
    cr_expect_eq(t.s->seq, 1);
    cr_expect_str_eq(trial_states(&t), "asked");
}

Test(desk, the_case_keeps_what_the_chart_reads_and_nothing_else)
{
    opened("{\"title\":\"A\",\"kind\":\"new\",\"remark\":\"r\",\"phone\":\"03\"}");
    cr_expect_str_eq(trial_json(t.s->data), "{\"kind\":\"new\",\"title\":\"A\"}");
    cr_expect_str_eq(trial_json(t.s->persons), "{\"open\":1}");
}

Test(desk, a_signal_opens_a_case_with_what_it_carries)
{
    trial_init(&t, trial_chart(library, "shelf"));
    trial_tell_numbers(&t, "{\"shelf_no\":12}");
    expect_refused(trial_command(&t, &clerk, "open", OPENED, NULL), TOROKU_ERROR_FORBIDDEN, "nobody opens it");
    expect_refused(trial_signal(&t, "filed", OPENED, "{}"), TOROKU_ERROR_NOT_TAKEN, "another signal");
    cr_assert_eq(trial_signal(&t, "granted", OPENED,
                              "{\"season\":{\"start\":\"2025-07-01\",\"end\":\"2026-06-30\"},\"title\":\"T\"}"),
                 OUTCOME_TAKEN);
    cr_expect_str_eq(trial_json(t.s->data),
                     "{\"season\":{\"end\":\"2026-06-30\",\"start\":\"2025-07-01\"},\"shelf_no\":\"S012\","
                     "\"title\":\"T\"}");
    cr_expect_str_eq(trial_states(&t), "standing valid");
}

/* ---- who ---- */

Test(desk, a_role_is_a_membership_or_a_relation)
{
    opened("{\"title\":\"A\"}");
    expect_refused(trial_command(&t, &clerk, "change", LATER, "{\"title\":\"B\"}"), TOROKU_ERROR_FORBIDDEN, "owner's");
    expect_refused(trial_command(&t, &stranger, "check", LATER, NULL), TOROKU_ERROR_FORBIDDEN, "office's");
    expect_refused(trial_command(&t, &owner, "check", LATER, NULL), TOROKU_ERROR_FORBIDDEN, "office's");
    cr_expect_eq(trial_command(&t, &owner, "change", LATER, "{\"title\":\"B\"}"), OUTCOME_TAKEN);
    cr_expect_eq(trial_command(&t, &clerk, "check", LATER, NULL), OUTCOME_TAKEN);
}

Test(desk, a_case_without_an_owner_belongs_to_nobody)
{
    struct actor nobody = {.person = 9};

    opened("{\"title\":\"A\"}");
    t.s->owner = 0;
    expect_refused(trial_command(&t, &nobody, "change", LATER, "{\"title\":\"B\"}"), TOROKU_ERROR_FORBIDDEN, "org 0");
}

Test(desk, what_may_be_raised_is_told_without_deciding)
{
    static const struct {
        const struct actor *who;
        const char *row;
        bool may;
    } rows[] = {{&clerk, "D3", true},  {&owner, "D3", false}, {&owner, "D2", true},  {&stranger, "D2", false},
                {&member, "D4", true}, {&clerk, "D4", false}, {&clerk, "D5", false}, {&owner, "D20", false}};

    opened("{\"title\":\"A\"}");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        for (int k = 0; k < t.chart->take_count; k++)
            if (g_str_equal(t.chart->takes[k].row, rows[i].row))
                cr_expect_eq(step_may(t.s, rows[i].who, &t.chart->takes[k]), rows[i].may, "%s", rows[i].row);
}

Test(desk, four_eyes_who_checked_or_opened_does_not_approve)
{
    opened("{\"title\":\"A\"}");
    cr_assert_eq(trial_command(&t, &member, "check", LATER, NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_json(t.s->persons), "{\"check\":4,\"open\":1}");
    expect_refused(trial_command(&t, &member, "approve", LATER, NULL), TOROKU_ERROR_FORBIDDEN, "the same person");
    cr_assert_eq(trial_command(&t, &clerk, "check", LATER, NULL), OUTCOME_TAKEN, "the last one counts");
    expect_refused(trial_command(&t, &member, "approve", LATER, "{\"deciders\":[\"3\",\"2\"]}"), TOROKU_ERROR_FORBIDDEN,
                   "the checker among those who decided");
    trial_tell_numbers(&t, "{\"desk_no\":1}");
    cr_expect_eq(trial_command(&t, &member, "approve", LATER, "{\"deciders\":[\"3\",\"4\"]}"), OUTCOME_TAKEN);
}

Test(desk, four_eyes_hold_for_a_decision_that_arrives_by_signal)
{
    opened("{\"title\":\"A\"}");
    cr_assert_eq(trial_command(&t, &clerk, "check", LATER, NULL), OUTCOME_TAKEN);
    trial_tell_numbers(&t, "{\"desk_no\":1}");
    expect_refused(trial_signal(&t, "approved", LATER, "{\"deciders\":[\"4\",\"2\"]}"), TOROKU_ERROR_FORBIDDEN,
                   "the checker decided elsewhere");
    cr_expect_eq(trial_signal(&t, "approved", LATER, "{\"deciders\":[\"4\"],\"note\":\"n\"}"), OUTCOME_TAKEN);
    cr_expect_str_eq(value_text(value_get(t.s->data, "note")), "n");
}

/* ---- with what ---- */

Test(desk, a_draft_is_checked_but_not_required_and_changes_no_data)
{
    opened("{\"title\":\"A\",\"kind\":\"new\"}");
    cr_expect_eq(trial_command(&t, &owner, "save", LATER, "{\"kind\":\"old\"}"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_json(t.s->data), "{\"kind\":\"new\",\"title\":\"A\"}");
    cr_expect_eq(t.outcome.form, chart_form_index(t.chart, "request"));
    expect_refused(trial_command(&t, &owner, "save", LATER, "{\"kind\":\"grey\"}"), TOROKU_ERROR_UNPROCESSABLE, "type");
    cr_expect_str_eq(only_finding()->pointer, "/kind");
}

Test(desk, a_form_replaces_what_it_asks_for_and_clears_what_was_left_out)
{
    opened("{\"title\":\"A\",\"kind\":\"new\",\"season\":{\"start\":\"2026-01-01\",\"end\":\"2026-02-01\"}}");
    cr_assert_eq(trial_command(&t, &owner, "change", LATER, "{\"title\":\"B\",\"kind\":null}"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_json(t.s->data), "{\"title\":\"B\"}");
    cr_expect_str_eq(trial_json(value_get(t.outcome.record, "set")), "{\"kind\":null,\"season\":null,\"title\":\"B\"}");
}

Test(desk, an_event_without_a_form_takes_no_input)
{
    opened("{\"title\":\"A\"}");
    expect_refused(trial_command(&t, &clerk, "check", LATER, "{\"title\":\"forged\"}"), TOROKU_ERROR_UNPROCESSABLE,
                   "what nobody asked for could overlay the data");
    cr_expect_str_eq(only_finding()->pointer, "/title");
    cr_expect_str_eq(only_finding()->rule, "unknown_field");
    expect_refused(trial_command(&t, &clerk, "check", LATER, "[1,2]"), TOROKU_ERROR_UNPROCESSABLE, "a list");
    cr_expect_str_eq(only_finding()->pointer, "");
    cr_expect_eq(trial_command(&t, &clerk, "check", LATER, "{}"), OUTCOME_TAKEN);
}

/* Two rows of one event: which form fits decides, and deciding again knows which one it was. */
Test(desk, the_first_row_whose_form_fits_is_taken)
{
    opened("{\"title\":\"A\"}");
    cr_expect_eq(trial_command(&t, &clerk, "either", LATER, "{\"title\":\"B\"}"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_rows(&t), "D10");
    cr_expect_eq(trial_command(&t, &clerk, "either", LATER, "{\"note\":\"n\"}"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_rows(&t), "D9");
    expect_refused(trial_command(&t, &clerk, "either", LATER, "{\"cap\":1}"), TOROKU_ERROR_UNPROCESSABLE, "neither");
}

/* The same form twice, first whole, then as a draft. */
Test(desk, a_draft_is_checked_apart_from_the_whole_form)
{
    opened("{\"title\":\"A\"}");
    cr_expect_eq(trial_command(&t, &clerk, "mix", LATER, "{\"title\":\"B\"}"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_flags(&t), "whole");
    cr_expect_eq(trial_command(&t, &clerk, "mix", LATER, "{}"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_flags(&t), "draft whole");
    cr_expect_str_eq(value_text(value_get(t.s->data, "title")), "B");
}

Test(desk, a_refusal_by_a_guard_shows_no_findings_of_another_row)
{
    opened("{\"title\":\"A\"}");
    expect_refused(trial_command(&t, &clerk, "judge", LATER, "{\"title\":\"A\",\"kind\":\"old\"}"),
                   TOROKU_ERROR_UNPROCESSABLE, "kind");
    cr_expect_str_eq(t.outcome.reason_en, "\"Kind\" does not meet the condition.");
    cr_expect_eq(t.outcome.findings->len, 0u);
}

Test(desk, a_guard_reads_the_form_before_the_case)
{
    opened("{\"title\":\"A\",\"kind\":\"new\"}");
    expect_refused(trial_command(&t, &owner, "file_again", LATER, "{\"title\":\"A\"}"), TOROKU_ERROR_UNPROCESSABLE,
                   "a field left out is absent, whatever the case held");
    cr_expect_eq(t.outcome.findings->len, 0u, "the form itself is right");
    expect_refused(trial_command(&t, &owner, "file_again", LATER, "{\"title\":\"A\",\"kind\":\"old\"}"),
                   TOROKU_ERROR_UNPROCESSABLE, "old");
    cr_expect_eq(trial_command(&t, &owner, "file_again", LATER, "{\"title\":\"A\",\"kind\":\"new\"}"), OUTCOME_TAKEN);
}

Test(desk, clear_and_unflag_undo)
{
    opened("{\"title\":\"A\",\"kind\":\"new\"}");
    cr_assert_eq(trial_command(&t, &clerk, "check", LATER, NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_flags(&t), "checked");
    cr_assert_eq(trial_command(&t, &clerk, "clean", LATER, NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_flags(&t), "");
    cr_expect_str_eq(trial_json(t.s->data), "{\"title\":\"A\"}");
}

/* ---- what must be told first ---- */

Test(desk, it_wants_numbers_and_linked_facts_and_decides_when_told)
{
    opened("{\"title\":\"A\"}");
    cr_assert_eq(trial_command(&t, &clerk, "pass_on", LATER, NULL), OUTCOME_WANTS);
    cr_expect_eq(t.outcome.wants_relations, UINT64_C(1) << chart_relation_index(t.chart, "shelf"));
    cr_expect_eq(t.outcome.wants_numbers, UINT64_C(0));
    trial_tell_linked(&t, "{\"shelf\":{\"case\":9,\"states\":[\"standing\",\"valid\"]}}");
    cr_assert_eq(trial_command(&t, &clerk, "pass_on", LATER, NULL), OUTCOME_WANTS);
    cr_expect_eq(t.outcome.wants_relations, UINT64_C(0));
    cr_expect_eq(t.outcome.wants_numbers, UINT64_C(1));
    trial_tell_numbers(&t, "{\"desk_no\":37}");
    cr_assert_eq(trial_command(&t, &clerk, "pass_on", LATER, NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_states(&t), "granted");
    cr_expect_str_eq(value_text(value_get(t.s->data, "desk_no")), "D2026/26-0037-x");
}

Test(desk, a_refusal_comes_before_numbers_are_asked_for)
{
    opened("{\"title\":\"A\"}");
    expect_refused(trial_command(&t, &clerk, "number", LATER, NULL), TOROKU_ERROR_UNPROCESSABLE, "guard");
    cr_expect_eq(t.outcome.wants_numbers, UINT64_C(0));
}

Test(desk, a_number_has_the_year_of_the_zone_and_as_many_digits_as_it_needs)
{
    static const struct {
        const char *at, *numbers, *far;
        const char *desk;
    } rows[] = {{"2026-12-31T14:59:59Z", "{\"desk_no\":12345,\"far_no\":9}", "9", "D2026/26-12345-x"},
                {"2026-12-31T15:00:00Z", "{\"desk_no\":1,\"far_no\":123456789012}", "123456789012", "D2027/27-0001-x"}};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        opened("{\"title\":\"A\",\"kind\":\"new\"}");
        trial_tell_numbers(&t, rows[i].numbers);
        trial_tell_linked(&t, "{\"shelf\":{\"case\":9,\"states\":[\"standing\"]}}");
        cr_assert_eq(trial_command(&t, &clerk, "number", rows[i].at, NULL), OUTCOME_TAKEN);
        cr_expect_str_eq(value_text(value_get(t.s->data, "far_no")), rows[i].far);
        cr_assert_eq(trial_command(&t, &clerk, "pass_on", rows[i].at, NULL), OUTCOME_TAKEN);
        cr_expect_str_eq(value_text(value_get(t.s->data, "desk_no")), rows[i].desk);
        if (i + 1 < G_N_ELEMENTS(rows))
            trial_release(&t);
    }
}

/* ---- what goes out ---- */

Test(desk, links_name_each_case_once)
{
    opened("{\"title\":\"A\",\"related\":[\"DK-3\",\"DK-44\",\"DK-3\"],\"parent\":\"DK-5\"}");
    cr_assert_eq(t.outcome.links->len, 3u);
    cr_expect_eq(g_array_index(t.outcome.links, struct link_effect, 0).to, 3);
    cr_expect_eq(g_array_index(t.outcome.links, struct link_effect, 1).to, 44);
    cr_expect_eq(g_array_index(t.outcome.links, struct link_effect, 2).to, 5);
    cr_expect_eq(g_array_index(t.outcome.links, struct link_effect, 2).relation,
                 chart_relation_index(t.chart, "others"));
}

Test(desk, a_signal_carries_the_fields_that_it_names_as_they_are_after_the_event)
{
    opened("{\"title\":\"A\",\"season\":{\"start\":\"2026-01-01\",\"end\":\"2026-03-31\"},\"remark\":\"secret\"}");
    trial_tell_numbers(&t, "{\"desk_no\":8}");
    cr_assert_eq(trial_command(&t, &member, "approve", LATER, "{\"note\":\"fine\"}"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_signals(&t), "granted>shelf granted>others");
    cr_expect_str_eq(
        trial_json(g_array_index(t.outcome.signals, struct signal_effect, 0).payload),
        "{\"note\":\"fine\",\"season\":{\"end\":\"2026-03-31\",\"start\":\"2026-01-01\"},\"title\":\"A\"}");
}

Test(desk, a_notice_carries_what_its_template_shows)
{
    opened("{\"title\":\"A\",\"season\":{\"start\":\"2026-01-01\",\"end\":\"2026-03-31\"}}");
    trial_tell_numbers(&t, "{\"desk_no\":8}");
    cr_assert_eq(trial_command(&t, &member, "approve", LATER, NULL), OUTCOME_TAKEN);
    cr_assert_eq(t.outcome.notices->len, 2u);
    cr_expect_str_eq(trial_json(g_array_index(t.outcome.notices, struct notice_effect, 0).vars),
                     "{\"desk_no\":\"D2026/26-0008-x\",\"season.end\":\"2026-03-31\",\"title\":\"A\"}");
    cr_expect_str_eq(g_array_index(t.outcome.notices, struct notice_effect, 1).to, "office.queue");
}

static const struct register_effect *register_at(guint i)
{
    cr_assert_lt(i, t.outcome.registers->len);
    return &g_array_index(t.outcome.registers, struct register_effect, i);
}

Test(desk, a_register_entry_shows_its_fields_and_the_last_day_of_the_limit)
{
    trial_init(&t, trial_chart(library, "shelf"));
    trial_tell_numbers(&t, "{\"shelf_no\":4}");
    cr_assert_eq(trial_signal(&t, "granted", OPENED,
                              "{\"season\":{\"start\":\"2022-07-01\",\"end\":\"2023-06-30\"},\"title\":\"T\"}"),
                 OUTCOME_TAKEN);
    cr_expect_eq(register_at(0)->kind, ACTION_PUBLISH);
    cr_expect_str_eq(register_at(0)->register_, "shelves");
    cr_expect_str_eq(register_at(0)->key, "S004");
    cr_expect_str_eq(trial_json(register_at(0)->entry),
                     "{\"expiry\":\"2024-10-31\",\"season\":{\"end\":\"2023-06-30\",\"start\":\"2022-07-01\"},"
                     "\"title\":\"T\"}");
    cr_assert_eq(trial_signal(&t, "blamed", LATER, NULL), OUTCOME_TAKEN);
    cr_expect_eq(register_at(0)->kind, ACTION_MARK);
    cr_expect_str_eq(register_at(0)->banner, "suspended");
    cr_expect_null(register_at(0)->entry);
    cr_assert_eq(trial_signal(&t, "praised", LATER, "{\"note\":\"well\"}"), OUTCOME_TAKEN);
    cr_expect_eq(register_at(0)->kind, ACTION_UNMARK);
    cr_expect_str_eq(trial_signals(&t), "approved>desks");
    cr_expect_str_eq(trial_json(g_array_index(t.outcome.signals, struct signal_effect, 0).payload),
                     "{\"note\":\"well\"}", "what came in is passed on, kept or not");
    cr_assert_eq(trial_signal(&t, "granted", LATER, NULL), OUTCOME_TAKEN);
    cr_expect_not_null(value_get(t.s->data, "season"), "what brings nothing clears nothing");
    cr_assert_eq(trial_signal(&t, "granted", LATER, "{\"season\":{\"start\":\"2026-07-01\",\"end\":\"2027-06-30\"}}"),
                 OUTCOME_TAKEN);
    cr_expect_not_null(strstr(trial_json(register_at(0)->entry), "\"expiry\":\"2028-10-31\""), "%s",
                       trial_json(register_at(0)->entry));
    cr_assert_eq(trial_due(&t, "expiry"), OUTCOME_TAKEN);
    cr_expect_eq(register_at(0)->kind, ACTION_WITHDRAW_ENTRY);
    cr_expect_str_eq(register_at(0)->key, "S004");
}

/* D10 of the domain: a day after the end of the audit period, 16 months, the last valid day. */
Test(desk, validity_ends_as_the_programme_counts)
{
    static const char *const rows[][2] = {{"2023-12-31", "2025-04-30"}, {"2024-03-31", "2025-07-31"},
                                          {"2023-09-30", "2025-01-31"}, {"2024-02-29", "2025-06-30"},
                                          {"2023-06-30", "2024-10-31"}, {"2024-10-30", "2026-02-28"},
                                          {"2022-10-29", "2024-02-29"}, {"2024-06-15", "2025-10-15"}};

    trial_init(&t, trial_chart(library, "shelf"));
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *payload =
            g_strdup_printf("{\"season\":{\"start\":\"2022-01-01\",\"end\":\"%s\"},\"title\":\"T\"}", rows[i][0]);
        g_autofree char *expiry = g_strdup_printf("\"expiry\":\"%s\"", rows[i][1]);

        trial_release(&t);
        trial_init(&t, trial_chart(library, "shelf"));
        trial_tell_numbers(&t, "{\"shelf_no\":4}");
        cr_assert_eq(trial_signal(&t, "granted", "2022-11-01T00:00:00Z", payload), OUTCOME_TAKEN);
        cr_expect_not_null(strstr(trial_json(register_at(0)->entry), expiry), "%s: %s", rows[i][0],
                           trial_json(register_at(0)->entry));
    }
}

Test(desk, the_record_names_what_was_read)
{
    struct value *record;

    opened("{\"title\":\"A\"}");
    trial_tell_linked(&t, "{\"shelf\":{\"case\":9,\"states\":[\"standing\"],\"version\":3}}");
    trial_tell_numbers(&t, "{\"desk_no\":37}");
    cr_assert_eq(trial_command(&t, &clerk, "pass_on", LATER, NULL), OUTCOME_TAKEN);
    record = trial_value(t.record->str);
    cr_expect_str_eq(value_text(value_get(record, "chart")), "desk@1");
    cr_expect_str_eq(trial_json(value_get(record, "actor")), "{\"org\":10,\"person\":2,\"roles\":[\"office\"]}");
    cr_expect_str_eq(trial_json(value_get(record, "read")),
                     "{\"linked\":{\"shelf\":{\"case\":9,\"states\":[\"standing\"],\"version\":3}},"
                     "\"numbers\":{\"desk_no\":37}}");
    cr_expect_eq(value_int(value_get(record, "seq")), 2);
    value_unref(record);
}

Test(desk, the_record_of_a_signal_names_its_origin)
{
    struct value *record;

    opened("{\"title\":\"A\"}");
    trial_tell_numbers(&t, "{\"desk_no\":37}");
    cr_assert_eq(trial_signal(&t, "approved", LATER, NULL), OUTCOME_TAKEN);
    record = trial_value(t.record->str);
    cr_expect_str_eq(trial_json(value_get(record, "origin")), "{\"case\":99,\"hops\":1,\"number\":0,\"seq\":4}");
    cr_expect_null(value_get(record, "actor"));
    value_unref(record);
}

Test(desk, a_case_has_a_number_that_people_write)
{
    g_autofree char *number = NULL;

    opened("{\"title\":\"A\"}");
    number = snapshot_number(t.s);
    cr_expect_str_eq(number, "DK-7");
}
