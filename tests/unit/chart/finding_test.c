#include "engine/chart/finding.h"
#include "engine/chart/suggest.h"

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
    struct chart_finding *finding =
        chart_findings_add(findings, FINDING_BAD_VALUE, "states[0]", "wrong: %d; expected 8", 7);

    chart_finding_print(finding, out);
    finding->file = g_strdup("a.yaml");
    chart_finding_print(finding, out);
    finding->line = 3;
    finding->column = 5;
    chart_finding_print(finding, out);
    cr_expect_str_eq(out->str, "states[0]: wrong: 7; expected 8 [bad-value]\n"
                               "a.yaml: states[0]: wrong: 7; expected 8 [bad-value]\n"
                               "a.yaml:3:5: states[0]: wrong: 7; expected 8 [bad-value]\n");
    g_string_truncate(out, 0);
    finding->suggestion = g_strdup("eight");
    chart_finding_explain(finding, out);
    cr_expect_str_eq(out->str, "a.yaml:3:5: wrong: 7 [bad-value]\n"
                               "    at states[0]\n"
                               "    expected 8\n"
                               "    did you mean \"eight\"?\n");
}

Test(finding, are_told_in_the_order_of_their_places)
{
    static const struct {
        const char *file;
        int line, column;
    } places[] = {{"b.yaml", 1, 1}, {"a.yaml", 9, 2}, {"a.yaml", 9, 1}, {"a.yaml", 2, 7}, {"a.yaml", 9, 1}};
    static const int order[] = {3, 2, 4, 1, 0};
    g_autoptr(GPtrArray) findings = chart_findings_new();

    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        struct chart_finding *finding = chart_findings_add(findings, FINDING_BAD_VALUE, "", "%c", (char)('0' + i));

        finding->file = g_strdup(places[i].file);
        finding->line = places[i].line;
        finding->column = places[i].column;
    }
    chart_findings_sort(findings, 0);
    for (guint i = 0; i < findings->len; i++)
        cr_expect_eq(((struct chart_finding *)g_ptr_array_index(findings, i))->text[0], '0' + order[i], "%u", i);
}
