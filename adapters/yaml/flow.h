/*
 * A single YAML value, as people type it on a command line: `{from: day, business_days: 10}`.
 */
#ifndef TOROKU_YAML_FLOW_H
#define TOROKU_YAML_FLOW_H

#include "engine/chart/value.h"

#include <glib.h>

/*
 * Reads ${text}: plain decimal digits are integers, true and false booleans, null and an empty plain scalar null, every
 * other scalar text. A new value, the caller's; NULL and TOROKU_ERROR_INVALID for what is no YAML, not one document, a
 * key that comes twice or is no text, an alias, and an integer beyond 64 bits.
 */
struct value *flow_parse(const char *text, GError **error);

#endif
