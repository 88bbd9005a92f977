#include "adapters/postgres/charts.h"

#include "adapters/postgres/rows.h"
#include "adapters/postgres/sync.h"

bool charts_register(const char *conninfo, struct chart *chart, const char *source, GError **error)
{
    g_autoptr(PGconn) pg = sync_connect(conninfo, error);
    g_autoptr(PGresult) res = NULL;
    struct params p;

    if (pg == NULL)
        return false;
    params_init(&p);
    params_text(&p, chart->workflow);
    params_int4(&p, chart->version);
    params_text(&p, chart->prefix);
    params_text(&p, chart->sha256);
    params_text(&p, source);
    params_array_begin(&p, PG_TEXT);
    for (int i = 0; i < chart->deadline_count; i++)
        if (chart->deadlines[i].kind == DEADLINE_LIMIT)
            params_text(&p, chart->deadlines[i].id);
    params_array_end(&p);
    res = sync_query(pg, QUERY_CHART_REGISTER, &p, error);
    params_release(&p);
    if (res == NULL)
        return false;
    if (PQntuples(res) == 0) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CONFLICT,
                    "%s: version %d is registered with another text and cases run by it; give the changed text a new "
                    "version number",
                    chart->workflow, chart->version);
        return false;
    }
    chart->id = row_int4(res, 0, 0);
    return true;
}

static void charts_entry_free(gpointer p)
{
    struct charts_entry *entry = p;

    g_free(entry->workflow);
    g_free(entry->sha256);
    g_free(entry->source);
    g_free(entry);
}

GPtrArray *charts_list(const char *conninfo, GError **error)
{
    g_autoptr(PGconn) pg = sync_connect(conninfo, error);
    g_autoptr(PGresult) res = pg != NULL ? sync_query(pg, QUERY_CHART_LIST, NULL, error) : NULL;
    GPtrArray *list;

    if (res == NULL)
        return NULL;
    list = g_ptr_array_new_with_free_func(charts_entry_free);
    for (int i = 0; i < PQntuples(res); i++) {
        struct charts_entry *entry = g_new(struct charts_entry, 1);

        *entry = (struct charts_entry){.id = row_int4(res, i, 0),
                                       .workflow = g_strdup(row_text(res, i, 1, NULL)),
                                       .version = row_int4(res, i, 2),
                                       .sha256 = g_strdup(row_text(res, i, 3, NULL)),
                                       .source = g_strdup(row_text(res, i, 4, NULL))};
        g_ptr_array_add(list, entry);
    }
    return list;
}
