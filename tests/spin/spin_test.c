/*
 * Spin agrees: for every shipped workflow, every pattern of the cookbook, every small chart, and bare charts made to be
 * difficult (charts/), the model that promela.h writes has as many states as the exploration found configurations and
 * stages; the same rows are never taken, the same states never active, and both find a case stuck or none.
 */
#include "engine/chart/configuration.h"
#include "engine/chart/explore.h"
#include "engine/chart/promela.h"
#include "tests/support/trial.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BARE_CHARTS TOROKU_SOURCE_DIR "/tests/spin/charts"

struct verdict {
    unsigned long stored;
    char *text; /* what the verifier printed */
};

/* Runs a program in ${folder} and answers what it printed; it must succeed. */
static char *run(const char *folder, const char *command)
{
    g_auto(GStrv) argv = g_strsplit(command, " ", -1);
    g_autoptr(GError) error = NULL;
    g_autofree char *errors = NULL;
    char *out = NULL;
    int status = 0;

    cr_assert(g_spawn_sync(folder, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &errors, &status, &error),
              "%s: %s (deploy/install test installs it)", command, error == NULL ? "" : error->message);
    cr_assert(g_spawn_check_wait_status(status, NULL), "%s in %s:\n%s%s", command, folder, out, errors);
    return out;
}

static struct verdict spin_verdict(const struct chart *chart)
{
    static const char *const made[] = {"model.pml", "pan", "pan.b", "pan.c", "pan.h", "pan.m", "pan.p", "pan.t"};
    g_autoptr(GString) model = promela_print(chart);
    g_autofree char *folder = g_dir_make_tmp("toroku-spin-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, made[0], NULL);
    struct verdict verdict;
    char *stored;

    cr_assert(g_file_set_contents(path, model->str, (gssize)model->len, NULL));
    g_free(run(folder, "spin -a -o3 model.pml"));
    g_free(run(folder, "gcc -O1 -w -DSAFETY -DNOREDUCE -o pan pan.c"));
    verdict.text = run(folder, "./pan -m1000000 -w18");
    for (size_t i = 0; i < G_N_ELEMENTS(made); i++) {
        g_autofree char *file = g_build_filename(folder, made[i], NULL);

        g_remove(file);
    }
    g_rmdir(folder);
    cr_assert_not_null(strstr(verdict.text, "errors: 0"), "%s", verdict.text);
    cr_assert_null(strstr(verdict.text, "max search depth too small"), "%s", verdict.text);
    stored = strstr(verdict.text, " states, stored");
    cr_assert_not_null(stored, "%s", verdict.text);
    while (stored > verdict.text && g_ascii_isdigit(stored[-1]))
        stored--;
    verdict.stored = strtoul(stored, NULL, 10);
    return verdict;
}

/* Does Spin never come to the statement that says ${what} of ${id}? */
static bool never(const struct verdict *verdict, const char *what, const char *id)
{
    g_autofree char *statement = g_strdup_printf("\"printf('%s%s%s\\n')\"", what, id[0] == '\0' ? "" : " ", id);

    return strstr(verdict->text, statement) != NULL;
}

static void spin_agrees(const struct chart *chart)
{
    struct exploration *e = chart_explore(chart, EXPLORE_LIMIT);
    struct verdict verdict = spin_verdict(chart);

    cr_assert_not(e->limited, "%s", chart->workflow);
    printf("%s@%d: %u configurations, %u stages; Spin stored %lu\n", chart->workflow, chart->version, e->configurations,
           e->passing, verdict.stored);
    cr_expect_eq(verdict.stored, e->configurations + e->passing + 1, "%s: Spin stored %lu, explored %u and %u",
                 chart->workflow, verdict.stored, e->configurations, e->passing);
    for (int t = 0; t < chart->take_count; t++)
        cr_expect_eq(never(&verdict, "row", chart->takes[t].row), !e->taken[t], "%s: the row %s", chart->workflow,
                     chart->takes[t].row);
    for (int s = 1; s < chart->state_count; s++)
        if (!configuration_is_history(chart, s))
            cr_expect_eq(never(&verdict, "state", chart->states[s].id), !state_set_has(&e->entered, s),
                         "%s: the state %s", chart->workflow, chart->states[s].id);
    cr_expect_eq(never(&verdict, "stuck", ""), e->stuck == 0, "%s: stuck", chart->workflow);
    g_free(verdict.text);
    exploration_free(e);
}

static void spin_agrees_on(const char *folder)
{
    struct library *library = trial_library(folder);

    for (guint i = 0; i < library->charts->charts->len; i++)
        spin_agrees(g_ptr_array_index(library->charts->charts, i));
    library_free(library);
}

static struct chart *bare_chart(struct library *library, const char *name)
{
    g_autofree char *path = g_strdup_printf("%s/%s.yaml", BARE_CHARTS, name);
    g_autoptr(GPtrArray) findings = chart_findings_new();
    g_autoptr(GString) text = g_string_new(NULL);
    struct chart *chart = library_lenient_file(library, path, findings);

    for (guint i = 0; i < findings->len; i++)
        chart_finding_print(g_ptr_array_index(findings, i), text);
    cr_assert_not_null(chart, "%s", text->str);
    return chart;
}

static void spin_agrees_bare(const char *name)
{
    struct library *library = library_lenient(BARE_CHARTS);
    struct chart *chart = bare_chart(library, name);

    spin_agrees(chart);
    chart_free(chart);
    library_free(library);
}

Test(spin, shipped_workflows, .timeout = 300)
{
    spin_agrees_on(TRIAL_WORKFLOWS);
}

Test(spin, cookbook, .timeout = 300)
{
    spin_agrees_on(TRIAL_WORKFLOWS "/cookbook");
}

Test(spin, small_charts, .timeout = 300)
{
    spin_agrees_on(TRIAL_CHARTS);
}

Test(spin, histories_and_parallel_states_in_each_other, .timeout = 300)
{
    spin_agrees_bare("nested");
}

Test(spin, macrosteps_of_several_stages, .timeout = 300)
{
    spin_agrees_bare("stages");
}

Test(spin, rows_that_conflict, .timeout = 300)
{
    spin_agrees_bare("clash");
}

Test(spin, dead_rows, .timeout = 300)
{
    struct library *library = library_lenient(BARE_CHARTS);
    struct chart *chart = bare_chart(library, "dead");
    struct exploration *e = chart_explore(chart, EXPLORE_LIMIT);

    /* D3 is pre-empted in both regions; D8 asks for a state that its own excludes. */
    for (int t = 0; t < chart->take_count; t++)
        cr_expect_eq(e->taken[t], strstr("D1 D4 D5 D6 D7", chart->takes[t].row) != NULL, "%s", chart->takes[t].row);
    cr_expect_eq(e->configurations, 3);
    cr_expect_eq(e->stuck, 1);
    spin_agrees(chart);
    exploration_free(e);
    chart_free(chart);
    library_free(library);
}
