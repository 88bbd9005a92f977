#include "adapters/postgres/session.h"

#include "engine/error.h"

#include <string.h>

/* Keywords of one connection attempt: the conninfo's, and a handful of ours. */
#define SESSION_KEYWORDS_MAX 64

struct session {
    PQconninfoOption *given;
    char *application_name;
    char *options;
};

static unsigned session_default(unsigned value, unsigned otherwise)
{
    return value > 0 ? value : otherwise;
}

/*
 * UTC keeps text forms of instants unambiguous. jit costs more than it gives for statements of a millisecond. Pages
 * in a cache or on flash cost about the same in any order.
 */
static char *session_options(const struct conn_config *config, const char *given)
{
    return g_strdup_printf("-c TimeZone=UTC -c statement_timeout=%u -c lock_timeout=%u"
                           " -c idle_in_transaction_session_timeout=%u -c jit=off -c random_page_cost=1.1 %s",
                           session_default(config->statement_timeout_ms, 10000),
                           session_default(config->lock_timeout_ms, 4000),
                           session_default(config->idle_in_transaction_timeout_ms, 5000), given != NULL ? given : "");
}

struct session *session_new(const struct conn_config *config, GError **error)
{
    char *message = NULL;
    PQconninfoOption *given = PQconninfoParse(config->conninfo, &message);
    struct session *s;

    if (given == NULL) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "PostgreSQL: the conninfo cannot be parsed: %s",
                    message != NULL ? g_strchomp(message) : "out of memory");
        PQfreemem(message);
        return NULL;
    }
    s = g_new0(struct session, 1);
    s->given = given;
    s->application_name = g_strdup(config->application_name != NULL ? config->application_name : "toroku");
    s->options = session_options(config, session_value(s, "options"));
    return s;
}

void session_free(struct session *s)
{
    if (s == NULL)
        return;
    PQconninfoFree(s->given);
    g_free(s->application_name);
    g_free(s->options);
    g_free(s);
}

const char *session_value(const struct session *s, const char *keyword)
{
    for (const PQconninfoOption *option = s->given; option->keyword != NULL; option++)
        if (strcmp(option->keyword, keyword) == 0)
            return option->val;
    return NULL;
}

PGconn *session_connect(const struct session *s, const struct resolve *found)
{
    const char *keywords[SESSION_KEYWORDS_MAX + 1], *values[SESSION_KEYWORDS_MAX + 1];
    size_t count = 0;
    PGconn *pg;

    /* libpq takes the last of two values for one keyword, so ours that must win come after the given ones. */
    keywords[count] = "fallback_application_name";
    values[count++] = s->application_name;
    for (const PQconninfoOption *option = s->given; option->keyword != NULL; option++) {
        g_assert(count + 6 < SESSION_KEYWORDS_MAX);
        keywords[count] = option->keyword;
        values[count++] = option->val;
    }
    keywords[count] = "options";
    values[count++] = s->options;
    keywords[count] = "client_encoding";
    values[count++] = "UTF8";
    if (found != NULL) {
        keywords[count] = "host";
        values[count++] = found->host->str;
        keywords[count] = "hostaddr";
        values[count++] = found->hostaddr->str;
        keywords[count] = "port";
        values[count++] = found->port->str;
    }
    keywords[count] = NULL;
    values[count] = NULL;
    pg = PQconnectStartParams(keywords, values, 0);
    g_assert(pg != NULL); /* only when memory is out */
    return pg;
}
