/*
 * The statements of schema/queries, embedded at build time by sql2c.cmake: QUERY_LOAD_CASES is load_cases.sql.
 */
#ifndef TOROKU_POSTGRES_QUERY_H
#define TOROKU_POSTGRES_QUERY_H

#include "adapters/postgres/queries.h"

#include <libpq-fe.h>
#include <stddef.h>

/* `types` has `count` object ids (enum pg_type), as the comment lines of the file document them. */
struct query_text {
    const char *name;
    const char *text;
    size_t count;
    const Oid *types;
};

extern const struct query_text query_texts[QUERY_COUNT];

#endif
