/*
 * What the fuzzer runs: any bytes as a workflow file, read, compiled, verified alone and beside the shipped workflows,
 * explored, drawn, its findings placed and printed; what is no definition in force is read leniently as well. It may
 * have findings, or be a chart; more must not happen.
 */
#include "adapters/yaml/document.h"
#include "adapters/yaml/library.h"
#include "adapters/yaml/rulebook_load.h"
#include "adapters/yaml/schema.h"
#include "engine/chart/compile.h"
#include "engine/chart/explore.h"
#include "engine/chart/graph.h"
#include "engine/chart/promela.h"
#include "engine/chart/verify.h"
#include "tests/fuzz/mutate.h"

#include <stdlib.h>
#include <string.h>

#define EXPLORED 300

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t max, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *other, size_t other_size,
                                 uint8_t *out, size_t max, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t max); /* libFuzzer's own, on bytes */

/* Where definitions stand with what they share. */
static const char *const folders[] = {TOROKU_SOURCE_DIR "/workflows",
                                      TOROKU_SOURCE_DIR "/workflows/cookbook",
                                      TOROKU_SOURCE_DIR "/tests/support/charts",
                                      TOROKU_SOURCE_DIR "/tests/support/moves",
                                      TOROKU_SOURCE_DIR "/tests/golden/findings/base",
                                      TOROKU_SOURCE_DIR "/tests/fuzz"};

/* Of the whole run. */
static struct library *shipped;
static struct rulebook *book;
static struct donors donors;

/* What several folders define alike is kept once; that it comes twice is no matter here. */
static void book_add_folder(const char *folder)
{
    g_autoptr(GPtrArray) findings = chart_findings_new();
    g_autofree char *roles = g_build_filename(folder, "roles.yaml", NULL);

    book_load_rules(book, folder, findings);
    if (g_file_test(roles, G_FILE_TEST_EXISTS))
        book_load_roles(book, folder, "roles.yaml", findings);
    book_load_notices(book, folder, findings);
    book_load_calendars(book, folder, findings);
}

static void donors_add_folder(const char *folder)
{
    g_autoptr(GPtrArray) names = book_files(folder, NULL);

    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path = g_build_filename(folder, names->pdata[i], NULL);

        if (strcmp(names->pdata[i], "roles.yaml") != 0)
            donors_add_file(&donors, path);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    g_autoptr(GError) error = NULL;

    (void)argc, (void)argv;
    shipped = library_load(folders[0], &error);
    if (shipped == NULL)
        g_error("%s", error->message);
    book = rulebook_new();
    donors.trees = g_ptr_array_new();
    donors.keys = g_ptr_array_new();
    donors_add_keys(&donors);
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        book_add_folder(folders[i]);
        donors_add_folder(folders[i]);
    }
    return 0;
}

static void findings_judge(const GPtrArray *findings)
{
    g_autoptr(GString) line = g_string_new(NULL);

    for (guint i = 0; i < findings->len; i++) {
        const struct chart_finding *finding = g_ptr_array_index(findings, i);

        g_string_truncate(line, 0);
        chart_finding_print(finding, line);
        if (finding->file == NULL || finding->line <= 0 || finding->column <= 0)
            g_error("a finding without a place: %s", line->str);
        if (!g_utf8_validate(line->str, (gssize)line->len, NULL))
            g_error("a finding that is no text: %s", line->str);
    }
}

/* What people and other programs are shown of a chart. */
static void chart_show(const struct chart *chart)
{
    struct graph *graph = graph_new(chart, GRAPH_JA);
    struct value *json = graph_json(chart);
    g_autoptr(GString) text = g_string_new(NULL);
    GString *model = promela_print(chart);

    graph_mermaid(graph, text);
    graph_dot(graph, NULL, text);
    value_print(json, text);
    if (!g_utf8_validate(text->str, (gssize)text->len, NULL))
        g_error("a graph that is no text");
    g_string_free(model, TRUE);
    value_unref(json);
    graph_free(graph);
}

/* Few of the configurations of a large chart are enough to run all of the exploration. */
static void chart_walk(const struct chart *chart, GPtrArray *findings)
{
    struct exploration *e = chart_explore(chart, EXPLORED);

    chart_show(chart);
    exploration_findings(e, findings);
    exploration_free(e);
}

static void chart_judge(struct chart *chart, GPtrArray *findings)
{
    g_autoptr(GPtrArray) charts = g_ptr_array_new();
    struct chart_set set = {.charts = charts};

    g_ptr_array_extend(charts, shipped->charts->charts, NULL, NULL);
    g_ptr_array_add(charts, chart);
    chart_verify_links(chart, &set, findings);
    chart_walk(chart, findings);
}

typedef struct document *reading(const char *file, const char *text, gsize size, const cyaml_schema_value_t *schema,
                                 GPtrArray *findings);
typedef struct chart *compiling(const struct doc_workflow *doc, const struct rulebook *book, GPtrArray *findings);

/* Reads and compiles in one of the two ways; true when that gave a chart. */
static bool text_judge(const char *text, gsize size, reading *read, compiling *compile,
                       void (*judge)(struct chart *chart, GPtrArray *findings))
{
    g_autoptr(GPtrArray) findings = chart_findings_new();
    struct document *document = read("fuzz.yaml", text, size, &schema_workflow, findings);
    struct chart *chart = NULL;

    if (document != NULL) {
        const struct doc_workflow *doc = document->data;

        book_add_zone(book, doc->zone == NULL ? CHART_ZONE_DEFAULT : doc->zone);
        chart = compile(doc, book, findings);
        if (chart != NULL)
            judge(chart, findings);
        document_place(document, findings, 0);
    }
    if (chart == NULL && findings->len == 0)
        g_error("neither a chart nor a finding");
    findings_judge(findings);
    chart_free(chart);
    document_free(document);
    return chart != NULL;
}

static void bare_judge(struct chart *chart, GPtrArray *findings)
{
    chart_walk(chart, findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    g_autofree char *text = g_strndup((const char *)bytes, size);

    if (!text_judge(text, size, document_read, chart_compile, chart_judge))
        text_judge(text, size, document_read_lenient, chart_compile_lenient, bare_judge);
    return 0;
}

static size_t tree_write(const struct tree *tree, uint8_t *bytes, size_t max)
{
    g_autoptr(GString) out = tree_print(tree);

    if (out->len == 0 || out->len > max)
        return 0;
    memcpy(bytes, out->str, out->len);
    return out->len;
}

/* Now and then, and whenever the bytes are no YAML, libFuzzer's own changes. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t max, unsigned seed)
{
    struct tree *tree = seed % 50 == 0 ? NULL : tree_read(bytes, size);
    size_t written;

    if (tree == NULL)
        return LLVMFuzzerMutate(bytes, size, max);
    tree_mutate(tree, &donors, seed);
    written = tree_write(tree, bytes, max);
    tree_free(tree);
    return written > 0 ? written : LLVMFuzzerMutate(bytes, size, max);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *other, size_t other_size,
                                 uint8_t *out, size_t max, unsigned seed)
{
    struct tree *tree = tree_read(one, one_size), *from = tree_read(other, other_size);
    size_t written = 0;

    if (tree != NULL && from != NULL) {
        tree_cross(tree, from, seed);
        written = tree_write(tree, out, max);
    }
    tree_free(tree);
    tree_free(from);
    return written;
}
