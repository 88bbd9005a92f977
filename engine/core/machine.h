/*
 * The inside of step(): one macrostep under way. Private to this room.
 *
 * step.c lets the event in, select.c finds the rows that answer to it, microstep.c takes rows until the case rests;
 * action.c knows what an action does, engine/chart/configuration.h which states are left and entered.
 */
#ifndef TOROKU_CORE_MACHINE_H
#define TOROKU_CORE_MACHINE_H

#include "engine/chart/configuration.h"
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
    struct state_set *memory; /* what histories remember (configuration.h); NULL until it is asked for */
    GArray *raised;           /* int: internal events (chart.internals) that wait, in order; NULL: none was raised */
    struct case_changes *changes; /* of the outcome */
    instant clock;     /* from when on clocks run or stand still: the event's instant, or the effective one */
    GArray *notices;   /* struct machine_notice */
    GArray *registers; /* struct machine_register */
    bool restless;     /* the chart does not come to rest, says the error */
    GError *error;     /* a rule that cannot be computed, a chart without rest: the event is refused */
};

/* Why no row was enabled, the nearest miss last. */
enum miss { MISS_NO_ROW, MISS_ROLE, MISS_FOUR_EYES, MISS_FORM, MISS_GUARD };

/* The rows that answer to an event. */
struct selection {
    int takes[CHART_STATES_MAX];
    int count;
    enum miss miss;
    const struct chart_take *missed; /* the row of that miss; NULL: none */
    int checked_form;                /* validated already, findings in the outcome; CHART_NONE at first */
    bool checked_partial, form_ok;
};

/* Does ${actor} hold one of ${roles} in this case? A lenient chart asks for none. */
bool actor_has_any_role(const struct snapshot *s, const struct actor *actor, const struct index_list *roles);

/* No row yet. */
void selection_init(struct selection *sel);

/* SCXML: the optimal enabled transition set. Of the rows in ${answers}, those that are enabled and not pre-empted, in
 * the document order of the atomic states that chose them. */
void selection_fill(struct machine *m, struct selection *sel, const struct chart_answers *answers);

/* Refuses the event for the nearest miss. */
void selection_refuse(struct machine *m, const struct selection *sel);

/* Refuses the event for what its input lacks, as the outcome's findings say. */
void machine_refuse_input(struct machine *m);

/* Opens the case: enters the first states. */
void microstep_initial(struct machine *m);

/* SCXML: microstep. Takes ${count} rows at once. */
void microstep(struct machine *m, const int *takes, int count);

/* Lets the case come to rest: takes eventless rows, then the oldest internal event, until neither is left. */
void macrostep(struct machine *m);

/* Remembers what is about to be left, in the case too. */
void machine_remember(struct machine *m, const struct state_set *exits);

/* A map of changes of which nothing has been noted yet comes to be. */
struct value *machine_changed(struct value **map);

/* Computes when ${d} is due, and notes its derivation in place of an earlier one. FALSE when the event fails already,
 * or fails now because the rule cannot be computed. */
bool machine_compute(struct machine *m, struct deadline_state *d);

/* Puts the internal event ${event} (chart.internals) at the end of the queue. */
void machine_raise(struct machine *m, int event);

/* What histories remember, read from the case at first; NULL in a chart without histories. */
struct state_set *machine_memory(struct machine *m);

/* Runs the actions of ${range} in order; ${deadline} as for action_run. */
void actions_run(struct machine *m, const struct range *actions, int deadline);

/* Runs one action; ${deadline} is the one it belongs to (a due or reminder action), or CHART_NONE. */
void action_run(struct machine *m, const struct chart_action *action, int deadline);

/* Sets or clears (NULL) a member of the case's data and notes the change. Takes the reference. */
void machine_set(struct machine *m, const char *name, struct value *v);

/* Arms ${deadline} anew: its clock starts with this event. One whose `when` does not hold is live no longer. */
void deadline_arm(struct machine *m, int deadline);

/* Ends the life of a deadline, if it is live. */
void deadline_drop(struct snapshot *s, int deadline);

/* Inserts a live deadline that is not there, keeping the chart's order; everything but its index is 0. */
struct deadline_state *deadline_slot(struct snapshot *s, int deadline);

/* What the clock of ${rule} starts from, given ${s} and the instant of entry; FALSE when the data do not tell. */
bool deadline_anchor(const struct snapshot *s, instant entry, const struct chart_deadline *rule,
                     struct deadline_state *d);

/* Computes ${d} anew, as armed by this event. One that has passed passes again only if it is still to come. */
void deadline_reckon(struct machine *m, struct deadline_state *d);

/* Do two anchors, which deadline_anchor found, say different instants? */
bool anchors_differ(const struct deadline_state *a, const struct deadline_state *b);

/* Moves the live deadlines whose anchors this event has moved; those that it armed stand on the new ones already. An
 * anchor that is there no longer leaves its deadline as it was. */
void replan(struct machine *m);

/* Does ${s} have this deadline at all? Notes the relations that its guard wants. */
bool deadline_applies(struct machine *m, const struct snapshot *s, const struct chart_deadline *rule);

/* Raises or clears a flag, and notes the change. */
void machine_flag(struct machine *m, const char *flag, bool on);

/* What an entry shows of ${s}: the data that ${action} names and the last days of its limits. A new value. */
struct value *register_entry(const struct snapshot *s, const struct chart_action *action);

/* A rectification (engine/core/rectify.h): decides it; and when everything has come to rest, notes what it changed. */
void rectify_run(struct machine *m);
void rectify_conclude(struct machine *m);

/* What follows for deadlines when the data and states of a rectification stand: ${undone} are the facts of the one that
 * it undoes (NULL: none); ${entered} and ${named} the states that are entered, or taken as entered, when it is
 * effective. */
void rectify_deadlines(struct machine *m, const struct value *undone, const struct state_set *entered,
                       const struct state_set *named);

/* Fills the effects whose texts depend on how the case stands at the end. */
void effects_finish(struct machine *m);

#endif
