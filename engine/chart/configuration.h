/*
 * Which states a case is in, and which it leaves and enters: the sets of the algorithm for SCXML interpretation (W3C
 * SCXML 1.0, Appendix D), without guards, actions and data. engine/core runs actions between these steps; the
 * exploration of a chart does without.
 *
 * A configuration is the set of all active states, ancestors and the root included. What histories remember is given as
 * one set a history state, at the place that chart_state.history says: the children of its parent that were active
 * (shallow) or the atomic descendants (deep). An empty set, or NULL in place of all, says that nothing is remembered.
 */
#ifndef TOROKU_CHART_CONFIGURATION_H
#define TOROKU_CHART_CONFIGURATION_H

#include "engine/chart/chart.h"

/* What one microstep enters. */
struct configuration_entry {
    struct state_set states;    /* to be entered */
    struct state_set firsts;    /* compound ones that begin by their first transition: its actions follow `enter` */
    struct state_set histories; /* history states without memory: the actions of their default follow those */
    bool remembers;             /* a history was met: another memory may give other states */
};

/* SCXML: getTransitionDomain. The innermost state that is not left by ${take}: its source when it is internal and the
 * targets lie within, else the innermost compound state around source and targets. CHART_NONE without targets. */
int configuration_domain(const struct chart *chart, const struct state_set *memory, int take);

/* SCXML: computeExitSet of one transition. The active states that ${take} leaves; none without targets. */
struct state_set configuration_exits(const struct chart *chart, const struct state_set *active,
                                     const struct state_set *memory, int take);

/*
 * SCXML: removeConflictingTransitions. ${takes} are the transitions that the active atomic states have chosen, in the
 * document order of these states; a transition that several chose may stand there once or more often. Of two that
 * leave a common state the one whose source lies within the other's stands, else the earlier one. Reorders ${takes},
 * which keep their order; answers how many stand.
 */
int configuration_choose(const struct chart *chart, const struct state_set *active, const struct state_set *memory,
                         int *takes, int count);

/* Writes what the histories whose parent is in ${exits} have to remember into ${memory}, before those are left. */
void configuration_remember(const struct chart *chart, const struct state_set *active, const struct state_set *exits,
                            struct state_set *memory);

/* SCXML: computeEntrySet of the transitions ${takes}, with the memory as it is after the exits. */
void configuration_entries(const struct chart *chart, const struct state_set *memory, const int *takes, int count,
                           struct configuration_entry *entry);

/* What opening a case enters: the root and its first states. */
void configuration_initial(const struct chart *chart, struct configuration_entry *entry);

/* One whole microstep on sets alone: remembers, leaves and enters. ${takes} as configuration_choose left them. */
void configuration_move(const struct chart *chart, struct state_set *active, struct state_set *memory, const int *takes,
                        int count);

/* SCXML: isInFinalState. Has a compound state an active final child, or have all children of a parallel one ended? */
bool configuration_done(const struct chart *chart, const struct state_set *active, int state);

/*
 * The states that come to be done when the final state ${final} is entered, inner before outer: its parent, and each
 * parallel state around it whose other regions have ended, as long as one parallel state lies in the next. Each raises
 * the internal event done.state.ID. Answers how many; none when it ends the case. ${active} has ${final} already.
 */
int configuration_completed(const struct chart *chart, const struct state_set *active, int final,
                            int completed[CHART_STATES_MAX]);

/* A history is never active itself. */
static inline bool configuration_is_history(const struct chart *chart, int state)
{
    return chart->states[state].kind == STATE_HISTORY_SHALLOW || chart->states[state].kind == STATE_HISTORY_DEEP;
}

#endif
