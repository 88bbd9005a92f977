/*
 * What is wrong with a definition: where it stands, what it is, what was expected, and the nearest known name.
 *
 * The chart room knows document paths only ("states[3].take[0].to[1]"); the loader adds the file, line and column.
 */
#ifndef TOROKU_CHART_FINDING_H
#define TOROKU_CHART_FINDING_H

#include <glib.h>

struct chart_finding {
    char *file;       /* NULL until the loader has filled it */
    char *path;       /* in the document; empty for the document as a whole */
    int line, column; /* from 1; 0 until the loader has filled them */
    char *message;
};

/* A list that owns its findings. */
GPtrArray *chart_findings_new(void);

/* Appends a finding about ${path}, with the message of the format. It is borrowed from the list. */
struct chart_finding *chart_findings_add(GPtrArray *findings, const char *path, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Appends one finding as `file:line:column: path: message`, without what is not known, and a line feed. */
void chart_finding_print(const struct chart_finding *finding, GString *out);

/*
 * The one of ${names} (const char *) that ${word} was most likely meant to be: at most a third of its letters differ.
 * NULL when none is near. Of equally near ones the first.
 */
const char *name_nearest(const char *word, const GPtrArray *names);

#endif
