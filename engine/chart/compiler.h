/*
 * What the files of the compiler share: the chart under construction, the place in the document, the findings. Private
 * to compile*.c.
 *
 * Order of work: relations and numbers, forms (fields first, then their required_if), the names of states and
 * deadlines, and then everything that refers to names.
 */
#ifndef TOROKU_CHART_COMPILER_H
#define TOROKU_CHART_COMPILER_H

#include "engine/chart/chart.h"
#include "engine/chart/compile.h"
#include "engine/chart/finding.h"
#include "engine/chart/types.h"

/* What the chart reads a field for; it decides which access classes may be read. */
enum read_purpose { READ_DECIDE, READ_SIGNAL, READ_PUBLISH, READ_NOTICE };

struct compiler {
    const struct doc_workflow *doc;
    const struct rulebook *book;
    struct chart *chart;
    GPtrArray *findings;
    GString *path;                    /* where in the document the work is */
    GArray *fields;                   /* grow while forms are compiled */
    GArray *takes, *guards, *actions; /* grow until the end */
    GArray *states, *deadlines;       /* grow while names are collected */
    GPtrArray *data_names;            /* const char *: what actions set and allocate */
    GArray *data;                     /* the same with types, until the chart has them */
    GPtrArray *flags;                 /* const char *: what actions flag */
    GArray *reads;                    /* struct read */
    GPtrArray *persons;               /* const char *: asked for by not_by */
    GPtrArray *counts;                /* const char *: events that guards count */
    GPtrArray *times;                 /* const char *: those that they count within a span */
    int next_state;
    bool lenient; /* only the form of the chart counts: compile_lenient.c */
};

/* Drops the findings from index ${first} on that are demands of a definition in force alone. */
void lenient_forgive(GPtrArray *findings, guint first);
/* ${doc} with defaults for what its head lacks, and without what asks for forms; borrows from it. */
struct doc_workflow lenient_head(const struct doc_workflow *doc);
/* An id for a row without one, from its state and its place in it. */
char *lenient_row(struct compiler *c, const struct chart_take *take);

/* A use of a data path, kept until all are known. */
struct read {
    char *name; /* first segment */
    char *path; /* of the document */
    enum read_purpose purpose;
};

/* Appends a piece to the document path; the result is handed to compiler_leave to go back. */
gsize compiler_enter(struct compiler *c, const char *format, ...) G_GNUC_PRINTF(2, 3);
void compiler_leave(struct compiler *c, gsize mark);

/*
 * A finding about ${suffix} (".to[1]", or "") at the present place: what is wrong and, after "; expected ", what would
 * be right (finding.h).
 */
void compiler_find(struct compiler *c, enum finding_code code, const char *suffix, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* The same, when it is a demand of a definition in force, by a code that stands for mistakes of form too. */
void compiler_demand(struct compiler *c, enum finding_code code, const char *suffix, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* The present place, in the chart. */
char *compiler_place(struct compiler *c);

/* A finding: ${name} is no known ${what}. ${names} (taken) are the known ones, for the nearest and for the list. */
void compiler_find_unknown(struct compiler *c, enum finding_code code, const char *suffix, const char *what,
                           const char *name, GPtrArray *names);

/* The ids of ${count} rows of ${size} bytes that begin with their id (char *). */
GPtrArray *compiler_ids(const void *rows, size_t size, int count);
#define COMPILER_IDS(rows, count) compiler_ids((rows), sizeof *(rows), (count))

/* Copies into the chart. NULL stays NULL; an empty list is NULL. */
char *compiler_text(struct compiler *c, const char *text);
struct chart_text compiler_texts(struct compiler *c, const struct doc_text *text);
char **compiler_list(struct compiler *c, char *const *texts, uint32_t count);
struct index_list compiler_indices(struct compiler *c, const GArray *ints);

/* The rule named ${basis}; ${inherited} when that is NULL. */
int compiler_basis(struct compiler *c, const char *suffix, const char *basis, int inherited);

/* A finding at `calendar` unless the rulebook has ${name}. */
void compiler_calendar(struct compiler *c, const char *name);

/* Is ${id} made of a-z, 0-9 and _, beginning with a letter (${wide}: also A-Z, - and .)? A finding when not. */
bool compiler_check_id(struct compiler *c, const char *suffix, const char *id, bool wide);

/* Is ${name} the name of an event, tokens joined by dots (${pattern}: or `*`, or one with `.*` at its end)? */
bool compiler_check_event(struct compiler *c, const char *suffix, const char *name, bool pattern);

/* Notes that the chart reads ${path} of the case's data. */
void compiler_read(struct compiler *c, const char *suffix, const char *path, enum read_purpose purpose);

/* What may be named where a guard or an action stands. */
struct scope {
    int state;       /* whose action or transition it is; CHART_NONE for a form's guard */
    int form;        /* whose input comes with the event, or CHART_NONE */
    bool form_only;  /* only that form's fields may be named */
    bool required;   /* a field's required_if: no states, no linked cases */
    int entry_of;    /* required: the list whose entry is meant by a path through it, or CHART_NONE */
    bool any_input;  /* a signal's input, whose members the sender decides */
    bool has_input;  /* `set` may take a member of the input */
    bool target_due; /* the due actions of a target, which never decide */
};

/* Follows ${path}; false, with a finding, when no form and no action provides it. */
bool compiler_resolve(struct compiler *c, const char *suffix, const char *path, const struct scope *scope,
                      struct path_target *target);

void compile_forms(struct compiler *c);
void compile_form_guards(struct compiler *c);
int compile_guard(struct compiler *c, const struct doc_guard *doc, const struct scope *scope);
/* The kinds of guards that compare something; FALSE when there is nothing to go on with. */
bool compile_compare_field(struct compiler *c, const struct doc_guard *doc, const struct scope *scope,
                           struct chart_guard *guard);
bool compile_compare_linked(struct compiler *c, const struct doc_guard *doc, const struct scope *scope,
                            struct chart_guard *guard);
bool compile_compare_count(struct compiler *c, const struct doc_guard *doc, const struct scope *scope,
                           struct chart_guard *guard);
void compile_compare_strays(struct compiler *c, const struct doc_guard *doc);
bool compile_passed(struct compiler *c, const struct doc_guard *doc, struct chart_guard *guard);
/* Collects what actions put into the data, and which flags they set. */
void compile_data(struct compiler *c);
/* Each event that guards count is one that rows take. */
void compile_counts(struct compiler *c);
struct range compile_actions(struct compiler *c, const char *key, const struct doc_action *doc, uint32_t count,
                             const struct scope *scope);
/* Checks recipients "who.kind" and copies them. */
char **compile_recipients(struct compiler *c, char *const *to, uint32_t count);
/* Checks that ${notice} exists and notes the fields that it shows; copies the name. */
char *compile_notice(struct compiler *c, const char *suffix, const char *notice);
void compile_deadline(struct compiler *c, const struct doc_deadline *doc, int index);
struct span compile_span(const struct doc_span *doc);
/* Collects names of states and deadlines; false when there are too many states to go on. */
bool compile_state_names(struct compiler *c);
void compile_states(struct compiler *c);
/* Fills what follows from all else in a chart without findings: sets, moves, the rows that answer to each event. */
void compile_index(struct chart *chart);
/* Where a state begins, or a history without memory goes: `initial`, `first`, or the default. ${doc}: NULL for the
 * root; the states around it are compiled already. */
void compile_first(struct compiler *c, const struct doc_state *doc, int index);
void compile_takes(struct compiler *c, const struct doc_state *doc, int state);
/* The states ${names}: each once, and side by side in regions of a parallel state when there are several. */
struct index_list compile_targets(struct compiler *c, char *const *names, uint32_t count);
/* Each internal event that a row answers to is one that an action or a state raises. */
void compile_internal_events(struct compiler *c);
/* The events of ${docs}, whose last persons are to be remembered: NULL-terminated, or NULL. */
char **compile_not_by(struct compiler *c, const struct doc_not_by *docs, uint32_t count);
/* Who may rectify; once the transitions are there. */
void compile_rectify(struct compiler *c);
/* Roles by name, "none" apart. */
struct index_list compile_roles(struct compiler *c, const char *key, char *const *roles, uint32_t count, bool *none);
/* Each field that is read was set before, on some path: when nothing else is wrong. */
void compile_unset(struct compiler *c);
/* Marks the fields that the chart reads and refuses reads that an access class forbids. */
void compile_kept(struct compiler *c);

#endif
