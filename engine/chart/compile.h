/*
 * From a workflow document to a chart: names become indices, defaults are filled in, the basis is inherited from state
 * to state and file, what the chart reads of its forms is marked as kept, and the result is verified (verify.h).
 */
#ifndef TOROKU_CHART_COMPILE_H
#define TOROKU_CHART_COMPILE_H

#include "engine/chart/chart.h"
#include "engine/chart/finding.h"

/*
 * Compiles ${doc}, which may be freed afterwards, against ${book}, which outlives the chart. Everything that is wrong
 * is appended to ${findings}, not only the first; NULL when anything was. The caller fills sha256 and frees the chart.
 */
struct chart *chart_compile(const struct doc_workflow *doc, const struct rulebook *book, GPtrArray *findings);

#endif
