/*
 * What happened, as people and programs read it: one line an event, in the order of instant and case. Everything
 * printed comes from the records of the events, so that two stores that recorded the same print the same.
 */
#ifndef TOROKU_CLI_TIMELINE_H
#define TOROKU_CLI_TIMELINE_H

#include "adapters/cli/play.h"

#include <stdio.h>

struct timeline;

/* Borrows both for its life. */
struct timeline *timeline_new(const struct chart_set *charts, const struct play *play);
void timeline_free(struct timeline *timeline);

/* Adds every event of a case; nothing of ${c} is borrowed. Cases come by id. */
void timeline_add_case(struct timeline *timeline, const struct chart *chart, const struct history_case *c);

/* Adds the refusals of the play, then puts all in order. */
void timeline_finish(struct timeline *timeline);

void timeline_print(const struct timeline *timeline, FILE *out);

/* One JSON object a line. */
void timeline_print_json(const struct timeline *timeline, FILE *out);

struct timeline_figures {
    unsigned cases, events, refusals, deadlines_fired, reminders;
    unsigned notices;          /* asked for: each goes to as many addresses as are found */
    unsigned register_entries; /* in force at the end */
};

struct timeline_figures timeline_figures(const struct timeline *timeline);

#endif
