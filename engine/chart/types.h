/*
 * The typed model of a case's data: which paths there are, and of which type. Data come from the fields of forms, from
 * what actions set and allocate, and from what signals of other workflows carry.
 */
#ifndef TOROKU_CHART_TYPES_H
#define TOROKU_CHART_TYPES_H

#include "engine/chart/chart.h"
#include "engine/chart/finding.h"

/* Where a data path leads. */
struct path_target {
    bool typed; /* FALSE: it is there, and of a type that is not known here */
    enum field_type type;
    int field; /* the field itself, or CHART_NONE for a part of a period or a file, and for what is allocated */
};

/* The field ${name} (of ${size} bytes) of a run of fields, or CHART_NONE. */
int types_field(const struct chart *chart, struct range fields, const char *name, size_t size);

/* The type of the part ${part} of a whole: start and end of a period, name, size and so on of a file. */
bool types_part(enum field_type whole, const char *part, enum field_type *type);

/* Follows ${path} through the forms of ${chart}, then through what its actions set. FALSE when it leads nowhere. */
bool types_find(const struct chart *chart, const char *path, struct path_target *target);

/* As definitions write it: "date", "list". */
const char *types_name(enum field_type type);

/* Why a comparison does not fit. */
struct type_misfit {
    enum finding_code code;
    char key[24]; /* the key that is wrong, below the guard: ".is", ".in[1]", ".field" */
    char *why;    /* new text, or NULL: it fits */
};

/*
 * Holds the comparison of ${guard}, its operand still as text, up to what it is about: ${target}, whose type is known,
 * in a form of ${chart}. TRUE when it fits.
 */
bool types_fit(const struct chart *chart, const struct chart_guard *guard, const struct path_target *target,
               struct type_misfit *misfit);

/*
 * Holds the guards of ${chart} that read linked cases, or what only signals set, up to the workflows that decide their
 * types, all of which ${set} holds. Appends what does not fit.
 */
void types_verify(const struct chart *chart, const struct chart_set *set, GPtrArray *findings);

#endif
