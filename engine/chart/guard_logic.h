/*
 * What guards say about each other: do they exclude or imply one another, can one hold at all? By looking at pairs of
 * comparisons only, so what is answered is certain and what is not answered may be so all the same.
 */
#ifndef TOROKU_CHART_GUARD_LOGIC_H
#define TOROKU_CHART_GUARD_LOGIC_H

#include "engine/chart/chart.h"

/* ${set} holds the charts of linked cases; NULL: their states are taken for exclusive. CHART_NONE always holds. */
bool guards_exclude(const struct chart *chart, const struct chart_set *set, int one, int other);
bool guard_implies(const struct chart *chart, const struct chart_set *set, int one, int other);
bool guard_is_impossible(const struct chart *chart, const struct chart_set *set, int guard);

#endif
