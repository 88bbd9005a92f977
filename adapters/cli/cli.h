/*
 * The frame of the command line: one binary, a table of subcommands (commands.h), common ways to read options and to
 * fail.
 */
#ifndef TOROKU_ADAPTERS_CLI_CLI_H
#define TOROKU_ADAPTERS_CLI_CLI_H

#include "engine/error.h"

/* What every subcommand ends with. */
enum cli_exit {
    CLI_OK = 0,       /* done; nothing to report */
    CLI_FINDINGS = 1, /* the answer is no: findings, a refusal, a difference; or a failure that repeating won't mend */
    CLI_USAGE = 2,    /* the command line is wrong; nothing was done */
    CLI_UNAVAILABLE = 3 /* a server or file is away; the same may succeed later */
};

struct cli_command {
    const char *name, *summary;
    int (*run)(int argc, char **argv);
};

/* Runs the subcommand that argv[1] names, or tells what there is. Answers the process's exit status. */
int cli_main(int argc, char **argv);

/*
 * Reads the options of a subcommand; what is left in argv are its parameters. ${parameters} is shown in the usage line
 * ("[FILE]"), ${about} below it; ${entries} ends with a NULL row. FALSE: the command is over with *status, because help
 * was asked for (and printed) or the options are wrong (and it was said why).
 */
bool cli_options(int *argc, char ***argv, const char *parameters, const char *about, const GOptionEntry *entries,
                 int *status);

/* Says on standard error what is wrong with the command line and how to get help. Answers CLI_USAGE. */
int cli_usage(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Says on standard error what failed; frees ${error}. Answers CLI_UNAVAILABLE when the same may succeed later, else
 * CLI_FINDINGS. */
int cli_fail(GError *error);

#endif
