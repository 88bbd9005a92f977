/*
 * A rule of the core, shown by a bare chart that is tried by events. After each stand the rows taken, the active
 * states, and what its actions told, in order.
 */
#ifndef TOROKU_TESTS_SUPPORT_RULE_H
#define TOROKU_TESTS_SUPPORT_RULE_H

#include "tests/support/trial.h"

#define RULE_STEPS_MAX 9
#define TELL(what) "[{notify: " what "}]"
/* A state that tells of being entered and left. */
#define LOUD(id) "id: " id ", enter: " TELL("in_" id) ", exit: " TELL("out_" id)

struct rule {
    const char *says;
    const char *states; /* of the chart, as YAML; the first event opens a case */
    struct {
        const char *event; /* "!e": refused */
        const char *rows, *active, *told;
    } steps[RULE_STEPS_MAX];
};

/* Holds the core to ${count} rules; events are a minute apart. */
void rules_try(struct library *library, const struct rule *rules, size_t count);
#define RULES_TRY(library, rules) rules_try(library, rules, sizeof(rules) / sizeof *(rules))

#endif
