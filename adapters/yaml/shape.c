#include "adapters/yaml/shape.h"

#include "adapters/yaml/schema.h"
#include "engine/chart/doc.h"
#include "engine/chart/finding.h"
#include "engine/chart/suggest.h"

#include <string.h>

/* Deeper than any definition is. */
#define SHAPE_DEPTH_MAX 64

struct shape {
    yaml_document_t *nodes;
    bool lenient;
    const char *file;
    GHashTable *positions;
    GHashTable *seen; /* nodes: one that is met again is an alias */
    GPtrArray *findings;
    GString *path;
    int depth;
};

static void shape_value(struct shape *s, const cyaml_schema_value_t *schema, yaml_node_t *node);

static struct chart_finding *G_GNUC_PRINTF(4, 5)
    shape_find(struct shape *s, enum finding_code code, const yaml_node_t *node, const char *format, ...)
{
    g_autofree char *message = NULL;
    struct chart_finding *finding;
    va_list args;

    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    finding = chart_findings_add(s->findings, code, s->path->str, "%s", message);
    finding->file = g_strdup(s->file);
    finding->line = (int)node->start_mark.line + 1;
    finding->column = (int)node->start_mark.column + 1;
    return finding;
}

static const char *node_text(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

/* Nothing was written: `key:`, `key: ~`, `key: null`. */
static bool node_is_empty(const yaml_node_t *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};

    return node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           g_strv_contains(nulls, node_text(node));
}

static const char *node_kind(const yaml_node_t *node)
{
    switch (node->type) {
    case YAML_SCALAR_NODE:
        return node_is_empty(node) ? "nothing" : "a single value";
    case YAML_SEQUENCE_NODE:
        return "a list";
    case YAML_MAPPING_NODE:
        return "a map";
    case YAML_NO_NODE:
        break;
    }
    return "nothing";
}

/* Appends ".key" to the path, or "key" at the top; returns the length to go back to. */
static gsize path_enter(struct shape *s, const char *key)
{
    gsize mark = s->path->len;

    if (mark > 0)
        g_string_append_c(s->path, '.');
    g_string_append(s->path, key);
    return mark;
}

static GPtrArray *schema_keys(const cyaml_schema_value_t *schema)
{
    GPtrArray *keys = g_ptr_array_new();

    for (const cyaml_schema_field_t *field = schema->mapping.fields; field->key != NULL; field++)
        g_ptr_array_add(keys, (gpointer)(uintptr_t)field->key);
    return keys;
}

static void find_unknown(struct shape *s, enum finding_code code, const yaml_node_t *node, const char *what,
                         const char *word, const GPtrArray *known)
{
    const char *nearest = name_nearest(word, known);
    g_autoptr(GString) message = g_string_new(NULL);

    g_string_append_printf(message, "unknown %s \"%s\"; expected one of", what, word);
    for (guint i = 0; i < known->len; i++)
        g_string_append_printf(message, "%s %s", i == 0 ? "" : ",", (const char *)g_ptr_array_index(known, i));
    shape_find(s, code, node, "%s", message->str)->suggestion = g_strdup(nearest);
}

static void shape_pair(struct shape *s, const cyaml_schema_value_t *schema, yaml_node_t *key, yaml_node_t *value,
                       GHashTable *keys)
{
    const cyaml_schema_field_t *field;
    gsize mark;

    if (key->type != YAML_SCALAR_NODE) {
        shape_find(s, FINDING_WRONG_TYPE, key, "%s as a key; expected a name", node_kind(key));
        return;
    }
    for (field = schema->mapping.fields; field->key != NULL; field++)
        if (strcmp(field->key, node_text(key)) == 0)
            break;
    if (field->key == NULL) {
        g_autoptr(GPtrArray) known = schema_keys(schema);

        find_unknown(s, FINDING_UNKNOWN_KEY, key, "key", node_text(key), known);
        return;
    }
    mark = path_enter(s, field->key);
    if (!g_hash_table_add(keys, (gpointer)(uintptr_t)field->key))
        shape_find(s, FINDING_DUPLICATE_KEY, key, "the key \"%s\" comes twice", field->key);
    else
        shape_value(s, &field->value, value);
    g_string_truncate(s->path, mark);
}

static bool field_is_needed(const struct shape *s, const cyaml_schema_field_t *field)
{
    unsigned flags = (unsigned)field->value.flags;

    return !(flags & CYAML_FLAG_OPTIONAL) || ((flags & SCHEMA_DEMANDED) && !s->lenient);
}

static void shape_mapping(struct shape *s, const cyaml_schema_value_t *schema, yaml_node_t *node)
{
    g_autoptr(GHashTable) keys = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_autoptr(GString) missing = g_string_new(NULL);

    if (node->type != YAML_MAPPING_NODE) {
        g_autoptr(GPtrArray) known = schema_keys(schema);

        g_ptr_array_add(known, NULL);
        g_autofree char *list = g_strjoinv(", ", (char **)known->pdata);
        shape_find(s, FINDING_WRONG_TYPE, node, "%s; expected a map with the keys %s", node_kind(node), list);
        return;
    }
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++)
        shape_pair(s, schema, yaml_document_get_node(s->nodes, pair->key),
                   yaml_document_get_node(s->nodes, pair->value), keys);
    for (const cyaml_schema_field_t *field = schema->mapping.fields; field->key != NULL; field++)
        if (field_is_needed(s, field) && !g_hash_table_contains(keys, field->key))
            g_string_append_printf(missing, "%s%s", missing->len == 0 ? "" : ", ", field->key);
    if (missing->len > 0)
        shape_find(s, FINDING_MISSING_KEY, node, "missing: %s", missing->str);
}

static void shape_sequence(struct shape *s, const cyaml_schema_value_t *schema, yaml_node_t *node)
{
    int i = 0;

    if (node->type != YAML_SEQUENCE_NODE) {
        shape_find(s, FINDING_WRONG_TYPE, node, "%s; expected a list, as in [first, second]", node_kind(node));
        return;
    }
    for (yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top; item++) {
        gsize mark = s->path->len;

        g_string_append_printf(s->path, "[%d]", i++);
        shape_value(s, schema->sequence.entry, yaml_document_get_node(s->nodes, *item));
        g_string_truncate(s->path, mark);
    }
}

static void shape_enum(struct shape *s, const cyaml_schema_value_t *schema, const yaml_node_t *node)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    for (uint32_t i = 0; i < schema->enumeration.count; i++) {
        if (strcmp(schema->enumeration.strings[i].str, node_text(node)) == 0)
            return;
        g_ptr_array_add(known, (gpointer)(uintptr_t)schema->enumeration.strings[i].str);
    }
    find_unknown(s, FINDING_UNKNOWN_WORD, node, "word", node_text(node), known);
}

static void shape_scalar(struct shape *s, const cyaml_schema_value_t *schema, const yaml_node_t *node,
                         const char *expected)
{
    const char *text;
    gint64 number;

    if (node->type != YAML_SCALAR_NODE || node_is_empty(node)) {
        shape_find(s, FINDING_WRONG_TYPE, node, "%s; expected %s", node_kind(node), expected);
        return;
    }
    text = node_text(node);
    if (schema->type == CYAML_STRING && strlen(text) != node->data.scalar.length)
        shape_find(s, FINDING_WRONG_TYPE, node, "a NUL in the text");
    else if (schema->type == CYAML_STRING && text[0] == '\0')
        shape_find(s, FINDING_WRONG_TYPE, node, "an empty text; expected %s", expected);
    else if (schema->type == CYAML_BOOL && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        shape_find(s, FINDING_WRONG_TYPE, node, "\"%s\"; expected %s", text, expected);
    else if (schema->type == CYAML_INT && (!g_ascii_string_to_signed(text, 10, G_MININT32, G_MAXINT32, &number, NULL) ||
                                           (text[0] == '0' && text[1] != '\0')))
        shape_find(s, FINDING_WRONG_TYPE, node, "\"%s\"; expected %s", text, expected);
    else if (schema->type == CYAML_ENUM)
        shape_enum(s, schema, node);
}

static void shape_note(struct shape *s, const yaml_node_t *node)
{
    struct doc_position *position = g_new0(struct doc_position, 1);

    position->path = g_strdup(s->path->str);
    position->line = (int)node->start_mark.line + 1;
    position->column = (int)node->start_mark.column + 1;
    g_hash_table_replace(s->positions, position->path, position);
}

static void shape_value(struct shape *s, const cyaml_schema_value_t *schema, yaml_node_t *node)
{
    if (!g_hash_table_add(s->seen, node)) {
        shape_find(s, FINDING_ALIAS, node, "an alias to this; expected everything written where it stands");
        return;
    }
    if (s->depth == SHAPE_DEPTH_MAX) {
        shape_find(s, FINDING_TOO_DEEP, node, "nested more than %d deep", SHAPE_DEPTH_MAX);
        return;
    }
    shape_note(s, node);
    s->depth++;
    switch ((int)schema->type) {
    case CYAML_MAPPING:
        shape_mapping(s, schema, node);
        break;
    case CYAML_SEQUENCE:
        shape_sequence(s, schema, node);
        break;
    case CYAML_BOOL:
        shape_scalar(s, schema, node, "true or false");
        break;
    case CYAML_INT:
        shape_scalar(s, schema, node, "a whole number in digits");
        break;
    case CYAML_ENUM:
        shape_scalar(s, schema, node, "one word");
        break;
    case CYAML_STRING:
        shape_scalar(s, schema, node, "text");
        break;
    default:
        g_assert_not_reached(); /* our schemas use no other type */
    }
    s->depth--;
}

void shape_walk(yaml_document_t *nodes, const cyaml_schema_value_t *schema, bool lenient, const char *file,
                GHashTable *positions, GPtrArray *findings)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_autoptr(GString) path = g_string_new(NULL);
    struct shape s = {.nodes = nodes,
                      .lenient = lenient,
                      .file = file,
                      .positions = positions,
                      .seen = seen,
                      .findings = findings,
                      .path = path};

    shape_value(&s, schema, yaml_document_get_root_node(nodes));
}
