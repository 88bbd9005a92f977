/*
 * What the files of the verifier share. Private to verify*.c.
 */
#ifndef TOROKU_CHART_VERIFY_PARTS_H
#define TOROKU_CHART_VERIFY_PARTS_H

#include "engine/chart/verify.h"

/* A finding about a state: `the state "ID" MESSAGE`, at ${suffix} of it. */
void verify_find_state(const struct chart *chart, enum finding_code code, int state, const char *suffix,
                       GPtrArray *findings, const char *message);

/* A finding about a row, a deadline: its message alone, at ${suffix} of it. */
void verify_find_take(const struct chart *chart, enum finding_code code, int take, const char *suffix,
                      GPtrArray *findings, const char *format, ...) G_GNUC_PRINTF(6, 7);
void verify_find_deadline(const struct chart *chart, enum finding_code code, int deadline, const char *suffix,
                          GPtrArray *findings, const char *format, ...) G_GNUC_PRINTF(6, 7);

/* Is ${state} ${ancestor} or inside it? */
static inline bool verify_is_within(const struct chart *chart, int state, int ancestor)
{
    return state == ancestor || chart_is_descendant(chart, state, ancestor);
}

/* The innermost state around both. */
int verify_common(const struct chart *chart, int a, int b);

/* May a case be in both at once: one is inside the other, or they are in different regions of a parallel state? */
bool verify_together(const struct chart *chart, int a, int b);

/* The transition a completed state takes is in no state's `takes`. Is it this one? */
static inline bool verify_is_done(const struct chart *chart, int take)
{
    return chart->states[chart->takes[take].source].done == take;
}

/* Rows that can never be taken, completions that never come, one event with different forms. */
void verify_rows(const struct chart *chart, GPtrArray *findings);

/* Forms that nobody is asked for. */
void verify_forms_used(const struct chart *chart, GPtrArray *findings);

/* Rows that follow each other for ever within one event. */
void verify_loops(const struct chart *chart, GPtrArray *findings);

/* Dead ends, limits without an answer, targets that tell nobody. */
void verify_ends(const struct chart *chart, GPtrArray *findings);

/* Those who hand a case over do not decide in the place of those whose turn it is then. */
void verify_people(const struct chart *chart, GPtrArray *findings);

#endif
