/*
 * Whatever a case comes to, the exploration of its chart has found: random events to the difficult bare charts of
 * tests/spin/charts. The walks of walk_test.c hold the other charts to the same.
 */
#include "tests/support/trial.h"
#include "tests/unit/calendar/support.h"

#define BARE_CHARTS TOROKU_SOURCE_DIR "/tests/spin/charts"
#define WALKS 200
#define STEPS 60

struct walk {
    const struct chart *chart;
    struct exploration *exploration;
    struct trial trial;
    uint64_t random;
    unsigned taken;
};

static int pick(struct walk *w, int below)
{
    return (int)test_random(&w->random, below);
}

static void walk_step(struct walk *w)
{
    char at[INSTANT_TEXT_SIZE];
    int due = pick(w, 10) == 0 && w->chart->deadline_count > 0 ? pick(w, w->chart->deadline_count) : CHART_NONE;
    enum outcome_kind kind;

    if (due != CHART_NONE) {
        const struct deadline_state *live = snapshot_deadline(w->trial.s, due);

        if (live == NULL || live->next == INSTANT_NEVER)
            return;
        kind = trial_due(&w->trial, w->chart->deadlines[due].id);
    } else {
        const char *name = w->chart->commands[pick(w, w->chart->command_count)].name;

        instant_print(w->trial.s->at + INSTANT_MINUTE, at);
        kind = trial_command(&w->trial, &clerk, name[0] == '\0' ? "other" : name, at, NULL);
    }
    if (kind != OUTCOME_TAKEN)
        return;
    w->taken++;
    trial_explored(&w->trial, w->exploration);
}

static void walk_chart(const struct chart *chart, uint64_t seed)
{
    struct walk w = {.chart = chart, .random = seed, .exploration = chart_explore(chart, EXPLORE_LIMIT)};

    cr_assert_not(w.exploration->limited, "%s", chart->workflow);
    for (int i = 0; i < WALKS; i++) {
        trial_init(&w.trial, chart);
        cr_assert_eq(trial_command(&w.trial, &clerk, EVENT_OPEN, "2026-04-01T03:00:00Z", NULL), OUTCOME_TAKEN);
        trial_explored(&w.trial, w.exploration);
        for (int step = 0; step < STEPS && !w.trial.s->closed; step++)
            walk_step(&w);
        trial_release(&w.trial);
    }
    printf("%s: TEST_SEED=%" G_GUINT64_FORMAT ": %u taken, %u configurations\n", chart->workflow, seed, w.taken,
           w.exploration->configurations);
    cr_expect_geq(w.taken, WALKS, "%s: %u taken", chart->workflow, w.taken);
    exploration_free(w.exploration);
}

Test(explore, bare_charts)
{
    static const char *const names[] = {"clash", "dead", "nested", "stages"};
    uint64_t seed = test_seed();
    struct library *library = library_lenient(BARE_CHARTS);

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_strdup_printf("%s/%s.yaml", BARE_CHARTS, names[i]);
        g_autoptr(GPtrArray) findings = chart_findings_new();
        struct chart *chart = library_lenient_file(library, path, findings);

        cr_assert_not_null(chart, "%s: %u findings", path, findings->len);
        walk_chart(chart, seed);
        chart_free(chart);
    }
    library_free(library);
}
