#include "adapters/cli/versions.h"

#include "adapters/postgres/charts.h"
#include "engine/error.h"

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

/* Puts the database's text of a version in the place of the folder's. */
static struct chart *version_replace(struct library *library, struct chart *chart, const struct charts_entry *entry,
                                     const char *name, GError **error)
{
    struct chart *recorded = library_add_stored(library, name, entry->source, error);

    if (recorded == NULL)
        return NULL;
    for (guint i = 0; i < library->definitions->len; i++) {
        struct definition *definition = g_ptr_array_index(library->definitions, i);

        if (definition->chart == chart)
            definition->chart = recorded;
    }
    g_ptr_array_remove(library->charts->charts, chart);
    return recorded;
}

static bool versions_add(struct library *library, const char *conninfo, bool recorded, GError **error)
{
    GPtrArray *entries = charts_list(conninfo, error);
    bool ok = entries != NULL;

    for (guint i = 0; ok && i < entries->len; i++) {
        const struct charts_entry *entry = g_ptr_array_index(entries, i);
        g_autofree char *name = g_strdup_printf("%s@%d (registered)", entry->workflow, entry->version);
        struct chart *chart = version_find(library, entry);

        if (chart == NULL)
            chart = library_add_stored(library, name, entry->source, error);
        else if (recorded && strcmp(chart->sha256, entry->sha256) != 0)
            chart = version_replace(library, chart, entry, name, error);
        ok = chart != NULL;
        if (ok)
            chart->id = entry->id;
    }
    if (entries != NULL)
        g_ptr_array_unref(entries);
    return ok;
}

bool versions_complete(struct library *library, const char *conninfo, GError **error)
{
    return versions_add(library, conninfo, false, error);
}

bool versions_recorded(struct library *library, const char *conninfo, GError **error)
{
    return versions_add(library, conninfo, true, error);
}

bool versions_stored(struct library *library, const char *conninfo, GHashTable *reasons, GError **error)
{
    GPtrArray *entries = charts_list(conninfo, error);

    for (guint i = 0; entries != NULL && i < entries->len; i++) {
        const struct charts_entry *entry = g_ptr_array_index(entries, i);
        g_autofree char *name = g_strdup_printf("%s@%d", entry->workflow, entry->version);
        g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, entry->source, -1);
        g_autoptr(GError) failure = NULL;
        struct chart *chart = NULL;

        if (strcmp(sha256, entry->sha256) == 0)
            chart = library_add_stored(library, name, entry->source, &failure);
        else
            failure = g_error_new_literal(TOROKU_ERROR, TOROKU_ERROR_CORRUPT,
                                          "the text in the database is not the one that was registered");
        if (chart != NULL)
            chart->id = entry->id;
        else
            g_hash_table_insert(reasons, g_steal_pointer(&name), g_strdup(failure->message));
    }
    if (entries == NULL)
        return false;
    g_ptr_array_unref(entries);
    return true;
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
