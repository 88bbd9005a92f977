/*
 * One YAML file read into the struct that its schema describes, with the place of every piece.
 *
 * libcyaml stops at the first fault and keeps no places of what it loaded. So the file is walked once over libyaml's
 * nodes by the same schema: that finds every unknown key, missing key and wrong type, and notes line and column of each
 * document path ("states[3].take[0].to[1]"). Only a file without findings is then loaded by libcyaml.
 */
#ifndef TOROKU_YAML_DOCUMENT_H
#define TOROKU_YAML_DOCUMENT_H

#include "engine/chart/chart.h"
#include "engine/chart/finding.h"

#include <cyaml/cyaml.h>
#include <stdbool.h>

struct document {
    char *file;
    void *data; /* as ${schema} says */
    const cyaml_schema_value_t *schema;
    GHashTable *positions; /* document path -> struct doc_position, owned */
};

/*
 * Reads ${size} bytes of ${text}, the contents of ${file}, by ${schema}. NULL after appending to ${findings} when it
 * is no YAML, of another shape, or more than one document. Aliases are refused: each thing stands where it is written.
 */
struct document *document_read(const char *file, const char *text, gsize size, const cyaml_schema_value_t *schema,
                               GPtrArray *findings);

/* The same, without asking for the keys that only a definition in force must have (SCHEMA_DEMANDED). */
struct document *document_read_lenient(const char *file, const char *text, gsize size,
                                       const cyaml_schema_value_t *schema, GPtrArray *findings);

/* Accepts NULL. */
void document_free(struct document *document);

/*
 * Gives the findings from index ${first} on, as far as they have none, the file of ${document} and the line and column
 * of their path, or of the nearest piece around it that is written there.
 */
void document_place(const struct document *document, GPtrArray *findings, guint first);

/* Where the piece at ${path} is written; its file is the caller's to free. */
struct chart_place document_place_of(const struct document *document, const char *path);

#endif
