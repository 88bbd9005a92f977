#include "adapters/postgres/sessions_pg.h"

#include "adapters/postgres/feeds_pg.h"
#include "adapters/postgres/op.h"
#include "engine/error.h"

#include <string.h>

#define SESSIONS_CONNECTIONS 2
#define SESSIONS_WAITERS_MAX 4096

struct sessions_pg {
    struct sessions sessions; /* first */
    struct op_pool pool;
    struct feeds_pg feeds;
    sessions_pg_drained_cb *drained;
    void *drained_data;
};

/* What is under way: an attempt or a request. */
struct session_asking {
    void *what;
    const struct want *answer, *person;
};

static void session_begin(struct sessions *sessions, void *what, op_cb *begun)
{
    struct sessions_pg *pg = (struct sessions_pg *)(void *)sessions;
    struct session_asking *asking = g_new0(struct session_asking, 1);

    asking->what = what;
    op_begin(&pg->pool, asking, begun);
}

/* Over; the owner may be called. */
static void session_over(struct op *op)
{
    g_free(op->owner);
    op_end(op);
}

static void session_login_hash(struct op *op, const char *login)
{
    uint8_t hash[HASH_SIZE];

    chain_sha256(login, strlen(login), hash);
    params_bytea(&op->params, hash, HASH_SIZE);
}

/* ---- a try to sign in ---- */

static void attempt_answered(struct op *op)
{
    const struct session_asking *asking = op->owner;
    struct session_attempt *attempt = asking->what;

    attempt->error = op_error(op);
    if (attempt->error == NULL) {
        const PGresult *person = asking->person->result;

        attempt->allowed = PQntuples(asking->answer->result) == 1;
        attempt->again = row_instant(person, 0, 0);
        if (!row_is_null(person, 0, 1) && !row_is_null(person, 0, 2)) {
            attempt->person = row_int8(person, 0, 1);
            attempt->hash = g_strdup(row_text(person, 0, 2, NULL));
        }
    }
    session_over(op);
    attempt->done(attempt);
}

static void attempt_begun(struct op *op)
{
    struct session_asking *asking = op->owner;
    struct session_attempt *attempt = asking->what;

    attempt->error = op_error(op);
    if (attempt->error != NULL) {
        session_over(op);
        attempt->done(attempt);
        return;
    }
    session_login_hash(op, attempt->login);
    params_instant(&op->params, attempt->now);
    asking->answer = op_send(op, QUERY_SIGN_IN_ATTEMPT);
    params_text(&op->params, attempt->login);
    session_login_hash(op, attempt->login);
    params_bool(&op->params, attempt->demonstration);
    asking->person = op_send(op, QUERY_SIGN_IN_PERSON);
    op_sync(op, attempt_answered);
}

static void sessions_pg_attempt(struct sessions *sessions, struct session_attempt *attempt)
{
    attempt->error = NULL;
    attempt->hash = NULL;
    attempt->person = 0;
    session_begin(sessions, attempt, attempt_begun);
}

/* ---- sessions ---- */

/* There is a connection; otherwise FALSE, after answering. */
static bool session_begun(struct op *op, struct session_request *request)
{
    request->error = op_error(op);
    if (request->error == NULL)
        return true;
    session_over(op);
    request->done(request);
    return false;
}

static void session_answered(struct op *op)
{
    const struct session_asking *asking = op->owner;
    struct session_request *request = asking->what;

    request->error = op_error(op);
    session_over(op);
    request->done(request);
}

static void session_send_end(struct op *op, const uint8_t *hash, instant now)
{
    params_bytea(&op->params, hash, HASH_SIZE);
    params_instant(&op->params, now);
    op_send(op, QUERY_SESSION_END);
}

static void open_begun(struct op *op)
{
    struct session_request *request = ((struct session_asking *)op->owner)->what;

    if (!session_begun(op, request))
        return;
    if (request->replaces != NULL)
        session_send_end(op, request->replaces, request->now);
    params_bytea(&op->params, request->hash, HASH_SIZE);
    params_int8(&op->params, request->person);
    params_instant(&op->params, request->now);
    params_instant(&op->params, request->expires);
    session_login_hash(op, request->login);
    op_send(op, QUERY_SESSION_OPEN);
    params_instant(&op->params, request->now);
    op_send(op, QUERY_SESSION_PURGE);
    op_sync(op, session_answered);
}

static void sessions_pg_open(struct sessions *sessions, struct session_request *request)
{
    session_begin(sessions, request, open_begun);
}

static void session_read(struct session_request *request, const PGresult *res)
{
    request->person = row_int8(res, 0, 0);
    request->name = g_strdup(row_text(res, 0, 1, NULL));
    request->org = row_is_null(res, 0, 2) ? 0 : row_int8(res, 0, 2);
    request->org_ja = g_strdup(row_text(res, 0, 3, NULL));
    request->org_en = g_strdup(row_text(res, 0, 4, NULL));
    request->roles = g_strsplit(row_text(res, 0, 5, NULL), ",", -1);
    request->orgs = g_strdup(row_text(res, 0, 6, NULL));
}

static void find_answered(struct op *op)
{
    const struct session_asking *asking = op->owner;
    struct session_request *request = asking->what;

    request->error = op_error(op);
    if (request->error == NULL && PQntuples(asking->answer->result) == 0)
        request->error =
            g_error_new(TOROKU_ERROR, TOROKU_ERROR_UNAUTHENTICATED, "the session is unknown, over or unused too long");
    if (request->error == NULL)
        session_read(request, asking->answer->result);
    session_over(op);
    request->done(request);
}

static void find_begun(struct op *op)
{
    struct session_asking *asking = op->owner;
    struct session_request *request = asking->what;

    if (!session_begun(op, request))
        return;
    params_bytea(&op->params, request->hash, HASH_SIZE);
    params_instant(&op->params, request->now);
    params_instant(&op->params, request->seen_after);
    params_bool(&op->params, request->demonstration);
    asking->answer = op_send(op, QUERY_SESSION_FIND);
    op_sync(op, find_answered);
}

static void sessions_pg_find(struct sessions *sessions, struct session_request *request)
{
    session_begin(sessions, request, find_begun);
}

static void choose_answered(struct op *op)
{
    const struct session_asking *asking = op->owner;
    struct session_request *request = asking->what;

    request->error = op_error(op);
    if (request->error == NULL && PQntuples(asking->answer->result) == 0)
        request->error = g_error_new(TOROKU_ERROR, TOROKU_ERROR_FORBIDDEN,
                                     "the person of the session does not act for this organisation");
    session_over(op);
    request->done(request);
}

static void choose_begun(struct op *op)
{
    struct session_asking *asking = op->owner;
    struct session_request *request = asking->what;

    if (!session_begun(op, request))
        return;
    params_bytea(&op->params, request->hash, HASH_SIZE);
    params_int8(&op->params, request->org);
    asking->answer = op_send(op, QUERY_SESSION_CHOOSE);
    op_sync(op, choose_answered);
}

static void sessions_pg_choose(struct sessions *sessions, struct session_request *request)
{
    session_begin(sessions, request, choose_begun);
}

static void end_begun(struct op *op)
{
    struct session_request *request = ((struct session_asking *)op->owner)->what;

    if (!session_begun(op, request))
        return;
    session_send_end(op, request->hash, request->now);
    op_sync(op, session_answered);
}

static void sessions_pg_end(struct sessions *sessions, struct session_request *request)
{
    session_begin(sessions, request, end_begun);
}

static const struct sessions_ops sessions_pg_ops = {
    .attempt = sessions_pg_attempt,
    .open = sessions_pg_open,
    .find = sessions_pg_find,
    .choose = sessions_pg_choose,
    .end = sessions_pg_end,
};

struct sessions_pg *sessions_pg_new(const char *conninfo, uv_loop_t *uv, struct loop *loop, GError **error)
{
    const struct pool_config config = {
        .name = "sessions",
        .conn = {.conninfo = conninfo},
        .size = SESSIONS_CONNECTIONS,
        .waiters_max = SESSIONS_WAITERS_MAX,
    };
    struct pool *pool = pool_new(&config, uv, loop, NULL, NULL, error);
    struct sessions_pg *pg;

    if (pool == NULL)
        return NULL;
    pg = g_new0(struct sessions_pg, 1);
    pg->sessions.ops = &sessions_pg_ops;
    op_pool_init(&pg->pool, pool);
    feeds_pg_init(&pg->feeds, &pg->pool);
    return pg;
}

struct sessions *sessions_pg_port(struct sessions_pg *pg)
{
    return &pg->sessions;
}

struct feeds *sessions_pg_feeds(struct sessions_pg *pg)
{
    return &pg->feeds.feeds;
}

static void sessions_pool_drained(void *data)
{
    struct sessions_pg *pg = data;
    sessions_pg_drained_cb *drained = pg->drained;
    void *drained_data = pg->drained_data;

    op_pool_release(&pg->pool);
    g_free(pg);
    drained(drained_data);
}

void sessions_pg_drain(struct sessions_pg *pg, sessions_pg_drained_cb *drained, void *data)
{
    pg->drained = drained;
    pg->drained_data = data;
    pool_drain(pg->pool.pool, sessions_pool_drained, pg);
}
