#include "adapters/postgres/notices_pg.h"

#include "adapters/postgres/rows.h"
#include "adapters/postgres/sync.h"

char *notices_list(const char *conninfo, const char *state, int limit, GError **error)
{
    g_autoptr(PGconn) pg = sync_connect(conninfo, error);
    g_autoptr(PGresult) res = NULL;
    g_autofree char *number = g_strdup_printf("%d", limit);
    struct params p;

    if (pg == NULL)
        return NULL;
    params_init(&p);
    params_text(&p, state);
    params_text(&p, number);
    res = sync_query(pg, QUERY_READ_NOTICES, &p, error);
    params_release(&p);
    return res == NULL ? NULL : g_strdup(row_text(res, 0, 0, NULL));
}

bool notices_retry(const char *conninfo, int64_t id, instant now, GError **error)
{
    g_autoptr(PGconn) pg = sync_connect(conninfo, error);
    g_autoptr(PGresult) res = NULL;
    struct params p;

    if (pg == NULL)
        return false;
    params_init(&p);
    params_int8(&p, id);
    params_instant(&p, now);
    res = sync_query(pg, QUERY_NOTICE_RETRY, &p, error);
    params_release(&p);
    if (res != NULL && PQntuples(res) == 0)
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND,
                    "there is no dead notice %" G_GINT64_FORMAT "; toroku notice list --state dead shows them", id);
    return res != NULL && PQntuples(res) == 1;
}
