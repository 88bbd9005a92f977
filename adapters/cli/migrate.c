#include "adapters/postgres/migrate.h"
#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/yaml/config.h"

#include <stdio.h>

static const char about[] =
    "Brings the database up to date: applies the migrations that it has not seen, each in one transaction.";

static void migration_print(const struct migration *migration, enum migrate_step step, void *data)
{
    (void)data;
    if (step == MIGRATE_PENDING)
        printf("%04d_%s would be applied\n", migration->number, migration->name);
    else if (step == MIGRATE_APPLIED)
        printf("%04d_%s applied\n", migration->number, migration->name);
}

int cli_migrate(int argc, char **argv)
{
    g_autofree char *path = NULL;
    gboolean dry_run = FALSE;
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &path, "the configuration", "FILE"},
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &dry_run, "only tell what would be done", NULL},
        {0}};
    GError *error = NULL;
    struct config *config;
    bool ok;
    int status;

    if (!cli_options(&argc, &argv, "", about, entries, &status))
        return status;
    config = config_load(path == NULL ? "toroku.yaml" : path, &error);
    if (config == NULL)
        return cli_fail(error);
    ok = migrate_run(config->database.migrate_url, dry_run, migration_print, NULL, &error);
    config_free(config);
    if (!ok)
        return cli_fail(error);
    printf("the database is up to date\n");
    return CLI_OK;
}
