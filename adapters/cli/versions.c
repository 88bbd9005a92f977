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

bool versions_register(struct library *library, const char *conninfo, GError **error)
{
    g_autofree struct charts_new *rows = g_new0(struct charts_new, library->definitions->len);

    if (!versions_complete(library, conninfo, error))
        return false;
    for (guint i = 0; i < library->definitions->len; i++) {
        const struct definition *definition = g_ptr_array_index(library->definitions, i);

        rows[i] = (struct charts_new){.chart = definition->chart, .source = definition->source};
    }
    if (!charts_register(conninfo, rows, library->definitions->len, error))
        return false;
    for (guint i = 0; i < library->definitions->len; i++) {
        const struct definition *definition = g_ptr_array_index(library->definitions, i);

        if (rows[i].replaced)
            g_message("%s: version %d took the place of another text, by which no case has run", definition->file,
                      definition->chart->version);
    }
    return true;
}
