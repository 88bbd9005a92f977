#include "adapters/postgres/sync.h"

#include "adapters/postgres/sqlstate.h"

static void sync_notice(void *data, const PGresult *res)
{
    (void)data;
    g_debug("PostgreSQL: %s", PQresultErrorMessage(res));
}

PGconn *sync_connect(const char *conninfo, GError **error)
{
    PGconn *pg = PQconnectdb(conninfo);

    if (PQstatus(pg) != CONNECTION_OK) {
        g_propagate_error(error, sqlstate_lost(pg, "connect"));
        PQfinish(pg);
        return NULL;
    }
    PQsetNoticeReceiver(pg, sync_notice, NULL);
    return pg;
}

/* The rows of ${res}, or NULL with the error that it carries. Takes ${res}. */
static PGresult *sync_check(PGresult *res, const char *what, GError **error)
{
    ExecStatusType status = PQresultStatus(res);

    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        return res;
    g_propagate_error(error, sqlstate_error(res, what));
    PQclear(res);
    return NULL;
}

PGresult *sync_query(PGconn *pg, enum query query, struct params *p, GError **error)
{
    const struct query_text *q = &query_texts[query];
    PGresult *res;

    if (p != NULL)
        params_seal(p);
    g_assert_cmpuint(q->count, ==, p != NULL ? p->count : 0);
    res = p != NULL ? PQexecParams(pg, q->text, (int)p->count, p->types, p->values, p->lengths, p->formats, 1)
                    : PQexecParams(pg, q->text, 0, NULL, NULL, NULL, NULL, 1);
    return sync_check(res, q->name, error);
}

bool sync_script(PGconn *pg, const char *text, const char *what, GError **error)
{
    g_autoptr(PGresult) res = sync_check(PQexec(pg, text), what, error);

    return res != NULL;
}
