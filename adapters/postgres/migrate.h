/*
 * Migrations: the files of schema/migrations, embedded at build time and applied once each, in the order of their
 * numbers. The folder is append-only: an applied file that has changed since, or that this program does not know, is
 * refused before anything is done.
 *
 * Synchronous libpq: for the start of the daemon and the command line, before a loop runs.
 */
#ifndef TOROKU_POSTGRES_MIGRATE_H
#define TOROKU_POSTGRES_MIGRATE_H

#include <glib.h>
#include <stdbool.h>

/* NNNN_name.sql with its whole text. */
struct migration {
    int number;
    const char *name;
    const char *text;
};

extern const struct migration migrations[]; /* ends with number 0 */
extern const int migrations_count;

enum migrate_step {
    MIGRATE_APPLIED_BEFORE,
    MIGRATE_PENDING, /* a dry run would apply it */
    MIGRATE_APPLIED, /* committed just now */
};

typedef void migrate_report(const struct migration *migration, enum migrate_step step, void *data);

/*
 * Brings the database at ${conninfo} up to date and tells ${report} (may be NULL) of every migration in order. Each is
 * one transaction together with its row in schema_migrations; those before a failing one stay. Processes that migrate
 * at the same time wait for each other on an advisory lock. With ${dry_run} nothing is written.
 * Errors: UNAVAILABLE, CONFLICT when the database does not fit this program, INTERNAL for a failing statement.
 */
bool migrate_run(const char *conninfo, bool dry_run, migrate_report *report, void *data, GError **error);

/* The same with another list, ended by number 0; for tests. */
bool migrate_run_list(const char *conninfo, const struct migration *list, bool dry_run, migrate_report *report,
                      void *data, GError **error);

#endif
