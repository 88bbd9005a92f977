#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/yaml/schema_json.h"

#include <stdio.h>

static const char about[] =
    "Prints the shape of workflow files as a JSON Schema, from the tables that the loader uses: as\n"
    "schema/workflow.schema.json is, for editors that complete and check YAML.";

int cli_schema(int argc, char **argv)
{
    const GOptionEntry entries[] = {{0}};
    g_autoptr(GString) out = NULL;
    int status;

    if (!cli_options(&argc, &argv, "", about, entries, &status))
        return status;
    if (argc > 1)
        return cli_usage("schema takes no '%s'", argv[1]);
    out = g_string_new(NULL);
    schema_json_print(out);
    fputs(out->str, stdout);
    return CLI_OK;
}
