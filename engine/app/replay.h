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

/* One way in which a case breaks a law. */
struct replay_difference {
    int seq;    /* of the event; 0: of the case as a whole, or of its row */
    char *what; /* in words */
    char *path; /* law 2: where in the record they differ first, "outcome.deadlines[0].due"; else NULL */
    struct value *recorded, *decided; /* what stands there; NULL: nothing */
};

void replay_difference_free(gpointer difference);

/* "WORKFLOW case ID event SEQ: WHAT"; the caller frees it. */
char *replay_difference_line(const struct history_case *c, const struct replay_difference *difference);

/* The first difference of ${c} by either law, or NULL: of events that decide otherwise the earliest, then what folding
 * says. The caller frees it: replay_difference_free. */
struct replay_difference *replay_first(const struct chart_set *charts, const struct history_case *c);

/* Appends to ${differences} (char *, the caller's) one line for each way in which ${c} breaks law 1. Answers whether
 * there was none. */
bool replay_fold(const struct chart_set *charts, const struct history_case *c, GPtrArray *differences);

/* The same for law 2, event by event, and that the derivation of each recorded deadline, computed again from itself
 * alone, ends in the instant recorded with it. An event that cannot be folded ends it: what follows has no ground to
 * stand on.
 */
bool replay_decide(const struct chart_set *charts, const struct history_case *c, GPtrArray *differences);

#endif
