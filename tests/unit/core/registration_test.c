/* The worked example of engine/core/README.md, on the workflow that is shipped. */
#include "tests/support/trial.h"

#include <criterion/criterion.h>

#define APPROVED                                                                                                       \
    "{\"service_name\":\"S\",\"applicant_name\":\"A\",\"listed_information\":{\"scope\":\"x\"},\"auditor\":\"kpmg\","  \
    "\"decided_on\":\"2024-01-10\",\"audit_period\":{\"start\":\"2022-07-01\",\"end\":\"2023-06-30\"}}"

Test(registration, a_renewal_that_ends_after_expiry_lets_it_lapse)
{
    struct library *library = trial_library(TRIAL_WORKFLOWS);
    struct trial t;
    const struct register_effect *entry;
    struct value *record;

    trial_init(&t, trial_chart(library, "service-registration"));
    cr_assert_eq(trial_signal(&t, "approved", "2024-01-10T03:00:00Z", APPROVED), OUTCOME_WANTS);
    trial_tell_numbers(&t, "{\"registration_no\":42}");
    cr_assert_eq(trial_signal(&t, "approved", "2024-01-10T03:00:00Z", APPROVED), OUTCOME_TAKEN);
    entry = &g_array_index(t.outcome.registers, struct register_effect, 0);
    cr_expect_str_eq(entry->key, "C24-0042-2");
    cr_expect_str_eq(value_text(value_get(entry->entry, "expiry")), "2024-10-31");
    cr_expect_str_eq(trial_due_at(&t, "expiry"), "2024-10-31T15:00:00Z");

    cr_assert_eq(trial_signal(&t, "renewal_filed", "2024-09-01T00:00:00Z", NULL), OUTCOME_TAKEN);
    cr_expect_eq(trial_due(&t, "expiry"), OUTCOME_REFUSED);
    cr_assert_eq(trial_signal(&t, "renewal_ended", "2024-11-18T12:00:00Z", NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_states(&t), "in_good_standing valid");
    cr_assert_eq(trial_due(&t, "expiry"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_rows(&t), "S200");
    cr_expect_str_eq(trial_states(&t), "lapsed");
    cr_expect_str_eq(trial_notices(&t), "lapsed lapsed lapsed lapsed lapsed");
    cr_expect_eq(g_array_index(t.outcome.registers, struct register_effect, 0).kind, ACTION_WITHDRAW_ENTRY);
    record = trial_value(t.record->str);
    cr_expect_eq(value_int(value_get(record, "at")), 1731931200000000);
    cr_expect_eq(value_int(value_get(record, "occurrence")), 10);
    cr_expect_str_eq(trial_json(value_path(record, "outcome.deadlines")), "[{\"gone\":true,\"id\":\"expiry\"}]");
    value_unref(record);
    trial_release(&t);
    library_free(library);
}

/* A renewal decided before or after expiry: the new validity counts from the new audit period, not from the decision.
 */
Test(registration, a_renewal_counts_from_the_new_audit_period)
{
    struct library *library = trial_library(TRIAL_WORKFLOWS);
    struct trial t;

    trial_init(&t, trial_chart(library, "service-registration"));
    trial_tell_numbers(&t, "{\"registration_no\":42}");
    cr_assert_eq(trial_signal(&t, "approved", "2024-01-10T03:00:00Z", APPROVED), OUTCOME_TAKEN);
    cr_assert_eq(trial_signal(&t, "renewal_filed", "2024-09-01T00:00:00Z", NULL), OUTCOME_TAKEN);
    cr_assert_eq(trial_signal(&t, "approved", "2024-12-01T00:00:00Z",
                              "{\"service_name\":\"S\",\"applicant_name\":\"A\",\"audit_period\":{\"start\":"
                              "\"2023-07-01\",\"end\":\"2024-06-30\"}}"),
                 OUTCOME_TAKEN);
    cr_expect_str_eq(trial_rows(&t), "S220");
    cr_expect_str_eq(trial_due_at(&t, "expiry"), "2025-10-31T15:00:00Z");
    cr_expect_str_eq(value_text(value_get(t.s->data, "registration_no")), "C24-0042-2", "kept on renewal");
    cr_expect_null(value_get(t.s->data, "auditor"), "what the decision no longer carries is cleared");
    trial_release(&t);
    library_free(library);
}

static const char *entry_text(const struct trial *t, const char *path)
{
    return value_text(value_path(g_array_index(t->outcome.registers, struct register_effect, 0).entry, path));
}

/* A notified change replaces what it names, to the member of a group, and leaves the rest and the expiry alone. */
Test(registration, a_change_of_what_is_listed_publishes_it_anew)
{
    struct library *library = trial_library(TRIAL_WORKFLOWS);
    struct trial t;

    trial_init(&t, trial_chart(library, "service-registration"));
    trial_tell_numbers(&t, "{\"registration_no\":42}");
    cr_assert_eq(trial_signal(&t, "approved", "2024-01-10T03:00:00Z",
                              "{\"service_name\":\"S\",\"service_name_en\":\"E\",\"applicant_name\":\"A\","
                              "\"listed_information\":{\"scope\":\"x\",\"not_covered\":\"y\"},\"decided_on\":"
                              "\"2024-01-10\",\"audit_period\":{\"start\":\"2022-07-01\",\"end\":\"2023-06-30\"}}"),
                 OUTCOME_TAKEN);
    cr_assert_eq(trial_signal(&t, "listing_changed", "2024-02-01T03:00:00Z",
                              "{\"new_service_name\":\"S2\",\"new_listing\":{\"scope\":\"z\"}}"),
                 OUTCOME_TAKEN);
    cr_expect_str_eq(trial_rows(&t), "S140");
    cr_expect_str_eq(trial_states(&t), "in_good_standing valid");
    cr_assert_eq(t.outcome.registers->len, 1);
    cr_expect_str_eq(entry_text(&t, "service_name"), "S2");
    cr_expect_str_eq(entry_text(&t, "service_name_en"), "E", "what the change leaves out stays");
    cr_expect_str_eq(entry_text(&t, "listed_information.scope"), "z");
    cr_expect_str_eq(entry_text(&t, "listed_information.not_covered"), "y");
    cr_expect_str_eq(entry_text(&t, "expiry"), "2024-10-31");
    cr_expect_str_eq(trial_notices(&t), "listing_changed listing_changed listing_changed");

    cr_assert_eq(trial_signal(&t, "listing_changed", "2024-02-02T03:00:00Z", "{\"new_service_name_en\":\"E3\"}"),
                 OUTCOME_TAKEN, "also in the next one only what it names");
    cr_expect_str_eq(entry_text(&t, "service_name_en"), "E3");
    cr_expect_str_eq(entry_text(&t, "service_name"), "S2");
    cr_expect_str_eq(entry_text(&t, "listed_information.scope"), "z");
    trial_release(&t);
    library_free(library);
}
