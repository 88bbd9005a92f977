#include "adapters/yaml/schema_json.h"

#include "adapters/yaml/schema.h"

#include <string.h>

/* JSON that is being written, with the depth of the line. */
struct sheet {
    GString *out;
    int depth;
    bool begun; /* something stands in the present object already */
};

static void sheet_line(struct sheet *s)
{
    if (s->begun)
        g_string_append_c(s->out, ',');
    g_string_append_printf(s->out, "\n%*s", 2 * s->depth, "");
    s->begun = true;
}

static void sheet_text(struct sheet *s, const char *text)
{
    g_string_append_c(s->out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_c(s->out, '\\');
        g_string_append_c(s->out, *text);
    }
    g_string_append_c(s->out, '"');
}

static void sheet_key(struct sheet *s, const char *key)
{
    sheet_line(s);
    sheet_text(s, key);
    g_string_append(s->out, ": ");
}

static void sheet_open(struct sheet *s)
{
    g_string_append_c(s->out, '{');
    s->depth++;
    s->begun = false;
}

static void sheet_close(struct sheet *s)
{
    s->depth--;
    if (s->begun)
        g_string_append_printf(s->out, "\n%*s", 2 * s->depth, "");
    g_string_append_c(s->out, '}');
    s->begun = true;
}

static void sheet_member(struct sheet *s, const char *key, const char *text)
{
    sheet_key(s, key);
    sheet_text(s, text);
}

/* ---- what doc.h says ---- */

/* A key that is a word of C stands in doc.h with an underscore. */
static const char *about_find(const char *part, const char *key)
{
    g_autofree char *taken = g_strconcat(key, "_", NULL);

    for (const struct schema_about *row = schema_abouts; row->part != NULL; row++)
        if (strcmp(row->part, part) == 0 && (strcmp(row->member, key) == 0 || strcmp(row->member, taken) == 0))
            return row->about;
    return NULL;
}

static bool about_is_word(const char *text, gsize size)
{
    return size > 0 && strspn(text, "abcdefghijklmnopqrstuvwxyz_") == size;
}

/* The words of "target | limit" and "exact (hours and minutes) | other (default)"; NULL: it does not begin like that.
 */
static GPtrArray *about_words(const char *about)
{
    g_auto(GStrv) pieces = g_strsplit(about, " | ", -1);
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

    for (char **piece = pieces; *piece != NULL; piece++) {
        gsize size = strcspn(*piece, " ");

        g_ptr_array_add(words, g_strndup(*piece, size));
        if (!about_is_word(g_ptr_array_index(words, words->len - 1), size) ||
            ((*piece)[size] != '\0' && (*piece)[size + 1] != '('))
            return NULL;
    }
    return words->len < 2 ? NULL : g_steal_pointer(&words);
}

/* ---- the tables ---- */

static const struct schema_part *part_of(const cyaml_schema_field_t *fields)
{
    for (const struct schema_part *part = schema_parts; part->name != NULL; part++)
        if (part->fields == fields)
            return part;
    g_error("a map of schema.c is missing from its schema_parts");
}

static void print_value(struct sheet *s, const cyaml_schema_value_t *schema, const char *about, GPtrArray *parts);

static void print_words(struct sheet *s, const GPtrArray *words)
{
    sheet_key(s, "enum");
    g_string_append_c(s->out, '[');
    for (guint i = 0; i < words->len; i++) {
        if (i > 0)
            g_string_append(s->out, ", ");
        sheet_text(s, g_ptr_array_index(words, i));
    }
    g_string_append_c(s->out, ']');
}

static void print_enum(struct sheet *s, const cyaml_schema_value_t *schema)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();

    for (uint32_t i = 0; i < schema->enumeration.count; i++)
        g_ptr_array_add(words, (gpointer)(uintptr_t)schema->enumeration.strings[i].str);
    print_words(s, words);
}

/* Text is any single value: what looks like a number or a bool is taken as it is written. */
static void print_string(struct sheet *s, const char *about)
{
    g_autoptr(GPtrArray) words = about == NULL ? NULL : about_words(about);

    if (words != NULL) {
        print_words(s, words);
        return;
    }
    sheet_key(s, "type");
    g_string_append(s->out, "[\"string\", \"number\", \"boolean\"]");
    sheet_key(s, "minLength");
    g_string_append_c(s->out, '1');
}

/* A map is a definition of its own, where recursive ones meet again. */
static void print_reference(struct sheet *s, const cyaml_schema_value_t *schema, GPtrArray *parts)
{
    const struct schema_part *part = part_of(schema->mapping.fields);
    g_autofree char *reference = g_strconcat("#/$defs/", part->name, NULL);

    if (!g_ptr_array_find(parts, part, NULL))
        g_ptr_array_add(parts, (gpointer)(uintptr_t)(const void *)part);
    sheet_member(s, "$ref", reference);
}

static void print_value(struct sheet *s, const cyaml_schema_value_t *schema, const char *about, GPtrArray *parts)
{
    sheet_open(s);
    if (about != NULL)
        sheet_member(s, "description", about);
    switch ((int)schema->type) {
    case CYAML_MAPPING:
        print_reference(s, schema, parts);
        break;
    case CYAML_SEQUENCE:
        sheet_member(s, "type", "array");
        sheet_key(s, "items");
        print_value(s, schema->sequence.entry, NULL, parts);
        break;
    case CYAML_BOOL:
        sheet_member(s, "type", "boolean");
        break;
    case CYAML_INT:
        sheet_member(s, "type", "integer");
        break;
    case CYAML_ENUM:
        print_enum(s, schema);
        break;
    default:
        print_string(s, about);
    }
    sheet_close(s);
}

static bool field_needed(const cyaml_schema_field_t *field)
{
    return !(field->value.flags & CYAML_FLAG_OPTIONAL) || (field->value.flags & SCHEMA_DEMANDED);
}

/* The members of an object that is open. */
static void print_part(struct sheet *s, const struct schema_part *part, GPtrArray *parts)
{
    const char *about = about_find(part->name, "");
    g_autoptr(GPtrArray) needed = g_ptr_array_new();

    if (about != NULL)
        sheet_member(s, "description", about);
    sheet_member(s, "type", "object");
    sheet_key(s, "properties");
    sheet_open(s);
    for (const cyaml_schema_field_t *field = part->fields; field->key != NULL; field++) {
        sheet_key(s, field->key);
        print_value(s, &field->value, about_find(part->name, field->key), parts);
        if (field_needed(field))
            g_ptr_array_add(needed, (gpointer)(uintptr_t)field->key);
    }
    sheet_close(s);
    if (needed->len > 0) {
        sheet_key(s, "required");
        g_string_append_c(s->out, '[');
        for (guint i = 0; i < needed->len; i++) {
            g_string_append(s->out, i == 0 ? "" : ", ");
            sheet_text(s, g_ptr_array_index(needed, i));
        }
        g_string_append_c(s->out, ']');
    }
    sheet_key(s, "additionalProperties");
    g_string_append(s->out, "false");
}

void schema_json_print(GString *out)
{
    struct sheet s = {.out = out};
    g_autoptr(GPtrArray) parts = g_ptr_array_new();

    sheet_open(&s);
    sheet_member(&s, "$schema", "https://json-schema.org/draft/2020-12/schema");
    sheet_member(&s, "title", "A workflow of Toroku");
    print_part(&s, part_of(schema_workflow.mapping.fields), parts);
    sheet_key(&s, "$defs");
    sheet_open(&s);
    for (guint i = 0; i < parts->len; i++) {
        const struct schema_part *part = g_ptr_array_index(parts, i);

        sheet_key(&s, part->name);
        sheet_open(&s);
        print_part(&s, part, parts);
        sheet_close(&s);
    }
    sheet_close(&s);
    sheet_close(&s);
    g_string_append_c(out, '\n');
}
