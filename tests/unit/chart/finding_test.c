#include "engine/chart/finding.h"

#include <criterion/criterion.h>
#include <glib.h>
#include <stdint.h>

static const struct {
    const char *word, *nearest;
} words[] = {
    {"owner", "owner"},
    {"ownr", "owner"},
    {"onwer", "owner"},
    {"opsupp", "opsup"},
    {"committe", "committee"},
    {"comittee", "committee"},
    {"x", NULL},
    {"secretary", "secretariat"},
    {"opposition", NULL},
    {"", NULL},
    {"op", NULL},
};

Test(finding, the_nearest_name_is_offered_and_no_far_one)
{
    static const char *const names[] = {"owner", "opsup", "committee", "secretariat"};
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        g_ptr_array_add(known, (gpointer)(uintptr_t)names[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        cr_expect_str_eq(name_nearest(words[i].word, known) == NULL ? "-" : name_nearest(words[i].word, known),
                         words[i].nearest == NULL ? "-" : words[i].nearest, "%s", words[i].word);
}

Test(finding, prints_as_far_as_its_place_is_known)
{
    g_autoptr(GPtrArray) findings = chart_findings_new();
    g_autoptr(GString) out = g_string_new(NULL);
    struct chart_finding *finding = chart_findings_add(findings, "states[0]", "wrong: %d", 7);

    chart_finding_print(finding, out);
    finding->file = g_strdup("a.yaml");
    chart_finding_print(finding, out);
    finding->line = 3;
    finding->column = 5;
    chart_finding_print(finding, out);
    cr_expect_str_eq(out->str, "states[0]: wrong: 7\na.yaml: states[0]: wrong: 7\na.yaml:3:5: states[0]: wrong: 7\n");
}
