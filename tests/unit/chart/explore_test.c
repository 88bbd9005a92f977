/* Small charts, and how many configurations and stages they have by hand. */
#include "engine/chart/explore.h"
#include "tests/support/trial.h"

#include <criterion/criterion.h>
#include <string.h>

static struct library *library;

static void setup(void)
{
    library = library_lenient(TRIAL_CHARTS);
}

static void teardown(void)
{
    library_free(library);
}

TestSuite(explore, .init = setup, .fini = teardown);

struct sized {
    const char *says;
    const char *states; /* of the chart, as YAML */
    unsigned configurations, stages, transitions, open, stuck;
    const char *dead; /* rows that are never taken */
};

static const struct sized charts[] = {
    {"one state after the other",
     "- {id: a, take: [{row: R1, event: go, to: [b]}]}\n"
     "- {id: b, take: [{row: R2, event: go, to: [a]}]}\n",
     2, 0, 2, 0, 0, ""},
    {"two regions by two events: two times two",
     "- id: p\n"
     "  parallel: true\n"
     "  states:\n"
     "  - {id: x, states: [{id: x1, take: [{row: R1, event: left, to: [x2]}]}, {id: x2}]}\n"
     "  - {id: y, states: [{id: y1, take: [{row: R2, event: right, to: [y2]}]}, {id: y2}]}\n",
     4, 0, 4, 0, 1, ""},
    {"two regions by one event move in step",
     "- id: p\n"
     "  parallel: true\n"
     "  states:\n"
     "  - {id: x, states: [{id: x1, take: [{row: R1, event: go, to: [x2]}]}, {id: x2}]}\n"
     "  - {id: y, states: [{id: y1, take: [{row: R2, event: go, to: [y2]}]}, {id: y2}]}\n",
     2, 0, 1, 0, 1, ""},
    {"what another region decides is computed",
     "- id: p\n"
     "  parallel: true\n"
     "  states:\n"
     "  - {id: x, states: [{id: x1, take: [{row: R1, event: go, to: [x2]}]}, {id: x2}]}\n"
     "  - id: y\n"
     "    states:\n"
     "    - {id: y1, take: [{row: R2, event: on, when: {in_state: x2}, to: [y2]},\n"
     "                      {row: R3, event: on, when: {not: {in_state: p}}, to: [y2]}]}\n"
     "    - {id: y2}\n",
     3, 0, 2, 0, 1, "R3"},
    {"what data decide goes both ways: the inner row or else the outer one",
     "- id: a\n"
     "  take: [{row: R1, event: go, to: [c]}]\n"
     "  states: [{id: a1, take: [{row: R2, event: go, when: {flag: set}, to: [b]}]}]\n"
     "- {id: b, take: [{row: R3, event: go, do: [{flag: set}], to: [a]}]}\n"
     "- {id: c, final: true}\n",
     3, 0, 3, 1, 0, ""},
    {"a row that always comes first leaves nothing to the next",
     "- id: a\n"
     "  take: [{row: R1, event: go, to: [c]}]\n"
     "  states: [{id: a1, take: [{row: R2, event: go, to: [b]}, {row: R3, event: go, to: [c]}]}]\n"
     "- {id: b}\n"
     "- {id: c}\n",
     2, 0, 1, 0, 1, "R1 R3"},
    {"what a history remembers tells configurations apart",
     "- id: home\n"
     "  take: [{row: R1, event: leave, to: [away]}]\n"
     "  states: [{id: last, history: shallow}, {id: a, take: [{row: R2, event: walk, to: [b]}]}, {id: b}]\n"
     "- {id: away, take: [{row: R3, event: back, to: [last]}]}\n",
     7, 0, 9, 0, 0, ""},
    {"a completion is a stage of its macrostep",
     "- id: work\n"
     "  done: {row: R1, to: [over]}\n"
     "  states: [{id: open, take: [{row: R2, event: shut, to: [done]}]}, {id: done, final: true}]\n"
     "- {id: over, final: true}\n",
     2, 1, 2, 0, 0, ""},
    {"both regions must end, and nothing is raised that no row takes",
     "- id: p\n"
     "  parallel: true\n"
     "  done: {row: R1, to: [over]}\n"
     "  states:\n"
     "  - {id: x, states: [{id: x1, take: [{row: R2, event: left, to: [x2]}]}, {id: x2, final: true}]}\n"
     "  - {id: y, states: [{id: y1, take: [{row: R3, event: right, to: [y2]}]}, {id: y2, final: true}]}\n"
     "- {id: over, final: true}\n",
     4, 1, 5, 0, 0, ""},
    {"a row without an event leaves no rest before it",
     "- {id: a, take: [{row: R1, event: go, to: [b]}]}\n"
     "- {id: b, take: [{row: R2, to: [c], when: {in_state: b}}]}\n"
     "- {id: c, final: true}\n",
     2, 1, 2, 0, 0, ""},
    {"one that data decide may leave it",
     "- {id: a, take: [{row: R1, event: go, to: [b]}]}\n"
     "- {id: b, take: [{row: R2, to: [c], when: {flag: set}}, {row: R3, event: go, to: [a]}]}\n"
     "- {id: c, final: true}\n",
     3, 1, 3, 1, 0, ""},
    {"an internal event that is raised or not, or comes from outside, as it may in a bare chart",
     "- {id: a, take: [{row: R1, event: go, to: [b], do: [{raise: on, when: {flag: set}}]}]}\n"
     "- {id: b, take: [{row: R2, event: on, to: [c]}]}\n"
     "- {id: c, final: true}\n",
     3, 1, 3, 0, 0, ""},
    {"the end of the case takes what was raised with it",
     "- {id: a, take: [{row: R1, event: go, to: [c], do: [{raise: on}]}, {row: R2, event: on, to: [b]}]}\n"
     "- {id: b}\n"
     "- {id: c, final: true}\n",
     3, 0, 2, 0, 1, ""},
    {"rows that follow each other for ever come to an end here",
     "- {id: a, take: [{row: R1, event: go, to: [b]}]}\n"
     "- {id: b, take: [{row: R2, to: [c], when: {not: {flag: set}}}]}\n"
     "- {id: c, take: [{row: R3, to: [b], when: {flag: set}}]}\n",
     3, 2, 3, 2, 0, ""},
    {"a deadline that is held does not fall due",
     "- id: a\n"
     "  deadlines: [{id: end, kind: limit, period: {from: state_entry, hours: 1}}]\n"
     "  take: [{row: R1, due: end, to: [over]}, {row: R2, event: go, to: [a2]}]\n"
     "  states: [{id: a1}, {id: a2, holds: [end]}]\n"
     "- {id: over, final: true}\n",
     3, 0, 3, 0, 0, ""},
    {"a deadline may raise",
     "- id: a\n"
     "  deadlines: [{id: end, kind: limit, period: {from: state_entry, hours: 1}, due: [{raise: rung}]}]\n"
     "  take: [{row: R1, event: rung, to: [over]}]\n"
     "- {id: over, final: true}\n",
     2, 1, 2, 0, 0, ""},
};

static const char *rows_dead(const struct exploration *e)
{
    g_autoptr(GString) rows = g_string_new(NULL);

    for (int t = 0; t < e->chart->take_count; t++)
        if (!e->taken[t])
            g_string_append_printf(rows, "%s%s", rows->len > 0 ? " " : "", e->chart->takes[t].row);
    return g_intern_string(rows->str);
}

Test(explore, small_charts)
{
    for (size_t i = 0; i < G_N_ELEMENTS(charts); i++) {
        const struct sized *row = &charts[i];
        struct chart *chart = trial_bare(library, row->states);
        struct exploration *e = chart_explore(chart, EXPLORE_LIMIT);

        cr_expect_eq(e->configurations, row->configurations, "%s: %u configurations", row->says, e->configurations);
        cr_expect_eq(e->passing, row->stages, "%s: %u stages", row->says, e->passing);
        cr_expect_eq(e->transitions, row->transitions, "%s: %u transitions", row->says, e->transitions);
        cr_expect_eq(e->guards_open, row->open, "%s: %u open guards", row->says, e->guards_open);
        cr_expect_eq(e->stuck, row->stuck, "%s: %u stuck", row->says, e->stuck);
        cr_expect_str_eq(rows_dead(e), row->dead, "%s: dead %s", row->says, rows_dead(e));
        cr_expect_not(e->limited, "%s", row->says);
        exploration_free(e);
        chart_free(chart);
    }
}

/* Twelve switches are 4096 configurations. */
static struct chart *switches(void)
{
    g_autoptr(GString) states = g_string_new("- id: p\n  parallel: true\n  states:\n");

    for (int i = 0; i < 12; i++)
        g_string_append_printf(states,
                               "  - {id: s%d, states: [{id: off%d, take: [{row: A%d, event: on%d, to: [on%d]}]}, "
                               "{id: on%d, take: [{row: B%d, event: off%d, to: [off%d]}]}]}\n",
                               i, i, i, i, i, i, i, i, i);
    return trial_bare(library, states->str);
}

Test(explore, as_many_as_there_are_and_no_more_than_allowed)
{
    struct chart *chart = switches();
    struct exploration *all = chart_explore(chart, EXPLORE_LIMIT), *some = chart_explore(chart, 100);
    g_autoptr(GPtrArray) findings = chart_findings_new();

    cr_expect_eq(all->configurations, 4096);
    cr_expect_eq(all->transitions, 4096 * 12);
    cr_expect_not(all->limited);
    cr_expect_eq(some->configurations, 100);
    cr_expect(some->limited);
    exploration_findings(some, findings); /* what was not seen yet is not dead */
    cr_expect_eq(findings->len, 0);
    exploration_free(all);
    exploration_free(some);
    chart_free(chart);
}

Test(explore, finds_what_never_is)
{
    static const char *const expected[] = {"dead-row states[0].take[0]", "unreachable-state states[1]",
                                           "dead-end states[0].states[0].states[1]"};
    struct chart *chart = trial_bare(library, "- id: p\n"
                                              "  parallel: true\n"
                                              "  take: [{row: R1, event: out, when: {all: [{in_state: x1}, {in_state: "
                                              "y2}]}, to: [never]}]\n"
                                              "  states:\n"
                                              "  - {id: x, states: [{id: x1, take: [{row: R2, event: go, to: [x2]}]}, "
                                              "{id: x2}]}\n"
                                              "  - {id: y, states: [{id: y1, take: [{row: R3, event: go, to: [y2]}]}, "
                                              "{id: y2}]}\n"
                                              "- {id: never}\n");
    struct exploration *e = chart_explore(chart, EXPLORE_LIMIT);
    g_autoptr(GPtrArray) findings = chart_findings_new();

    exploration_findings(e, findings);
    cr_expect_eq(findings->len, G_N_ELEMENTS(expected), "%u findings", findings->len);
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        bool found = false;

        for (guint f = 0; f < findings->len; f++) {
            const struct chart_finding *finding = g_ptr_array_index(findings, f);
            g_autofree char *text = g_strdup_printf("%s %s", finding_code_name(finding->code), finding->path);

            found = found || strcmp(text, expected[i]) == 0;
        }
        cr_expect(found, "%s", expected[i]);
    }
    exploration_free(e);
    chart_free(chart);
}
