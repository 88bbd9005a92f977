/* Which reload covers whom, and who holds which charts until when. */
#include "engine/app/internal.h"
#include "engine/app/reload.h"
#include "engine/error.h"

#include <criterion/criterion.h>

static struct engine engine;
static struct reload *reload;
static struct chart_set *sets[3], *used;
static unsigned loads, told_asked, told_done;
static bool told_error;

static void load(void *user)
{
    (void)user;
    loads++;
}

static void use(struct chart_set *charts, void *user)
{
    (void)user;
    used = charts;
}

static void stands(unsigned asked, unsigned done, const GError *error, const char *told, void *user)
{
    (void)told;
    (void)user;
    told_asked = asked;
    told_done = done;
    told_error = error != NULL;
}

static void setup(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++)
        sets[i] = chart_set_new();
    engine.charts = sets[0];
    reload = reload_new(&engine, &(struct reload_ops){.load = load, .use = use, .stands = stands});
}

static void teardown(void)
{
    reload_free(reload);
    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++)
        chart_set_free(sets[i]);
}

TestSuite(reload, .init = setup, .fini = teardown);

static GError *failure(void)
{
    return g_error_new_literal(TOROKU_ERROR, TOROKU_ERROR_INVALID, "broken");
}

Test(reload, a_failure_changes_nothing_and_success_puts_the_new_charts_in_force)
{
    reload_ask(reload);
    cr_expect(loads == 1 && told_asked == 1 && told_done == 0 && reload_is_loading(reload));
    cr_expect_not(reload_loaded(reload, NULL, failure()));
    cr_expect(told_done == 1 && told_error && !reload_is_loading(reload));
    cr_expect_eq(engine_charts(&engine), sets[0]);
    cr_expect_null(used);
    reload_ask(reload);
    cr_expect(reload_loaded(reload, sets[1], NULL));
    cr_expect(told_done == 2 && !told_error);
    cr_expect_eq(engine_charts(&engine), sets[1]);
    cr_expect_eq(used, sets[1]);
}

Test(reload, who_asks_during_a_load_is_covered_by_the_next)
{
    reload_ask(reload);
    reload_ask(reload);
    reload_ask(reload);
    cr_expect_eq(loads, 1);
    reload_loaded(reload, sets[1], NULL);
    cr_expect(told_done == 1 && loads == 2 && reload_is_loading(reload), "the files may have changed since it began");
    reload_loaded(reload, sets[2], NULL);
    cr_expect(told_done == 3 && loads == 2, "one more for both");
}

Test(reload, what_comes_after_the_stop_is_not_put_in_force)
{
    reload_ask(reload);
    reload_ask(reload);
    reload_stop(reload);
    cr_expect_not(reload_loaded(reload, sets[1], NULL));
    cr_expect_eq(engine_charts(&engine), sets[0]);
    cr_expect_eq(loads, 1);
    reload_ask(reload);
    cr_expect_eq(loads, 1);
}

static void count(void *user)
{
    (*(unsigned *)user)++;
}

Test(reload, a_set_is_unused_when_its_last_holder_has_dropped_it)
{
    unsigned unused = 0;

    chart_set_hold(sets[0]);
    chart_set_hold(sets[0]);
    chart_set_drop(sets[0]);
    chart_set_retire(sets[0], count, &unused);
    cr_expect_eq(unused, 0);
    chart_set_drop(sets[0]);
    cr_expect_eq(unused, 1);
    chart_set_retire(sets[1], count, &unused);
    cr_expect_eq(unused, 2, "nobody held it");
    cr_expect_null(chart_set_hold(NULL));
    chart_set_drop(NULL);
}
