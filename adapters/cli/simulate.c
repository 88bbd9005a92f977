#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"

int cli_simulate(int argc, char **argv)
{
    const GOptionEntry entries[] = {{0}};
    int status;

    if (!cli_options(&argc, &argv, "[SCENARIO]", "Runs a scenario under a virtual clock.", entries, &status))
        return status;
    return CLI_OK;
}
