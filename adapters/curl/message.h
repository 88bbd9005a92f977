/*
 * One mail as bytes: an Internet message (RFC 5322) with a plain UTF-8 text (RFC 2045 to 2047).
 *
 * Pure: the same fields give the same bytes. No field can begin a header of its own: a text that holds a control
 * character where a header is made of it is refused, never repaired.
 */
#ifndef TOROKU_CURL_MESSAGE_H
#define TOROKU_CURL_MESSAGE_H

#include "engine/calendar/instant.h"

#include <glib.h>

/* All texts are UTF-8 and belong to the caller. */
struct message {
    const char *from_address;
    const char *from_name; /* shown beside the address; NULL or "": none */
    const char *to;
    const char *subject;
    const char *body; /* lines end with \n */
    const char *language;
    const char *message_id; /* without angle brackets */
    instant date;
    int utc_offset_minutes; /* in which the Date header is written: 540 is Japan */
};

/*
 * The address as it stands in the envelope and in the headers: its domain in ASCII (RFC 5891). The local part is a
 * dot-atom or a quoted string of RFC 5322. NULL and TOROKU_ERROR_INVALID when it cannot be an address; to be freed
 * with g_free.
 */
char *message_address(const char *text, GError **error);

/*
 * The whole message with CRLF line ends, ready for the DATA command except for dot-stuffing, which it never needs: no
 * line begins with a dot. Headers are ASCII, no line is longer than 76 characters where a subject or a name makes it,
 * the text is base64. NULL and TOROKU_ERROR_INVALID, naming the field, when a field cannot be sent.
 */
GString *message_compose(const struct message *message, GError **error);

/* How many bytes of ${text}, valid UTF-8, whole characters fill when at most ${bytes_max} may be taken. */
size_t message_cut(const char *text, size_t bytes_max);

#endif
