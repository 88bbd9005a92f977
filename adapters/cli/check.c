#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/yaml/library.h"

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
    "--codes lists what there is to find. Exit status: 0 no finding, 1 findings, 2 wrong usage, 3 a path that is not\n"
    "there or cannot be read.";

#define WORKFLOWS "workflows"

struct check {
    char *workflows; /* the folder that single files are checked against, or NULL */
    gboolean json, codes;
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

static void charts_print(const struct library *library)
{
    for (guint i = 0; i < library->definitions->len; i++) {
        const struct definition *d = g_ptr_array_index(library->definitions, i);

        printf("%s: %s@%d, %d states, %d rows, %d deadlines\n", d->file, d->chart->workflow, d->chart->version,
               d->chart->state_count - 1, d->chart->take_count, d->chart->deadline_count);
    }
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
static void check_file(struct check *check, const char *file)
{
    g_autofree char *home = check_home(check, file);
    g_autofree char *folder = g_path_get_dirname(file);
    g_autofree char *inside = g_canonicalize_filename(folder, NULL);
    g_autofree char *outside = g_canonicalize_filename(home, NULL);
    struct library *library = check_folder(check, home);
    guint first = check->findings->len;

    if (library == NULL || strcmp(inside, outside) == 0)
        return;
    chart_free(library_check_file(library, file, NULL, check->findings));
    findings_locate(check->findings, first, folder);
}

static int check_path(struct check *check, const char *path)
{
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        fprintf(stderr, "%s: there is no file or folder %s\n", g_get_prgname(), path);
        return CLI_UNAVAILABLE;
    }
    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        struct library *library = check_folder(check, path);

        if (library != NULL && !check->json)
            charts_print(library);
    } else {
        check_file(check, path);
    }
    return CLI_OK;
}

int cli_check(int argc, char **argv)
{
    struct check check = {0};
    const GOptionEntry entries[] = {
        {"workflows", 'w', 0, G_OPTION_ARG_FILENAME, &check.workflows, "the folder that files are checked against",
         "FOLDER"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &check.json, "one JSON object a finding and line", NULL},
        {"codes", 0, 0, G_OPTION_ARG_NONE, &check.codes, "list the classes of findings", NULL},
        {0}};
    int status;

    if (!cli_options(&argc, &argv, "[FOLDER | FILE...]", about, entries, &status))
        return status;
    if (check.codes) {
        codes_print();
        return CLI_OK;
    }
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
    return status;
}
