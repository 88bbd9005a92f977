/*
 * A database of one's own for a test, in the private cluster that tests/support/pgcluster runs.
 *
 * TOROKU_TEST_PG is the cluster's conninfo, or "@FILE" for a file that holds it; CTest sets it for every test that
 * toroku_needs_postgres() names. Everything here is synchronous, and ends the test with a message when it fails.
 */
#ifndef TOROKU_TESTS_SUPPORT_PG_H
#define TOROKU_TESTS_SUPPORT_PG_H

#include <glib.h>

/* Creates an empty database and returns its conninfo; give it to pg_database_drop. */
char *pg_database_new(void);

/* Drops the database, ending every session in it, and frees ${conninfo}. */
void pg_database_drop(char *conninfo);

/* Runs one or more statements. */
void pg_run(const char *conninfo, const char *sql);

/* The first value of the first row of ${sql} as text, or NULL for no row and for a NULL; the caller frees it. */
char *pg_value(const char *conninfo, const char *sql);

/* The same as a number, for counts. */
gint64 pg_number(const char *conninfo, const char *sql);

/* Ends all sessions in the database but the asking one; returns how many. */
gint64 pg_terminate_sessions(const char *conninfo);

#endif
