/*
 * One question of `toroku due` answered: a value in, a value out, and the answer as people read it.
 *
 * A question has the members
 *
 *   rule       a period, or a whole deadline, in the words of a workflow file; or
 *   deadline   the id of a deadline of the workflow
 *   anchor     where it runs from: a date, a date with a time of day in the zone, or an RFC 3339 instant; of a
 *              deadline with several periods (earliest, latest) an object with one for each path, and state_entry
 *   stops      [[from, to], ...]: while the clock stood; `to` is null while it still does
 *   zone, calendar, fires, remind   beside `rule`
 *   explain    true: with the computation
 *   lang       ja (default) or en, of the explanation
 *   id         anything, which the answer gives back
 *
 * and the answer
 *
 *   due, local, last_day   the instant, the same in the zone, the last day on which one is in time (of hours the
 *                          day of the instant); while the clock stands `due` is null, the others are absent
 *   remind                 [{at, local, notice}]: in the order of their instants
 *   provisional            true when a calendar that is not certain yet was asked
 *   zone, tzdata, calendar, calendar_version, basis   by which; as far as there are
 *   explain                the sentences; `steps`: what they tell, as records keep it
 *   id                     that of the question
 */
#ifndef TOROKU_ADAPTERS_CLI_DUE_ANSWER_H
#define TOROKU_ADAPTERS_CLI_DUE_ANSWER_H

#include "adapters/cli/due_rule.h"
#include "engine/calendar/explain.h"

/* The answer to ${question}, a new value. NULL with ${error} that tells which member is wrong, and how. */
struct value *due_answer(struct due_rules *rules, const struct value *question, GError **error);

/* Appends ${answer} for people. */
void due_answer_print(const struct value *answer, enum explain_language language, GString *out);

#endif
