#include "adapters/postgres/migrate_cases_pg.h"

#include "adapters/postgres/rows.h"

#define DEPTH_MAX 64

bool migrate_cases_more(PGconn *pg, const char *workflow, int to, int from, const char *moved, int64_t after,
                        unsigned limit, GArray *ids, GError **error)
{
    g_autoptr(PGresult) res = NULL;
    struct params p;

    params_init(&p);
    params_text(&p, workflow);
    params_int4(&p, to);
    params_int4(&p, from);
    params_text(&p, moved);
    params_int8(&p, after);
    params_int4(&p, (int32_t)limit);
    res = sync_query(pg, QUERY_MIGRATE_CASES, &p, error);
    params_release(&p);
    for (int i = 0; res != NULL && i < PQntuples(res); i++) {
        int64_t id = row_int8(res, i, 0);

        g_array_append_val(ids, id);
    }
    return res != NULL;
}

static bool record_take(const PGresult *res, int row, const GPtrArray *snapshots, GPtrArray *records, GError **error)
{
    int64_t id = row_int8(res, row, 0);
    size_t size = 0;
    const char *text = row_text(res, row, 1, &size);
    struct value *record = value_read(text, size, DEPTH_MAX);

    if (record == NULL) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CORRUPT,
                    "the last record of case %" G_GINT64_FORMAT " is no canonical JSON", id);
        return false;
    }
    for (guint i = 0; i < snapshots->len; i++)
        if (((const struct snapshot *)g_ptr_array_index(snapshots, i))->id == id)
            g_ptr_array_index(records, i) = record;
    return true;
}

bool migrate_cases_records(PGconn *pg, const GPtrArray *snapshots, GPtrArray *records, GError **error)
{
    g_autoptr(PGresult) res = NULL;
    struct params p;

    g_ptr_array_set_size(records, (gint)snapshots->len);
    params_init(&p);
    params_array_begin(&p, PG_INT8);
    for (guint i = 0; i < snapshots->len; i++)
        params_int8(&p, ((const struct snapshot *)g_ptr_array_index(snapshots, i))->id);
    params_array_end(&p);
    params_array_begin(&p, PG_INT4);
    for (guint i = 0; i < snapshots->len; i++)
        params_int4(&p, ((const struct snapshot *)g_ptr_array_index(snapshots, i))->seq);
    params_array_end(&p);
    res = sync_query(pg, QUERY_MIGRATE_RECORDS, &p, error);
    params_release(&p);
    for (int i = 0; res != NULL && i < PQntuples(res); i++)
        if (!record_take(res, i, snapshots, records, error))
            return false;
    return res != NULL;
}
