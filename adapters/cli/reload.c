#include "engine/app/reload.h"
#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/cli/pidfile.h"
#include "adapters/yaml/config.h"

#include <signal.h>
#include <stdio.h>

#define LOOK_US 20000

static const char about[] =
    "Lets the daemon of this configuration read its definitions anew and waits for what comes of it. It serves on\n"
    "meanwhile. Definitions with findings change nothing: they are listed, with file, line and column.\n"
    "The daemon is found by the configuration's pid_file.";

/* Waits until the reload that was asked for is over. */
static bool reload_wait(const char *path, unsigned asked_before, int seconds, struct pidfile_told *told, GError **error)
{
    unsigned mine = 0;

    for (int64_t end = g_get_monotonic_time() + seconds * G_USEC_PER_SEC; g_get_monotonic_time() < end;) {
        if (!pidfile_read(path, told, error))
            return false;
        if (mine == 0 && told->asked > asked_before)
            mine = told->asked;
        if (mine != 0 && told->done >= mine)
            return true;
        g_clear_pointer(&told->text, g_free);
        g_usleep(LOOK_US);
    }
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_TIMEOUT, "the daemon has not reloaded within %d s; see its log",
                seconds);
    return false;
}

static int reload_at(const char *path, int seconds)
{
    struct pidfile_told told;
    GError *error = NULL;
    unsigned asked;
    bool ok;

    if (!pidfile_read(path, &told, &error))
        return cli_fail(error);
    asked = told.asked;
    g_clear_pointer(&told.text, g_free);
    if (kill(told.pid, SIGHUP) != 0) {
        g_set_error(&error, TOROKU_ERROR, TOROKU_ERROR_FORBIDDEN, "cannot signal process %d", (int)told.pid);
        return cli_fail(error);
    }
    if (!reload_wait(path, asked, seconds, &told, &error))
        return cli_fail(error);
    ok = told.ok;
    fprintf(ok ? stdout : stderr, "%s\n", told.text);
    if (!ok)
        fprintf(stderr, "nothing was changed; the daemon serves on\n");
    g_free(told.text);
    return ok ? CLI_OK : CLI_FINDINGS;
}

int cli_reload(int argc, char **argv)
{
    g_autofree char *path = NULL;
    int seconds = 60, status;
    const GOptionEntry entries[] = {{"config", 'c', 0, G_OPTION_ARG_FILENAME, &path, "the configuration", "FILE"},
                                    {"timeout", 't', 0, G_OPTION_ARG_INT, &seconds, "how long to wait (60)", "SECONDS"},
                                    {0}};
    GError *error = NULL;
    struct config *config;

    if (!cli_options(&argc, &argv, "", about, entries, &status))
        return status;
    config = config_load(path == NULL ? "toroku.yaml" : path, &error);
    if (config == NULL)
        return cli_fail(error);
    if (config->pid_file[0] == '\0')
        status = cli_usage("%s names no pid_file; send the daemon SIGHUP (systemctl reload toroku)", config->file);
    else
        status = reload_at(config->pid_file, seconds);
    config_free(config);
    return status;
}
