#include "tests/support/rule.h"

#include <criterion/criterion.h>

static void rule_try(struct library *library, const struct rule *rule)
{
    struct chart *chart = trial_bare(library, rule->states);
    struct trial t;
    instant at = trial_instant("2026-04-01T03:00:00Z");

    trial_init(&t, chart);
    for (int i = 0; i < RULE_STEPS_MAX && rule->steps[i].event != NULL; i++) {
        const char *event = rule->steps[i].event;
        bool refused = event[0] == '!';
        char text[INSTANT_TEXT_SIZE];
        enum outcome_kind kind;

        instant_print(at + i * INSTANT_MINUTE, text);
        kind = trial_command(&t, &clerk, event + refused, text, NULL);
        cr_expect_eq(kind, refused ? OUTCOME_REFUSED : OUTCOME_TAKEN, "%s: %s: %s", rule->says, event,
                     t.outcome.reason_en);
        if (kind != OUTCOME_TAKEN)
            continue;
        cr_expect_str_eq(trial_rows(&t), rule->steps[i].rows, "%s: %s: rows %s", rule->says, event, trial_rows(&t));
        cr_expect_str_eq(trial_states(&t), rule->steps[i].active, "%s: %s: states %s", rule->says, event,
                         trial_states(&t));
        cr_expect_str_eq(trial_notices(&t), rule->steps[i].told, "%s: %s: told %s", rule->says, event,
                         trial_notices(&t));
    }
    trial_release(&t);
    chart_free(chart);
}

void rules_try(struct library *library, const struct rule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++)
        rule_try(library, &rules[i]);
}
