/*
 * A compiled workflow: immutable, index arrays in document order, no pointer into the document it came from.
 *
 * States are numbered in document order, so that a parent precedes its descendants and an ordinary comparison of
 * indices is the document order of the SCXML algorithm (W3C SCXML, Appendix D). Index 0 is the chart's root, a
 * compound state without a name. Every array is owned by the chart and lives until chart_free.
 */
#ifndef TOROKU_CHART_CHART_H
#define TOROKU_CHART_CHART_H

#include "engine/calendar/calendar.h"
#include "engine/calendar/period.h"
#include "engine/calendar/zone.h"
#include "engine/chart/doc.h"
#include "engine/chart/state_set.h"
#include "engine/chart/value.h"

#include <glib.h>

/* Relations and numbers of a chart fit into a word of bits (engine/core/outcome.h). */
#define CHART_RELATIONS_MAX 64
#define CHART_NUMBERS_MAX 64
#define CHART_NONE (-1)

enum state_kind {
    STATE_ATOMIC,
    STATE_COMPOUND,
    STATE_PARALLEL,
    STATE_FINAL,
    STATE_HISTORY_SHALLOW,
    STATE_HISTORY_DEEP
};

/* A run of elements of one of the chart's arrays. */
struct range {
    int first, count;
};

/* A list of indices or roles. */
struct index_list {
    int *items;
    int count;
};

struct chart_text {
    char *ja, *en;
};

struct chart_state {
    char *id; /* NULL for the root */
    struct chart_text label;
    enum state_kind kind;
    int parent;                     /* CHART_NONE for the root */
    int end;                        /* one past the last descendant: descendants are (index, end) */
    int initial;                    /* compound: a child; history: the default target, which is the parent itself
                                       when that is parallel and the definition names none; else CHART_NONE */
    struct index_list first;        /* the targets of the transition that begins a compound state, or that a history
                                       without memory takes; empty for others */
    struct range first_do;          /* and its actions */
    int history;                    /* history: its place among the chart's histories; else CHART_NONE */
    struct state_set within;        /* its descendants */
    struct range enter, exit;       /* actions */
    struct range takes;             /* transitions whose source this is, in document order */
    int done;                       /* the transition taken when the state is done, or CHART_NONE */
    int done_event;                 /* compound, parallel: done.state.ID in chart.internals; else CHART_NONE */
    struct range deadlines;         /* declared here */
    struct index_list stops, holds; /* deadlines of ancestors */
    struct index_list turn;         /* roles; empty with turn_none when nobody has to act */
    bool turn_none;
    char *waits_forever; /* why, or NULL */
    int basis;           /* rule, inherited */
};

enum trigger {
    TRIGGER_EVENT,    /* raised by a person of `by` */
    TRIGGER_SIGNAL,   /* from another case */
    TRIGGER_DUE,      /* a limit */
    TRIGGER_DONE,     /* the internal event done.state.ID of its source, from the key `done` */
    TRIGGER_INTERNAL, /* an internal event: raised by an action, or done.state.ID of any state */
    TRIGGER_EVENTLESS /* taken whenever its guard holds, before any further event */
};

struct chart_take {
    char *row;
    int source;
    enum trigger trigger;
    char *name;   /* event, signal or internal event; NULL for due, done and eventless */
    int deadline; /* TRIGGER_DUE */
    struct chart_text label;
    struct index_list by; /* roles that may raise it; empty: nobody (signals, due) */
    char **not_by;        /* NULL-terminated: events whose last person may not raise this one; or NULL */
    int form;             /* or CHART_NONE */
    bool partial, internal;
    int guard;            /* or CHART_NONE */
    struct index_list to; /* target states; empty: targetless */
    struct range actions;
    int basis;
};

enum guard_kind {
    GUARD_ALL,       /* children */
    GUARD_ANY,       /* children */
    GUARD_NOT,       /* one child */
    GUARD_IN_STATE,  /* state */
    GUARD_FLAG,      /* flag */
    GUARD_PASSED,    /* deadline_index */
    GUARD_LINKED,    /* relation, and optional names (states), deadline, present/absent */
    GUARD_PRESENT,   /* path */
    GUARD_ABSENT,    /* path */
    GUARD_IS,        /* path, operand */
    GUARD_IN,        /* path, operand: a list */
    GUARD_DAY_AFTER, /* path; relation and other_path */
    GUARD_NUMBER,    /* path, from low to high; or event: how often it was taken */
    GUARD_HAS,       /* path, operand */
    GUARD_TIME       /* path, time */
};

/* What a date or an instant is compared with. */
struct guard_time {
    enum { GUARD_TIME_FIXED, GUARD_TIME_NOW, GUARD_TIME_FIELD } base;
    bool after, days; /* days: a date is given, or today; an instant, or now; not told of GUARD_TIME_FIELD */
    civil_day day;
    instant at;
    struct period_rule rule; /* what is added or, with PERIOD_BEFORE, taken away; an empty span: nothing */
};

struct chart_guard {
    enum guard_kind kind;
    char *place;                /* in the document: "states[0].take[1].when.all[0]" */
    struct index_list children; /* guards */
    int state;
    int deadline_index; /* GUARD_PASSED: of this chart */
    int relation;
    char **names;   /* GUARD_LINKED: states, any of them; NULL-terminated, or NULL */
    char *deadline; /* GUARD_LINKED: the event comes before this deadline of the linked case */
    bool absent;    /* GUARD_LINKED: there is no such case */
    char *flag;
    char *event; /* GUARD_NUMBER: counted, one of counts_of; within time.rule, if that has a span: one of times_of */
    /* What is compared: in the case's data, or with a relation and no path other_path in those of the linked case. */
    char *path, *other_path;
    bool typed; /* its type was known here; FALSE: another workflow decides it, the operand stands as text */
    struct value *operand;
    int64_t low, high; /* GUARD_NUMBER: the first and the last number that will do, above that at `base` if any */
    char *base;        /* GUARD_NUMBER, GUARD_TIME: path of the other number, date or instant in the case's data */
    struct guard_time time;
};

enum action_kind {
    ACTION_SET,
    ACTION_UPDATE,
    ACTION_CLEAR,
    ACTION_FLAG,
    ACTION_UNFLAG,
    ACTION_ALLOCATE,
    ACTION_SIGNAL,
    ACTION_NOTIFY,
    ACTION_RESTART,
    ACTION_START,
    ACTION_CANCEL,
    ACTION_RAISE,
    ACTION_LINK,
    ACTION_PUBLISH,
    ACTION_MARK,
    ACTION_UNMARK,
    ACTION_WITHDRAW_ENTRY
};

struct chart_action {
    enum action_kind kind;
    char *name;   /* set, update, clear, flag: path or flag; signal, notify, raise: name; register ops: the register */
    char *from;   /* set, update: path in the event's input; link: in it or the data; register ops: path of the key */
    char *banner; /* mark */
    char **to;    /* notify: recipients "who.kind"; NULL-terminated */
    char **with;  /* signal: paths carried; publish: paths shown; NULL-terminated */
    struct index_list relations; /* signal, link */
    int number;                  /* allocate */
    int deadline;                /* restart, start, cancel */
    int event;                   /* raise: in chart.internals */
    int guard;                   /* it is done only when this holds; or CHART_NONE */
};

enum deadline_kind { DEADLINE_TARGET, DEADLINE_LIMIT };
enum deadline_anchor {
    ANCHOR_STATE_ENTRY,
    ANCHOR_DAY,
    ANCHOR_DAY_AFTER,
    ANCHOR_INSTANT,
    ANCHOR_DAY_BEFORE,
    ANCHOR_AHEAD_OF,
    ANCHOR_AHEAD_OF_DAY,
    ANCHOR_YEAR_END,
    ANCHOR_ONE_OF /* the earliest or latest of `members` */
};

struct chart_reminder {
    struct span before;
    int64_t at_us; /* time of day in the zone; -1: exact (hours and minutes) */
    char *notice;
    char **to;
};

struct chart_deadline {
    char *id;
    int state; /* where it is declared */
    int guard; /* armed only when this holds; or CHART_NONE */
    enum deadline_kind kind;
    enum deadline_anchor anchor;
    char *of;                       /* data path of the anchor's date or instant */
    int ahead_of;                   /* ANCHOR_AHEAD_OF: that deadline */
    struct chart_deadline *members; /* ANCHOR_ONE_OF: of which only the anchor and the rule are set */
    int member_count;
    bool latest;
    int nth;            /* `of` is a list of dates: the nth earliest of them; 0: it is one */
    struct span every;  /* it recurs; empty: it does not */
    bool catch_up;      /* with those that were over when it was armed */
    int year_end_month; /* ANCHOR_YEAR_END */
    int year_end_day;
    struct chart_text label;
    struct period_rule rule;          /* its calendar and zone are borrowed by the chart */
    struct chart_reminder *reminders; /* as declared: farthest first is not required */
    int reminder_count;
    struct range due; /* actions */
    int basis;
};

struct chart_field {
    char *id;
    enum field_type type, items;
    bool required, accept, not_future;
    int required_if; /* guard or CHART_NONE */
    struct chart_text label, help;
    int basis;
    enum access_class access;
    int max, min_items;
    char *distinct; /* list: the inner field, or NULL */
    char **some;    /* list: inner bools; NULL-terminated, or NULL */
    bool not_past;
    char **options;                   /* NULL-terminated, or NULL */
    struct chart_text *option_labels; /* one for each of options, or NULL */
    struct span at_least, at_most;
    bool has_at_least, has_at_most;
    bool kept;           /* top level: the chart reads it, so it stands in the case's data */
    struct range fields; /* inner fields */
};

/* A member of the data that actions provide, beside the fields of forms. */
struct chart_datum {
    char *name;
    bool typed; /* FALSE: by signals alone, whose senders decide */
    enum field_type type;
    int field; /* from which it is set, or CHART_NONE */
};

struct chart_form {
    char *id;
    struct chart_text title;
    int basis;
    bool extended; /* another form is like it */
    struct range fields;
};

struct chart_relation {
    char *id, *workflow;
    bool same_subject; /* else by link, unless one of these says how */
    char *owned_by;    /* path of the organisation's code, or NULL */
    char *linked_by;   /* the relation of the other workflow, or NULL */
};

struct chart_number {
    char *id, *format, *counter;
    int basis;
};

/* Where a row of the rulebook is written, for findings about it. */
struct chart_place {
    char *file;
    int line, column;
};

struct chart_rule {
    char *id;
    bool is_default; /* this installation's default, never a rule of the programme */
    struct chart_text title;
    char *source;
    char *outside, *unmet; /* why no definition cites it, or NULL */
    struct chart_place place;
};

struct chart_role {
    char *id;
    bool is_relation; /* "owner": the case's organisation; else a membership */
    struct chart_text label;
    char *outside; /* why no definition names it, or NULL */
    struct chart_place place;
};

struct chart_notice {
    char *id;
    struct chart_text subject, body;
    int basis; /* or CHART_NONE */
    struct chart_place place;
};

/* What all workflows of an installation share. Built by the loader, owned by it, outlives its charts. */
struct rulebook {
    GArray *rules;        /* struct chart_rule */
    GArray *roles;        /* struct chart_role */
    GArray *notices;      /* struct chart_notice */
    GPtrArray *calendars; /* struct calendar */
    GPtrArray *zones;     /* struct zone */
};

struct rulebook *rulebook_new(void);
void rulebook_free(struct rulebook *book);
/* Copy a row of a document. False, and nothing added, when the id is there already. */
bool rulebook_add_rule(struct rulebook *book, const struct doc_rule *rule);
bool rulebook_add_role(struct rulebook *book, const struct doc_role *role);
bool rulebook_add_notice(struct rulebook *book, const struct doc_notice *notice);
int rulebook_rule(const struct rulebook *book, const char *id); /* index or CHART_NONE */
int rulebook_role(const struct rulebook *book, const char *id); /* index or CHART_NONE */
const struct chart_notice *rulebook_notice(const struct rulebook *book, const char *id);
const struct calendar *rulebook_calendar(const struct rulebook *book, const char *name);
const struct zone *rulebook_zone(const struct rulebook *book, const char *name);

/* The rows that answer to one event, in document order, and the states that have them. */
struct chart_answers {
    char *name; /* of the event; NULL when there is but one of its kind */
    struct index_list takes;
    struct state_set sources;
};

/* What the sets of engine/chart/configuration.h come to for one row, computed once. */
struct chart_move {
    bool fixed;                      /* no history is met on the way: the rest holds always */
    int domain;                      /* CHART_NONE without targets */
    struct state_set states, firsts; /* entered; begun by their first transition */
};

struct chart {
    char *workflow;
    int version;
    civil_day effective;
    char *prefix;
    struct chart_text title;
    const struct rulebook *book;
    const struct zone *zone;
    int basis;
    bool lenient; /* compiled to be tried or drawn only: chart_compile_lenient */
    bool one_per_subject, about_subject;
    char *opened_by_signal;         /* or NULL */
    struct index_list opened_by;    /* roles */
    int opening_form;               /* or CHART_NONE */
    struct index_list rectified_by; /* roles; empty: nobody */
    char **rectified_not_by;        /* NULL-terminated: events whose last person may not rectify; or NULL */
    int rectify_basis;
    char *version_by; /* data path of the date or instant that chooses the version, or NULL: the receipt */
    char sha256[65];  /* of the file's bytes, hexadecimal */
    int32_t id;       /* given by the store when it is registered; 0 before */

    struct chart_state *states;
    int state_count;
    struct state_set atomic, histories; /* atomic and final states; history states */
    struct state_set remembered;        /* states that have a history state */
    int history_count;
    struct chart_take *takes;
    int take_count;
    struct chart_move *moves;                 /* one for each of takes */
    struct chart_answers *commands, *signals; /* by name, sorted by it */
    int command_count, signal_count;
    struct chart_answers *internals; /* one for each internal event that can be raised: chart_internal_index */
    int internal_count;
    struct chart_answers *dues; /* one for each of deadlines */
    struct chart_answers eventless;
    struct chart_guard *guards;
    int guard_count;
    struct chart_action *actions;
    int action_count;
    struct chart_deadline *deadlines;
    int deadline_count;
    struct chart_field *fields;
    int field_count;
    struct chart_form *forms;
    int form_count;
    struct chart_datum *data;
    int datum_count;
    struct chart_relation *relations;
    int relation_count;
    struct chart_number *numbers;
    int number_count;
    char **persons_of; /* events whose last person is remembered, because some not_by asks; NULL-terminated */
    char **counts_of;  /* events that are counted, because some guard asks; NULL-terminated, or NULL */
    char **times_of;   /* events whose instants are kept, because some guard counts them within a span; or NULL */

    GStringChunk *strings; /* every text above */
    GPtrArray *owned;      /* every list above */
};

void chart_free(struct chart *chart);

/* Index of a state, form, deadline or relation by its id; CHART_NONE when there is none. */
int chart_state_index(const struct chart *chart, const char *id);
int chart_form_index(const struct chart *chart, const char *id);
int chart_deadline_index(const struct chart *chart, const char *id);
int chart_relation_index(const struct chart *chart, const char *id);

/*
 * Does a row with the event descriptor ${descriptor} answer to the event ${name}? Both are tokens joined by dots, and
 * the descriptor's must be the first ones of the name: `review` and `review.*` answer to review and to review.done, not
 * to reviewed; `*` answers to all (W3C SCXML, 3.12.1).
 */
bool chart_event_matches(const char *descriptor, const char *name);

/* With the id of a state: the internal event that it is done (SCXML 3.7). */
#define CHART_DONE_EVENT "done.state."

/* The rows that answer to a person's event or to a signal of this name, or NULL. */
const struct chart_answers *chart_command_answers(const struct chart *chart, const char *name);
const struct chart_answers *chart_signal_answers(const struct chart *chart, const char *name);

/* The internal event of this name in chart.internals, or CHART_NONE. */
int chart_internal_index(const struct chart *chart, const char *name);

/* Is ${state} a proper descendant of ${ancestor}? */
static inline bool chart_is_descendant(const struct chart *chart, int state, int ancestor)
{
    return state > ancestor && state < chart->states[ancestor].end;
}

/* The charts in force, and those that running cases still use. One set takes the place of another when definitions are
 * read anew; what is under way holds the one that it began with. */
struct chart_set {
    GPtrArray *charts; /* struct chart, owned */
    unsigned holders;
    void (*unused)(void *user); /* once retired */
    void *user;
};

struct chart_set *chart_set_new(void);
/* Keeps ${set}, and all that its charts borrow, until chart_set_drop. Returns it. Both accept NULL. */
const struct chart_set *chart_set_hold(const struct chart_set *set);
void chart_set_drop(const struct chart_set *set);
/* Nobody begins with ${set} any more: runs ${unused}, which may free it, when its last holder has dropped it; at once
 * when there is none. */
void chart_set_retire(struct chart_set *set, void (*unused)(void *user), void *user);
void chart_set_free(struct chart_set *set);
/* Takes ${chart}. */
void chart_set_add(struct chart_set *set, struct chart *chart);
/* The newest version of ${workflow} whose effective date is not after ${day}; NULL when there is none. */
const struct chart *chart_set_for(const struct chart_set *set, const char *workflow, civil_day day);
/*
 * The version of ${workflow} that a case opened at ${at} with ${input} (nullable) follows. It is the one in force on
 * the day of that field which the newest version names as version_by, in its zone; without one, on the day of ${at} in
 * UTC. NULL when there is none.
 */
const struct chart *chart_set_for_opening(const struct chart_set *set, const char *workflow, instant at,
                                          const struct value *input);
const struct chart *chart_set_by_id(const struct chart_set *set, int32_t id);
const struct chart *chart_set_by_sha256(const struct chart_set *set, const char *sha256);
/* The workflow that ${signal} opens for a relation to ${workflow}; NULL when it opens none. */
const struct chart *chart_set_opened_by(const struct chart_set *set, const char *workflow, const char *signal,
                                        civil_day day);

#endif
