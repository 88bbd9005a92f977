/*
 * The shape of every definition file, as tables for libcyaml. Keys stand in YAML as people write them (`not`, `do`,
 * `register`), in C with an underscore where the word is taken.
 */
#ifndef TOROKU_YAML_SCHEMA_H
#define TOROKU_YAML_SCHEMA_H

#include "engine/chart/doc.h"

#include <cyaml/cyaml.h>

/* workflows/rules/X.yaml, workflows/roles.yaml, workflows/notices/X.yaml */
struct doc_rules {
    struct doc_rule *rules;
    uint32_t rules_count;
};

struct doc_roles {
    struct doc_role *roles;
    uint32_t roles_count;
};

struct doc_notices {
    struct doc_notice *notices;
    uint32_t notices_count;
};

/* A day of every year on which offices are closed. */
struct doc_yearly {
    int month, day;
    char *ja, *en;
};

struct doc_holiday {
    char *date; /* YYYY-MM-DD */
    char *ja, *en;
};

/* workflows/calendars/X.yaml */
struct doc_calendar {
    char *calendar;
    char *version;
    struct doc_text title;
    char *source;
    char *first_day;       /* single days are listed from here */
    char *announced_until; /* up to here they are certain; later ones are a forecast */
    char **weekend;        /* monday ... sunday */
    uint32_t weekend_count;
    struct doc_yearly *yearly;
    uint32_t yearly_count;
    struct doc_holiday *holidays;
    uint32_t holidays_count;
};

/* Among a key's flags: a definition in force must have it, a lenient reading does without. libcyaml, to which it is
 * optional, knows nothing of this bit; shape.c does. */
#define SCHEMA_DEMANDED (1 << 16)

extern const cyaml_schema_value_t schema_workflow; /* struct doc_workflow */
extern const cyaml_schema_value_t schema_rules;
extern const cyaml_schema_value_t schema_roles;
extern const cyaml_schema_value_t schema_notices;
extern const cyaml_schema_value_t schema_calendar;

/* Each map that a workflow file may hold: struct doc_NAME and its keys. A row of NULL ends the table. */
struct schema_part {
    const char *name;
    const cyaml_schema_field_t *fields;
};

extern const struct schema_part schema_parts[];

#endif
