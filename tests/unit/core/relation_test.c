/* Cases found through an organisation that a field names, links that follow, and deadlines ahead of another. */
#include "tests/support/trial.h"

#include <criterion/criterion.h>

#define OPENED "2020-08-20T03:00:00Z"
#define LATER "2020-08-21T03:00:00Z"
#define A_GOES "{\"owner\":\"A\",\"case\":9,\"states\":[\"going\"],\"data\":{},\"deadlines\":{}}"
#define B_IS_OVER "{\"owner\":\"B\",\"case\":11,\"states\":[\"over\"],\"data\":{},\"deadlines\":{}}"
#define C_HAS_NONE "{\"owner\":\"C\"}"
#define ALL "{\"keeper_case\":[" A_GOES "," B_IS_OVER "," C_HAS_NONE "]}"

static struct library *library;
static struct trial t;

static void setup(void)
{
    library = trial_library(TRIAL_CHARTS);
    trial_init(&t, trial_chart(library, "relay"));
}

static void teardown(void)
{
    trial_release(&t);
    library_free(library);
}

TestSuite(relation, .init = setup, .fini = teardown);

/* The case that the last event linked, in place of a former one: 0 none, -1 when it linked nothing at all. */
static int64_t linked(void)
{
    const GArray *links = t.outcome.links;

    return links->len == 0 ? -1 : g_array_index(links, struct link_effect, links->len - 1).to;
}

Test(relation, it_asks_for_the_case_of_the_organisation_named)
{
    int relation = chart_relation_index(t.chart, "keeper_case");

    cr_assert_eq(trial_command(&t, &owner, "open", OPENED, "{\"keeper\":\"A\"}"), OUTCOME_WANTS);
    cr_expect_eq(t.outcome.wants_relations, UINT64_C(1) << relation);
    cr_expect_str_eq(t.outcome.wants_owner[relation], "A");
    trial_tell_linked(&t, "{\"keeper_case\":[" B_IS_OVER "," C_HAS_NONE "]}");
    cr_assert_eq(trial_command(&t, &owner, "open", OPENED, "{\"keeper\":\"A\"}"), OUTCOME_WANTS, "B's case is not A's");
    trial_tell_linked(&t, ALL);
    cr_assert_eq(trial_command(&t, &owner, "open", OPENED, "{\"keeper\":\"A\"}"), OUTCOME_TAKEN);
    cr_expect_eq(linked(), 9);
    cr_expect_str_eq(trial_flags(&t), "");
}

static const struct {
    const char *keeper;
    int64_t links;
    const char *flags;
} keepers[] = {
    {"\"A\"", 9, ""}, {"\"B\"", 11, "unkept"}, {"\"C\"", 0, "unkept"}, {"\"\"", 0, "unkept"}, {"null", 0, "unkept"}};

Test(relation, it_links_what_is_there_and_judges_it)
{
    for (size_t i = 0; i < G_N_ELEMENTS(keepers); i++) {
        g_autofree char *form = g_strdup_printf("{\"keeper\":%s}", keepers[i].keeper);
        struct trial one;

        trial_init(&one, t.chart);
        trial_tell_linked(&one, ALL);
        cr_assert_eq(trial_command(&one, &owner, "open", OPENED, form), OUTCOME_TAKEN, "%s", form);
        cr_expect_eq(g_array_index(one.outcome.links, struct link_effect, 0).to, keepers[i].links, "%s", form);
        cr_expect_str_eq(trial_flags(&one), keepers[i].flags, "%s", form);
        trial_release(&one);
    }
}

Test(relation, a_form_that_names_another_is_judged_by_that_one_and_replaces_the_link)
{
    trial_tell_linked(&t, ALL);
    cr_assert_eq(trial_command(&t, &owner, "open", OPENED, "{\"keeper\":\"B\"}"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_flags(&t), "unkept");
    cr_assert_eq(trial_command(&t, &owner, "change", LATER, "{\"keeper\":\"C\"}"), OUTCOME_REFUSED);
    cr_assert_eq(trial_command(&t, &owner, "change", LATER, "{\"keeper\":\"A\"}"), OUTCOME_TAKEN);
    cr_expect_eq(linked(), 9);
    cr_expect_str_eq(trial_flags(&t), "");
    cr_expect_str_eq(value_text(value_get(t.s->data, "keeper")), "A");
}

Test(relation, a_deadline_ahead_of_another_ends_with_the_day_so_long_before)
{
    trial_tell_linked(&t, ALL);
    cr_assert_eq(trial_command(&t, &owner, "open", OPENED, "{\"since\":\"2020-08-20\"}"), OUTCOME_TAKEN);
    cr_assert_eq(trial_command(&t, &owner, "time", OPENED, NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_due_at(&t, "term"), "2022-08-20T15:00:00Z");
    cr_expect_str_eq(trial_due_at(&t, "early"), "2022-06-21T15:00:00Z");
    cr_expect_str_eq(trial_due_at(&t, "hasty"), "2022-06-20T15:00:00Z");
    cr_assert_eq(trial_due(&t, "hasty"), OUTCOME_TAKEN);
    cr_assert_eq(trial_due(&t, "early"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_flags(&t), "early hasty unkept");
    cr_assert_eq(trial_due(&t, "term"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_states(&t), "over");
    cr_expect_str_eq(trial_signals(&t), "lost>kept");
}
