#include "adapters/cli/chart_file.h"

#include <stdio.h>
#include <stdlib.h>

static char *folder_of(const char *path, const char *workflows)
{
    g_autofree char *beside = g_path_get_dirname(path);
    g_autofree char *roles = g_build_filename(beside, "roles.yaml", NULL);

    if (workflows != NULL)
        return g_strdup(workflows);
    if (g_file_test(roles, G_FILE_TEST_EXISTS))
        return g_steal_pointer(&beside);
    return g_strdup("workflows");
}

/* The library's own chart of ${path}, when that is one of the files of ${folder}. */
static const struct chart *library_chart(const struct library *library, const char *folder, const char *path)
{
    char *wanted = realpath(path, NULL);
    const struct chart *chart = NULL;

    for (guint i = 0; wanted != NULL && chart == NULL && i < library->definitions->len; i++) {
        const struct definition *definition = g_ptr_array_index(library->definitions, i);
        g_autofree char *name = g_build_filename(folder, definition->file, NULL);
        char *real = realpath(name, NULL);

        if (g_strcmp0(real, wanted) == 0)
            chart = definition->chart;
        free(real);
    }
    free(wanted);
    return chart;
}

static void findings_tell(const GPtrArray *findings)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < findings->len; i++)
        chart_finding_explain(g_ptr_array_index(findings, i), text);
    fputs(text->str, stderr);
}

bool chart_file_open(struct chart_file *file, const char *path, const char *workflows, bool lenient)
{
    g_autoptr(GPtrArray) findings = chart_findings_new();
    g_autofree char *folder = folder_of(path, workflows);

    *file = (struct chart_file){0};
    if (lenient) {
        file->library = library_lenient(folder);
        file->chart = file->owned = library_lenient_file(file->library, path, findings);
    } else if ((file->library = library_check(folder, findings)) != NULL) {
        file->chart = library_chart(file->library, folder, path);
        if (file->chart == NULL)
            file->chart = file->owned = library_check_file(file->library, path, NULL, findings);
    }
    findings_tell(findings);
    return file->chart != NULL;
}

void chart_file_release(struct chart_file *file)
{
    chart_free(file->owned);
    library_free(file->library);
}
