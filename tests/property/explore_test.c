/*
 * Whatever a case comes to, the exploration of its chart has found: random events to the difficult bare charts of
 * tests/spin/charts. The walks of walk_test.c hold the other charts to the same.
 */
#include "engine/chart/explore.h"
#include "tests/support/trial.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* splitmix64: from 0 to under ${below}. */
static int pick(struct walk *w, int below)
{
    uint64_t mixed = w->random += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (int)((mixed ^ (mixed >> 31)) % (uint64_t)below);
}

static void explored(struct walk *w)
{
    const struct snapshot *s = w->trial.s;
    struct state_set memory[CHART_STATES_MAX] = {{{0}}};
    const struct value *rows = value_get(w->trial.outcome.record, "rows");

    for (int h = state_set_next(&w->chart->histories, 0); h >= 0; h = state_set_next(&w->chart->histories, h + 1)) {
        const struct value *ids = value_get(s->history, w->chart->states[h].id);

        for (size_t i = 0; i < value_size(ids); i++)
            state_set_add(&memory[w->chart->states[h].history],
                          chart_state_index(w->chart, value_text(value_at(ids, i))));
    }
    cr_assert(exploration_has(w->exploration, &s->states, memory), "%s: exploration did not find %s",
              w->chart->workflow, trial_states(&w->trial));
    for (int t = 0; t < w->chart->take_count; t++)
        for (size_t i = 0; i < value_size(rows) && !w->exploration->taken[t]; i++)
            cr_assert_str_neq(value_text(value_at(rows, i)), w->chart->takes[t].row, "%s: a dead row was taken",
                              w->chart->workflow);
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
    explored(w);
}

static void walk_chart(const struct chart *chart, uint64_t seed)
{
    struct walk w = {.chart = chart, .random = seed, .exploration = chart_explore(chart, EXPLORE_LIMIT)};

    cr_assert_not(w.exploration->limited, "%s", chart->workflow);
    for (int i = 0; i < WALKS; i++) {
        trial_init(&w.trial, chart);
        cr_assert_eq(trial_command(&w.trial, &clerk, EVENT_OPEN, "2026-04-01T03:00:00Z", NULL), OUTCOME_TAKEN);
        explored(&w);
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
    const char *given = getenv("TEST_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)g_get_real_time();
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
