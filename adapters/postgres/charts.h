/*
 * Versions of workflows in the database. Synchronous: for the start of the daemon and the command line.
 */
#ifndef TOROKU_POSTGRES_CHARTS_H
#define TOROKU_POSTGRES_CHARTS_H

#include "engine/chart/chart.h"

/* A version that is to be registered with the text that it was compiled from. */
struct charts_new {
    struct chart *chart;
    const char *source;
    int32_t id;    /* answered */
    bool replaced; /* answered: it took the place of another text */
};

/*
 * Registers ${rows}, all or none, and sets their charts' ids. The same again changes nothing. A version whose text has
 * changed takes the place of the registered one as long as no case has run by it; otherwise CONFLICT: what was promised
 * to cases stays.
 */
bool charts_register(const char *conninfo, struct charts_new *rows, guint count, GError **error);

/* Keeps the texts of the versions ${ids} (int32_t) for good, whether or not a case still runs by them. */
bool charts_keep(const char *conninfo, const GArray *ids, GError **error);

/* A registered version. */
struct charts_entry {
    int32_t id;
    char *workflow;
    int version;
    char *sha256;
    char *source;
};

/* Every registered version, by workflow and version; running cases may need one whose file is gone. A list of struct
 * charts_entry, the caller's, or NULL. */
GPtrArray *charts_list(const char *conninfo, GError **error);

/* The one with this id, the caller's: charts_entry_free. NULL with NOT_FOUND or UNAVAILABLE. */
struct charts_entry *charts_get(const char *conninfo, int32_t id, GError **error);
void charts_entry_free(gpointer entry);

#endif
