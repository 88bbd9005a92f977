/*
 * Guards: total, typed, without side effects. A path that leads nowhere is absent and compares with nothing.
 */
#ifndef TOROKU_CORE_GUARD_H
#define TOROKU_CORE_GUARD_H

#include "engine/core/event.h"
#include "engine/core/snapshot.h"

/* What a guard may read. */
struct guard_context {
    const struct chart *chart;
    const struct snapshot *s;   /* the case as it stands; NULL: the form alone is read */
    const struct value *form;   /* the whole input of form_index; NULL: none */
    int form_index;             /* its fields are read there alone, left out or not; the rest from the case's data */
    const struct value *linked; /* event.linked */
    instant at;
    uint64_t wants; /* answered: relations that were needed and not given */
};

/* Does guard ${guard} hold? CHART_NONE always does. */
bool guard_holds(struct guard_context *context, int guard);

/* The first part of ${guard} that does not hold, in words, for a refusal; both texts are new. */
void guard_explain(struct guard_context *context, int guard, char **ja, char **en);

#endif
