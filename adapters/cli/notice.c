#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/json/json.h"
#include "adapters/postgres/notices_pg.h"
#include "adapters/yaml/config.h"

#include <stdio.h>
#include <string.h>

static const char about[] =
    "notice list              the latest notices in a state, with the evidence of their attempts\n"
    "notice retry ID...       sends dead notices again, each under its one Message-ID\n\n"
    "States: pending, delivered, dead (given up), nobody (no recipient was found).";

static const char *text_of(const struct value *v, const char *key)
{
    const char *text = value_text(value_get(v, key));

    return text == NULL ? "" : text;
}

static void notices_print(const struct value *list)
{
    printf("%-8s %-10s %-24s %-32s %-22s %s\n", "id", "case", "notice", "address", "at", "last reply");
    for (size_t i = 0; i < value_size(list); i++) {
        const struct value *n = value_at(list, i), *attempts = value_get(n, "attempts");
        const struct value *last = value_at(attempts, value_size(attempts) - 1);

        printf("%-8" G_GINT64_FORMAT " %-10s %-24s %-32s %-22s %s\n", value_int(value_get(n, "id")), text_of(n, "case"),
               text_of(n, "notice"), text_of(n, "address"), text_of(n, "at"), text_of(last, "reply"));
    }
    printf("%zu notices\n", value_size(list));
}

static int notice_list(const struct config *config, const char *state, bool as_json)
{
    GError *error = NULL;
    g_autofree char *json = notices_list(config->database.migrate_url, state, 1000, &error);
    struct value *v = json == NULL ? NULL : json_parse(json, strlen(json), 32, &error);

    if (v == NULL)
        return cli_fail(error);
    if (as_json)
        puts(json);
    else
        notices_print(value_get(v, "notices"));
    value_unref(v);
    return CLI_OK;
}

static int notice_retry(const struct config *config, int count, char **ids)
{
    for (int i = 0; i < count; i++) {
        GError *error = NULL;
        gint64 id;

        if (!g_ascii_string_to_signed(ids[i], 10, 1, G_MAXINT64, &id, NULL))
            return cli_usage("'%s' is no id of a notice", ids[i]);
        if (!notices_retry(config->database.migrate_url, id, g_get_real_time(), &error))
            return cli_fail(error);
        printf("notice %" G_GINT64_FORMAT " goes out again\n", id);
    }
    return CLI_OK;
}

int cli_notice(int argc, char **argv)
{
    g_autofree char *path = NULL, *state = NULL;
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &path, "the configuration", "FILE"},
        {"state", 's', 0, G_OPTION_ARG_STRING, &state, "list: which (default dead)", "STATE"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "list: as JSON", NULL},
        {0}};
    struct config *config;
    GError *error = NULL;
    int status;

    if (!cli_options(&argc, &argv, "list | retry ID...", about, entries, &status))
        return status;
    if (argc < 2 || (strcmp(argv[1], "list") != 0 && (strcmp(argv[1], "retry") != 0 || argc < 3)))
        return cli_usage("say list, or retry and the ids");
    config = config_load(path == NULL ? "toroku.yaml" : path, &error);
    if (config == NULL)
        return cli_fail(error);
    if (strcmp(argv[1], "list") == 0)
        status = notice_list(config, state == NULL ? "dead" : state, json);
    else
        status = notice_retry(config, argc - 2, argv + 2);
    config_free(config);
    return status;
}
