/* Each guard of guards.yaml, over the case's data and the facts of a linked case; and what a refusal says. */
#include "tests/support/trial.h"

#include <criterion/criterion.h>
#include <string.h>

#define OPENED "2026-04-01T03:00:00Z"
#define LATER "2026-04-02T03:00:00Z"

static struct library *library;
static struct trial t;

static void setup(void)
{
    library = trial_library(TRIAL_CHARTS);
}

static void teardown(void)
{
    library_free(library);
}

TestSuite(guard, .init = setup, .fini = teardown);

static enum outcome_kind decided(const char *facts, const char *linked, const char *event)
{
    trial_init(&t, trial_chart(library, "guards"));
    cr_assert_eq(trial_command(&t, &owner, "open", OPENED, facts), OUTCOME_TAKEN, "%s", facts);
    trial_tell_linked(&t, linked);
    return trial_command(&t, &clerk, event, LATER, NULL);
}

#define HELD(due) "{\"shelf\":{\"deadlines\":{\"expiry\":{\"due\":" due ",\"held\":true}},\"states\":[\"pending\"]}}"
#define DUE(due) "{\"shelf\":{\"deadlines\":{\"expiry\":{\"due\":" due ",\"held\":false}},\"states\":[\"valid\"]}}"
#define SEASON_END(day) "{\"shelf\":{\"data\":{\"season.end\":\"" day "\"},\"states\":[\"valid\"]}}"
#define TITLE(title) "{\"shelf\":{\"data\":{\"title\":\"" title "\"},\"states\":[\"valid\"]}}"
#define STATES(states) "{\"shelf\":{\"states\":[" states "]}}"
#define SPAN(start) "{\"span\":{\"start\":\"" start "\",\"end\":\"2027-12-31\"}}"
#define NONE "{\"shelf\":null,\"desk.main\":null}"
#define LATER_US "1775098800000000" /* LATER in microseconds */

static const struct {
    const char *facts, *linked, *event;
    bool holds;
} rows[] = {
    {"{\"name\":\"Ada\"}", NULL, "name_is", true},
    {"{\"name\":\"Bob\"}", NULL, "name_is", false},
    {"{\"name\":\"ada\"}", NULL, "name_is", false},
    {"{}", NULL, "name_is", false},
    {"{\"yes\":true}", NULL, "yes_is", true},
    {"{\"yes\":false}", NULL, "yes_is", false},
    {"{}", NULL, "yes_is", false},
    {"{\"count\":7}", NULL, "count_is", true},
    {"{\"count\":8}", NULL, "count_is", false},
    {"{\"kind\":\"red\"}", NULL, "kind_in", true},
    {"{\"kind\":\"blue\"}", NULL, "kind_in", true},
    {"{\"kind\":\"green\"}", NULL, "kind_in", false},
    {"{}", NULL, "kind_in", false},
    {"{\"name\":\"x\"}", NULL, "present", true},
    {"{\"name\":\"\"}", NULL, "present", false},
    {"{\"name\":null}", NULL, "present", false},
    {"{}", NULL, "present", false},
    {"{\"name\":\"x\"}", NULL, "absent", false},
    {"{\"name\":\"\"}", NULL, "absent", true},
    {"{}", NULL, "absent", true},
    {"{\"tags\":[\"a\"]}", NULL, "tags_present", true},
    {"{\"tags\":[]}", NULL, "tags_present", false},
    {"{\"box\":{\"lid\":\"shut\"}}", NULL, "lid_is", true},
    {"{\"box\":{\"lid\":\"open\"}}", NULL, "lid_is", false},
    {"{\"box\":{}}", NULL, "lid_is", false},
    {"{\"name\":\"x\",\"count\":7}", NULL, "all", true},
    {"{\"name\":\"x\",\"count\":6}", NULL, "all", false},
    {"{\"count\":7}", NULL, "all", false},
    {"{\"name\":\"Bob\"}", NULL, "any", true},
    {"{\"count\":7}", NULL, "any", true},
    {"{\"name\":\"Ada\",\"count\":6}", NULL, "any", false},
    {"{\"name\":\"Bob\"}", NULL, "not", true},
    {"{}", NULL, "not", true},
    {"{\"name\":\"Ada\"}", NULL, "not", false},
    {"{}", NULL, "in_there", true},
    {"{}", STATES("\"standing\",\"valid\""), "shelf_in", true},
    {"{}", STATES("\"blamed\",\"pending\""), "shelf_in", true},
    {"{}", STATES("\"blamed\",\"valid\""), "shelf_in", false},
    {"{}", NONE, "shelf_in", false},
    {"{}", NONE, "shelf_absent", true},
    {"{}", STATES("\"valid\""), "shelf_absent", false},
    {"{}", STATES("\"valid\""), "shelf_present", true},
    {"{}", NONE, "shelf_present", false},
    {"{}", DUE("1775098800000001"), "before", true},
    {"{}", DUE(LATER_US), "before", false}, /* an act at the due instant is late */
    {"{}", DUE("1775098799999999"), "before", false},
    {"{}", HELD("1775098799999999"), "before", true},
    {"{}", "{\"shelf\":{\"deadlines\":{\"expiry\":{\"held\":false}},\"states\":[]}}", "before",
     true}, /* stands still */
    {"{}", "{\"shelf\":{\"deadlines\":{},\"states\":[]}}", "before", true},
    {"{}", NONE, "before", false},
    {SPAN("2026-04-01"), SEASON_END("2026-03-31"), "follows", true},
    {SPAN("2024-03-01"), SEASON_END("2024-02-29"), "follows", true},
    {SPAN("2026-04-02"), SEASON_END("2026-03-31"), "follows", false},
    {SPAN("2026-03-31"), SEASON_END("2026-03-31"), "follows", false},
    {"{}", SEASON_END("2026-03-31"), "follows", false},
    {SPAN("2026-04-01"), NONE, "follows", false},
    {"{}", "{\"desk.main\":{\"states\":[\"asked\"]}}", "dotted", true},
    {"{}", NONE, "dotted", false},
    {"{}", STATES("\"valid\""), "not_shelf", true},
    {"{}", STATES("\"blamed\""), "not_shelf", false},
    /* numbers: on, below and above the bound, and not there */
    {"{\"count\":7}", NULL, "at_least", true},
    {"{\"count\":6}", NULL, "at_least", false},
    {"{}", NULL, "at_least", false},
    {"{\"count\":7}", NULL, "at_most", true},
    {"{\"count\":8}", NULL, "at_most", false},
    {"{}", NULL, "at_most", false},
    {"{\"count\":8}", NULL, "more_than", true},
    {"{\"count\":7}", NULL, "more_than", false},
    {"{}", NULL, "more_than", false},
    {"{\"count\":6}", NULL, "less_than", true},
    {"{\"count\":7}", NULL, "less_than", false},
    {"{\"count\":-9007199254740991}", NULL, "less_than", true},
    {"{}", NULL, "less_than", false},
    {"{\"count\":6}", NULL, "not_at_least", true},
    {"{\"count\":7}", NULL, "not_at_least", false},
    {"{}", NULL, "not_at_least", true},
    {"{\"count\":4,\"limit\":3}", NULL, "more_than_limit", true},
    {"{\"count\":3,\"limit\":3}", NULL, "more_than_limit", false},
    {"{\"count\":3}", NULL, "more_than_limit", false},
    {"{\"limit\":3}", NULL, "more_than_limit", false},
    {"{\"count\":3,\"limit\":3}", NULL, "at_most_limit", true},
    {"{\"count\":4,\"limit\":3}", NULL, "at_most_limit", false},
    /* lists */
    {"{\"tags\":[\"x\",\"y\"]}", NULL, "two_tags", true},
    {"{\"tags\":[\"x\"]}", NULL, "two_tags", false},
    {"{}", NULL, "two_tags", false},
    {"{\"tags\":[\"x\",\"a\"]}", NULL, "tags_has", true},
    {"{\"tags\":[\"x\"]}", NULL, "tags_has", false},
    {"{}", NULL, "tags_has", false},
    {"{\"codes\":[1,3]}", NULL, "codes_has", true},
    {"{\"codes\":[1,30]}", NULL, "codes_has", false},
    /* days: it is 2 April 2026 in the zone, a Thursday */
    {"{\"day\":\"2026-04-01\"}", NULL, "before_today", true},
    {"{\"day\":\"2026-04-02\"}", NULL, "before_today", false},
    {"{}", NULL, "before_today", false},
    {"{}", NULL, "not_before", true},
    {"{\"day\":\"2026-04-02\"}", NULL, "not_before", true},
    {"{\"day\":\"2026-04-01\"}", NULL, "not_before", false},
    {"{\"day\":\"2026-04-03\"}", NULL, "after_today", true},
    {"{\"day\":\"2026-04-02\"}", NULL, "after_today", false},
    {"{\"day\":\"2026-04-13\"}", NULL, "in_ten_days", true},
    {"{\"day\":\"2026-04-12\"}", NULL, "in_ten_days", false},
    {"{\"day\":\"2026-04-05\"}", NULL, "open_days", true},
    {"{\"day\":\"2026-04-06\"}", NULL, "open_days", false}, /* Friday, Monday */
    {"{\"day\":\"2026-02-27\",\"other_day\":\"2026-03-31\"}", NULL, "month_earlier", true},
    {"{\"day\":\"2026-02-28\",\"other_day\":\"2026-03-31\"}", NULL, "month_earlier", false},
    {"{\"day\":\"2026-02-27\"}", NULL, "month_earlier", false},
    {"{\"day\":\"0001-01-01\",\"other_day\":\"0001-01-02\"}", NULL, "month_earlier", false},
    {"{\"day\":\"2026-04-30\"}", NULL, "before_may", true},
    {"{\"day\":\"2026-05-01\"}", NULL, "before_may", false},
    /* instants */
    {"{\"moment\":\"2026-04-02T11:59:59+09:00\"}", NULL, "before_now", true},
    {"{\"moment\":\"2026-04-02T03:00:00Z\"}", NULL, "before_now", false},
    {"{\"moment\":\"2026-04-01T03:00:01Z\"}", NULL, "within_a_day", true},
    {"{\"moment\":\"2026-04-01T03:00:00Z\"}", NULL, "within_a_day", false},
    {"{}", NULL, "within_a_day", false},
    {"{\"moment\":\"2026-04-01T03:00:01Z\",\"other_moment\":\"2026-04-01T12:00:00+09:00\"}", NULL, "after_other", true},
    {"{\"moment\":\"2026-04-01T03:00:00Z\",\"other_moment\":\"2026-04-01T12:00:00+09:00\"}", NULL, "after_other",
     false},
    {"{\"moment\":\"2026-04-01T03:00:00Z\"}", NULL, "after_other", false},
    {"{\"moment\":\"2026-04-02T03:00:01Z\"}", NULL, "after_noon", true},
    {"{\"moment\":\"2026-04-02T03:00:00Z\"}", NULL, "after_noon", false},
    /* linked cases: without one nothing of it is there */
    {"{}", TITLE("T"), "shelf_titled", true},
    {"{}", TITLE("U"), "shelf_titled", false},
    {"{}", NONE, "shelf_titled", false},
    {"{}", TITLE("T"), "shelf_untitled", false},
    {"{}", NONE, "shelf_untitled", true},
    {"{}", SEASON_END("2026-04-01"), "shelf_over", true},
    {"{}", SEASON_END("2026-04-02"), "shelf_over", false},
    {"{}", NONE, "shelf_over", false},
    {"{}", NULL, "pinged_twice", false},
    {"{}", NULL, "pinged_once", false},
};

Test(guard, each_holds_when_it_should_and_not_otherwise)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        enum outcome_kind kind = decided(rows[i].facts, rows[i].linked, rows[i].event);

        cr_expect_eq(kind, rows[i].holds ? OUTCOME_TAKEN : OUTCOME_REFUSED, "%s with %s and %s", rows[i].event,
                     rows[i].facts, rows[i].linked);
        if (kind == OUTCOME_REFUSED)
            cr_expect_eq(t.outcome.code, TOROKU_ERROR_UNPROCESSABLE, "%s", rows[i].event);
        trial_release(&t);
    }
}

/* Also under `not`: what is unknown is asked for, never guessed. */
Test(guard, facts_that_were_not_given_are_wanted)
{
    static const struct {
        const char *event;
        uint64_t wants;
    } wanted[] = {{"shelf_in", 1}, {"shelf_absent", 1}, {"shelf_present", 1}, {"before", 1},
                  {"follows", 1},  {"not_shelf", 1},    {"dotted", 2}};

    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
        cr_expect_eq(decided("{}", NULL, wanted[i].event), OUTCOME_WANTS, "%s", wanted[i].event);
        cr_expect_eq(t.outcome.wants_relations, wanted[i].wants, "%s", wanted[i].event);
        trial_release(&t);
    }
}

/* What was refused is not counted, and an event counts for what is done when it is taken. */
Test(guard, events_are_counted)
{
    GString *printed;

    cr_expect_eq(decided("{}", NULL, "ping"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_flags(&t), "pinged");
    cr_expect_str_eq(trial_json(t.s->counts), "{\"ping\":1}");
    cr_expect_eq(trial_command(&t, &stranger, "ping", LATER, NULL), OUTCOME_REFUSED);
    cr_expect_eq(trial_command(&t, &clerk, "pinged_twice", LATER, NULL), OUTCOME_REFUSED);
    cr_expect_eq(trial_command(&t, &clerk, "pinged_once", LATER, NULL), OUTCOME_TAKEN);
    cr_expect_eq(trial_command(&t, &clerk, "ping", LATER, NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_flags(&t), "ok pinged pinged_again");
    cr_expect_eq(trial_command(&t, &clerk, "pinged_once", LATER, NULL), OUTCOME_REFUSED);
    cr_expect_eq(trial_command(&t, &clerk, "pinged_twice", LATER, NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_json(t.s->counts), "{\"ping\":2}", "nothing else is counted");
    printed = trial_print(t.s);
    cr_expect_not_null(strstr(printed->str, "\"counts\":{\"ping\":2}"), "%s", printed->str);
    g_string_free(printed, TRUE);
    trial_release(&t);
}

Test(guard, in_state_follows_the_configuration)
{
    cr_expect_eq(decided("{}", NULL, "move"), OUTCOME_TAKEN);
    cr_expect_eq(trial_command(&t, &clerk, "in_there", LATER, NULL), OUTCOME_REFUSED);
    trial_release(&t);
}

Test(guard, the_first_row_in_document_order_that_holds_is_taken)
{
    cr_expect_eq(decided("{\"name\":\"Ada\"}", NULL, "ordered"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_rows(&t), "G21");
    trial_release(&t);
    cr_expect_eq(decided("{\"name\":\"Bob\"}", NULL, "ordered"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_rows(&t), "G22");
    trial_release(&t);
}

Test(guard, a_field_of_the_form_is_read_from_the_form_alone)
{
    cr_expect_eq(decided("{\"name\":\"Ada\",\"count\":7}", NULL, "name_is"), OUTCOME_TAKEN);
    cr_expect_eq(trial_command(&t, &clerk, "form_absent", LATER, "{\"name\":\"Bob\"}"), OUTCOME_REFUSED);
    cr_expect_eq(trial_command(&t, &clerk, "form_absent", LATER, "{\"count\":1}"), OUTCOME_TAKEN);
    cr_expect_str_eq(trial_json(t.s->data), "{\"count\":1}");
    trial_release(&t);
}

Test(guard, a_refusal_says_what_did_not_hold)
{
    static const struct {
        const char *facts, *linked, *event, *says;
    } said[] = {
        {"{}", NULL, "name_is", "\"Name\" does not meet the condition."},
        {"{\"name\":\"x\"}", NULL, "all", "\"Count\" does not meet the condition."},
        {"{}", NULL, "present", "\"Name\" is missing."},
        {"{}", NULL, "any", "The case does not meet the condition."},
        {"{}", NONE, "shelf_in", "There is no shelf."},
        {"{}", STATES("\"valid\""), "shelf_absent", "There is a shelf already."},
        {"{}", STATES("\"blamed\""), "shelf_in", "The shelf is not in state standing, pending."},
        {"{}", DUE("1"), "before", "The deadline expiry of the shelf has passed."},
        {SPAN("2026-04-02"), SEASON_END("2026-03-31"), "follows", "span.start must be the day after shelf.season.end."},
        {"{\"name\":\"Ada\"}", NULL, "not", "The case does not meet the condition."},
        {"{}", NULL, "at_least", "\"Count\" must be at least 7."},
        {"{\"count\":9}", NULL, "not_at_least", "\"Count\" must be at most 6."},
        {"{\"count\":9}", NULL, "at_most_limit", "\"Count\" must be at most \"Limit\"."},
        {"{\"count\":1}", NULL, "more_than_limit", "\"Count\" must be more than \"Limit\"."},
        {"{}", NULL, "tags_has", "\"Tags\" does not contain \"a\"."},
        {"{}", NULL, "before_today", "\"Day\" must be earlier than today."},
        {"{\"day\":\"2026-04-01\"}", NULL, "not_before", "\"Day\" must not be earlier than today."},
        {"{}", NULL, "in_ten_days", "\"Day\" must be later than 10 days after today."},
        {"{}", NULL, "month_earlier", "\"Day\" must be earlier than 1 month before \"Other day\"."},
        {"{}", NULL, "within_a_day", "\"Moment\" must be later than 24 hours before now."},
        {"{}", NULL, "before_may", "\"Day\" must be earlier than 2026-05-01."},
        {"{}", NONE, "shelf_titled", "\"title\" of the shelf does not meet the condition."},
        {"{}", NULL, "pinged_twice", "\"ping\" must have happened at least 2 times."},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(said); i++) {
        cr_expect_eq(decided(said[i].facts, said[i].linked, said[i].event), OUTCOME_REFUSED);
        cr_expect_str_eq(t.outcome.reason_en, said[i].says);
        trial_release(&t);
    }
}

/* What is told of a linked case: its states, its live deadlines, and the dates that guards compare. */
Test(guard, facts_are_what_guards_may_read)
{
    const struct chart *chart = trial_chart(library, "guards");
    struct value *facts;

    trial_init(&t, trial_chart(library, "shelf"));
    trial_tell_numbers(&t, "{\"shelf_no\":4}");
    cr_assert_eq(trial_signal(&t, "granted", OPENED,
                              "{\"season\":{\"start\":\"2025-04-01\",\"end\":\"2026-03-31\"},\"title\":\"T\"}"),
                 OUTCOME_TAKEN);
    facts = snapshot_facts(chart, chart_relation_index(chart, "shelf"), t.s);
    cr_expect_str_eq(
        trial_json(facts),
        "{\"case\":7,\"data\":{\"season.end\":\"2026-03-31\",\"title\":\"T\"},\"deadlines\":{\"dusting\":{\"due\":"
        "1777647600000000,\"held\":false},\"expiry\":"
        "{\"due\":1817046000000000,\"held\":false}},\"states\":[\"standing\",\"valid\"],"
        "\"version\":1}");
    value_unref(facts);
    cr_assert_eq(trial_signal(&t, "filed", LATER, NULL), OUTCOME_TAKEN);
    facts = snapshot_facts(chart, chart_relation_index(chart, "desk.main"), t.s);
    cr_expect_str_eq(trial_json(facts), "{\"case\":7,\"data\":{},\"deadlines\":{\"dusting\":{\"due\":1777647600000000,"
                                        "\"held\":false},\"expiry\":{\"due\":1817046000000000,"
                                        "\"held\":true}},\"states\":[\"standing\",\"pending\"],\"version\":2}");
    value_unref(facts);
    trial_release(&t);
    trial_init(&t, trial_chart(library, "stops"));
    cr_assert_eq(trial_command(&t, &owner, "open", OPENED, NULL), OUTCOME_TAKEN);
    cr_assert_eq(trial_command(&t, &clerk, "stop_left", OPENED, NULL), OUTCOME_TAKEN);
    facts = snapshot_facts(chart, 0, t.s);
    cr_expect_str_eq(trial_json(value_get(facts, "deadlines")), "{\"review\":{\"held\":false}}",
                     "a clock that stands still is due at no instant");
    value_unref(facts);
    facts = snapshot_facts(chart, 0, NULL);
    cr_expect(value_is_null(facts));
    value_unref(facts);
    trial_release(&t);
}
