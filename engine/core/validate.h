/*
 * Forms: typed fields, checked as a whole; every finding names its place and rule in both languages.
 */
#ifndef TOROKU_CORE_VALIDATE_H
#define TOROKU_CORE_VALIDATE_H

#include "engine/core/outcome.h"

/*
 * Checks ${input}, which comes to ${s} at ${at}, against form ${form} of its chart; appends to ${findings}. The case is
 * read where a field is required only then: its data, its flags, its deadlines. ${partial}: nothing is required (a
 * draft). CHART_NONE: the event asks for nothing, so nothing may come. NULL and {} are the empty input.
 */
void validate_input(const struct snapshot *s, instant at, int form, const struct value *input, bool partial,
                    GPtrArray *findings);

/* Checks alone what ${input} has as the top-level ${field} of ${form}; findings begin with ${pointer}. The other
 * members of ${input} are read where a part of it is required only then. */
void validate_field(const struct snapshot *s, instant at, int form, const struct chart_field *field,
                    const struct value *input, const char *pointer, GPtrArray *findings);

/* Is ${field} of ${form} required of an ${input} that comes to ${s} at ${at}? For pages that say so beforehand. */
bool validate_requires(const struct snapshot *s, instant at, int form, const struct chart_field *field,
                       const struct value *input);

/* 法人番号: 13 digits whose first is 9 - (weighted sum of the other twelve mod 9) (National Tax Agency). */
bool validate_corporate_number(const char *text);

/* 登録番号 of a service: C, two digits of the year, four of the serial, -2. */
bool validate_registration_number(const char *text);

#endif
