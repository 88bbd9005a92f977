/*
 * Percent-decoding (RFC 3986, 2.1) of one piece of a target.
 */
#ifndef TOROKU_ADAPTERS_HTTP_PERCENT_H
#define TOROKU_ADAPTERS_HTTP_PERCENT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Decodes ${size} bytes of ${text}; ${plus}: '+' is a space, as forms write it. NULL when an escape is malformed, or
 * the result holds a NUL or is not UTF-8; otherwise a new text for g_free.
 */
char *percent_decode(const char *text, size_t size, bool plus);

#endif
