#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/yaml/library.h"

#include <stdio.h>

static const char about[] = "Loads, compiles and verifies a folder of definitions (by default workflows), or single\n"
                            "workflow files against it.\n"
                            "Every finding is a line `file:line:column: path: what is wrong; what was expected`.";

static int findings_print(GPtrArray *findings)
{
    for (guint i = 0; i < findings->len; i++) {
        GString *line = g_string_new(NULL);

        chart_finding_explain(g_ptr_array_index(findings, i), line);
        fputs(line->str, stdout);
        g_string_free(line, TRUE);
    }
    return findings->len == 0 ? CLI_OK : CLI_FINDINGS;
}

static void charts_print(const struct library *library)
{
    for (guint i = 0; i < library->definitions->len; i++) {
        const struct definition *d = g_ptr_array_index(library->definitions, i);

        printf("%s: %s@%d, %d states, %d rows, %d deadlines\n", d->file, d->chart->workflow, d->chart->version,
               d->chart->state_count - 1, d->chart->take_count, d->chart->deadline_count);
    }
}

int cli_check(int argc, char **argv)
{
    g_autofree char *directory = NULL;
    const GOptionEntry entries[] = {
        {"workflows", 'w', 0, G_OPTION_ARG_FILENAME, &directory, "the folder of definitions", "FOLDER"}, {0}};
    GPtrArray *findings;
    struct library *library;
    int status;

    if (!cli_options(&argc, &argv, "[FOLDER | FILE...]", about, entries, &status))
        return status;
    if (argc == 2 && directory == NULL && g_file_test(argv[1], G_FILE_TEST_IS_DIR)) {
        directory = g_strdup(argv[1]);
        argc = 1;
    }
    findings = chart_findings_new();
    library = library_check(directory == NULL ? "workflows" : directory, findings);
    for (int i = 1; library != NULL && i < argc; i++)
        chart_free(library_check_file(library, argv[i], NULL, findings));
    if (library != NULL && findings->len == 0 && argc == 1)
        charts_print(library);
    status = findings_print(findings);
    g_ptr_array_unref(findings);
    library_free(library);
    return status;
}
