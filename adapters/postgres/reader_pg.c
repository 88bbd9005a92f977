#include "adapters/postgres/reader_pg.h"

#include "adapters/postgres/conninfo.h"
#include "adapters/postgres/op.h"
#include "engine/app/access.h"
#include "engine/error.h"

#include <string.h>

#define READER_CONNECTIONS 2
#define READER_WAITERS_MAX 4096

/*
 * By enum access_eyes; and the statistics, which staff ask for as well. These read much, so they have one connection of
 * their own, behind which they wait for each other and nobody else does, and more time.
 */
static const char *const reader_roles[] = {"read_public", "read_org", "read_staff", "read_staff"};
#define READER_ROLES G_N_ELEMENTS(reader_roles)
#define READER_STATISTICS (READER_ROLES - 1)
#define READER_STATISTICS_WAITERS_MAX 64
#define READER_STATISTICS_MS 60000

struct reader_pg {
    struct reader reader; /* first */
    struct op_pool pools[READER_ROLES];
    unsigned open;
    reader_pg_drained_cb *drained;
    void *drained_data;
};

enum reader_way {
    READER_OWN,      /* with the actor's eyes */
    READER_PUBLIC,   /* with everybody's */
    READER_STATISTIC /* with the actor's; those of staff on the connection of the statistics */
};

/* How a question is asked: by whose eyes, with which parameters. */
struct reader_statement {
    enum query query;
    int params; /* of the request's */
    enum reader_way way;
};

static const struct reader_statement reader_statements[] = {
    [READ_CASE] = {QUERY_READ_CASE, 1, READER_OWN},
    [READ_CASE_EVENTS] = {QUERY_READ_CASE_EVENTS, 1, READER_OWN},
    [READ_CASE_PART] = {QUERY_READ_CASE_PART, 3, READER_OWN},
    [READ_QUEUE] = {QUERY_READ_QUEUE, 4, READER_OWN},
    [READ_CASES] = {QUERY_READ_CASES, 4, READER_OWN},
    [READ_TURNS] = {QUERY_READ_TURNS, 6, READER_OWN},
    [READ_CASE_LIST] = {QUERY_READ_CASE_LIST, 6, READER_OWN},
    [READ_CASE_PAGE] = {QUERY_READ_CASE_PAGE, 2, READER_OWN},
    [READ_INBOX] = {QUERY_READ_INBOX, 2, READER_OWN},
    [READ_FEED] = {QUERY_READ_FEED, 3, READER_OWN},
    [READ_SUBJECTS] = {QUERY_READ_SUBJECTS, 0, READER_OWN},
    [READ_REGISTER] = {QUERY_READ_REGISTER, 3, READER_PUBLIC},
    [READ_REGISTER_ENTRY] = {QUERY_READ_REGISTER_ENTRY, 2, READER_PUBLIC},
    [READ_DOCUMENT] = {QUERY_READ_DOCUMENT, 1, READER_OWN},
    [READ_NOTICES] = {QUERY_READ_NOTICES, 2, READER_OWN},
    [READ_WHOAMI] = {QUERY_READ_WHOAMI, 0, READER_OWN},
    [READ_STAT_CASES] = {QUERY_READ_STAT_CASES, 2, READER_STATISTIC},
    [READ_STAT_DUE] = {QUERY_READ_STAT_DUE, 1, READER_STATISTIC},
    [READ_STAT_ATTENTION] = {QUERY_READ_STAT_ATTENTION, 2, READER_STATISTIC},
    [READ_STAT_INCIDENTS] = {QUERY_READ_STAT_INCIDENTS, 5, READER_STATISTIC},
    [READ_STAT_STAGES] = {QUERY_READ_STAT_STAGES, 6, READER_STATISTIC},
    [READ_STAT_LATENESS] = {QUERY_READ_STAT_LATENESS, 6, READER_STATISTIC},
    [READ_READY] = {QUERY_READ_READY, 0, READER_PUBLIC},
};
G_STATIC_ASSERT(G_N_ELEMENTS(reader_statements) == READER_QUESTION_COUNT);

/* What is under way: a request, an identity or a document. */
struct reading {
    void *what;
    const struct want *answer;
    enum access_eyes eyes;
};

static struct op *reader_begin_at(struct reader *reader, size_t pool, enum access_eyes eyes, void *what, op_cb *begun)
{
    struct reader_pg *pg = (struct reader_pg *)(void *)reader;
    struct reading *reading = g_new0(struct reading, 1);

    reading->what = what;
    reading->eyes = eyes;
    return op_begin(&pg->pools[pool], reading, begun);
}

static struct op *reader_begin(struct reader *reader, enum access_eyes eyes, void *what, op_cb *begun)
{
    return reader_begin_at(reader, eyes, eyes, what, begun);
}

/* Over; the owner may be called. */
static void reader_end(struct op *op)
{
    g_free(op->owner);
    op_end(op);
}

/* Within the transaction of the question: whose rows row level security shows. */
static void reader_scope(struct op *op, const struct actor *actor)
{
    char org[24];

    if (((struct reading *)op->owner)->eyes != EYES_ORG)
        return;
    g_snprintf(org, sizeof org, "%" G_GINT64_FORMAT, actor->org);
    params_text(&op->params, org);
    op_send(op, QUERY_READ_SCOPE);
}

/*
 * A text that is no number, instant or cursor fails inside the statement (class 22, data exception): that is the
 * asker's mistake. What the role may not touch at all (42501) the first wall should have refused.
 */
static GError *reader_error(const struct op *op)
{
    const struct want *failed = op_failed(op);
    GError *error = op_error(op);

    if (failed != NULL && strncmp(failed->sqlstate, "22", 2) == 0) {
        g_clear_error(&error);
        error = g_error_new(TOROKU_ERROR, TOROKU_ERROR_INVALID, "a parameter of %s is not of the expected form",
                            failed->what);
    } else if (failed != NULL && strcmp(failed->sqlstate, "42501") == 0) {
        g_clear_error(&error);
        error = g_error_new(TOROKU_ERROR, TOROKU_ERROR_FORBIDDEN, "%s is not for this actor", failed->what);
    }
    return error;
}

static void reader_answered(struct op *op)
{
    struct reading *reading = op->owner;
    struct reader_request *request = reading->what;
    GError *error = reader_error(op);

    if (error == NULL && (PQntuples(reading->answer->result) == 0 || row_is_null(reading->answer->result, 0, 0)))
        error = g_error_new(TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND, "there is nothing of this kind to be seen");
    if (error == NULL) {
        const char *json = row_text(reading->answer->result, 0, 0, &request->size);

        request->json = g_strndup(json, request->size);
    }
    request->error = error;
    reader_end(op);
    request->done(request);
}

/*
 * A list of one organisation has an index of its own: the one that asks, or the one that staff name. The texts are then
 * filter, organisation, limit, after, and without the organisation for the whole list.
 */
static enum query reader_send_list(struct op *op, const struct reader_request *request)
{
    bool queue = request->question == READ_QUEUE;
    bool one_org = ((struct reading *)op->owner)->eyes == EYES_ORG || request->params[1][0] != '\0';

    params_text(&op->params, request->params[0]);
    if (one_org)
        params_text(&op->params, request->params[1]);
    params_text(&op->params, request->params[2]);
    params_text(&op->params, request->params[3]);
    if (one_org)
        return queue ? QUERY_READ_QUEUE_ORG : QUERY_READ_CASES_ORG;
    return queue ? QUERY_READ_QUEUE : QUERY_READ_CASES;
}

static void reader_params(struct op *op, const struct reader_request *request)
{
    char id[24];

    for (int i = 0; i < reader_statements[request->question].params; i++)
        params_text(&op->params, request->params[i]);
    if (request->question != READ_WHOAMI && request->question != READ_INBOX)
        return;
    if (request->question == READ_WHOAMI) {
        g_snprintf(id, sizeof id, "%" G_GINT64_FORMAT, request->actor.person);
        params_text(&op->params, id);
    }
    g_snprintf(id, sizeof id, "%" G_GINT64_FORMAT, request->actor.org);
    params_text(&op->params, id);
}

static void reader_begun(struct op *op)
{
    struct reading *reading = op->owner;
    struct reader_request *request = reading->what;
    enum query query = reader_statements[request->question].query;

    request->error = op_error(op);
    if (request->error != NULL) {
        reader_end(op);
        request->done(request);
        return;
    }
    reader_scope(op, &request->actor);
    if (request->question == READ_QUEUE || request->question == READ_CASES)
        query = reader_send_list(op, request);
    else
        reader_params(op, request);
    reading->answer = op_send(op, query);
    op_sync(op, reader_answered);
}

static void reader_pg_ask(struct reader *reader, struct reader_request *request)
{
    enum reader_way way = reader_statements[request->question].way;
    enum access_eyes eyes = way == READER_PUBLIC ? EYES_PUBLIC : access_eyes(&request->actor);

    request->error = NULL;
    request->json = NULL;
    request->size = 0;
    reader_begin_at(reader, way == READER_STATISTIC && eyes == EYES_STAFF ? READER_STATISTICS : (size_t)eyes, eyes,
                    request, reader_begun);
}

static void identify_answered(struct op *op)
{
    struct reading *reading = op->owner;
    struct reader_identity *identity = reading->what;
    const PGresult *res = reading->answer->result;

    identity->error = op_error(op);
    if (identity->error == NULL && PQntuples(res) == 0)
        identity->error =
            g_error_new(TOROKU_ERROR, TOROKU_ERROR_UNAUTHENTICATED, "the token is unknown, expired or revoked");
    if (identity->error == NULL) {
        identity->person = row_int8(res, 0, 0);
        identity->org = row_int8(res, 0, 1);
        identity->name = g_strdup(row_text(res, 0, 2, NULL));
        identity->roles = g_strsplit(row_text(res, 0, 3, NULL), ",", -1);
    }
    reader_end(op);
    identity->done(identity);
}

static void identify_begun(struct op *op)
{
    struct reading *reading = op->owner;
    struct reader_identity *identity = reading->what;

    identity->error = op_error(op);
    if (identity->error != NULL) {
        reader_end(op);
        identity->done(identity);
        return;
    }
    params_bytea(&op->params, identity->token_hash, HASH_SIZE);
    params_instant(&op->params, identity->now);
    params_bool(&op->params, identity->demonstration);
    reading->answer = op_send(op, QUERY_IDENTIFY);
    op_sync(op, identify_answered);
}

/* Who somebody is has to be known before it can be said what they may see. */
static void reader_pg_identify(struct reader *reader, struct reader_identity *identity)
{
    reader_begin(reader, EYES_STAFF, identity, identify_begun);
}

/* Takes the actor's eyes. FALSE after answering: there was no connection. */
static bool document_begun(struct op *op, struct reader_document *document)
{
    document->error = op_error(op);
    if (document->error != NULL) {
        reader_end(op);
        document->done(document);
        return false;
    }
    reader_scope(op, &document->actor);
    return true;
}

static void put_answered(struct op *op)
{
    struct reader_document *document = ((struct reading *)op->owner)->what;

    document->error = reader_error(op);
    reader_end(op);
    document->done(document);
}

static void put_begun(struct op *op)
{
    struct reading *reading = op->owner;
    struct reader_document *document = reading->what;

    if (!document_begun(op, document))
        return;
    params_int8(&op->params, document->actor.org);
    params_bytea(&op->params, document->sha256, HASH_SIZE);
    params_text(&op->params, document->name);
    params_text(&op->params, document->media_type);
    params_bytea(&op->params, document->size > 0 ? document->bytes : "", document->size);
    params_instant(&op->params, document->now);
    op_send(op, QUERY_DOCUMENT_PUT);
    op_sync(op, put_answered);
}

static void reader_pg_put(struct reader *reader, struct reader_document *document)
{
    reader_begin(reader, access_eyes(&document->actor), document, put_begun);
}

static void get_answered(struct op *op)
{
    struct reading *reading = op->owner;
    struct reader_document *document = reading->what;
    const PGresult *res = reading->answer->result;

    document->error = reader_error(op);
    if (document->error == NULL && PQntuples(res) == 0)
        document->error = g_error_new(TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND, "there is no such document to be seen");
    if (document->error == NULL) {
        size_t size;
        const void *bytes = row_bytea(res, 0, 2, &size);

        document->got_name = g_strdup(row_text(res, 0, 0, NULL));
        document->got_type = g_strdup(row_text(res, 0, 1, NULL));
        document->content = g_bytes_new(bytes, size);
    }
    reader_end(op);
    document->done(document);
}

static void get_begun(struct op *op)
{
    struct reading *reading = op->owner;
    struct reader_document *document = reading->what;

    if (!document_begun(op, document))
        return;
    params_bytea(&op->params, document->sha256, HASH_SIZE);
    reading->answer = op_send(op, QUERY_DOCUMENT_GET);
    op_sync(op, get_answered);
}

static void reader_pg_get(struct reader *reader, struct reader_document *document)
{
    reader_begin(reader, access_eyes(&document->actor), document, get_begun);
}

static const struct reader_ops reader_pg_ops = {
    .ask = reader_pg_ask,
    .identify = reader_pg_identify,
    .put = reader_pg_put,
    .get = reader_pg_get,
};

static struct pool *reader_pool(const char *conninfo, size_t which, unsigned connections, uv_loop_t *uv,
                                struct loop *loop, GError **error)
{
    g_autofree char *options = g_strdup_printf("-c role=%s", reader_roles[which]);
    g_autofree char *with_options = conninfo_with_options(conninfo, options, error);
    struct pool_config config = {
        .name = reader_roles[which],
        .conn = {.conninfo = with_options},
        .size = connections > 0 ? connections : READER_CONNECTIONS,
        .waiters_max = READER_WAITERS_MAX,
    };

    if (which == READER_STATISTICS) {
        config.name = "statistics";
        config.conn.statement_timeout_ms = READER_STATISTICS_MS;
        config.size = 1;
        config.waiters_max = READER_STATISTICS_WAITERS_MAX;
    }
    return with_options == NULL ? NULL : pool_new(&config, uv, loop, NULL, NULL, error);
}

struct reader_pg *reader_pg_new(const char *conninfo, unsigned connections, uv_loop_t *uv, struct loop *loop,
                                GError **error)
{
    struct reader_pg *pg = g_new0(struct reader_pg, 1);

    pg->reader.ops = &reader_pg_ops;
    for (; pg->open < READER_ROLES; pg->open++) {
        struct pool *pool = reader_pool(conninfo, pg->open, connections, uv, loop, error);

        if (pool == NULL) {
            g_assert(pg->open == 0); /* the same conninfo was parsed before */
            g_free(pg);
            return NULL;
        }
        op_pool_init(&pg->pools[pg->open], pool);
    }
    return pg;
}

struct reader *reader_pg_port(struct reader_pg *pg)
{
    return &pg->reader;
}

static void reader_pool_drained(void *data)
{
    struct reader_pg *pg = data;
    reader_pg_drained_cb *drained = pg->drained;
    void *drained_data = pg->drained_data;

    if (--pg->open > 0)
        return;
    for (size_t i = 0; i < READER_ROLES; i++)
        op_pool_release(&pg->pools[i]);
    g_free(pg);
    drained(drained_data);
}

void reader_pg_drain(struct reader_pg *pg, reader_pg_drained_cb *drained, void *data)
{
    pg->drained = drained;
    pg->drained_data = data;
    for (size_t i = 0; i < READER_ROLES; i++)
        pool_drain(pg->pools[i].pool, reader_pool_drained, pg);
}
