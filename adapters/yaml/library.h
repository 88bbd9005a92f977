/*
 * The folder of definitions (workflows/), read, compiled and checked as a whole:
 *
 *   X.yaml            a workflow, one a file; several versions of one stand in several files
 *   roles.yaml        who may act
 *   rules/X.yaml      the clauses that definitions cite
 *   notices/X.yaml    what people are told
 *   calendars/X.yaml  which days are closed
 *
 * Files are read in the order of their names. Everything wrong in any of them is told at once, each with file, line and
 * column; a folder with findings gives no library.
 */
#ifndef TOROKU_YAML_LIBRARY_H
#define TOROKU_YAML_LIBRARY_H

#include "engine/chart/chart.h"
#include "engine/chart/finding.h"

/* One workflow file: its bytes as they were read, and the chart they compiled to. */
struct definition {
    char *file; /* below the folder: "service-application.yaml" */
    char *source;
    gsize source_size;
    struct chart *chart; /* the library's set owns it; its sha256 is that of ${source} */
};

struct library {
    struct rulebook *book;
    struct chart_set *charts;
    GPtrArray *definitions; /* struct definition, in the order of their files */
};

/*
 * Reads ${directory}. The result is the caller's: library_free, after everything that uses its charts is gone. NULL and
 * TOROKU_ERROR_NOT_FOUND when there is no such folder; TOROKU_ERROR_INVALID when anything is wrong, its message one
 * finding a line: `file:line:column: path: what is wrong; what was expected; did you mean`.
 */
struct library *library_load(const char *directory, GError **error);

/* The same, with the findings as a list: NULL after appending at least one to ${findings}. */
struct library *library_check(const char *directory, GPtrArray *findings);

/*
 * Reads the workflow file ${path} against the rules, roles, notices, calendars and charts of ${library}, and leaves
 * those as they are (a zone that it names is added). The chart is the caller's, to be freed before the library; NULL
 * after appending to ${findings}. ${source} (nullable) receives the file's bytes as text, the caller's.
 */
struct chart *library_check_file(struct library *library, const char *path, char **source, GPtrArray *findings);

/*
 * What workflow files of ${directory} may refer to, as much of it as is there and in order, and no workflow: enough for
 * library_lenient_file. Without calendars, every Monday to Friday counts as a business day.
 */
struct library *library_lenient(const char *directory);

/* The same, all of it in order; NULL with TOROKU_ERROR_INVALID otherwise. For library_add_stored alone. */
struct library *library_shared(const char *directory, GError **error);

/* Reads the workflow file ${path} as chart_compile_lenient says, against the rulebook of ${library}. The chart is the
 * caller's, to be freed before the library; NULL after appending to ${findings}. */
struct chart *library_lenient_file(struct library *library, const char *path, GPtrArray *findings);

/* The same of the ${size} bytes of ${source}; ${name} stands for the file in findings. */
struct chart *library_lenient_text(struct library *library, const char *name, const char *source, gsize size,
                                   GPtrArray *findings);

/*
 * Compiles ${source}, the text of a version that cases still run by although its file is gone, against the rulebook of
 * ${library}, and adds the chart to its set, borrowed. ${name} stands for the file in findings, which the message of an
 * INVALID error lists.
 */
struct chart *library_add_stored(struct library *library, const char *name, const char *source, GError **error);

/* Accepts NULL. */
void library_free(struct library *library);

#endif
