/*
 * What an event did, as a list of maps that a person can read, for `toroku try`.
 */
#ifndef TOROKU_ADAPTERS_CLI_TRY_EFFECTS_H
#define TOROKU_ADAPTERS_CLI_TRY_EFFECTS_H

#include "engine/core/outcome.h"

/*
 * Appends the effects of the taken ${o}, by which ${event} led away from ${before}, to ${list}:
 *
 *   {row}                        a row that was taken; in their order
 *   {set, to}  {clear}           data of the case
 *   {allocate, to}               a number, now in the data
 *   {flag}  {unflag}
 *   {history, to}                what a history state remembers
 *   {deadline, is, kind, due}    is: armed, fired, reminded, stopped, resumed, moved, cancelled; due while it is known
 *   {notify, to}  {signal, to}
 *   {link, to}                   a relation and a case
 *   {publish|mark|unmark|withdraw_entry, key, ...}   a register entry; entry or banner
 *   {rest of the record}         under its own name, as the record of the event has it
 */
void try_effects(const struct snapshot *before, const struct event *event, const struct outcome *o, struct value *list);

#endif
