/*
 * Sessions of people in browsers: the cookie, the gate of the pages, where a browser may be sent back to. Private to
 * this room.
 *
 * The cookie carries a random id of 256 bits and nothing else; the database keeps its SHA-256. Behind https it is
 * __Host-toroku, which no other host or path can set (RFC 6265bis, 4.1.3.2); on a loopback without TLS toroku_session.
 * A form is taken when the browser does not say that another site sent it (Sec-Fetch-Site, Origin) and it carries the
 * token of the session, an HMAC that only a page of that session can know.
 */
#ifndef TOROKU_ADAPTERS_HTTP_SESSION_H
#define TOROKU_ADAPTERS_HTTP_SESSION_H

#include "adapters/http/api_call.h"

#define SESSION_ID_SIZE 65 /* 64 hexadecimal digits and a NUL */

/* The session's id that the browser sent; FALSE when it sent none in its one form. */
bool session_cookie_read(const struct api *api, const struct http_request *request, char id[SESSION_ID_SIZE]);

/* The header line that gives the browser the cookie, or with NULL takes it away; for g_free. */
char *session_cookie_write(const struct api *api, const char *id);

/* Does the posted form carry the token of the caller's session? */
bool session_csrf_matches(const struct call *call);

/* ${next} when it is a path of this service that a browser may be sent to after signing in, else "/". Never NULL. */
const char *session_next(const char *next);

/* The gate for routes with ROUTE_PAGE or ROUTE_VISITOR, as http_gate. */
bool session_gate(struct http_request *request, const struct http_route *route, struct api *api);

#endif
