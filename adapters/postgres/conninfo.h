/*
 * Connection strings of libpq.
 */
#ifndef TOROKU_POSTGRES_CONNINFO_H
#define TOROKU_POSTGRES_CONNINFO_H

#include <glib.h>

/*
 * ${conninfo} with server settings added: "-c role=read_org". A new string; NULL and TOROKU_ERROR_INVALID when
 * ${conninfo} cannot be parsed.
 */
char *conninfo_with_options(const char *conninfo, const char *options, GError **error);

#endif
