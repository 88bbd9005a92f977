#include "adapters/cli/versions.h"

#include "adapters/postgres/charts.h"

#include <string.h>

static struct chart *version_find(const struct library *library, const struct charts_entry *entry)
{
    for (guint i = 0; i < library->charts->charts->len; i++) {
        struct chart *chart = g_ptr_array_index(library->charts->charts, i);

        if (chart->version == entry->version && strcmp(chart->workflow, entry->workflow) == 0)
            return chart;
    }
    return NULL;
}

bool versions_complete(struct library *library, const char *conninfo, GError **error)
{
    GPtrArray *entries = charts_list(conninfo, error);
    bool ok = entries != NULL;

    for (guint i = 0; ok && i < entries->len; i++) {
        const struct charts_entry *entry = g_ptr_array_index(entries, i);
        g_autofree char *name = g_strdup_printf("%s@%d (registered)", entry->workflow, entry->version);
        struct chart *chart = version_find(library, entry);

        if (chart == NULL)
            chart = library_add_stored(library, name, entry->source, error);
        ok = chart != NULL;
        if (ok)
            chart->id = entry->id;
    }
    if (entries != NULL)
        g_ptr_array_unref(entries);
    return ok;
}
