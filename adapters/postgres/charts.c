#include "adapters/postgres/charts.h"

#include "adapters/postgres/rows.h"
#include "adapters/postgres/sync.h"

static bool register_one(PGconn *pg, struct charts_new *row, GError **error)
{
    const struct chart *chart = row->chart;
    g_autoptr(PGresult) res = NULL;
    struct params p;

    params_init(&p);
    params_text(&p, chart->workflow);
    params_int4(&p, chart->version);
    params_text(&p, chart->prefix);
    params_text(&p, chart->sha256);
    params_text(&p, row->source);
    params_array_begin(&p, PG_TEXT);
    for (int i = 0; i < chart->deadline_count; i++)
        if (chart->deadlines[i].kind == DEADLINE_LIMIT)
            params_text(&p, chart->deadlines[i].id);
    params_array_end(&p);
    res = sync_query(pg, QUERY_CHART_REGISTER, &p, error);
    params_release(&p);
    if (res == NULL)
        return false;
    if (row_is_null(res, 0, 0)) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CONFLICT,
                    "%s: version %d is registered with another text and cases have run by it; give the changed text "
                    "a new version number",
                    chart->workflow, chart->version);
        return false;
    }
    row->id = row_int4(res, 0, 0);
    row->replaced = row_bool(res, 0, 1);
    return true;
}

bool charts_register(const char *conninfo, struct charts_new *rows, guint count, GError **error)
{
    g_autoptr(PGconn) pg = sync_connect(conninfo, error);

    if (pg == NULL || !sync_script(pg, "begin", "begin", error))
        return false;
    for (guint i = 0; i < count; i++)
        if (!register_one(pg, &rows[i], error))
            return false;
    if (!sync_script(pg, "commit", "commit", error))
        return false;
    for (guint i = 0; i < count; i++)
        rows[i].chart->id = rows[i].id;
    return true;
}

bool charts_keep(const char *conninfo, const GArray *ids, GError **error)
{
    g_autoptr(PGconn) pg = sync_connect(conninfo, error);
    g_autoptr(PGresult) res = NULL;
    struct params p;

    if (pg == NULL)
        return false;
    params_init(&p);
    params_array_begin(&p, PG_INT4);
    for (guint i = 0; i < ids->len; i++)
        params_int4(&p, g_array_index(ids, int32_t, i));
    params_array_end(&p);
    res = sync_query(pg, QUERY_CHART_KEEP, &p, error);
    params_release(&p);
    return res != NULL;
}

void charts_entry_free(gpointer p)
{
    struct charts_entry *entry = p;

    g_free(entry->workflow);
    g_free(entry->sha256);
    g_free(entry->source);
    g_free(entry);
}

static struct charts_entry *charts_entry_read(const PGresult *res, int row)
{
    struct charts_entry *entry = g_new(struct charts_entry, 1);

    *entry = (struct charts_entry){.id = row_int4(res, row, 0),
                                   .workflow = g_strdup(row_text(res, row, 1, NULL)),
                                   .version = row_int4(res, row, 2),
                                   .sha256 = g_strdup(row_text(res, row, 3, NULL)),
                                   .source = g_strdup(row_text(res, row, 4, NULL))};
    return entry;
}

struct charts_entry *charts_get(const char *conninfo, int32_t id, GError **error)
{
    g_autoptr(PGconn) pg = sync_connect(conninfo, error);
    g_autoptr(PGresult) res = NULL;
    struct params p;

    if (pg == NULL)
        return NULL;
    params_init(&p);
    params_int4(&p, id);
    res = sync_query(pg, QUERY_CHART_GET, &p, error);
    params_release(&p);
    if (res != NULL && PQntuples(res) > 0)
        return charts_entry_read(res, 0);
    if (res != NULL)
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND, "no version is registered as %d", id);
    return NULL;
}

GPtrArray *charts_list(const char *conninfo, GError **error)
{
    g_autoptr(PGconn) pg = sync_connect(conninfo, error);
    g_autoptr(PGresult) res = pg != NULL ? sync_query(pg, QUERY_CHART_LIST, NULL, error) : NULL;
    GPtrArray *list;

    if (res == NULL)
        return NULL;
    list = g_ptr_array_new_with_free_func(charts_entry_free);
    for (int i = 0; i < PQntuples(res); i++)
        g_ptr_array_add(list, charts_entry_read(res, i));
    return list;
}
