/*
 * Versions of workflows in the database. Synchronous: for the start of the daemon and the command line.
 */
#ifndef TOROKU_POSTGRES_CHARTS_H
#define TOROKU_POSTGRES_CHARTS_H

#include "engine/chart/chart.h"

/*
 * Registers the version that ${chart} is, with ${source}, the text that it was compiled from, and sets chart->id. The
 * same again changes nothing. A version whose text has changed replaces the registered one as long as no case runs by
 * it; otherwise CONFLICT: what was promised to running cases stays.
 */
bool charts_register(const char *conninfo, struct chart *chart, const char *source, GError **error);

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

#endif
