/* The definitions that this repository ships. */
#include "adapters/yaml/library.h"

#include <criterion/criterion.h>
#include <glib.h>
#include <string.h>

#define WORKFLOWS TOROKU_SOURCE_DIR "/workflows"

Test(workflows, all_load_with_no_finding)
{
    g_autoptr(GPtrArray) findings = chart_findings_new();
    g_autoptr(GString) text = g_string_new(NULL);
    struct library *library = library_check(WORKFLOWS, findings);

    for (guint i = 0; i < findings->len; i++)
        chart_finding_print(g_ptr_array_index(findings, i), text);
    cr_assert_not_null(library, "%u findings:\n%s", findings->len, text->str);
    cr_assert_geq(library->definitions->len, 3u);
    for (guint i = 0; i < library->definitions->len; i++) {
        const struct definition *definition = g_ptr_array_index(library->definitions, i);
        g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, definition->source, -1);

        cr_expect_str_eq(definition->chart->sha256, hash);
        cr_expect_not_null(zone_tzdata_version(definition->chart->zone));
    }
    library_free(library);
}

static const struct chart *chart_of(const struct library *library, const char *workflow)
{
    civil_day day;

    cr_assert(civil_parse("2026-11-22", &day));
    return chart_set_for(library->charts, workflow, day);
}

Test(workflows, a_registration_is_valid_for_16_months_and_held_while_a_renewal_is_pending)
{
    struct library *library = library_load(WORKFLOWS, NULL);
    const struct chart *chart = chart_of(library, "service-registration");
    int expiry = chart_deadline_index(chart, "expiry");
    int pending = chart_state_index(chart, "renewal_pending");

    cr_assert_neq(expiry, CHART_NONE);
    cr_assert_neq(pending, CHART_NONE);
    cr_expect_eq(chart->deadlines[expiry].kind, DEADLINE_LIMIT);
    cr_expect_eq(chart->deadlines[expiry].anchor, ANCHOR_DAY_AFTER);
    cr_expect_str_eq(chart->deadlines[expiry].of, "audit_period.end");
    cr_expect_eq(chart->deadlines[expiry].rule.span.months, 16);
    cr_expect_eq(chart->deadlines[expiry].rule.first_day, FIRST_DAY_COUNTED);
    cr_assert_eq(chart->states[pending].holds.count, 1);
    cr_expect_eq(chart->states[pending].holds.items[0], expiry);
    cr_expect_eq(chart_set_opened_by(library->charts, "service-registration", "approved", chart->effective), chart);
    cr_expect_null(chart_set_opened_by(library->charts, "service-registration", "renewal_filed", chart->effective));
    library_free(library);
}
