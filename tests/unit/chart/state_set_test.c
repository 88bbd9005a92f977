#include "engine/chart/chart.h"

#include <criterion/criterion.h>

/* Members at the borders of words, gone through both ways. */
Test(state_set, goes_through_its_members_in_both_directions)
{
    static const int members[] = {0, 1, 62, 63, 64, 127, 128, 200, 255};
    struct state_set set = {0};
    int count = 0;

    cr_expect_eq(state_set_next(&set, 0), -1);
    cr_expect_eq(state_set_last(&set, CHART_STATES_MAX), -1);
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
        state_set_add(&set, members[i]);
    for (int i = state_set_next(&set, 0); i >= 0; i = state_set_next(&set, i + 1))
        cr_expect_eq(i, members[count++], "%d", i);
    cr_expect_eq(count, (int)G_N_ELEMENTS(members));
    for (int i = state_set_last(&set, CHART_STATES_MAX); i >= 0; i = state_set_last(&set, i))
        cr_expect_eq(i, members[--count], "%d", i);
    cr_expect_eq(count, 0);
    cr_expect_eq(state_set_next(&set, 65), 127);
    cr_expect_eq(state_set_last(&set, 127), 64, "the bound itself is left out");
}

Test(state_set, compares_joins_and_drops)
{
    struct state_set a = {0}, b = {0}, common;

    state_set_add(&a, 3);
    state_set_add(&a, 130);
    state_set_add(&b, 130);
    cr_expect(state_set_meets(&a, &b));
    cr_expect(state_set_covers(&a, &b));
    cr_expect_not(state_set_covers(&b, &a));
    common = state_set_common(&a, &b);
    cr_expect(state_set_has(&common, 130) && !state_set_has(&common, 3));
    state_set_drop(&a, &b);
    cr_expect_not(state_set_meets(&a, &b));
    cr_expect_not(state_set_is_empty(&a));
    state_set_remove(&a, 3);
    cr_expect(state_set_is_empty(&a));
    state_set_join(&a, &b);
    cr_expect(state_set_has(&a, 130));
}

Test(state_set, event_names_match_by_tokens)
{
    static const struct {
        const char *descriptor, *name;
        bool matches;
    } rows[] = {
        {"review", "review", true},
        {"review", "review.done", true},
        {"review", "reviewed", false},
        {"review", "revie", false},
        {"review.*", "review", true},
        {"review.*", "review.done.late", true},
        {"review.done", "review", false},
        {"review.done", "review.done", true},
        {"*", "review", true},
        {"*", "done.state.a", true},
        {"done.state.a", "done.state.ab", false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        cr_expect_eq(chart_event_matches(rows[i].descriptor, rows[i].name), rows[i].matches, "%s over %s",
                     rows[i].descriptor, rows[i].name);
}
