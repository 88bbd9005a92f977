#include "adapters/yaml/library.h"

#include "adapters/yaml/document.h"
#include "adapters/yaml/rulebook_load.h"
#include "adapters/yaml/schema.h"
#include "engine/chart/compile.h"
#include "engine/chart/explore.h"
#include "engine/chart/verify.h"
#include "engine/error.h"

#include <string.h>

#define ROLES_FILE "roles.yaml"
/* Beyond so many configurations a chart is put in force without their being known: the daemon waits for this. */
#define CONFIGURATIONS_MAX 20000

/* A workflow file between reading and judgement. */
struct loaded {
    struct document *document;
    char *source;
    gsize size;
    struct chart *chart;
};

/* A chart of what ${loaded} says, with its hash; NULL with findings. The zone it names is added to the book. */
static struct chart *loaded_compile(struct loaded *loaded, struct rulebook *book, GPtrArray *findings)
{
    const struct doc_workflow *doc = loaded->document->data;
    g_autofree char *hash =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)loaded->source, loaded->size);
    guint first = findings->len;
    struct chart *chart;

    book_add_zone(book, doc->zone);
    chart = chart_compile(doc, book, findings);
    document_place(loaded->document, findings, first);
    if (chart != NULL)
        g_strlcpy(chart->sha256, hash, sizeof chart->sha256);
    return chart;
}

/* What is wrong between the chart and those of ${set}, and in the configurations that its cases can come to. */
static void loaded_verify(const struct loaded *loaded, const struct chart_set *set, GPtrArray *findings)
{
    struct exploration *exploration = chart_explore(loaded->chart, CONFIGURATIONS_MAX);
    guint first = findings->len;

    chart_verify_links(loaded->chart, set, findings);
    exploration_findings(exploration, findings);
    document_place(loaded->document, findings, first);
    exploration_free(exploration);
}

/* Reads the file and, with ${compile}, compiles it: against a broken rulebook every name would be unknown. */
static bool loaded_read(struct loaded *loaded, const char *directory, const char *name, struct rulebook *book,
                        bool compile, GPtrArray *findings)
{
    loaded->document = book_read(directory, name, &schema_workflow, &loaded->source, &loaded->size, findings);
    if (loaded->document != NULL && compile)
        loaded->chart = loaded_compile(loaded, book, findings);
    return loaded->chart != NULL;
}

static void loaded_free(gpointer data)
{
    struct loaded *loaded = data;

    document_free(loaded->document);
    g_free(loaded->source);
    g_free(loaded);
}

static void definition_free(gpointer data)
{
    struct definition *definition = data;

    g_free(definition->file);
    g_free(definition->source);
    g_free(definition);
}

static void library_add(struct library *library, const char *name, struct loaded *loaded)
{
    struct definition *definition = g_new0(struct definition, 1);

    definition->file = g_strdup(name);
    definition->source = g_steal_pointer(&loaded->source);
    definition->source_size = loaded->size;
    definition->chart = loaded->chart;
    g_ptr_array_add(library->definitions, definition);
}

/* A workflow comes once in each version. */
static void check_version(const struct chart_set *set, const struct loaded *loaded, GPtrArray *findings)
{
    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);
        guint first = findings->len;

        if (chart == loaded->chart || strcmp(chart->workflow, loaded->chart->workflow) != 0)
            continue;
        if (chart->version == loaded->chart->version)
            chart_findings_add(findings, FINDING_DUPLICATE_VERSION, "version",
                               "another file defines version %d of \"%s\"", chart->version, chart->workflow);
        else if ((chart->version < loaded->chart->version) != (chart->effective <= loaded->chart->effective))
            chart_findings_add(
                findings, FINDING_VERSION_ORDER, "effective",
                "version %d is effective on the other side; expected later versions not to begin earlier",
                chart->version);
        document_place(loaded->document, findings, first);
    }
}

static void library_workflows(struct library *library, const char *directory, bool compile, GPtrArray *findings)
{
    g_autoptr(GPtrArray) names = book_files(directory, NULL);
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(loaded_free);
    bool complete = true;

    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        struct loaded *loaded;

        if (strcmp(name, ROLES_FILE) == 0)
            continue;
        loaded = g_new0(struct loaded, 1);
        g_ptr_array_add(all, loaded);
        if (!loaded_read(loaded, directory, name, library->book, compile, findings)) {
            complete = false;
            continue;
        }
        chart_set_add(library->charts, loaded->chart);
        check_version(library->charts, loaded, findings);
        library_add(library, name, loaded);
    }
    if (all->len == 0) {
        struct chart_finding *finding =
            chart_findings_add(findings, FINDING_NO_WORKFLOW, "", "no workflow; expected files X.yaml");

        finding->file = g_strdup(directory);
    }
    for (guint i = 0; complete && i < all->len; i++)
        loaded_verify(g_ptr_array_index(all, i), library->charts, findings);
    if (complete && all->len > 0)
        chart_verify_use(library->book, library->charts, findings);
}

/* All that workflows share, and no workflow. */
static struct library *library_begin(const char *directory, GPtrArray *findings)
{
    struct library *library = g_new0(struct library, 1);

    library->book = rulebook_new();
    library->charts = chart_set_new();
    library->definitions = g_ptr_array_new_with_free_func(definition_free);
    book_load_rules(library->book, directory, findings);
    book_load_roles(library->book, directory, ROLES_FILE, findings);
    book_load_notices(library->book, directory, findings);
    book_load_calendars(library->book, directory, findings);
    return library;
}

struct library *library_check(const char *directory, GPtrArray *findings)
{
    guint first = findings->len;
    struct library *library = library_begin(directory, findings);

    library_workflows(library, directory, findings->len == first, findings);
    chart_findings_sort(findings, first);
    if (findings->len == first)
        return library;
    library_free(library);
    return NULL;
}

/* All findings in one message, a line each. */
static void findings_set_error(const GPtrArray *findings, GError **error)
{
    g_autoptr(GString) message = g_string_new(NULL);

    for (guint i = 0; i < findings->len; i++)
        chart_finding_print(g_ptr_array_index(findings, i), message);
    g_string_truncate(message, message->len - 1);
    g_set_error_literal(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, message->str);
}

struct library *library_load(const char *directory, GError **error)
{
    g_autoptr(GPtrArray) findings = chart_findings_new();
    struct library *library;

    if (!g_file_test(directory, G_FILE_TEST_IS_DIR)) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND,
                    "there is no folder %s; expected the folder of the workflow definitions", directory);
        return NULL;
    }
    library = library_check(directory, findings);
    if (library == NULL)
        findings_set_error(findings, error);
    return library;
}

struct chart *library_add_stored(struct library *library, const char *name, const char *source, GError **error)
{
    g_autoptr(GPtrArray) findings = chart_findings_new();
    struct loaded *loaded = g_new0(struct loaded, 1);
    struct chart *chart = NULL;

    loaded->source = g_strdup(source);
    loaded->size = strlen(source);
    loaded->document = document_read(name, loaded->source, loaded->size, &schema_workflow, findings);
    if (loaded->document != NULL)
        chart = loaded_compile(loaded, library->book, findings);
    loaded_free(loaded);
    if (chart == NULL)
        findings_set_error(findings, error);
    else
        chart_set_add(library->charts, chart);
    return chart;
}

struct chart *library_check_file(struct library *library, const char *path, char **source, GPtrArray *findings)
{
    struct loaded *loaded = g_new0(struct loaded, 1);
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    guint first = findings->len;
    struct chart *chart = NULL;

    if (loaded_read(loaded, folder, name, library->book, true, findings)) {
        /* Beside the charts in force, but not owned with them. */
        g_autoptr(GPtrArray) charts = g_ptr_array_new();
        struct chart_set set = {.charts = charts};

        g_ptr_array_extend(charts, library->charts->charts, NULL, NULL);
        g_ptr_array_add(charts, loaded->chart);
        loaded_verify(loaded, &set, findings);
        chart = loaded->chart;
    }
    if (chart != NULL && findings->len > first)
        g_clear_pointer(&chart, chart_free);
    if (source != NULL)
        *source = chart == NULL ? NULL : g_steal_pointer(&loaded->source);
    loaded_free(loaded);
    return chart;
}

struct library *library_shared(const char *directory, GError **error)
{
    g_autoptr(GPtrArray) findings = chart_findings_new();
    struct library *library = library_begin(directory, findings);

    if (findings->len == 0)
        return library;
    findings_set_error(findings, error);
    library_free(library);
    return NULL;
}

/* Business days want some calendar: Saturdays and Sundays closed, nothing else known. */
static void library_weekdays(struct library *library)
{
    struct calendar *calendar = calendar_new("weekdays", "none");

    calendar_close_weekday(calendar, SATURDAY, (struct calendar_reason){"土曜日", "Saturday"});
    calendar_close_weekday(calendar, SUNDAY, (struct calendar_reason){"日曜日", "Sunday"});
    calendar_finish(calendar, CIVIL_DAY_MIN, CIVIL_DAY_MAX, NULL);
    g_ptr_array_add(library->book->calendars, calendar);
}

struct library *library_lenient(const char *directory)
{
    g_autoptr(GPtrArray) findings = chart_findings_new();
    struct library *library = library_begin(directory, findings);

    if (library->book->calendars->len == 0)
        library_weekdays(library);
    return library;
}

struct chart *library_lenient_text(struct library *library, const char *name, const char *source, gsize size,
                                   GPtrArray *findings)
{
    struct document *document = document_read_lenient(name, source, size, &schema_workflow, findings);
    struct chart *chart = NULL;

    if (document != NULL) {
        const struct doc_workflow *doc = document->data;
        guint first = findings->len;

        book_add_zone(library->book, doc->zone == NULL ? CHART_ZONE_DEFAULT : doc->zone);
        chart = chart_compile_lenient(doc, library->book, findings);
        document_place(document, findings, first);
    }
    document_free(document);
    return chart;
}

struct chart *library_lenient_file(struct library *library, const char *path, GPtrArray *findings)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    gsize size = 0;
    g_autofree char *source = book_text(folder, name, &size, findings);

    return source == NULL ? NULL : library_lenient_text(library, name, source, size, findings);
}

void library_free(struct library *library)
{
    if (library == NULL)
        return;
    g_ptr_array_unref(library->definitions);
    chart_set_free(library->charts);
    rulebook_free(library->book);
    g_free(library);
}
