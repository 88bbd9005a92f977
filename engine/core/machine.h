/*
 * The inside of step(): one macrostep under way. Private to this room.
 *
 * configuration.c knows which states are left and entered (SCXML Appendix D), action.c what an action does, step.c in
 * which order things happen.
 */
#ifndef TOROKU_CORE_MACHINE_H
#define TOROKU_CORE_MACHINE_H

#include "engine/core/guard.h"
#include "engine/core/outcome.h"

/* A notice that some action asked for; filled in when the macrostep is over and the case stands. */
struct machine_notice {
    const char *notice, *to;
    int deadline; /* that it is about, or CHART_NONE */
};

/* A register operation likewise. */
struct machine_register {
    const struct chart_action *action;
};

struct machine {
    const struct chart *chart;
    const struct snapshot *before;
    const struct event *event;
    struct outcome *out;
    struct snapshot *s;       /* the case as it becomes */
    const struct value *form; /* what came in and was checked: overlays the data for actions; NULL: nothing */
    struct state_set done;    /* states whose `done` has been taken since a final child was last entered */
    struct value *rows;       /* ids of the rows taken, in order */
    struct value *set;        /* data changes; null: cleared */
    struct value *flags;      /* changes */
    struct value *history;    /* changes */
    struct value **why;       /* by deadline: derivations computed in this step */
    GArray *notices;          /* struct machine_notice */
    GArray *registers;        /* struct machine_register */
    GError *error;            /* a rule that cannot be computed: the event is refused */
};

/* The states that the transition leaves: active proper descendants of its domain. */
struct state_set configuration_exits(const struct machine *m, const struct chart_take *take);

/* The states that the transitions enter, given what history has recorded. */
struct state_set configuration_entries(const struct machine *m, const int *takes, int count);

/* The states that opening the case enters. */
struct state_set configuration_initial(const struct machine *m);

/* Notes what the history states among the parents of ${state} have to remember before it is left. */
void configuration_remember(struct machine *m, int state);

/* Is ${state} done: a compound state with an active final child, a parallel one whose children are all done? */
bool configuration_done(const struct machine *m, int state);

/* Runs one action; ${deadline} is the one it belongs to (a due or reminder action), or CHART_NONE. */
void action_run(struct machine *m, const struct chart_action *action, int deadline);

/* Sets or clears (NULL) a member of the case's data and notes the change. Takes the reference. */
void machine_set(struct machine *m, const char *name, struct value *v);

/* Arms ${deadline} anew: its clock starts with this event. One whose `when` does not hold is live no longer. */
void deadline_arm(struct machine *m, int deadline);

/* Fills the effects whose texts depend on how the case stands at the end. */
void effects_finish(struct machine *m);

/* The record of the outcome: rows, states, changes, effects. A new value. */
struct value *effects_record(const struct machine *m);

#endif
