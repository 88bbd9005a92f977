/*
 * What toroku migrate-cases tells: each case that is refused, then the figures. A dry run and the real run print the
 * same figures when nothing has changed between them.
 */
#ifndef TOROKU_ADAPTERS_CLI_MIGRATE_REPORT_H
#define TOROKU_ADAPTERS_CLI_MIGRATE_REPORT_H

#include "engine/core/outcome.h"

struct migrate_report;

/* ${dry_run}: nothing is written, and the words say so. */
struct migrate_report *migrate_report_new(int to, bool dry_run, bool json);
void migrate_report_free(struct migrate_report *report);

/* One case. A refusal is printed at once. */
void migrate_report_case(struct migrate_report *report, const struct snapshot *before, const struct outcome *outcome);

/* How far it is, on standard error, every two seconds. */
void migrate_report_progress(struct migrate_report *report);

/* The figures. */
void migrate_report_end(struct migrate_report *report);

unsigned migrate_report_refused(const struct migrate_report *report);

#endif
