/*
 * What a chart must be to be put in force, beyond being well-formed: every state can be reached and says whose turn it
 * is and until when, every limit acts, targets fit together, every action stands where it can be carried out.
 */
#ifndef TOROKU_CHART_VERIFY_H
#define TOROKU_CHART_VERIFY_H

#include "engine/chart/chart.h"
#include "engine/chart/finding.h"

/* Appends what is wrong with ${chart} taken alone. chart_compile calls it. */
void chart_verify(const struct chart *chart, GPtrArray *findings);

/*
 * Appends what is wrong between ${chart} and the charts it speaks to, of which ${set} holds every one: relations to
 * unknown workflows, signals nobody takes, states and deadlines of linked cases that do not exist.
 */
void chart_verify_links(const struct chart *chart, const struct chart_set *set, GPtrArray *findings);

/*
 * Appends the rules, roles and notices of ${book} that no chart of ${set}, which holds every one, names: with file,
 * line and column. One that says why (outside, unmet) is left alone.
 */
void chart_verify_use(const struct rulebook *book, const struct chart_set *set, GPtrArray *findings);

/* The document path of a state, a transition and an action, rebuilt from their places: "states[1].states[0].take[2]".
 */
void chart_state_path(const struct chart *chart, int state, GString *out);
void chart_take_path(const struct chart *chart, int take, GString *out);
void chart_action_path(const struct chart *chart, int action, GString *out);

#endif
