/*
 * The two laws, checked over recorded cases. Pure; a difference is reported, never repaired.
 *
 * Law 1: folding the outcomes of a case's events gives its row. Law 2: deciding an event again, from what it read, on
 * the case as it then stood, gives the recorded outcome. A case that went over to other versions of its workflow is
 * followed through all of them.
 */
#ifndef TOROKU_APP_REPLAY_H
#define TOROKU_APP_REPLAY_H

#include "engine/app/history.h"

/* Appends to ${differences} (char *, the caller's) one line for each way in which ${c} breaks law 1. Answers whether
 * there was none. */
bool replay_fold(const struct chart_set *charts, const struct history_case *c, GPtrArray *differences);

/* The same for law 2, event by event. An event that cannot be folded ends it: what follows has no ground to stand on.
 */
bool replay_decide(const struct chart_set *charts, const struct history_case *c, GPtrArray *differences);

#endif
