/*
 * The control model of a chart for the model checker Spin: a second opinion on what explore.h finds, by another program
 * and another algorithm. It is derived from the states and rows alone, never from an exploration.
 *
 * One byte or bit a state says whether it is active, one for each state that a history may remember. Every transition
 * of the model is one event (or one stage of a macrostep) with one choice of what data, roles, forms and the clock
 * decide, so that the states that Spin stores are the configurations and stages of explore.h, and one more: the case
 * before it is opened. What is never done is what Spin lists as unreached: the statements `row ID`, `state ID`, and
 * `stuck`, which stands for a configuration without a way out.
 */
#ifndef TOROKU_CHART_PROMELA_H
#define TOROKU_CHART_PROMELA_H

#include "engine/chart/chart.h"

/* The model of ${chart} as text; its head says how to run it. The caller's. */
GString *promela_print(const struct chart *chart);

#endif
