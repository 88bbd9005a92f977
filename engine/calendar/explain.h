/*
 * The steps of a derivation as sentences for the people it binds, in Japanese and English: the one place where they
 * are worded. Pages, the API and the command line show what stands here.
 */
#ifndef TOROKU_CALENDAR_EXPLAIN_H
#define TOROKU_CALENDAR_EXPLAIN_H

#include "engine/calendar/derivation.h"
#include "engine/calendar/zone.h"

enum explain_language { EXPLAIN_JA, EXPLAIN_EN };

/* A day as people read it, a new text: 2026年5月18日（月）, Mon 18 May 2026. */
char *explain_day(civil_day day, enum explain_language language);

/* The day and the time of day in ${zone} (NULL: UTC), to the second, and the zone's name: a new text. */
char *explain_instant(instant at, const struct zone *zone, enum explain_language language);

/*
 * The sentences of ${derivation} in the order of its steps, a new list that frees its texts. Each names the clause of
 * the Civil Code that the step applies. Closed days that follow one another make one sentence, with the name of each.
 * The last sentence tells the due instant, or that the clock stands still. ${zone} is that
 * of the rule; NULL only for a derivation of hours alone.
 */
GPtrArray *explain_derivation(const struct derivation *derivation, const struct zone *zone,
                              enum explain_language language);

#endif
