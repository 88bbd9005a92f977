/*
 * A running case goes over to another version of its workflow (版の移行): an event of the case like any other, decided
 * by a pure function, recorded, folded and decided again by replay.
 *
 * The plan is a value, kept in the record of every event that it made:
 *
 *   {"operator": who, "states": {old: [new, ...]}, "deadlines": {old: new}, "drop": [ids], "rederive": [ids],
 *    "absent": [fields], "undo": true}
 *
 * What the plan does not name keeps its id. What holds:
 *
 * - A live deadline keeps its anchor, its arming, its stops and its instant to the microsecond, whatever the new
 * version would derive: what was promised stays. `rederive` computes it anew from the same anchor, as a new arming;
 * `drop` ends it. Were its clock to stand, run or be held otherwise than before, the move is refused unless the plan
 * says so. Reminders that differ are those of the new version, as far as they lie ahead.
 * - A deadline that the old version did not have at all is armed when its state is active, with the move as the state's
 *   entry; one in `drop` is not.
 * - Data, flags and the persons of earlier events stay as they are.
 * - The record carries the case's body as it `was`, so that the move can be undone exactly, until the next event.
 */
#ifndef TOROKU_CORE_MIGRATE_H
#define TOROKU_CORE_MIGRATE_H

#include "engine/core/outcome.h"

#define EVENT_MIGRATE_NAME "migrate"

/*
 * Decides the move of ${before}, a running case, to ${target}, a version of the same workflow, at ${at}. Taken:
 * out->after is the case under ${target}. Refused: out->findings tells every reason; its `rule` is one of
 *
 *   state, configuration, closes           the active states have no place in the new version
 *   deadline, deadline-state, -twice       a live deadline has none
 *   deadline-stop, deadline-hold           its clock would stand, run or be held otherwise
 *   deadline-anchor, deadline-condition    one that is to be armed or derived anew cannot be
 *   history                                what a history state remembers has no place
 *   field-type, field-not-kept             a field means something else, or came in but was not kept
 */
void migrate(const struct snapshot *before, const struct chart *target, const struct value *plan, instant at,
             struct outcome *out);

/* Decides the way back to ${target}: exactly the case that the body ${undoes} (`was` of the last event) is. Refused
 * (`undo`) when the body does not fit ${target}. */
void migrate_undo(const struct snapshot *before, const struct chart *target, const struct value *undoes, instant at,
                  struct outcome *out);

/* Decides a recorded move of ${before} again; ${target} is the version that its outcome names. */
void migrate_replay(const struct snapshot *before, const struct chart *target, const struct value *record, instant at,
                    struct outcome *out);

/* The outcome of a move as its record keeps it: the version, the states, what has changed, with the derivations that
 * ${changes} has. A new value. */
struct value *migrate_outcome(const struct snapshot *before, const struct snapshot *after,
                              const struct case_changes *changes);

/* Applies the outcome of a move to ${s}, which is under ${target} then. As fold() otherwise. */
bool migrate_fold(struct snapshot *s, const struct chart *target, int seq, instant at, const struct value *outcome,
                  GError **error);

/* The version "W@N" that a record's outcome moves its case to, borrowed; NULL when it moves it nowhere. */
const char *migrate_target(const struct value *record);

/* Can any case of ${from} go to ${target}? FALSE with INVALID when numbers, subjects or names would not hold. */
bool migrate_fits(const struct chart *from, const struct chart *target, GError **error);

/* Does ${chart} have a state or history (`deadline` FALSE) or a deadline of this id? For the check of a plan. */
bool migrate_knows(const struct chart *chart, const char *id, bool deadline);

/*
 * What every case of ${from} that goes to ${target} by ${plan} should be known for: deadlines whose rule differs and
 * whose instants stay, deadlines that are new, fields that are kept now, four eyes that do not look back. A new list
 * of char *, one a line.
 */
GPtrArray *migrate_notes(const struct chart *from, const struct chart *target, const struct value *plan);

#endif
