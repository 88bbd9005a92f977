/*
 * The first look at the head of a request: the bytes themselves, line by line, before llhttp sees them.
 *
 * llhttp 8.1 forgives what RFC 9112 lets a server refuse and what two servers in a row may read differently, which is
 * how requests are smuggled. This scan takes a closed subset: lines ended by CRLF, a known method, origin-form,
 * HTTP/1.1 or 1.0, one space between the three, no folding, no space before a colon, one Host, one Content-Length of
 * digits or one `Transfer-Encoding: chunked`, no Upgrade. It allocates nothing and may be resumed at any byte: the
 * verdict never depends on how the bytes arrived.
 */
#ifndef TOROKU_ADAPTERS_HTTP_HEAD_H
#define TOROKU_ADAPTERS_HTTP_HEAD_H

#include "engine/error.h"

#include <stddef.h>

#define HTTP_LINE_MAX 8192  /* bytes of the request line, without its CRLF: 414 beyond */
#define HTTP_HEAD_MAX 32768 /* bytes of the head, with its empty line: 431 beyond */
#define HTTP_FIELDS_MAX 64  /* header fields: 431 beyond */

/* Why a request was not taken; the connection is closed after the answer. ${detail} is a static text. */
struct http_refusal {
    int status;
    enum toroku_error code;
    const char *detail;
};

enum head_state { HEAD_MORE, HEAD_DONE, HEAD_BAD };

struct head_scan {
    size_t size;                 /* HEAD_DONE: bytes of the head, with its empty line */
    unsigned fields;             /* header fields seen */
    struct http_refusal refusal; /* HEAD_BAD: why */

    /* private */
    size_t line;     /* where the first line that is not yet checked begins */
    size_t searched; /* no end of that line stands before this */
    unsigned seen;   /* the fields that may come once, one bit each */
    bool started, http_1_0;
};

/*
 * Looks at ${bytes}, the request from its first byte as far as it has arrived. A zeroed ${scan} begins; after HEAD_MORE
 * the caller comes again with the same bytes and more. Bytes after the head are not looked at.
 */
enum head_state head_scan(struct head_scan *scan, const char *bytes, size_t size);

#endif
