/* What does not fit is told as corrupt: records, bodies and outcomes that no step has written. */
#include "tests/support/trial.h"

#include "engine/core/fold.h"
#include "engine/core/record.h"
#include "engine/error.h"

#include <criterion/criterion.h>

static struct library *library;
static struct trial t;

static void setup(void)
{
    library = trial_library(TRIAL_CHARTS);
    trial_init(&t, trial_chart(library, "clock"));
    cr_assert_eq(trial_command(&t, &owner, "open", "2026-04-01T03:00:00Z", "{\"until\":\"2026-04-30\"}"),
                 OUTCOME_TAKEN);
}

static void teardown(void)
{
    trial_release(&t);
    library_free(library);
}

TestSuite(fold, .init = setup, .fini = teardown);

static bool folds(int seq, instant at, const char *json)
{
    struct snapshot *s = snapshot_copy(t.s);
    struct value *outcome = trial_value(json);
    GError *error = NULL;
    bool ok = fold(s, seq, at, outcome, &error);

    cr_assert_eq(ok, error == NULL);
    if (!ok)
        cr_expect_eq(toroku_error_code(error), TOROKU_ERROR_CORRUPT);
    g_clear_error(&error);
    value_unref(outcome);
    snapshot_free(s);
    return ok;
}

Test(fold, an_outcome_must_follow_and_fit)
{
    instant at = t.s->at;

    cr_expect(folds(2, at, "{\"states\":[\"going\"]}"));
    cr_expect_not(folds(1, at, "{\"states\":[\"going\"]}"), "the same number again");
    cr_expect_not(folds(3, at, "{\"states\":[\"going\"]}"), "a number left out");
    cr_expect_not(folds(2, at - 1, "{\"states\":[\"going\"]}"), "time goes back");
    cr_expect_not(folds(2, at, "{\"states\":[\"gone\"]}"), "no such state");
    cr_expect_not(folds(2, at, "{\"states\":[\"running\"]}"), "not an atomic one");
    cr_expect_not(folds(2, at, "{\"states\":[]}"), "nowhere");
    cr_expect_not(folds(2, at, "{}"), "nowhere");
    cr_expect_not(folds(2, at, "{\"states\":[\"going\"],\"deadlines\":[{\"id\":\"tea\"}]}"), "no such deadline");
    cr_expect_not(folds(2, at, "{\"states\":[\"going\"],\"deadlines\":[{\"id\":\"grace\",\"occurrence\":9}]}"));
}

Test(fold, maps_are_changed_member_by_member)
{
    struct value *outcome =
        trial_value("{\"flags\":{\"a\":true,\"b\":null},\"persons\":{\"open\":4},\"set\":{\"until\":"
                    "null,\"x\":{\"y\":[1]}},\"states\":[\"resting\"],\"deadlines\":[{\"gone\":true,"
                    "\"id\":\"answer\",\"stops\":[[1,2]]},{\"gone\":true,\"id\":\"term\"},{\"gone\":"
                    "true,\"id\":\"grace\"},{\"gone\":true,\"id\":\"workdays\"}]}");
    g_autoptr(GString) text = NULL;

    value_map_set_bool(value_own(&t.s->flags), "b", true);
    cr_assert(fold(t.s, 2, t.s->at, outcome, NULL));
    text = trial_print(t.s);
    cr_expect_str_eq(text->str, "{\"x\":{\"y\":[1]}}\n{\"deadlines\":[],\"flags\":{\"a\":true},\"history\":{},"
                                "\"persons\":{\"open\":4},\"states\":[\"resting\"]}");
    value_unref(outcome);
}

Test(fold, a_body_must_fit_its_chart)
{
    static const struct {
        const char *json;
        bool good;
    } rows[] = {
        {"{\"states\":[\"going\"]}", true},
        {"{\"states\":[\"elsewhere\"]}", false},
        {"{\"states\":[\"running\"]}", false},
        {"{\"states\":[7]}", false},
        {"{\"states\":[\"going\"],\"deadlines\":[{\"id\":\"grace\",\"occurrence\":2}]}", true},
        {"{\"states\":[\"going\"],\"deadlines\":[{\"id\":\"grace\",\"occurrence\":3}]}", false},
        {"{\"states\":[\"going\"],\"deadlines\":[{\"id\":\"grace\",\"occurrence\":-1}]}", false},
        {"{\"states\":[\"going\"],\"deadlines\":[{}]}", false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct snapshot *s = snapshot_new(t.chart, 7, 5, 30);
        struct value *body = trial_value(rows[i].json);
        GError *error = NULL;

        cr_expect_eq(snapshot_read(s, body, NULL, &error), rows[i].good, "%s", rows[i].json);
        cr_expect_eq(error == NULL, rows[i].good, "%s", rows[i].json);
        g_clear_error(&error);
        value_unref(body);
        snapshot_free(s);
    }
}

Test(fold, the_order_of_the_deadlines_is_that_of_the_chart)
{
    struct value *outcome = trial_value("{\"states\":[\"going\"],\"deadlines\":[{\"id\":\"workdays\",\"arming\":2},"
                                        "{\"id\":\"answer\",\"arming\":2},{\"id\":\"grace\",\"arming\":2}]}");

    cr_assert(fold(t.s, 2, t.s->at, outcome, NULL));
    cr_assert_eq(t.s->deadlines->len, 4u);
    for (guint i = 0; i < 4; i++)
        cr_expect_eq(g_array_index(t.s->deadlines, struct deadline_state, i).deadline, (int)i);
    value_unref(outcome);
}

Test(fold, a_record_must_name_what_the_chart_has)
{
    static const struct {
        const char *json;
        bool good;
    } rows[] = {
        {"{\"kind\":\"command\",\"name\":\"pause\",\"at\":5}", true},
        {"{\"kind\":\"command\",\"name\":\"pause\",\"at\":5,\"form\":\"dates\"}", true},
        {"{\"kind\":\"command\",\"name\":\"pause\",\"at\":5,\"form\":\"times\"}", false},
        {"{\"kind\":\"due\",\"name\":\"grace\",\"at\":5,\"arming\":1}", true},
        {"{\"kind\":\"due\",\"name\":\"tea\",\"at\":5,\"arming\":1}", false},
        {"{\"kind\":\"wish\",\"name\":\"pause\",\"at\":5}", false},
        {"{\"name\":\"pause\"}", false},
        {"{\"kind\":\"command\"}", false},
        {"{}", false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct value *record = trial_value(rows[i].json);
        struct event event;
        const char **roles;
        GError *error = NULL;

        cr_expect_eq(record_event(t.chart, record, NULL, &event, &roles, &error), rows[i].good, "%s", rows[i].json);
        cr_expect_eq(error == NULL, rows[i].good, "%s", rows[i].json);
        g_clear_error(&error);
        g_free(roles);
        value_unref(record);
    }
}

Test(fold, a_record_gives_its_event_back)
{
    struct value *record = trial_value("{\"actor\":{\"org\":10,\"person\":2,\"roles\":[\"office\",\"board\"]},\"at\":5,"
                                       "\"kind\":\"signal\",\"name\":\"granted\",\"origin\":{\"case\":9,\"hops\":3,"
                                       "\"number\":1,\"seq\":4},\"read\":{\"numbers\":{\"a\":1}}}");
    struct event event;
    const char **roles;

    cr_assert(record_event(t.chart, record, NULL, &event, &roles, NULL));
    cr_expect_eq(event.kind, EVENT_SIGNAL);
    cr_expect_str_eq(event.name, "granted");
    cr_expect(event.origin_case == 9 && event.origin_seq == 4 && event.origin_number == 1 && event.hops == 3);
    cr_expect(event.actor.person == 2 && event.actor.org == 10);
    cr_expect_str_eq(event.actor.roles[1], "board");
    cr_expect_null(event.actor.roles[2]);
    cr_expect_eq(value_int(value_get(event.numbers, "a")), 1);
    cr_expect(event.replayed);
    cr_expect_eq(event.form, CHART_NONE);
    g_free(roles);
    value_unref(record);
}
