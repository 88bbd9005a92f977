/*
 * Writing CSV (RFC 4180) for spreadsheets: a byte order mark first, since Excel in Japan takes a file without one for
 * Shift_JIS; every text in quotes, rows ended by CRLF.
 */
#ifndef TOROKU_ADAPTERS_HTTP_CSV_H
#define TOROKU_ADAPTERS_HTTP_CSV_H

#include <glib.h>

#define CSV_TYPE "text/csv; charset=utf-8; header=present"

/* Begins a file: the byte order mark. */
void csv_begin(GString *out);

/* A cell of text (NULL: empty). One that a spreadsheet would take for a formula begins with an apostrophe. */
void csv_text(GString *out, const char *text);

/* A cell of a number as it is, written by us: digits, a sign, a point; or empty. */
void csv_number(GString *out, const char *number);

/* Ends a row. */
void csv_end_row(GString *out);

#endif
