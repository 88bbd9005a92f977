/*
 * The bytes of an answer: status line, fields, body.
 */
#ifndef TOROKU_ADAPTERS_HTTP_RESPONSE_H
#define TOROKU_ADAPTERS_HTTP_RESPONSE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_answer {
    int status;
    const char *date;          /* IMF-fixdate */
    const char *content_type;  /* NULL: none */
    const char *extra_headers; /* lines "Name: value\r\n"; NULL: none */
    const char *body;
    size_t size;
    bool head_only; /* to HEAD: count the body, do not send it */
    bool close;     /* Connection: close */
};

/*
 * Appends ${answer} to ${out}: with Content-Length (none for 204 and 304, which have no body) and the security fields
 * that every answer carries unless ${extra_headers} names them itself.
 */
void http_answer_write(GString *out, const struct http_answer *answer);

/* Are these header lines that may stand in an answer: each a name, a colon, a value without controls, CRLF? */
bool http_headers_valid(const char *lines);

/* Writes the IMF-fixdate of ${seconds} since 1970 (RFC 9110, 5.6.7): 29 bytes and a NUL. */
void http_date_write(char date[30], int64_t seconds);

#endif
