/*
 * The query of a target as a form sends it (application/x-www-form-urlencoded): name=value pairs, decoded, in order.
 * Form bodies have the same shape and are read by the same function.
 */
#ifndef TOROKU_ADAPTERS_HTTP_QUERY_H
#define TOROKU_ADAPTERS_HTTP_QUERY_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define QUERY_ITEMS_MAX 64

struct query_item {
    char *name;
    char *value; /* "" when there was no '=' */
};

struct query {
    unsigned count;
    struct query_item items[QUERY_ITEMS_MAX];
};

/* Reads ${text}; NULL and ${error} (INVALID) on a bad escape, bytes that are not UTF-8, or more than 64 pairs. */
struct query *query_parse(const char *text, GError **error);

void query_free(struct query *query);

/* The value of ${name}, the first when it stands several times; NULL when absent. */
const char *query_get(const struct query *query, const char *name);

/*
 * The whole number ${name}, ${absent} when it is not given. false and ${error} (INVALID) when it is no number from
 * ${min} to ${max}.
 */
bool query_get_int(const struct query *query, const char *name, int64_t min, int64_t max, int64_t absent,
                   int64_t *value, GError **error);

/* Refuses names that the resource does not know: ${known} ends with NULL. A misspelt filter must not select all. */
bool query_check_names(const struct query *query, const char *const *known, GError **error);

#endif
