#include "adapters/postgres/sqlstate.h"

#include <string.h>

static const struct {
    const char *prefix; /* the first match wins */
    enum toroku_error code;
} codes[] = {
    {"23505", TOROKU_ERROR_CONFLICT},    /* unique_violation */
    {"40001", TOROKU_ERROR_BUSY},        /* serialization_failure */
    {"40P01", TOROKU_ERROR_BUSY},        /* deadlock_detected */
    {"55P03", TOROKU_ERROR_BUSY},        /* lock_not_available: lock_timeout, NOWAIT */
    {"57014", TOROKU_ERROR_TIMEOUT},     /* query_canceled: statement_timeout */
    {"25P03", TOROKU_ERROR_UNAVAILABLE}, /* idle_in_transaction_session_timeout ended the session */
    {"08", TOROKU_ERROR_UNAVAILABLE},    /* connection exception */
    {"53", TOROKU_ERROR_UNAVAILABLE},    /* insufficient resources: disk, memory, connections */
    {"57", TOROKU_ERROR_UNAVAILABLE},    /* operator intervention: shutdown, crash, starting up */
};

enum toroku_error sqlstate_code(const char *sqlstate)
{
    if (sqlstate == NULL)
        return TOROKU_ERROR_UNAVAILABLE;
    for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
        if (strncmp(sqlstate, codes[i].prefix, strlen(codes[i].prefix)) == 0)
            return codes[i].code;
    return TOROKU_ERROR_INTERNAL;
}

/* libpq ends its messages with a newline and breaks long ones. */
static char *sqlstate_line(const char *message)
{
    char *line = g_strdup(message != NULL ? message : "");

    g_strdelimit(g_strchomp(line), "\n\t", ' ');
    return line;
}

GError *sqlstate_error(const PGresult *res, const char *what)
{
    const char *sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    const char *primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    const char *detail = PQresultErrorField(res, PG_DIAG_MESSAGE_DETAIL);
    enum toroku_error code = sqlstate_code(sqlstate);
    g_autofree char *line = sqlstate_line(primary != NULL ? primary : PQresultErrorMessage(res));

    if (sqlstate == NULL)
        return g_error_new(TOROKU_ERROR, (int)code, "PostgreSQL: %s: %s", what, line);
    if (code != TOROKU_ERROR_INTERNAL || detail == NULL)
        return g_error_new(TOROKU_ERROR, (int)code, "PostgreSQL: %s: %s (SQLSTATE %s)", what, line, sqlstate);
    return g_error_new(TOROKU_ERROR, (int)code, "PostgreSQL: %s: %s; %s (SQLSTATE %s)", what, line, detail, sqlstate);
}

GError *sqlstate_lost(const PGconn *pg, const char *what)
{
    g_autofree char *line = sqlstate_line(PQerrorMessage(pg));

    return g_error_new(TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE, "PostgreSQL: %s: %s", what,
                       line[0] != '\0' ? line : "the connection was lost");
}
