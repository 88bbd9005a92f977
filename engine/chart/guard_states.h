/*
 * What a guard comes to when only the active states of a case are known: exploration of the reachable configurations
 * takes every other thing that a guard may read as open.
 */
#ifndef TOROKU_CHART_GUARD_STATES_H
#define TOROKU_CHART_GUARD_STATES_H

#include "engine/chart/chart.h"

/* In this order `all` is the least of its parts and `any` the greatest. */
enum guard_truth { GUARD_FALSE, GUARD_UNKNOWN, GUARD_TRUE };

/*
 * The truth of guard ${guard} of ${chart} (CHART_NONE: TRUE) while ${states} are active, ancestors included. `in_state`
 * is known, and a deadline whose state is not active has not passed; UNKNOWN is what data, flags, counts, linked cases
 * or the clock decide. Each of these is taken for itself: of a guard and its contrary both may be UNKNOWN.
 */
enum guard_truth guard_over_states(const struct chart *chart, int guard, const struct state_set *states);

#endif
