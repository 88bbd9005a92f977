/*
 * One GError domain and one list of codes for the whole product.
 *
 * Three classes, three answers: a bug of ours aborts (g_assert, which stays in release builds); a failure of the
 * world (a dead server, a bad file) is a GError of this domain; a user's refusal is an outcome (engine/core/step.h).
 * Codes of libpq, libuv, curl, cyaml and jansson are translated inside their adapter and nowhere else.
 */
#ifndef TOROKU_ENGINE_ERROR_H
#define TOROKU_ENGINE_ERROR_H

#include <glib.h>
#include <stdbool.h>

/* X(name, text id of the problem type, HTTP status, may the same request succeed later unchanged) */
#define TOROKU_ERRORS(X)                                                                                               \
    X(INVALID, "invalid", 400, false)                   /* malformed input: syntax, wrong type, unknown field */       \
    X(UNAUTHENTICATED, "unauthenticated", 401, false)   /* no or unknown credentials */                                \
    X(FORBIDDEN, "forbidden", 403, false)               /* known, but may not */                                       \
    X(NOT_FOUND, "not-found", 404, false)               /* is not, or is not to be seen by this actor */               \
    X(NOT_TAKEN, "not-taken", 409, false)               /* the case's present state does not take the event */         \
    X(CONFLICT, "conflict", 409, false)                 /* another open case, a key in flight, a unique rule */        \
    X(STALE, "stale-version", 412, false)               /* If-Match names another version */                           \
    X(TOO_LARGE, "too-large", 413, false)               /* over a limit that the message names */                      \
    X(UNPROCESSABLE, "unprocessable", 422, false)       /* well-formed, refused by validation; findings tell where */  \
    X(KEY_REUSED, "key-reused", 422, false)             /* the idempotency key came before with another body */        \
    X(VERSION_REQUIRED, "version-required", 428, false) /* a command needs If-Match */                                 \
    X(SETTLING, "settling", 503, true)                  /* a limit of the case is about to fire; try again */          \
    X(BUSY, "busy", 503, true)                          /* a queue is full or the case was not held in time */         \
    X(UNAVAILABLE, "unavailable", 503, true)            /* the database or another server is away */                   \
    X(TIMEOUT, "timeout", 504, true)                    /* no answer in time */                                        \
    X(CORRUPT, "corrupt", 500, false)                   /* a record that contradicts itself, a broken hash chain */    \
    X(INTERNAL, "internal", 500, false)                 /* a failure that names no better code */

enum toroku_error {
#define X(name, text, status, retryable) TOROKU_ERROR_##name,
    TOROKU_ERRORS(X)
#undef X
        TOROKU_ERROR_COUNT
};

#define TOROKU_ERROR (toroku_error_quark())
GQuark toroku_error_quark(void);

/* The stable name of ${code}, as it stands in problem documents and logs: "not-found". */
const char *toroku_error_name(enum toroku_error code);

/* The HTTP status that ${code} is answered with. */
int toroku_error_status(enum toroku_error code);

/* May the same request succeed later without being changed? */
bool toroku_error_retryable(enum toroku_error code);

/* The code of ${error}; TOROKU_ERROR_INTERNAL when it is of another domain. */
enum toroku_error toroku_error_code(const GError *error);

#endif
