#include "adapters/yaml/document.h"

#include "adapters/yaml/shape.h"
#include "engine/chart/doc.h"

#include <string.h>
#include <yaml.h>

static void position_free(gpointer data)
{
    struct doc_position *position = data;

    g_free(position->path);
    g_free(position);
}

static void place(const struct document *document, struct chart_finding *finding)
{
    g_autofree char *path = g_strdup(finding->path);
    const struct doc_position *position = NULL;

    finding->file = g_strdup(document->file);
    while ((position = g_hash_table_lookup(document->positions, path)) == NULL && path[0] != '\0') {
        char *dot = strrchr(path, '.'), *bracket = strrchr(path, '[');
        char *cut = MAX(dot, bracket);

        *(cut == NULL ? path : cut) = '\0';
    }
    if (position != NULL) {
        finding->line = position->line;
        finding->column = position->column;
    }
}

struct chart_place document_place_of(const struct document *document, const char *path)
{
    const struct doc_position *position = g_hash_table_lookup(document->positions, path);

    return (struct chart_place){.file = g_strdup(document->file),
                                .line = position == NULL ? 0 : position->line,
                                .column = position == NULL ? 0 : position->column};
}

void document_place(const struct document *document, GPtrArray *findings, guint first)
{
    for (guint i = first; i < findings->len; i++) {
        struct chart_finding *finding = g_ptr_array_index(findings, i);

        if (finding->file == NULL)
            place(document, finding);
    }
}

static struct chart_finding *find_at(const struct document *document, GPtrArray *findings, enum finding_code code,
                                     yaml_mark_t mark, const char *message)
{
    struct chart_finding *finding = chart_findings_add(findings, code, "", "%s", message);

    finding->file = g_strdup(document->file);
    finding->line = (int)mark.line + 1;
    finding->column = (int)mark.column + 1;
    return finding;
}

static void find_syntax(const struct document *document, const yaml_parser_t *parser, GPtrArray *findings)
{
    g_autofree char *message = NULL;
    yaml_mark_t mark = parser->problem_mark;

    if (parser->error == YAML_READER_ERROR) {
        message = g_strdup_printf("%s at byte %zu; expected UTF-8", parser->problem, parser->problem_offset);
        find_at(document, findings, FINDING_YAML_SYNTAX, (yaml_mark_t){0}, message);
        return;
    }
    message = g_strdup_printf("no YAML: %s%s%s", parser->context == NULL ? "" : parser->context,
                              parser->context == NULL ? "" : ", ", parser->problem == NULL ? "" : parser->problem);
    find_at(document, findings, FINDING_YAML_SYNTAX, mark, message);
}

/* The nodes of the one document in ${text}. */
static bool nodes_load(const struct document *document, yaml_parser_t *parser, yaml_document_t *nodes,
                       GPtrArray *findings)
{
    yaml_document_t next;
    const yaml_node_t *root;

    if (!yaml_parser_load(parser, nodes)) {
        find_syntax(document, parser, findings);
        return false;
    }
    root = yaml_document_get_root_node(nodes);
    if (root == NULL)
        find_at(document, findings, FINDING_YAML_SYNTAX, (yaml_mark_t){0}, "an empty file");
    else if (!yaml_parser_load(parser, &next))
        find_syntax(document, parser, findings);
    else {
        root = yaml_document_get_root_node(&next);
        if (root != NULL)
            find_at(document, findings, FINDING_YAML_SYNTAX, root->start_mark,
                    "a second document; expected one a file");
        yaml_document_delete(&next);
        if (root == NULL)
            return true;
    }
    yaml_document_delete(nodes);
    return false;
}

static bool document_walk(struct document *document, const char *text, gsize size, bool lenient, GPtrArray *findings)
{
    guint before = findings->len;
    yaml_document_t nodes;
    yaml_parser_t parser;

    if (!yaml_parser_initialize(&parser))
        g_error("out of memory");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    if (nodes_load(document, &parser, &nodes, findings)) {
        shape_walk(&nodes, document->schema, lenient, document->file, document->positions, findings);
        yaml_document_delete(&nodes);
    }
    yaml_parser_delete(&parser);
    return findings->len == before;
}

static void G_GNUC_PRINTF(3, 0) document_log(cyaml_log_t level, void *context, const char *format, va_list args)
{
    GString *log = context;

    if (level >= CYAML_LOG_ERROR)
        g_string_append_vprintf(log, format, args);
}

static cyaml_config_t document_config(GString *log)
{
    return (cyaml_config_t){.log_fn = log == NULL ? NULL : document_log,
                            .log_ctx = log,
                            .mem_fn = cyaml_mem,
                            .log_level = CYAML_LOG_ERROR,
                            .flags = CYAML_CFG_NO_ALIAS};
}

/* What libcyaml still refuses: its first line says what, the second where ("(line: 3, column: 7)"). */
static void find_refused(const struct document *document, cyaml_err_t status, const char *log, GPtrArray *findings)
{
    g_auto(GStrv) lines = g_strsplit(log, "\n", -1);
    const char *what = lines[0] == NULL || lines[0][0] == '\0' ? cyaml_strerror(status) : lines[0];
    const char *where = strstr(log, "(line: ");
    yaml_mark_t mark = {0};

    if (g_str_has_prefix(what, "Load: "))
        what += strlen("Load: ");
    if (where != NULL) {
        const char *column = strstr(where, "column: ");

        mark.line = (size_t)MAX(g_ascii_strtoll(where + strlen("(line: "), NULL, 10) - 1, 0);
        mark.column = column == NULL ? 0 : (size_t)MAX(g_ascii_strtoll(column + strlen("column: "), NULL, 10) - 1, 0);
    }
    find_at(document, findings, FINDING_BAD_VALUE, mark, what);
}

static struct document *document_load(const char *file, const char *text, gsize size,
                                      const cyaml_schema_value_t *schema, bool lenient, GPtrArray *findings)
{
    struct document *document = g_new0(struct document, 1);
    g_autoptr(GString) log = g_string_new(NULL);
    cyaml_config_t config = document_config(log);
    cyaml_err_t status;

    document->file = g_strdup(file);
    document->schema = schema;
    document->positions = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, position_free);
    if (document_walk(document, text, size, lenient, findings)) {
        status = cyaml_load_data((const uint8_t *)text, size, &config, schema, &document->data, NULL);
        if (status == CYAML_OK && document->data != NULL)
            return document;
        find_refused(document, status, log->str, findings);
    }
    document_free(document);
    return NULL;
}

struct document *document_read(const char *file, const char *text, gsize size, const cyaml_schema_value_t *schema,
                               GPtrArray *findings)
{
    return document_load(file, text, size, schema, false, findings);
}

struct document *document_read_lenient(const char *file, const char *text, gsize size,
                                       const cyaml_schema_value_t *schema, GPtrArray *findings)
{
    return document_load(file, text, size, schema, true, findings);
}

void document_free(struct document *document)
{
    cyaml_config_t config = document_config(NULL);

    if (document == NULL)
        return;
    if (document->data != NULL)
        cyaml_free(&config, document->schema, document->data, 0);
    g_hash_table_unref(document->positions);
    g_free(document->file);
    g_free(document);
}
