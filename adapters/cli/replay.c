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

/* What is checked of each case; replay and verify share all else. */
typedef bool case_check(const struct chart_set *charts, const struct history_case *c, GPtrArray *differences);

struct checking {
    case_check *check;
    const struct chart_set *charts;
    uint64_t cases, events, broken;
    bool json;
};

static void case_print_json(const struct history_case *c, const GPtrArray *differences)
{
    struct value *v = value_new_map(), *list = value_new_list();
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < differences->len; i++)
        value_list_add(list, value_new_text(g_ptr_array_index(differences, i)));
    value_map_set_int(v, "case", c->id);
    value_map_set_int(v, "events", c->events->len);
    value_map_set(v, "differences", list);
    value_print(v, out);
    puts(out->str);
    g_string_free(out, TRUE);
    value_unref(v);
}

static bool case_visit(const struct history_case *c, void *data)
{
    struct checking *checking = data;
    const struct chart *chart = history_chart(checking->charts, c);
    GPtrArray *differences = g_ptr_array_new_with_free_func(g_free);

    if (chart == NULL)
        g_ptr_array_add(differences, g_strdup_printf("its workflow version %s@%d is not among the definitions",
                                                     c->workflow, c->version));
    else
        checking->check(checking->charts, c, differences);
    checking->cases++;
    checking->events += c->events->len;
    if (differences->len > 0)
        checking->broken++;
    if (checking->json && differences->len > 0)
        case_print_json(c, differences);
    for (guint i = 0; !checking->json && i < differences->len; i++)
        printf("case %" G_GINT64_FORMAT ": %s\n", c->id, (const char *)g_ptr_array_index(differences, i));
    g_ptr_array_unref(differences);
    if (isatty(STDERR_FILENO) && checking->cases % 1000 == 0)
        fprintf(stderr, "\r%" G_GUINT64_FORMAT " cases", checking->cases);
    return true;
}

static void checking_conclude(const struct checking *checking)
{
    if (isatty(STDERR_FILENO) && checking->cases >= 1000)
        fputc('\n', stderr);
    if (checking->json)
        printf("{\"broken\":%" G_GUINT64_FORMAT ",\"cases\":%" G_GUINT64_FORMAT ",\"events\":%" G_GUINT64_FORMAT "}\n",
               checking->broken, checking->cases, checking->events);
    else
        printf("%" G_GUINT64_FORMAT " cases, %" G_GUINT64_FORMAT " events, %" G_GUINT64_FORMAT " with differences\n",
               checking->cases, checking->events, checking->broken);
}

static int checking_run(int argc, char **argv, const char *about, case_check *check)
{
    g_autofree char *path = NULL;
    gboolean json = FALSE;
    const GOptionEntry entries[] = {{"config", 'c', 0, G_OPTION_ARG_FILENAME, &path, "the configuration", "FILE"},
                                    {"json", 0, 0, G_OPTION_ARG_NONE, &json, "one JSON object a line", NULL},
                                    {0}};
    struct checking checking = {.check = check};
    struct config *config;
    struct library *library;
    GError *error = NULL;
    int status;

    if (!cli_options(&argc, &argv, "", about, entries, &status))
        return status;
    config = config_load(path == NULL ? "toroku.yaml" : path, &error);
    if (config == NULL)
        return cli_fail(error);
    library = library_load(config->workflows, &error);
    checking.json = json;
    if (library != NULL && versions_recorded(library, config->database.migrate_url, &error)) {
        checking.charts = library->charts;
        if (history_each(config->database.migrate_url, 0, case_visit, &checking, &error))
            checking_conclude(&checking);
    }
    library_free(library);
    config_free(config);
    if (error != NULL)
        return cli_fail(error);
    return checking.broken == 0 ? CLI_OK : CLI_FINDINGS;
}

static bool case_replay(const struct chart_set *charts, const struct history_case *c, GPtrArray *differences)
{
    return replay_fold(charts, c, differences) && replay_decide(charts, c, differences);
}

static bool case_verify(const struct chart_set *charts, const struct history_case *c, GPtrArray *differences)
{
    (void)charts;
    return verify_chain(c, differences);
}

int cli_replay(int argc, char **argv)
{
    return checking_run(argc, argv,
                        "Checks the two laws over every case of the database: folding its events gives its row, and\n"
                        "deciding them again gives the recorded outcomes. Differences are reported, never repaired.",
                        case_replay);
}

int cli_verify(int argc, char **argv)
{
    return checking_run(argc, argv,
                        "Checks the hash chain of every case of the database: each part against its commitment, each\n"
                        "event against its record and its predecessor, the row against the chain's end.",
                        case_verify);
}
