/*
 * From a workflow document to a chart: names become indices, defaults are filled in, the basis is inherited from state
 * to state and file, what the chart reads of its forms is marked as kept, and the result is verified (verify.h).
 */
#ifndef TOROKU_CHART_COMPILE_H
#define TOROKU_CHART_COMPILE_H

#include "engine/chart/chart.h"
#include "engine/chart/finding.h"

/* The zone of a lenient chart that names none. */
#define CHART_ZONE_DEFAULT "Asia/Tokyo"

/*
 * Compiles ${doc}, which may be freed afterwards, against ${book}, which outlives the chart. Everything that is wrong
 * is appended to ${findings}, not only the first; NULL when anything was. The caller fills sha256 and frees the chart.
 */
struct chart *chart_compile(const struct doc_workflow *doc, const struct rulebook *book, GPtrArray *findings);

/*
 * The same for a bare chart, to be tried or drawn and never put in force: only what is wrong with its form is found,
 * not what is demanded of a definition in force. What is absent from its head has a default (zone Asia/Tokyo, prefix
 * CASE), rows get ids from their states; roles, rules and notices that ${book} lacks are passed over; a data path may
 * name anything. The chart is marked `lenient`, by which step() asks of an event neither a role nor a form.
 */
struct chart *chart_compile_lenient(const struct doc_workflow *doc, const struct rulebook *book, GPtrArray *findings);

#endif
