/*
 * JSON texts (RFC 8259) into values. Printing is value_print (engine/chart/value.h).
 *
 * Strict, because what is read here is hashed, stored and decided upon: a key that comes twice, a number with a
 * fraction or an exponent, an integer beyond 64 bits, a key outside ASCII, the character U+0000, invalid UTF-8 and
 * anything after the value are refused. jansson is used in this file alone.
 */
#ifndef TOROKU_JSON_JSON_H
#define TOROKU_JSON_JSON_H

#include "engine/chart/value.h"

#include <glib.h>

/* Enough for every form and record; a text nested deeper is not one of ours. */
#define JSON_DEPTH_MAX 32

/*
 * Reads ${size} bytes as one value, in which lists and maps are nested ${max_depth} deep at most. A new value, the
 * caller's; NULL and TOROKU_ERROR_INVALID otherwise, with line and column (from 1) wherever they are known.
 */
struct value *json_parse(const char *text, size_t size, size_t max_depth, GError **error);

#endif
