#include "adapters/postgres/conninfo.h"

#include "engine/error.h"

#include <libpq-fe.h>
#include <string.h>

/* keyword='value' with quotes and backslashes escaped (libpq, "Connection Strings"). */
static void conninfo_append(GString *out, const char *keyword, const char *value)
{
    g_string_append_printf(out, "%s%s='", out->len > 0 ? " " : "", keyword);
    for (; *value != '\0'; value++) {
        if (*value == '\'' || *value == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *value);
    }
    g_string_append_c(out, '\'');
}

char *conninfo_with_options(const char *conninfo, const char *options, GError **error)
{
    char *message = NULL;
    PQconninfoOption *given = PQconninfoParse(conninfo, &message);
    GString *out, *all;

    if (given == NULL) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "PostgreSQL: the conninfo cannot be parsed: %s",
                    message != NULL ? g_strchomp(message) : "out of memory");
        PQfreemem(message);
        return NULL;
    }
    out = g_string_new(NULL);
    all = g_string_new(NULL);
    for (const PQconninfoOption *option = given; option->keyword != NULL; option++) {
        if (option->val == NULL)
            continue;
        if (strcmp(option->keyword, "options") == 0)
            g_string_append_printf(all, "%s ", option->val);
        else
            conninfo_append(out, option->keyword, option->val);
    }
    g_string_append(all, options);
    conninfo_append(out, "options", all->str);
    g_string_free(all, TRUE);
    PQconninfoFree(given);
    return g_string_free(out, FALSE);
}
