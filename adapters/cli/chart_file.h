/*
 * One workflow file that a subcommand works on, with the folder that it stands in.
 *
 * What the file refers to (roles.yaml, rules/, notices/, calendars/, other workflows) is looked for in the folder that
 * is named, else beside the file when roles.yaml stands there, else in ./workflows.
 */
#ifndef TOROKU_ADAPTERS_CLI_CHART_FILE_H
#define TOROKU_ADAPTERS_CLI_CHART_FILE_H

#include "adapters/yaml/library.h"

struct chart_file {
    struct library *library;
    const struct chart *chart;
    struct chart *owned; /* the same when it is none of the library's */
};

/* The sentences about lenient reading that the help of each such subcommand has in common. */
#define CHART_FILE_LENIENT "only the form of the chart counts: no forms, roles, deadlines or clauses are demanded"

/*
 * Reads ${path} as `toroku check` does or, with ${lenient}, as a bare chart (engine/chart/compile.h). ${workflows} may
 * be NULL. False after telling every finding on standard error; chart_file_release in any case.
 */
bool chart_file_open(struct chart_file *file, const char *path, const char *workflows, bool lenient);
void chart_file_release(struct chart_file *file);

#endif
