/* What a person is offered in a case: by role, state, four eyes and what is known of guards. */
#include "tests/support/trial.h"

#include "engine/core/offer.h"

#include <criterion/criterion.h>

#define OPENED "2026-04-01T03:00:00Z"
#define LATER "2026-04-02T03:00:00Z"

static struct library *library;
static struct trial t;

static const char *const board_only[] = {"board", NULL};
static const struct actor chair = {.person = 6, .org = 20, .roles = board_only};

static void setup(void)
{
    library = trial_library(TRIAL_CHARTS);
}

static void teardown(void)
{
    library_free(library);
}

TestSuite(offer, .init = setup, .fini = teardown);

/* The offers as "row:event" joined by blanks, "!" before those that are not open; interned. */
static const char *offered(const struct actor *who, const char *linked)
{
    struct value *facts = trial_value(linked);
    GArray *offers = offers_of(t.s, who, facts, trial_instant(LATER));
    GString *text = g_string_new(NULL);
    const char *interned;

    for (guint i = 0; i < offers->len; i++) {
        const struct offer *offer = &g_array_index(offers, struct offer, i);

        cr_assert_eq(offers_find(offers, offer->event), offer, "%s is offered once", offer->event);
        cr_assert_eq(offer->open, offer->why_ja == NULL);
        cr_assert_eq(offer->open, offer->why_en == NULL);
        g_string_append_printf(text, "%s%s%s:%s", i == 0 ? "" : " ", offer->open ? "" : "!",
                               t.chart->takes[offer->take].row, offer->event);
    }
    cr_assert_null(offers_find(offers, "no such event"));
    interned = g_intern_string(text->str);
    g_string_free(text, TRUE);
    g_array_unref(offers);
    value_unref(facts);
    return interned;
}

static void opened(const char *workflow, const char *json)
{
    trial_init(&t, trial_chart(library, workflow));
    cr_assert_eq(trial_command(&t, &owner, "open", OPENED, json), OUTCOME_TAKEN);
}

Test(offer, each_role_is_offered_its_own_rows_of_the_present_state)
{
    opened("desk", "{\"kind\":\"new\",\"title\":\"A\"}");
    cr_expect_str_eq(offered(&owner, NULL), "D1:save D2:change D8:file_again");
    cr_expect_str_eq(offered(&clerk, NULL), "D3:check D6:pass_on D7:clean D9:either D12:mix D14:judge D11:number");
    cr_expect_str_eq(offered(&chair, NULL), "D4:approve");
    cr_expect_str_eq(offered(&stranger, NULL), "");
    trial_release(&t);
}

Test(offer, a_guard_about_the_case_closes_an_offer_and_one_about_the_form_does_not)
{
    opened("desk", "{\"kind\":\"old\",\"title\":\"A\"}");
    /* file_again reads `kind` from its own form; a clerk's number reads it from the case. */
    cr_expect_str_eq(offered(&owner, NULL), "D1:save D2:change D8:file_again");
    cr_assert_eq(trial_command(&t, &clerk, "clean", LATER, NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(offered(&clerk, NULL), "D3:check D6:pass_on D7:clean D9:either D12:mix D14:judge !D11:number");
    trial_release(&t);
}

Test(offer, a_bound_that_the_form_will_bring_leaves_an_offer_open)
{
    opened("guards", "{\"count\":3}");
    cr_expect_str_eq(offered(&chair, NULL), "G67:bounded");
    cr_expect_eq(trial_command(&t, &chair, "bounded", LATER, "{\"limit\":2}"), OUTCOME_REFUSED);
    cr_expect_eq(trial_command(&t, &chair, "bounded", LATER, "{\"limit\":3}"), OUTCOME_TAKEN);
    trial_release(&t);
}

Test(offer, facts_of_a_linked_case_decide_when_they_are_known)
{
    static const struct {
        const char *linked, *offer;
    } rows[] = {
        {NULL, "D6:pass_on"},
        {"{}", "D6:pass_on"},
        {"{\"shelf\":null}", "!D6:pass_on"},
        {"{\"shelf\":{\"states\":[\"fallen\"]}}", "!D6:pass_on"},
        {"{\"shelf\":{\"states\":[\"standing\"]}}", "D6:pass_on"},
    };

    opened("desk", "{\"kind\":\"new\",\"title\":\"A\"}");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *wanted =
            g_strdup_printf("D3:check %s D7:clean D9:either D12:mix D14:judge D11:number", rows[i].offer);

        cr_expect_str_eq(offered(&clerk, rows[i].linked), wanted, "%zu", i);
    }
    trial_release(&t);
}

Test(offer, four_eyes_close_an_offer)
{
    const struct actor both = {.person = clerk.person, .org = 20, .roles = board_only};

    opened("desk", "{\"title\":\"A\"}");
    cr_expect_str_eq(offered(&both, NULL), "D4:approve");
    cr_assert_eq(trial_command(&t, &clerk, "check", LATER, NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(offered(&both, NULL), "!D4:approve");
    cr_expect_str_eq(offered(&chair, NULL), "D4:approve");
    trial_release(&t);
}

Test(offer, what_is_offered_as_open_is_taken_and_what_is_not_is_refused)
{
    static const char *const events[] = {"name_is", "yes_is", "count_is", "kind_in", "present",      "absent", "all",
                                         "any",     "not",    "in_there", "ordered", "tags_present", "lid_is"};
    static const char *const facts[] = {"{}", "{\"count\":7,\"kind\":\"red\",\"name\":\"Ada\",\"yes\":true}",
                                        "{\"box\":{\"lid\":\"shut\"},\"name\":\"Bob\",\"tags\":[\"x\"]}"};

    for (size_t f = 0; f < G_N_ELEMENTS(facts); f++)
        for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
            GArray *offers;
            bool open;

            opened("guards", facts[f]);
            offers = offers_of(t.s, &clerk, NULL, trial_instant(LATER));
            open = offers_find(offers, events[i])->open;
            g_array_unref(offers);
            cr_expect_eq(trial_command(&t, &clerk, events[i], LATER, NULL), open ? OUTCOME_TAKEN : OUTCOME_REFUSED,
                         "%s after %s", events[i], facts[f]);
            trial_release(&t);
        }
}

Test(offer, a_closed_case_offers_nothing)
{
    opened("desk", "{\"title\":\"A\"}");
    cr_assert_eq(trial_command(&t, &clerk, "check", LATER, NULL), OUTCOME_TAKEN);
    trial_tell_numbers(&t, "{\"desk_no\":1}");
    cr_assert_eq(trial_command(&t, &member, "approve", LATER, "{}"), OUTCOME_TAKEN);
    cr_expect_str_eq(offered(&owner, NULL), "D20:end");
    cr_assert_eq(trial_command(&t, &owner, "end", LATER, NULL), OUTCOME_TAKEN);
    cr_expect_str_eq(offered(&owner, NULL), "");
    trial_release(&t);
}

Test(offer, opening_is_for_those_whom_the_workflow_names)
{
    const struct chart *desk = trial_chart(library, "desk"), *shelf = trial_chart(library, "shelf");

    cr_expect(offer_opens(desk, &owner, owner.org));
    cr_expect_not(offer_opens(desk, &owner, 40));
    cr_expect(offer_opens(desk, &clerk, 40));
    cr_expect_not(offer_opens(desk, &stranger, 0));
    cr_expect_not(offer_opens(shelf, &member, member.org));
}
