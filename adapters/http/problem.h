/*
 * Problem documents (RFC 9457), the one shape of every refusal: {type, title, status, detail, code, errors}.
 *
 * `code` is the stable name of engine/error.h and `type` the same as a URI; both never change for a released code.
 * `errors` tells where: a JSON pointer (RFC 6901) into what was sent, the id of the rule, a sentence.
 */
#ifndef TOROKU_ADAPTERS_HTTP_PROBLEM_H
#define TOROKU_ADAPTERS_HTTP_PROBLEM_H

#include "engine/error.h"

#include <jansson.h>
#include <stddef.h>

#define PROBLEM_TYPE "application/problem+json"

struct problem_finding {
    const char *pointer; /* "/service/name"; "" is the whole document */
    const char *rule;    /* NULL: none in particular */
    const char *message;
};

struct problem {
    enum toroku_error code;
    int status;         /* 0: the status of the code */
    const char *detail; /* what was wrong, where, what was expected; NULL: the title says it all */
    const struct problem_finding *findings;
    size_t finding_count;
    json_t *members; /* further members, borrowed; NULL: none */
};

/* The status that ${problem} is answered with. */
int problem_status(const struct problem *problem);

/* The document as UTF-8 JSON; for g_free. Text that is not UTF-8 is mended. */
char *problem_write(const struct problem *problem, size_t *size);

#endif
