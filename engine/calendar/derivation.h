/*
 * How a deadline was found, step by step, in the order of the reasoning: what is stored with a deadline and shown to
 * the people it binds. The last step is always the due instant (or that the clock still stands), the one computed.
 */
#ifndef TOROKU_CALENDAR_DERIVATION_H
#define TOROKU_CALENDAR_DERIVATION_H

#include "engine/calendar/calendar.h"
#include "engine/calendar/civil.h"
#include "engine/calendar/instant.h"

#include <glib.h>

/*
 * X(kind, stable name in records, clause that it applies or NULL), and the parts of the step that it sets.
 * Clauses are of the Civil Code (民法), 138 to 143.
 */
#define DERIVATION_KINDS(X)                                                                                            \
    X(ANCHOR, "anchor", NULL)                                           /* day; at when the anchor is an instant */    \
    X(RUNS_AT_ONCE, "runs_at_once", "civil_code.139")                   /* at: hours run from here */                  \
    X(FIRST_DAY_NOT_COUNTED, "first_day_not_counted", "civil_code.140") /* day */                                      \
    X(FIRST_DAY_FROM_MIDNIGHT, "first_day_from_midnight", "civil_code.140") /* day: counted, it began at 00:00 */      \
    X(FIRST_DAY_COUNTED, "first_day_counted", NULL)                         /* day: counted, the rule says so */       \
    X(CUTOFF_PASSED, "cutoff_passed", NULL) /* day: not counted though the rule says so; at: its cut-off, passed */    \
    X(CLOSED, "closed", NULL)               /* day, reason: not counted */                                             \
    X(STOPPED_DAYS, "stopped_days", NULL)   /* day..until: the clock stood at their ends; at..to: while it stood */    \
    X(STOPPED_TIME, "stopped_time", NULL)   /* at..to: this time did not count */                                      \
    X(MONTH_END, "month_end", "civil_code.143")                 /* day: no corresponding day, the month's last */      \
    X(CORRESPONDING_DAY, "corresponding_day", "civil_code.143") /* day: where the months end, counted or not */        \
    X(CORRESPONDING_DAY_INCLUDED, "corresponding_day_included", NULL) /* day: the rule reads one day more */           \
    X(ROLLED, "rolled", "civil_code.142")                             /* day: the last day moved here */               \
    X(LAST_DAY, "last_day", "civil_code.141")                         /* day */                                        \
    X(CUTOFF, "cutoff", NULL)                                         /* day, at: due at this time of the day */       \
    X(PROVISIONAL, "provisional", NULL) /* day: the calendar is not certain from here on */                            \
    X(STANDS, "stands", NULL)           /* at: the clock stands since; to: NEVER */                                    \
    X(DUE, "due", NULL)                 /* at */

enum derivation_kind {
#define X(name, text, clause) DERIVED_##name,
    DERIVATION_KINDS(X)
#undef X
        DERIVATION_KIND_COUNT
};

/* A part that a kind does not set is CIVIL_DAY_NONE, INSTANT_NEVER or a reason of NULLs. */
struct derivation_step {
    enum derivation_kind kind;
    civil_day day, until;
    instant at, to;
    struct calendar_reason reason; /* texts that live as long as the program */
};

struct derivation {
    GArray *steps; /* struct derivation_step */
};

void derivation_init(struct derivation *derivation);
void derivation_release(struct derivation *derivation);

/* The stable name of ${kind}, and the clause that it applies (NULL when the rule or a fact decides it). */
const char *derivation_name(enum derivation_kind kind);
const char *derivation_clause(enum derivation_kind kind);

/* Step ${i} of ${derivation}; valid until the derivation changes. */
static inline const struct derivation_step *derivation_step_at(const struct derivation *derivation, guint i)
{
    return &g_array_index(derivation->steps, struct derivation_step, i);
}

#endif
