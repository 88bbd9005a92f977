/*
 * One case of one chart, in memory, under a clock that only moves when it is told to: what `toroku try` drives.
 *
 * The core alone decides (engine/core/step.h). Whoever raises an event here holds every role of the rulebook, owns the
 * case, and is another person each time, so that four eyes never bar. There are no other cases: a linked one is never
 * found. Limits fire at their instants, without the settling time of the daemon.
 */
#ifndef TOROKU_ADAPTERS_CLI_TRY_CASE_H
#define TOROKU_ADAPTERS_CLI_TRY_CASE_H

#include "engine/chart/chart.h"

struct try_case;

/* ${chart} outlives the case. ${now} is where its clock stands. */
struct try_case *try_case_new(const struct chart *chart, instant now);
void try_case_free(struct try_case *c);

/*
 * Each of these gives one answer, a new value:
 *
 *   at        where the clock stands now, RFC 3339
 *   states    ids of the active atomic states, sorted
 *   effects   what happened, in order: one map an effect (try_effects)
 *   event     the name of the event, if there was one
 *   refused   {code, text} and, about a form, findings: the event changed nothing
 *   fired     deadlines that fell due on the way, in order: {at, deadline, states, effects}; their effects stand in
 *             `effects` as well
 *   closed    true when a final state of the chart has been reached
 */

/* Opens the case: by a person or, when only a signal does, by that. ${input} (nullable) is what comes with it. */
struct value *try_case_open(struct try_case *c, const struct value *input);

/* Raises ${name}; when no row of a person takes it, sends it as a signal. ${input} is nullable. */
struct value *try_case_event(struct try_case *c, const char *name, const struct value *input);

/* Moves the clock by ${span}, years, months and days in the chart's zone, and fires what falls due until then. NULL
 * when that lies beyond the year 9999. */
struct value *try_case_move(struct try_case *c, const struct span *span);

#endif
