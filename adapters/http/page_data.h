/*
 * What a form was filled with, shown: fields with their labels in the order of the form, as far as the reader may see.
 */
#ifndef TOROKU_ADAPTERS_HTTP_PAGE_DATA_H
#define TOROKU_ADAPTERS_HTTP_PAGE_DATA_H

#include "adapters/http/page.h"

/* One value as its type shows it: a document as a link, a day with its weekday, a case as a link. ${field} may be
 * NULL: then as it is. */
void page_field_value(struct page *page, const struct chart *chart, const struct chart_field *field,
                      const struct value *v);

/*
 * A summary list of top-level fields ${fields} of ${chart} with their values in ${data}, those left out named as such.
 * Fields of classes that the caller may not read are left away; a last sentence says that there are such.
 */
void page_fields(struct page *page, const struct chart *chart, struct range fields, const struct value *data);

/* The field ${id} at the top of some form of ${chart}, else of any chart, with its chart; NULL when there is none. */
const struct chart_field *page_field_find(const struct page *page, const struct chart **chart, const char *id);

#endif
