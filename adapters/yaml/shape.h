/*
 * The walk over the nodes of a YAML file by the schema that libcyaml loads it with.
 */
#ifndef TOROKU_YAML_SHAPE_H
#define TOROKU_YAML_SHAPE_H

#include <cyaml/cyaml.h>
#include <glib.h>
#include <stdbool.h>
#include <yaml.h>

/*
 * Appends to ${findings} (struct chart_finding, with ${file}, line and column) whatever of ${nodes} ${schema} does not
 * allow (${lenient}: what is merely demanded may be missing), and to ${positions} the place of each piece: path ->
 * struct doc_position, which the table owns with its key.
 */
void shape_walk(yaml_document_t *nodes, const cyaml_schema_value_t *schema, bool lenient, const char *file,
                GHashTable *positions, GPtrArray *findings);

#endif
