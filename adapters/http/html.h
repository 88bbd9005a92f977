/*
 * Writing HTML: everything that is not a literal of ours goes through an escape.
 */
#ifndef TOROKU_ADAPTERS_HTTP_HTML_H
#define TOROKU_ADAPTERS_HTTP_HTML_H

#include <glib.h>

/* Appends ${text} (NULL: nothing) so that it is text in element content and in quoted attributes. */
void html_text(GString *out, const char *text);

/* Appends ${format}, a literal of ours, with each %s of its arguments escaped; no other conversions. */
void html_add(GString *out, const char *format, ...);

#define HTML_TYPE "text/html; charset=utf-8"

#endif
