/*
 * What an event did, as a list of maps that a person can read, for `toroku try`.
 */
#ifndef TOROKU_ADAPTERS_CLI_TRY_EFFECTS_H
#define TOROKU_ADAPTERS_CLI_TRY_EFFECTS_H

#include "engine/core/outcome.h"

/*
 * Appends the effects of the taken and traced ${o}, by which ${event} led away from ${before}, to ${list}: first the
 * data that came in by themselves, then what was done in the order in which it was, then what follows from all of it.
 *
 *   {set, to}  {clear}           data of the case; what it holds in the end
 *   {row}                        a row that was taken
 *   {flag}  {unflag}  {allocate, to}  {raise}
 *   {notify, to}  {signal, to}
 *   {publish|mark|unmark|withdraw_entry, key, ...}   a register entry; entry or banner
 *   {deadline, is, kind, due}    is: armed, fired, cancelled, reminded, stopped, resumed, moved; due while it is known
 *   {link, to}  {history, to}    a relation and a case; what a history state remembers
 */
void try_effects(const struct snapshot *before, const struct event *event, const struct outcome *o, struct value *list);

#endif
