/*
 * multipart/form-data (RFC 7578) in memory, strictly: the body begins with the first delimiter and ends with the
 * closing one; a part has Content-Disposition and at most Content-Type, each once, and no transfer encoding. Names and
 * file names are read as the HTML standard writes them: UTF-8, with %22, %0D and %0A for a quote and a line break.
 */
#ifndef TOROKU_ADAPTERS_HTTP_MULTIPART_H
#define TOROKU_ADAPTERS_HTTP_MULTIPART_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define MULTIPART_TYPE "multipart/form-data"

struct multipart_part {
    const char *name;       /* UTF-8, not empty */
    const char *file_name;  /* UTF-8, without folders and controls; "" when nothing was chosen; NULL: not a file */
    const char *media_type; /* lower case, without parameters; "" when none was sent */
    const char *bytes;      /* within the body */
    size_t size;
};

/* Called with each part; false ends the reading, with the callee's error. */
typedef bool multipart_cb(void *user, const struct multipart_part *part);

/* ${content_type} names the boundary. False and ${error} (INVALID) when ${body} is not well-formed; parts may have been
 * shown before. */
bool multipart_read(const char *content_type, const char *body, size_t size, multipart_cb *each, void *user,
                    GError **error);

#endif
