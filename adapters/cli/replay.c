#include "engine/app/replay.h"
#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/cli/versions.h"
#include "adapters/postgres/history_pg.h"
#include "adapters/yaml/config.h"
#include "adapters/yaml/library.h"
#include "engine/app/verify.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PROGRESS_EVERY 1000

/* What is checked of each case; replay and verify share all else. */
struct checking {
    void (*check)(struct checking *checking, const struct history_case *c);
    const struct chart_set *charts;
    GHashTable *reasons; /* "W@N" -> why that version cannot be read */
    uint64_t cases, events, broken;
    bool json, progress;
};

static void checking_print(const struct value *v)
{
    GString *out = g_string_new(NULL);

    value_print(v, out);
    puts(out->str);
    g_string_free(out, TRUE);
}

static bool case_visit(const struct history_case *c, void *data)
{
    struct checking *checking = data;

    checking->check(checking, c);
    checking->cases++;
    checking->events += c->events->len;
    if (checking->progress && checking->cases % PROGRESS_EVERY == 0)
        fprintf(stderr, "%s%" G_GUINT64_FORMAT " cases, %" G_GUINT64_FORMAT " with differences%s",
                isatty(STDERR_FILENO) ? "\r" : "", checking->cases, checking->broken,
                isatty(STDERR_FILENO) ? "" : "\n");
    return true;
}

static void checking_conclude(const struct checking *checking)
{
    if (checking->progress && isatty(STDERR_FILENO) && checking->cases >= PROGRESS_EVERY)
        fputc('\n', stderr);
    if (checking->json)
        printf("{\"broken\":%" G_GUINT64_FORMAT ",\"cases\":%" G_GUINT64_FORMAT ",\"events\":%" G_GUINT64_FORMAT "}\n",
               checking->broken, checking->cases, checking->events);
    else
        printf("%" G_GUINT64_FORMAT " cases, %" G_GUINT64_FORMAT " events, %" G_GUINT64_FORMAT " with differences\n",
               checking->cases, checking->events, checking->broken);
}

static int checking_run(int argc, char **argv, const char *about, struct checking *checking)
{
    g_autofree char *path = NULL;
    gboolean json = FALSE, progress = FALSE;
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &path, "the configuration", "FILE"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "one JSON object a line, the last with the totals", NULL},
        {"progress", 0, 0, G_OPTION_ARG_NONE, &progress, "tell how far it has come, also when nobody watches", NULL},
        {0}};
    struct config *config;
    struct library *library;
    GError *error = NULL;
    int status;

    if (!cli_options(&argc, &argv, "", about, entries, &status))
        return status;
    config = config_load(path == NULL ? "toroku.yaml" : path, &error);
    if (config == NULL)
        return cli_fail(error);
    library = library_shared(config->workflows, &error);
    checking->json = json;
    checking->progress = progress || isatty(STDERR_FILENO);
    checking->reasons = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (library != NULL && versions_stored(library, config->database.migrate_url, checking->reasons, &error)) {
        checking->charts = library->charts;
        if (history_each(config->database.migrate_url, 0, case_visit, checking, &error))
            checking_conclude(checking);
    }
    g_hash_table_unref(checking->reasons);
    library_free(library);
    config_free(config);
    if (error != NULL)
        return cli_fail(error);
    return checking->broken == 0 ? CLI_OK : CLI_FINDINGS;
}

/* ---- replay ---- */

/* A case whose version cannot be read has one difference: that. */
static struct replay_difference *case_first(const struct checking *checking, const struct history_case *c)
{
    g_autofree char *name = g_strdup_printf("%s@%d", c->workflow, c->version);
    const char *reason = g_hash_table_lookup(checking->reasons, name);
    struct replay_difference *difference;

    if (history_chart(checking->charts, c) != NULL)
        return replay_first(checking->charts, c);
    difference = g_new0(struct replay_difference, 1);
    difference->what = g_strdup_printf("its version %s cannot be read: %s", name,
                                       reason == NULL ? "it is not among the definitions in the database" : reason);
    return difference;
}

static void case_replay(struct checking *checking, const struct history_case *c)
{
    struct replay_difference *first = case_first(checking, c);
    g_autofree char *line = first == NULL ? NULL : replay_difference_line(c, first);
    struct value *v;

    if (first == NULL)
        return;
    checking->broken++;
    if (checking->json) {
        v = value_new_map();
        value_map_set_int(v, "case", c->id);
        value_map_set_text(v, "workflow", c->workflow);
        if (first->seq > 0)
            value_map_set_int(v, "event", first->seq);
        value_map_set_text(v, "path", first->path);
        if (first->recorded != NULL)
            value_map_set(v, "recorded", value_ref(first->recorded));
        if (first->decided != NULL)
            value_map_set(v, "decided", value_ref(first->decided));
        value_map_set_text(v, "what", first->what);
        checking_print(v);
        value_unref(v);
    } else {
        printf("case %" G_GINT64_FORMAT ": %s\n", c->id, line);
    }
    replay_difference_free(first);
}

int cli_replay(int argc, char **argv)
{
    struct checking checking = {.check = case_replay};

    return checking_run(
        argc, argv,
        "Decides every recorded case again, with this engine and with the definitions and inputs that the database\n"
        "keeps, and folds its events: the check that a release of the engine changes no case's past. Of each case the\n"
        "first difference is told: the event, where in its record, what is recorded and what is decided now. Nothing\n"
        "is repaired. Ends with 1 when there is any.",
        &checking);
}

/* ---- verify ---- */

static void case_verify(struct checking *checking, const struct history_case *c)
{
    g_autoptr(GPtrArray) differences = g_ptr_array_new_with_free_func(g_free);
    struct value *v, *list;

    if (verify_chain(c, differences))
        return;
    checking->broken++;
    for (guint i = 0; !checking->json && i < differences->len; i++)
        printf("case %" G_GINT64_FORMAT ": %s\n", c->id, (const char *)g_ptr_array_index(differences, i));
    if (!checking->json)
        return;
    v = value_new_map();
    list = value_new_list();
    for (guint i = 0; i < differences->len; i++)
        value_list_add(list, value_new_text(g_ptr_array_index(differences, i)));
    value_map_set_int(v, "case", c->id);
    value_map_set_int(v, "events", c->events->len);
    value_map_set(v, "differences", list);
    checking_print(v);
    value_unref(v);
}

int cli_verify(int argc, char **argv)
{
    struct checking checking = {.check = case_verify};

    return checking_run(argc, argv,
                        "Checks the hash chain of every case of the database: each part against its commitment, each\n"
                        "event against its record and its predecessor, the row against the chain's end.",
                        &checking);
}
