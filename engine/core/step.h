/*
 * The core: one event for one case, decided as a pure function of its arguments. No clock, no I/O, no randomness.
 *
 * Semantics follow the algorithm for SCXML interpretation (W3C SCXML 1.0, Appendix D) over compiled charts: a macrostep
 * runs to completion, inner transitions come before outer ones, conflicts are settled by document order, exit actions
 * run from inner to outer, entry actions from outer to inner.
 */
#ifndef TOROKU_CORE_STEP_H
#define TOROKU_CORE_STEP_H

#include "engine/core/outcome.h"

/*
 * Decides ${event} on ${before} and fills ${out} (initialised by the caller, released by the caller).
 *
 * ${before} is left as it is. A case before its first event (seq 0) is opened: the event enters the initial states.
 * event->at must not lie before before->at. Taken: out->after has seq one higher and `at` = event->at; its hash is
 * still the one of ${before} until chain_seal.
 */
void step(const struct snapshot *before, const struct event *event, struct outcome *out);

/* May ${actor} raise some event ${name} in the present states, guards and forms aside? For pages and lists. */
bool step_may(const struct snapshot *s, const struct actor *actor, const struct chart_take *take);

/* Four eyes: was ${person} the last to raise an event that ${take} excludes? */
bool step_bars(const struct snapshot *s, const struct chart_take *take, int64_t person);

/* Does ${actor} hold ${role} (of the rulebook) in a case that belongs to ${owner} (an organisation; 0: none)? */
bool step_has_role(const struct chart *chart, int64_t owner, const struct actor *actor, int role);

#endif
