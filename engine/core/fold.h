/*
 * Law 1: the snapshot is the fold of the outcomes. Independent of step(): it only writes down what a record says.
 */
#ifndef TOROKU_CORE_FOLD_H
#define TOROKU_CORE_FOLD_H

#include "engine/core/snapshot.h"

/* Applies one recorded outcome, the event ${seq} at ${at}, to ${s}. FALSE with CORRUPT when it does not fit. */
bool fold(struct snapshot *s, int seq, instant at, const struct value *outcome, GError **error);

#endif
