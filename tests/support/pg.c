#include "tests/support/pg.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *pg_cluster(void)
{
    const char *value = getenv("TOROKU_TEST_PG");
    char *text = NULL;
    GError *error = NULL;

    if (value == NULL)
        g_error("TOROKU_TEST_PG is not set; run the tests with ctest, or start tests/support/pgcluster");
    if (value[0] != '@')
        return g_strdup(value);
    if (!g_file_get_contents(value + 1, &text, NULL, &error))
        g_error("%s", error->message);
    return g_strchomp(text);
}

static PGresult *pg_exec(const char *conninfo, const char *sql)
{
    PGconn *pg = PQconnectdb(conninfo);
    PGresult *res;

    if (PQstatus(pg) != CONNECTION_OK)
        g_error("%s: %s", conninfo, PQerrorMessage(pg));
    res = PQexec(pg, sql);
    if (PQresultStatus(res) != PGRES_TUPLES_OK && PQresultStatus(res) != PGRES_COMMAND_OK)
        g_error("%s: %s", sql, PQresultErrorMessage(res));
    PQfinish(pg);
    return res;
}

char *pg_database_new(void)
{
    static int number;
    g_autofree char *cluster = pg_cluster();
    g_autofree char *name = g_strdup_printf("test_%d_%d", (int)getpid(), ++number);
    g_autofree char *sql = g_strdup_printf("create database %s", name);

    pg_run(cluster, sql);
    return g_strdup_printf("%s dbname=%s", cluster, name);
}

void pg_database_drop(char *conninfo)
{
    g_autofree char *cluster = pg_cluster();
    g_autofree char *sql = g_strdup_printf("drop database %s with (force)", strstr(conninfo, "dbname=test_") + 7);

    pg_run(cluster, sql);
    g_free(conninfo);
}

void pg_run(const char *conninfo, const char *sql)
{
    PQclear(pg_exec(conninfo, sql));
}

char *pg_value(const char *conninfo, const char *sql)
{
    PGresult *res = pg_exec(conninfo, sql);
    char *value = NULL;

    if (PQntuples(res) > 0 && !PQgetisnull(res, 0, 0))
        value = g_strdup(PQgetvalue(res, 0, 0));
    PQclear(res);
    return value;
}

gint64 pg_number(const char *conninfo, const char *sql)
{
    g_autofree char *value = pg_value(conninfo, sql);

    return value != NULL ? g_ascii_strtoll(value, NULL, 10) : 0;
}

gint64 pg_terminate_sessions(const char *conninfo)
{
    return pg_number(conninfo, "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity"
                               " where datname = current_database() and pid <> pg_backend_pid()");
}
