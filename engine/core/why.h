/*
 * The derivation that records and case rows keep with each deadline (`why`), read back: to be told in sentences
 * (engine/calendar/explain.h), and to be computed again.
 */
#ifndef TOROKU_CORE_WHY_H
#define TOROKU_CORE_WHY_H

#include "engine/calendar/explain.h"
#include "engine/core/snapshot.h"

/*
 * Fills ${out}, initialised, with the steps that ${why} keeps. Why a day is closed is kept in Japanese: ${calendar}
 * (nullable) tells the English name as far as it still closes that day for the same reason. False, with ${out} in part
 * filled, when a step is none that this program knows.
 */
bool why_read(const struct value *why, const struct calendar *calendar, struct derivation *out);

/* The sentences of ${why}, a derivation of a case of ${chart}, in its zone: a new list, empty when there is none. */
GPtrArray *why_explain(const struct chart *chart, const struct value *why, enum explain_language language);

/*
 * Computes deadline ${deadline} of ${chart} again from nothing but what ${why} keeps: the anchor and the stretches in
 * which the clock stood. ${due} receives the instant, or INSTANT_NEVER. False with ${error} when ${why} has no anchor
 * or the rule cannot be computed from it.
 */
bool why_recompute(const struct chart *chart, int deadline, const struct value *why, instant *due, GError **error);

#endif
