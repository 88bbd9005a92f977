/*
 * The table of subcommands: one row each, in the order in which `toroku help` shows them.
 *
 * A row X(name, summary) stands for `int cli_<name>(int argc, char **argv)` in adapters/cli/<name>.c: argv[0] is
 * the subcommand's name, the answer one of enum cli_exit. People type a hyphen for each underscore of the name.
 */
#ifndef TOROKU_ADAPTERS_CLI_COMMANDS_H
#define TOROKU_ADAPTERS_CLI_COMMANDS_H

#define CLI_COMMANDS(X)                                                                                                \
    X(serve, "run the daemon")                                                                                         \
    X(reload, "let the daemon read its definitions anew")                                                              \
    X(migrate, "bring the database up to date")                                                                        \
    X(migrate_cases, "let running cases go over to another version of their workflow")                                 \
    X(demo, "create the organisations, people, tokens and passwords of a demonstration")                               \
    X(directory, "organisations, people, roles, contacts, services, passwords and tokens")                             \
    X(check, "load, compile and verify definitions")                                                                   \
    X(schema, "print the JSON Schema of workflow files, for editors")                                                  \
    X(graph, "draw a workflow: svg, dot, mermaid or json")                                                             \
    X(try, "run one case of a workflow in memory: events in, states and effects out")                                  \
    X(due, "compute when something is due, and tell why")                                                              \
    X(simulate, "run a scenario of years under a virtual clock and print its timeline")                                \
    X(notice, "list notices with the evidence of their attempts, send dead ones again")                                \
    X(replay, "fold and decide every recorded case again and tell the differences")                                    \
    X(verify, "check the hash chain of every case")

#define X(name, summary) int cli_##name(int argc, char **argv);
CLI_COMMANDS(X)
#undef X

#endif
