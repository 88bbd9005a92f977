#include "adapters/cli/cli.h"

#include "adapters/cli/commands.h"
#include "engine/chart/suggest.h"

#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const struct cli_command commands[] = {
#define X(name, summary) {#name, summary, cli_##name},
    CLI_COMMANDS(X)
#undef X
};

static const char about_exit[] = "Exit status: 0 done, 1 findings or a refusal, 2 wrong usage, 3 something is away.";

/* As people type it. The caller frees it. */
static char *command_spelling(const struct cli_command *command)
{
    return g_strdelimit(g_strdup(command->name), "_", '-');
}

static const struct cli_command *command_find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autofree char *spelling = command_spelling(&commands[i]);

        if (strcmp(spelling, name) == 0)
            return &commands[i];
    }
    return NULL;
}

static int command_unknown(const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *nearest;

    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        g_ptr_array_add(names, command_spelling(&commands[i]));
    nearest = name_nearest(name, names);
    fprintf(stderr, "toroku: '%s' is not a subcommand; toroku help lists them.\n", name);
    if (nearest != NULL)
        fprintf(stderr, "Did you mean '%s'?\n", nearest);
    return CLI_USAGE;
}

static void command_list(FILE *out)
{
    fputs("Usage: toroku SUBCOMMAND [OPTIONS] [PARAMETERS]\n\n", out);
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autofree char *spelling = command_spelling(&commands[i]);

        fprintf(out, "  %-13s %s\n", spelling, commands[i].summary);
    }
    fprintf(out, "\ntoroku SUBCOMMAND --help tells its options. %s\n", about_exit);
}

static int command_run(const struct cli_command *command, int argc, char **argv)
{
    g_autofree char *spelling = command_spelling(command), *name = g_strconcat("toroku ", spelling, NULL);

    g_set_prgname(name);
    return command->run(argc, argv);
}

static int command_help(const char *name)
{
    const struct cli_command *command = command_find(name);
    char first[32], help[] = "--help";
    char *argv[] = {first, help, NULL};

    if (command == NULL)
        return command_unknown(name);
    g_strlcpy(first, command->name, sizeof first);
    return command_run(command, 2, argv);
}

int cli_main(int argc, char **argv)
{
    const struct cli_command *command;

    /* Names and texts are UTF-8 whatever the environment says. */
    setlocale(LC_CTYPE, "C.UTF-8");
    g_set_prgname("toroku");
    if (argc < 2) {
        command_list(stderr);
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        if (argc > 2)
            return command_help(argv[2]);
        command_list(stdout);
        return CLI_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("toroku " TOROKU_VERSION);
        return CLI_OK;
    }
    command = command_find(argv[1]);
    return command == NULL ? command_unknown(argv[1]) : command_run(command, argc - 1, argv + 1);
}

bool cli_options(int *argc, char ***argv, const char *parameters, const char *about, const GOptionEntry *entries,
                 int *status)
{
    g_autoptr(GOptionContext) context = g_option_context_new(parameters);
    g_autoptr(GError) error = NULL;
    gboolean help = FALSE;
    const GOptionEntry common[] = {{"help", 'h', 0, G_OPTION_ARG_NONE, &help, "Show this help", NULL}, {0}};

    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(context, about);
    g_option_context_set_description(context, about_exit);
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_add_main_entries(context, common, NULL);
    if (!g_option_context_parse(context, argc, argv, &error)) {
        *status = cli_usage("%s", error->message);
        return false;
    }
    if (help) {
        g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);

        fputs(text, stdout);
        *status = CLI_OK;
        return false;
    }
    return true;
}

int cli_usage(const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list args;

    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    fprintf(stderr, "%s: %s\n%s --help tells how to use it.\n", g_get_prgname(), message, g_get_prgname());
    return CLI_USAGE;
}

int cli_fail(GError *error)
{
    int status = toroku_error_retryable(toroku_error_code(error)) ? CLI_UNAVAILABLE : CLI_FINDINGS;

    fprintf(stderr, "%s: %s\n", g_get_prgname(), error->message);
    g_error_free(error);
    return status;
}
