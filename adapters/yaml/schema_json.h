/*
 * The shape of a workflow file as a JSON Schema (draft 2020-12), from the tables that the loader uses (schema.c): an
 * editor that knows it completes keys, tells what they mean and marks what the loader would refuse. What it says of a
 * key stands beside it in engine/chart/doc.h; a comment there that begins with words between bars (`target | limit`)
 * names all that the key may be.
 */
#ifndef TOROKU_YAML_SCHEMA_JSON_H
#define TOROKU_YAML_SCHEMA_JSON_H

#include <glib.h>

/* One comment of doc.h: a struct doc_PART and its member, "" for the struct itself. A row of NULL ends the table. */
struct schema_about {
    const char *part, *member, *about;
};

extern const struct schema_about schema_abouts[];

/* Appends the schema of workflow files, indented, with a line's end. */
void schema_json_print(GString *out);

#endif
