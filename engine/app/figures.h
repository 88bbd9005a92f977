/*
 * What the statements of the statistics (schema/queries/read_stat_*.sql) are told of definitions and calendars, which
 * the database does not know: as texts for their parameters. Pure.
 */
#ifndef TOROKU_APP_FIGURES_H
#define TOROKU_APP_FIGURES_H

#include "engine/chart/chart.h"

/*
 * {"states": [...], "targets": [...]} over all charts, JSON, for g_free.
 *
 * A state: `chart` (its id in the store), `state`, `n` (its place in the chart), `path` (the states with a name for
 * people among it and those around it: the stages that a case in it is in). A target: `chart`, `deadline`, `n`,
 * `reminders` (the occurrence at which it passes), `turn` (the atomic states in which it is for ${role} to keep it: one
 * between there and where it is declared makes it that role's turn).
 */
char *figures_charts(const struct chart_set *charts, const char *role);

/* The open days of ${calendar} from ${first} to ${last} as an array of PostgreSQL, "{20044,20045}", for g_free. Without
 * a calendar (NULL) every day is open. */
char *figures_open_days(const struct calendar *calendar, civil_day first, civil_day last);

/* The calendar that the deadlines of the newest definitions count business days by; NULL when none does. */
const struct calendar *figures_calendar(const struct chart_set *charts);

#endif
