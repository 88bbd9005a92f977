/*
 * Bytes to requests: the head scan first, then llhttp, both must accept. No sockets, no clock: the server feeds it, and
 * so do the tests.
 */
#ifndef TOROKU_ADAPTERS_HTTP_PARSER_H
#define TOROKU_ADAPTERS_HTTP_PARSER_H

#include "adapters/http/head.h"
#include "adapters/http/request.h"

#include <llhttp.h>

enum http_parse {
    HTTP_PARSE_MORE, /* everything usable was used; come again with what is left and more */
    HTTP_PARSE_HEAD, /* the head is known: look at `request`, set `body_limit`, come again */
    HTTP_PARSE_DONE, /* the request is whole: take it */
    HTTP_PARSE_BAD   /* see `refusal`; the parser is of no further use */
};

struct http_parser {
    struct http_request *request; /* from HEAD on; owned until http_parser_take */
    size_t body_limit;            /* bytes; a longer body is refused with 413 */
    struct http_refusal refusal;

    /* private */
    struct head_scan scan;
    llhttp_t llhttp;
    bool in_body, complete;
    char last; /* the byte before those of this run */
    size_t extension_size;
};

void http_parser_init(struct http_parser *parser);
void http_parser_release(struct http_parser *parser);

/*
 * Goes on with ${bytes}, all that have arrived and were not used; sets ${used}. A head is used as a whole, so nothing
 * is used before its end has come. The bytes are copied where they are kept.
 */
enum http_parse http_parser_run(struct http_parser *parser, const char *bytes, size_t size, size_t *used);

/* After HTTP_PARSE_DONE: the request, now the caller's; the parser is ready for the next. */
struct http_request *http_parser_take(struct http_parser *parser);

#endif
