/* The workflow of incident reports as it is shipped: its examples are valid, its versions are chosen by recognition. */
#include "engine/core/validate.h"
#include "tests/support/trial.h"

#include <criterion/criterion.h>

static struct library *library;

static void setup(void)
{
    library = trial_library(TRIAL_WORKFLOWS);
}

static void teardown(void)
{
    library_free(library);
}

TestSuite(incident, .init = setup, .fini = teardown);

static const struct chart *chart_for(const char *recognised_at)
{
    struct value *input = value_new_map();
    const struct chart *chart;

    value_map_set_text(input, "recognised_at", recognised_at);
    chart = chart_set_for_opening(library->charts, "incident-report", trial_instant("2026-07-01T00:00:00Z"), input);
    value_unref(input);
    return chart;
}

static const struct {
    const char *example, *form, *recognised_at;
} rows[] = {
    {"incident-recognition", "recognition", "2026-05-01T10:00:00Z"},
    {"incident-quick-report", "preliminary", "2026-05-01T10:00:00Z"},
    {"incident-quick-report-intake", "preliminary_intake", "2026-05-01T10:00:00Z"},
    {"incident-follow-up", "follow_up", "2026-05-01T10:00:00Z"},
    {"incident-follow-up-intake", "follow_up_intake", "2026-05-01T10:00:00Z"},
    {"incident-final-report", "final", "2026-05-01T10:00:00Z"},
    {"incident-final-report-intake", "final_intake", "2026-05-01T10:00:00Z"},
    {"incident-extension", "extension", "2026-05-01T10:00:00Z"},
    {"incident-triage", "triage", "2026-05-01T10:00:00Z"},
    {"incident-question", "question", "2026-05-01T10:00:00Z"},
    {"incident-answer", "answer", "2026-05-01T10:00:00Z"},
    {"incident-review", "review", "2026-05-01T10:00:00Z"},
    {"reasons", "reasons", "2026-05-01T10:00:00Z"},
    {"incident-recognition", "recognition", "2023-12-31T15:00:00Z"},
    {"incident-single-report", "report", "2023-12-31T15:00:00Z"},
    {"incident-single-report-intake", "report_intake", "2023-12-31T15:00:00Z"},
    {"incident-question", "question", "2023-12-31T15:00:00Z"},
    {"incident-answer", "answer", "2023-12-31T15:00:00Z"},
};

Test(incident, every_example_is_a_valid_input_of_its_form)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct chart *chart = chart_for(rows[i].recognised_at);
        struct snapshot *s = snapshot_new(chart, 7, 5, owner.org);
        g_autofree char *path = g_strdup_printf("%s/examples/%s.json", TRIAL_WORKFLOWS, rows[i].example);
        g_autofree char *text = NULL;
        GPtrArray *findings = g_ptr_array_new_with_free_func(finding_free);
        int form = chart_form_index(chart, rows[i].form);
        struct value *input;

        cr_assert(g_file_get_contents(path, &text, NULL, NULL), "%s", path);
        cr_assert_neq(form, CHART_NONE, "%s", rows[i].form);
        input = trial_value(text);
        validate_input(s, trial_instant("2026-07-01T00:00:00Z"), form, input, false, findings);
        cr_expect_eq(findings->len, 0u, "%s: %s", rows[i].example,
                     findings->len == 0 ? "" : ((const struct finding *)g_ptr_array_index(findings, 0))->pointer);
        g_ptr_array_unref(findings);
        value_unref(input);
        snapshot_free(s);
    }
}

Test(incident, the_day_of_recognition_in_japan_chooses_the_version)
{
    static const struct {
        const char *recognised_at;
        int version;
    } days[] = {{"2024-01-03T14:59:59.999999Z", 1}, {"2024-01-03T15:00:00Z", 2},      {"2024-01-04T00:00:00+09:00", 2},
                {"2024-01-04T00:00:00+10:00", 1},   {"2020-06-03T00:00:00+09:00", 1}, {"2020-06-02T23:59:59+09:00", 0}};

    for (size_t i = 0; i < G_N_ELEMENTS(days); i++) {
        const struct chart *chart = chart_for(days[i].recognised_at);

        cr_expect_eq(chart == NULL ? 0 : chart->version, days[i].version, "%s", days[i].recognised_at);
    }
}
