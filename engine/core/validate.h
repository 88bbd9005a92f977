/*
 * Forms: typed fields, checked as a whole; every finding names its place and rule in both languages.
 */
#ifndef TOROKU_CORE_VALIDATE_H
#define TOROKU_CORE_VALIDATE_H

#include "engine/core/outcome.h"

/*
 * Checks ${input} against form ${form} of ${chart}; appends to ${findings}. ${partial}: nothing is required (a draft).
 * CHART_NONE: the event asks for nothing, so nothing may come. NULL and {} are the empty input.
 */
void validate_input(const struct chart *chart, int form, const struct value *input, bool partial, GPtrArray *findings);

/* 法人番号: 13 digits whose first is 9 - (weighted sum of the other twelve mod 9) (National Tax Agency). */
bool validate_corporate_number(const char *text);

/* 登録番号 of a service: C, two digits of the year, four of the serial, -2. */
bool validate_registration_number(const char *text);

#endif
