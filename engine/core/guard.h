/*
 * Guards: total, typed, without side effects, and without allocation. A path that leads nowhere is absent and compares
 * with nothing: no comparison of it holds, and `not` of each does.
 */
#ifndef TOROKU_CORE_GUARD_H
#define TOROKU_CORE_GUARD_H

#include "engine/core/event.h"
#include "engine/core/snapshot.h"

/* What a guard may read. */
struct guard_context {
    const struct chart *chart;
    const struct snapshot *s;      /* the case as it stands; NULL: the form alone is read */
    const struct snapshot *before; /* the case before the event: `passed` asks there for a deadline that has ended
                                      since; NULL: it asks for live ones alone */
    const struct value *form;      /* the whole input of form_index; NULL: none */
    int form_index;                /* its fields are read there alone, left out or not; the rest from the case's data */
    const struct value *linked;    /* event.linked */
    instant at;
    uint64_t wants;           /* answered: relations that were needed and not given */
    const char **wants_owner; /* answered for those with owned_by: whose case it is, CHART_RELATIONS_MAX; or NULL */
};

/* Does guard ${guard} hold? CHART_NONE always does. */
bool guard_holds(struct guard_context *context, int guard);

/*
 * The facts of ${relation}, borrowed; NULL or a null value: there is no such case. A relation with owned_by is about
 * the organisation that its field names here. FALSE, noted in `wants`, when they were not given.
 */
bool guard_facts(struct guard_context *context, int relation, const struct value **facts);

/* Is the linked case in one of the states ${names} (NULL-terminated)? */
bool guard_facts_in_states(const struct value *facts, char **names);

/* The first part of ${guard} that does not hold, in words, for a refusal; both texts are new. */
void guard_explain(struct guard_context *context, int guard, char **ja, char **en);

#endif
