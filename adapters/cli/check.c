#include "adapters/cli/check_report.h"
#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/yaml/library.h"
#include "engine/chart/explore.h"

#include <stdio.h>
#include <string.h>

static const char about[] =
    "Loads, compiles and verifies folders of definitions (by default workflows), or single workflow files against\n"
    "the folder that they lie in, or that --workflows names. Every finding is told, in the order of files and lines:\n"
    "\n"
    "  file:line:column: what is wrong [code]\n"
    "      at the path in the document\n"
    "      expected ...\n"
    "      did you mean \"...\"?\n"
    "\n"
    "What has no finding is told with its size: how many configurations (sets of active states, with what histories\n"
    "remember) a case can rest in, and by how many transitions. Guards over data, flags, linked cases and time are "
    "taken\n"
    "both ways, so that some of these may never come to be; what is never found, never is.\n"
    "\n"
    "--coverage tells instead which rows, states, deadlines, forms, fields and notices implement each clause of "
    "rules/,\n"
    "and which clause nothing implements. --promela writes the control model of one file for the model checker Spin.\n"
    "\n"
    "--codes lists what there is to find. Exit status: 0 no finding, 1 findings, 2 wrong usage, 3 a path that is not\n"
    "there or cannot be read.";

#define WORKFLOWS "workflows"

struct check {
    char *workflows; /* the folder that single files are checked against, or NULL */
    char *output;    /* where the model is written, or NULL */
    int limit;
    gboolean json, codes, coverage, promela;
    GPtrArray *findings;
    GPtrArray *folders; /* struct checked: each is read once, however many of its files are named */
};

struct checked {
    char *folder; /* absolute */
    struct library *library;
};

static void checked_free(gpointer data)
{
    struct checked *checked = data;

    g_free(checked->folder);
    library_free(checked->library);
    g_free(checked);
}

static void codes_print(void)
{
    for (int code = 0; code < FINDING_CODE_COUNT; code++)
        printf("%-22s %s\n", finding_code_name((enum finding_code)code), finding_code_meaning((enum finding_code)code));
}

static void map_set(struct value *map, const char *key, const char *text)
{
    if (text != NULL && text[0] != '\0')
        value_map_set_text(map, key, text);
}

static void finding_print_json(const struct chart_finding *finding, GString *out)
{
    struct value *map = value_new_map();

    map_set(map, "code", finding_code_name(finding->code));
    map_set(map, "file", finding->file);
    map_set(map, "path", finding->path);
    map_set(map, "text", finding->text);
    map_set(map, "expected", finding->expected);
    map_set(map, "suggestion", finding->suggestion);
    if (finding->line > 0) {
        value_map_set(map, "line", value_new_int(finding->line));
        value_map_set(map, "column", value_new_int(finding->column));
    }
    value_print(map, out);
    g_string_append_c(out, '\n');
    value_unref(map);
}

static void findings_print(const struct check *check)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < check->findings->len; i++)
        if (check->json)
            finding_print_json(g_ptr_array_index(check->findings, i), out);
        else
            chart_finding_explain(g_ptr_array_index(check->findings, i), out);
    fputs(out->str, stdout);
}

/* What there is to tell of a chart without findings. */
static int chart_tell(const struct check *check, const struct library *library, const char *file,
                      const struct chart *chart)
{
    GError *error = NULL;

    if (check->coverage)
        check_print_coverage(library, chart, check->json);
    else if (check->promela && !check_write_promela(chart, check->output, &error))
        return cli_fail(error);
    else if (!check->promela)
        check_print_figures(file, chart, (unsigned)check->limit, check->json);
    return CLI_OK;
}

static void library_tell(const struct check *check, const struct library *library)
{
    if (check->coverage) {
        check_print_coverage(library, NULL, check->json);
        return;
    }
    for (guint i = 0; i < library->definitions->len; i++) {
        const struct definition *d = g_ptr_array_index(library->definitions, i);

        check_print_figures(d->file, d->chart, (unsigned)check->limit, check->json);
    }
}

static const struct chart *library_chart(const struct library *library, const char *name)
{
    for (guint i = 0; i < library->definitions->len; i++) {
        const struct definition *d = g_ptr_array_index(library->definitions, i);

        if (strcmp(d->file, name) == 0)
            return d->chart;
    }
    return NULL;
}

/* Findings know their file below the folder; who reads them wants to open it from where he stands. */
static void findings_locate(GPtrArray *findings, guint first, const char *folder)
{
    for (guint i = first; i < findings->len && strcmp(folder, ".") != 0; i++) {
        struct chart_finding *finding = g_ptr_array_index(findings, i);
        g_autofree char *file = finding->file;

        finding->file = g_strcmp0(file, folder) == 0 ? g_strdup(file) : g_build_filename(folder, file, NULL);
    }
}

/* The library of ${folder}, which stays with ${check}; NULL when there is something to find. */
static struct library *check_folder(struct check *check, const char *folder)
{
    g_autofree char *absolute = g_canonicalize_filename(folder, NULL);
    guint first = check->findings->len;
    struct checked *checked;

    for (guint i = 0; i < check->folders->len; i++) {
        checked = g_ptr_array_index(check->folders, i);
        if (strcmp(checked->folder, absolute) == 0)
            return checked->library;
    }
    checked = g_new0(struct checked, 1);
    checked->folder = g_steal_pointer(&absolute);
    checked->library = library_check(folder, check->findings);
    g_ptr_array_add(check->folders, checked);
    findings_locate(check->findings, first, folder);
    return checked->library;
}

/* The folder of definitions that ${file} belongs to. */
static char *check_home(const struct check *check, const char *file)
{
    g_autofree char *folder = g_path_get_dirname(file);
    g_autofree char *roles = g_build_filename(folder, "roles.yaml", NULL);

    if (check->workflows != NULL)
        return g_strdup(check->workflows);
    return g_strdup(g_file_test(roles, G_FILE_TEST_EXISTS) ? folder : WORKFLOWS);
}

/* A file of the folder itself has been checked with it. */
static int check_file(struct check *check, const char *file)
{
    g_autofree char *home = check_home(check, file);
    g_autofree char *folder = g_path_get_dirname(file);
    g_autofree char *name = g_path_get_basename(file);
    g_autofree char *inside = g_canonicalize_filename(folder, NULL);
    g_autofree char *outside = g_canonicalize_filename(home, NULL);
    struct library *library = check_folder(check, home);
    guint first = check->findings->len;
    const struct chart *chart;
    struct chart *own = NULL;
    int status = CLI_OK;

    if (library == NULL)
        return CLI_OK;
    if (strcmp(inside, outside) == 0)
        chart = library_chart(library, name);
    else
        chart = own = library_check_file(library, file, NULL, check->findings);
    findings_locate(check->findings, first, folder);
    if (chart != NULL)
        status = chart_tell(check, library, name, chart);
    chart_free(own);
    return status;
}

static int check_path(struct check *check, const char *path)
{
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        fprintf(stderr, "%s: there is no file or folder %s\n", g_get_prgname(), path);
        return CLI_UNAVAILABLE;
    }
    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        struct library *library = check_folder(check, path);

        if (library != NULL)
            library_tell(check, library);
        return CLI_OK;
    }
    return check_file(check, path);
}

/* Do the options go together with ${paths} parameters? */
static bool check_options_fit(const struct check *check, int paths, int *status)
{
    *status = CLI_OK;
    if (check->promela && (check->coverage || check->json || paths != 1))
        *status = cli_usage("--promela writes one model: it takes one FILE, and neither --coverage nor --json");
    else if (check->output != NULL && !check->promela)
        *status = cli_usage("--output is where --promela writes to");
    else if (check->limit < 1)
        *status = cli_usage("--limit takes a number of configurations from 1");
    return *status == CLI_OK;
}

int cli_check(int argc, char **argv)
{
    struct check check = {.limit = EXPLORE_LIMIT};
    const GOptionEntry entries[] = {
        {"workflows", 'w', 0, G_OPTION_ARG_FILENAME, &check.workflows, "the folder that files are checked against",
         "FOLDER"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &check.json, "one JSON object a line: findings, or what is told of charts",
         NULL},
        {"limit", 0, 0, G_OPTION_ARG_INT, &check.limit, "explore at most so many configurations (100000)", "N"},
        {"coverage", 0, 0, G_OPTION_ARG_NONE, &check.coverage, "which clause is implemented where", NULL},
        {"promela", 0, 0, G_OPTION_ARG_NONE, &check.promela, "write the control model of one file for Spin", NULL},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &check.output, "where --promela writes it", "FILE"},
        {"codes", 0, 0, G_OPTION_ARG_NONE, &check.codes, "list the classes of findings", NULL},
        {0}};
    int status;

    if (!cli_options(&argc, &argv, "[FOLDER | FILE...]", about, entries, &status))
        return status;
    if (check.codes) {
        codes_print();
        return CLI_OK;
    }
    if (!check_options_fit(&check, argc - 1, &status))
        return status;
    check.findings = chart_findings_new();
    check.folders = g_ptr_array_new_with_free_func(checked_free);
    if (argc == 1)
        status = check_path(&check, check.workflows == NULL ? WORKFLOWS : check.workflows);
    else
        status = CLI_OK;
    for (int i = 1; i < argc && status == CLI_OK; i++)
        status = check_path(&check, argv[i]);
    findings_print(&check);
    if (status == CLI_OK && check.findings->len > 0)
        status = CLI_FINDINGS;
    g_ptr_array_unref(check.folders);
    g_ptr_array_unref(check.findings);
    g_free(check.workflows);
    g_free(check.output);
    return status;
}
