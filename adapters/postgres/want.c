#include "adapters/postgres/want.h"

#include "adapters/postgres/sqlstate.h"

#include <string.h>

void want_clear(struct want *want)
{
    g_clear_pointer(&want->result, PQclear);
    g_clear_error(&want->error);
    g_clear_pointer(&want->constraint, g_free);
    want->sqlstate[0] = '\0';
}

void want_begin(struct want *want, enum want_kind kind, const char *what)
{
    want_clear(want);
    want->kind = kind;
    want->what = what;
    want->next = NULL;
}

static void want_accept_error(struct want *want, const PGresult *res)
{
    const char *sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    if (want->error != NULL)
        return;
    want->error = sqlstate_error(res, want->what);
    g_strlcpy(want->sqlstate, sqlstate != NULL ? sqlstate : "", sizeof want->sqlstate);
    want->constraint = g_strdup(PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME));
}

void want_accept(struct want *want, PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);

    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY) {
        g_assert(want->result == NULL); /* one statement, one answer */
        want->result = res;
        return;
    }
    want_accept_error(want, res);
    PQclear(res);
}

void want_copy_error(struct want *want, const struct want *from)
{
    if (from == want || from->error == NULL || want->error != NULL)
        return;
    g_clear_pointer(&want->result, PQclear);
    want->error = g_error_copy(from->error);
    memcpy(want->sqlstate, from->sqlstate, sizeof want->sqlstate);
    want->constraint = g_strdup(from->constraint);
}

void want_queue_push(struct want_queue *queue, struct want *want)
{
    want->next = NULL;
    if (queue->last != NULL)
        queue->last->next = want;
    else
        queue->first = want;
    queue->last = want;
}

struct want *want_queue_pop(struct want_queue *queue)
{
    struct want *want = queue->first;

    g_assert(want != NULL);
    queue->first = want->next;
    if (queue->first == NULL)
        queue->last = NULL;
    want->next = NULL;
    return want;
}
