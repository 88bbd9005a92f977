/*
 * A scenario: a small world and what happens in it, as JSON lines. Read and checked as a whole before anything runs.
 *
 * The world comes first:
 *   {"organisation": CODE, "name": {"ja", "en"}, "roles": [ROLE], "contacts": [{"kind", "email", "language"}]}
 *   {"person": LOGIN, "name": TEXT, "organisation": CODE, "roles": [ROLE]}
 *   {"subject": CODE, "organisation": CODE, "name": TEXT}
 * Then steps, in the order of their instants; those with the same `at` are submitted together:
 *   {"at": INSTANT, "as": LOGIN, "open": WORKFLOW, "subject": CODE, "case": ALIAS, INPUT, OUTCOME}
 *   {"at": INSTANT, "as": LOGIN, "case": ALIAS, "event": NAME, INPUT, OUTCOME}
 *   {"until": INSTANT}                                     time passes
 *   {"alias": ALIAS, "workflow": NAME, "subject": CODE}    names the open case of a workflow about a subject
 *   {"alias": ALIAS, "registration_of": CODE}              the same for service-registration
 *   {"expect": {"case": ALIAS, "states": [STATE], "flags": [FLAG]}}
 * INPUT is any of "with_file" (a path beside the scenario), "with" (members that replace those of the file) and "set"
 * (the same, but maps are merged); none: no input. A text "$case:ALIAS" in it becomes the case's number,
 * "$person:LOGIN" the person's id. OUTCOME is "expect_refused": CODE, or nothing: the step has to be taken. Any line
 * may have a "note".
 */
#ifndef TOROKU_CLI_SCENARIO_H
#define TOROKU_CLI_SCENARIO_H

#include "engine/calendar/instant.h"
#include "engine/chart/value.h"
#include "engine/error.h"

enum scenario_kind {
    SCENARIO_ORGANISATION,
    SCENARIO_PERSON,
    SCENARIO_SUBJECT,
    SCENARIO_OPEN,
    SCENARIO_EVENT,
    SCENARIO_UNTIL,
    SCENARIO_ALIAS,
    SCENARIO_EXPECT
};

/* One line. Texts are borrowed from ${line}. */
struct scenario_item {
    enum scenario_kind kind;
    unsigned number; /* of the line, from 1 */
    struct value *line;
    instant at;          /* OPEN, EVENT, UNTIL */
    const char *as;      /* OPEN, EVENT */
    const char *alias;   /* of the case; OPEN: may be NULL */
    const char *subject; /* OPEN: may be NULL; ALIAS */
    const char *name;    /* OPEN, ALIAS: the workflow; EVENT: the event */
    struct value *input; /* OPEN, EVENT: with texts not yet replaced; NULL: none */
    int refused;         /* OPEN, EVENT: an enum toroku_error; -1: it has to be taken */
};

struct scenario {
    char *path;
    GPtrArray *items; /* struct scenario_item, in order */
};

/* NULL and NOT_FOUND when a file is not there, INVALID when a line is wrong: the message says where and what. */
struct scenario *scenario_read(const char *path, GError **error);

/* NULL is harmless. */
void scenario_free(struct scenario *scenario);

/* The first instant at which something happens. */
instant scenario_begin(const struct scenario *scenario);

#endif
