#include "adapters/postgres/migrate.h"

#include "adapters/postgres/rows.h"
#include "adapters/postgres/sync.h"
#include "engine/error.h"

#include <string.h>

struct migrate {
    PGconn *pg;
    const struct migration *list;
    bool dry_run;
    migrate_report *report;
    void *data;
};

static char *migrate_hash(const struct migration *migration)
{
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, migration->text, -1);
}

/* Does row ${row} of the applied ones say what ${migration} says? */
static bool migrate_same(const PGresult *applied, int row, const struct migration *migration, GError **error)
{
    int number = row_int4(applied, row, 0);
    const char *name = row_text(applied, row, 1, NULL);
    g_autofree char *hash = NULL;

    if (migration->number == 0) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CONFLICT,
                    "schema: migration %04d_%s is applied to the database and unknown to this program; "
                    "install a version that has it",
                    number, name);
        return false;
    }
    hash = migrate_hash(migration);
    if (number == migration->number && strcmp(name, migration->name) == 0 &&
        strcmp(row_text(applied, row, 2, NULL), hash) == 0)
        return true;
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CONFLICT,
                "schema: migration %04d_%s is not the one that was applied to the database as %04d_%s; migrations are "
                "appended only: restore the file and put the change into a new one",
                migration->number, migration->name, number, name);
    return false;
}

static void migrate_tell(const struct migrate *m, const struct migration *migration, enum migrate_step step)
{
    if (m->report != NULL)
        m->report(migration, step, m->data);
}

/* Checks the applied ones; their number goes to ${count}. The table is made, and in a dry run unmade. */
static bool migrate_applied(const struct migrate *m, int *count, GError **error)
{
    g_autoptr(PGresult) table = NULL;
    g_autoptr(PGresult) applied = NULL;

    if (!sync_script(m->pg, "begin", "begin", error))
        return false;
    table = sync_query(m->pg, QUERY_MIGRATION_TABLE, NULL, error);
    if (table == NULL)
        return false;
    applied = sync_query(m->pg, QUERY_MIGRATION_LIST, NULL, error);
    if (applied == NULL || !sync_script(m->pg, m->dry_run ? "rollback" : "commit", "commit", error))
        return false;
    *count = PQntuples(applied);
    for (int row = 0; row < *count; row++)
        if (!migrate_same(applied, row, &m->list[row], error))
            return false;
    return true;
}

static bool migrate_apply(const struct migrate *m, const struct migration *migration, GError **error)
{
    g_autofree char *what = g_strdup_printf("migration %04d_%s", migration->number, migration->name);
    g_autofree char *hash = migrate_hash(migration);
    g_autoptr(PGresult) recorded = NULL;
    struct params p;

    if (!sync_script(m->pg, "begin", what, error) || !sync_script(m->pg, migration->text, what, error))
        return false;
    if (PQtransactionStatus(m->pg) != PQTRANS_INTRANS) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INTERNAL,
                    "schema: %s ends the transaction that it runs in; remove its commit or rollback", what);
        return false;
    }
    params_init(&p);
    params_int4(&p, migration->number);
    params_text(&p, migration->name);
    params_text(&p, hash);
    recorded = sync_query(m->pg, QUERY_MIGRATION_RECORD, &p, error);
    params_release(&p);
    return recorded != NULL && sync_script(m->pg, "commit", what, error);
}

static bool migrate_all(const struct migrate *m, GError **error)
{
    g_autoptr(PGresult) locked = NULL;
    int applied = 0;

    locked = sync_query(m->pg, QUERY_MIGRATION_LOCK, NULL, error);
    if (locked == NULL || !migrate_applied(m, &applied, error))
        return false;
    for (int i = 0; i < applied; i++)
        migrate_tell(m, &m->list[i], MIGRATE_APPLIED_BEFORE);
    for (const struct migration *next = &m->list[applied]; next->number != 0; next++) {
        if (!m->dry_run && !migrate_apply(m, next, error))
            return false;
        migrate_tell(m, next, m->dry_run ? MIGRATE_PENDING : MIGRATE_APPLIED);
    }
    return true;
}

bool migrate_run_list(const char *conninfo, const struct migration *list, bool dry_run, migrate_report *report,
                      void *data, GError **error)
{
    g_autoptr(PGconn) pg = sync_connect(conninfo, error);
    struct migrate m = {.pg = pg, .list = list, .dry_run = dry_run, .report = report, .data = data};

    if (pg == NULL)
        return false;
    return migrate_all(&m, error);
}

bool migrate_run(const char *conninfo, bool dry_run, migrate_report *report, void *data, GError **error)
{
    return migrate_run_list(conninfo, migrations, dry_run, report, data, error);
}
