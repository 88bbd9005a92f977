/*
 * The live deadlines of a case: arming, stopping and resuming their clocks, the next occurrence, the record.
 */
#ifndef TOROKU_CORE_DEADLINE_H
#define TOROKU_CORE_DEADLINE_H

#include "engine/core/snapshot.h"

/*
 * Computes due, last_day and next of ${d} from its anchor, stops and rule. Occurrences whose instants do not lie after
 * ${since} are passed over, except the due instant itself. ${why} (nullable) receives the derivation as a new list.
 * FALSE with ${error} when the rule cannot be computed from this anchor.
 */
bool deadline_compute(const struct chart *chart, struct deadline_state *d, instant since, struct value **why,
                      GError **error);

/* Which of those that come again ${d}, anchored anew, begins with: the first that is due after ${since}, or with
 * `catch_up: each` the first of all. 0 for what does not come again. */
void deadline_first_round(const struct chart *chart, struct deadline_state *d, instant since);

/* Passes over the reminders of ${d} that lie at or before ${since}: a reminder of what is past tells nobody anything.
 */
void deadline_skip(const struct chart *chart, struct deadline_state *d, instant since);

/* Moves ${d} on to the occurrence after the present one. */
void deadline_advance(const struct chart *chart, struct deadline_state *d);

/* Which reminder of the chart the present occurrence is; CHART_NONE when it is the due instant or none is left. */
int deadline_reminder(const struct chart *chart, const struct deadline_state *d);

/* The form in which records and case rows keep ${d}, and back. */
struct value *deadline_to_value(const struct chart *chart, const struct deadline_state *d);
bool deadline_from_value(const struct chart *chart, const struct value *v, struct deadline_state *d);

#endif
