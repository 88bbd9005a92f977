/*
 * Rows of one state for one trigger, of which the first that may be taken is. Two of them say together what happens
 * only when their guards exclude each other, or when the last is the `else`: it has no guard, or a wider one.
 */
#ifndef TOROKU_CHART_VERIFY_OVERLAP_H
#define TOROKU_CHART_VERIFY_OVERLAP_H

#include "engine/chart/chart.h"
#include "engine/chart/finding.h"

/*
 * Appends the rows of ${chart} that never come before an earlier one or whose guard contradicts itself (dead-row), and
 * those whose guard overlaps that of an earlier one (overlapping-guards). ${set} (nullable) holds the charts of linked
 * cases.
 */
void verify_overlaps(const struct chart *chart, const struct chart_set *set, GPtrArray *findings);

#endif
