#include "adapters/http/query.h"

#include "adapters/http/percent.h"
#include "engine/error.h"

#include <string.h>

static bool query_add(struct query *query, const char *pair, size_t size, GError **error)
{
    const char *equals = memchr(pair, '=', size);
    size_t name_size = equals != NULL ? (size_t)(equals - pair) : size;
    struct query_item *item;

    if (query->count == QUERY_ITEMS_MAX) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "The query has more than %d parameters.",
                    QUERY_ITEMS_MAX);
        return false;
    }
    item = &query->items[query->count++];
    item->name = percent_decode(pair, name_size, true);
    item->value = equals != NULL ? percent_decode(equals + 1, size - name_size - 1, true) : g_strdup("");
    if (item->name != NULL && item->value != NULL)
        return true;
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID,
                "Parameter %u of the query is not percent-encoded UTF-8 text.", query->count);
    return false;
}

struct query *query_parse(const char *text, GError **error)
{
    struct query *query = g_new0(struct query, 1);

    while (*text != '\0') {
        size_t size = strcspn(text, "&");

        if (size > 0 && !query_add(query, text, size, error)) {
            query_free(query);
            return NULL;
        }
        text += size;
        text += *text == '&';
    }
    return query;
}

void query_free(struct query *query)
{
    if (query == NULL)
        return;
    for (unsigned i = 0; i < query->count; i++) {
        g_free(query->items[i].name);
        g_free(query->items[i].value);
    }
    g_free(query);
}

const char *query_get(const struct query *query, const char *name)
{
    for (unsigned i = 0; i < query->count; i++)
        if (strcmp(query->items[i].name, name) == 0)
            return query->items[i].value;
    return NULL;
}

bool query_get_int(const struct query *query, const char *name, int64_t min, int64_t max, int64_t absent,
                   int64_t *value, GError **error)
{
    const char *text = query_get(query, name);
    gint64 number;

    if (text == NULL) {
        *value = absent;
        return true;
    }
    if (g_ascii_isspace(text[0]) || !g_ascii_string_to_signed(text, 10, min, max, &number, NULL)) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID,
                    "The parameter %s must be a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ".", name,
                    min, max);
        return false;
    }
    *value = number;
    return true;
}

bool query_check_names(const struct query *query, const char *const *known, GError **error)
{
    for (unsigned i = 0; i < query->count; i++) {
        if (g_strv_contains(known, query->items[i].name))
            continue;
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "The parameter %s is not known here.",
                    query->items[i].name);
        return false;
    }
    return true;
}
