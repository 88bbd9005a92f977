/*
 * Rectification (更正): an authorised event that sets right what came late or was decided wrongly. It is taken in every
 * state, also by a case that has ended, and it is the one event of which a workflow has no row: `rectify` of the
 * workflow says who may.
 *
 * Its input: reason (a text), effective (an instant, not in the future and not before the case was opened), and at
 * least one of
 *
 *     set        {field: value, ...}      validated as the forms' fields are
 *     clear      [field, ...]
 *     flag       [flag, ...], unflag
 *     states     [state, ...]             the configuration to stand in; what it leaves open stays, or begins
 *     registers  {register: publish | withdraw | mark | unmark}
 *     undoes     the number of a rectification that is undone; beside it only registers may stand
 *
 * What it does is what it names. No enter, exit or row action runs because of it: nobody is told again what they were
 * told, no signal is sent twice. Deadlines follow: those of states that are left end, those of states that are entered
 * or named are counted from the effective instant, and those whose anchor or condition reads what was corrected are
 * derived again. What has come to be due fires once, by the usual path; a target that has passed already passes no
 * second time unless its new instant is still to come. Clocks stand and run as from the effective instant. Then the
 * case comes to rest as after any event. Entries in registers show the corrected data from the effective instant on.
 *
 * Earlier events stay as they are and where they are. Another rectification undoes one as long as what it changed still
 * stands as it left it.
 */
#ifndef TOROKU_CORE_RECTIFY_H
#define TOROKU_CORE_RECTIFY_H

#include "engine/core/chain.h"
#include "engine/core/outcome.h"

/* May ${actor} rectify ${s}, as far as roles and four eyes say? */
bool rectify_may(const struct snapshot *s, const struct actor *actor);

/* What a rectification is told of an earlier event of the case, from that event's parsed record: when it was, and what
 * it changed if it was a rectification itself. A new value. */
struct value *rectify_facts(const struct value *record);

/* Splits the input of a rectification by access class, as chain_split does that of a form: each corrected field goes
 * with its class, all else is of the case. */
GArray *rectify_split(const struct chart *chart, const struct value *input);

/* The strictest class that any form gives the field ${id}; ACCESS_CASE when no form has it. */
enum access_class rectify_access(const struct chart *chart, const char *id);

/* Checks ${input} as far as the case itself tells; appends to ${findings}. */
void rectify_check(const struct snapshot *s, instant at, const struct value *input, GPtrArray *findings);

/*
 * The configuration that ${ids} name in ${s}, with all ancestors, in ${states}: regions that they leave open stay as
 * they are, or begin. FALSE when they name no state, a history, or states that cannot be active together.
 */
bool rectify_configuration(const struct snapshot *s, const struct value *ids, struct state_set *states);

/* Does a register know its entry by the field ${id}? Another key is another entry, so it is not corrected. */
bool rectify_is_key(const struct chart *chart, const char *id);

/* The action of ${chart} that does ${op} ("publish", "withdraw", "mark", "unmark") to ${register_}, or NULL. */
const struct chart_action *rectify_register_action(const struct chart *chart, const char *register_, const char *op);

#endif
