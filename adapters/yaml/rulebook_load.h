/*
 * What workflows share, from their files into the rulebook; used by library.c. Findings carry file, line and column.
 */
#ifndef TOROKU_YAML_RULEBOOK_LOAD_H
#define TOROKU_YAML_RULEBOOK_LOAD_H

#include "adapters/yaml/document.h"
#include "engine/chart/chart.h"

/* The names of the files X.yaml of ${directory}/${folder} (nullable), sorted, as "folder/X.yaml". None: empty. */
GPtrArray *book_files(const char *directory, const char *folder);

/*
 * Reads ${directory}/${name} by ${schema}. ${source} and ${size} (nullable) receive the bytes; the caller frees them
 * also when NULL is returned with findings.
 */
struct document *book_read(const char *directory, const char *name, const cyaml_schema_value_t *schema, char **source,
                           gsize *size, GPtrArray *findings);

/* The bytes of ${directory}/${name}, which must be no larger than a definition may be; the caller's. NULL with a
 * finding. */
char *book_text(const char *directory, const char *name, gsize *size, GPtrArray *findings);

void book_load_rules(struct rulebook *book, const char *directory, GPtrArray *findings);
void book_load_roles(struct rulebook *book, const char *directory, const char *name, GPtrArray *findings);
/* After the rules: a notice names the rule it rests on. */
void book_load_notices(struct rulebook *book, const char *directory, GPtrArray *findings);
void book_load_calendars(struct rulebook *book, const char *directory, GPtrArray *findings);

/* Adds the time zone ${name} if it is none of the book's yet; an unknown one is left to the compiler to tell. */
void book_add_zone(struct rulebook *book, const char *name);

#endif
