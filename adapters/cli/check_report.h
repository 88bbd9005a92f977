/*
 * What `toroku check` tells beside findings: how large charts are and what their exploration came to, which clause is
 * implemented where, and the model for Spin.
 */
#ifndef TOROKU_ADAPTERS_CLI_CHECK_REPORT_H
#define TOROKU_ADAPTERS_CLI_CHECK_REPORT_H

#include "adapters/yaml/library.h"

/* Explores ${chart} of ${file} up to ${limit} and prints its figures: one line, or one JSON object. */
void check_print_figures(const char *file, const struct chart *chart, unsigned limit, bool json);

/* Prints for each clause of the library's rulebook the pieces of its definitions that implement it; with ${only}, for
 * each clause that this one implements. A table, or one JSON object a clause. */
void check_print_coverage(const struct library *library, const struct chart *only, bool json);

/* Writes the control model of ${chart} to ${path}, or NULL: to standard output. */
bool check_write_promela(const struct chart *chart, const char *path, GError **error);

#endif
