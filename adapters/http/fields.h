/*
 * Forms of people, generated from the definitions: each field of a chart's form as inputs of a page, and back.
 *
 * An input is named "f" and the JSON pointer of its value ("f/officers/0/name"), which is its id as well, so that a
 * finding of the engine leads to its field. What was typed is kept as a value of the form's shape, in which a text
 * stands wherever it could not be read as what the field wants: nothing is lost, and the engine finds it. Rows of
 * lists come and go by buttons that post the form: "do" says "add:/officers" or "remove:/officers/1".
 */
#ifndef TOROKU_ADAPTERS_HTTP_FIELDS_H
#define TOROKU_ADAPTERS_HTTP_FIELDS_H

#include "adapters/http/form.h"
#include "adapters/http/page.h"
#include "engine/core/outcome.h"

/* A form of a chart, or what opening a case asks for, with all that showing it needs. */
struct fields_view {
    const struct snapshot *s; /* the case, or one before its first event; with the chart */
    int form;                 /* or CHART_NONE: nothing is asked for */
    bool partial;             /* a draft: nothing is required */
    instant at;
    const struct value *data;  /* what was typed, or begins there; NULL: nothing */
    const GPtrArray *findings; /* struct finding; NULL: not checked yet */
    const char *focus;         /* pointer of the field to begin in; NULL: none */
};

/* What was typed into the fields of ${view}'s form: a new map. Files that were sent with the form are named by it as
 * {name, sha256, size, media_type}; fields_store keeps their bytes. */
struct value *fields_read(const struct fields_view *view, const struct form *form);

/* What was typed as it is filed: without blank texts, groups and rows; a required group stays, so that the engine tells
 * what it lacks. A new value. */
struct value *fields_prune(const struct fields_view *view, const struct value *data);

/* Does what "add:POINTER" or "remove:POINTER" says with the list of ${data} there: a new value, ${data} itself when
 * ${action} is neither or leads to no list. ${focus}: the pointer to go on at, for g_free, or NULL. */
struct value *fields_edit(const struct fields_view *view, const struct value *data, const char *action, char **focus);

/* Appends the inputs of ${view}. */
void fields_show(struct page *page, const struct fields_view *view);

/* Has the form a field for a file, at any depth? */
bool fields_have_file(const struct chart *chart, int form);

/* Appends the items of the error summary for the findings of ${view}: each a link to its field. */
void fields_show_errors(struct page *page, const struct fields_view *view);

/* A finding in words for whoever fills the form, who knows nothing of JSON. */
const char *fields_finding_text(const struct page *page, const struct finding *finding,
                                const struct chart_field *field);

/* The field that ${pointer} leads to in ${form} of ${chart}; NULL when it is none. ${row} (nullable): the row of that
 * field, a list, when the pointer ends in one, else -1. */
const struct chart_field *fields_find(const struct chart *chart, int form, const char *pointer, int *row);

#endif
