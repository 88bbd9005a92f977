#include "adapters/postgres/pipeline.h"

#include "engine/error.h"

#include <string.h>

/*
 * A generic plan made while a table was empty stays when the table has grown, until autovacuum comes by. So the plans
 * are made again after 16 segments, 64, 256, ..., at last every 65,536.
 */
#define REPLAN_FIRST 16u
#define REPLAN_STEP_MAX 65536u

bool pipeline_start(struct pipeline *p, PGconn *pg)
{
    g_assert(p->pg == NULL && p->wants.first == NULL);
    if (PQsetnonblocking(pg, 1) != 0 || PQenterPipelineMode(pg) == 0)
        return false;
    p->pg = pg;
    p->segments = 0;
    p->replan_at = REPLAN_FIRST;
    return true;
}

void pipeline_stop(struct pipeline *p)
{
    p->pg = NULL;
    p->segment = SEGMENT_NONE;
    p->answered = false;
    want_clear(&p->failed);
    memset(p->prepared, 0, sizeof p->prepared);
}

bool pipeline_is_idle(const struct pipeline *p)
{
    return p->wants.first == NULL && p->strays.first == NULL && p->segment == SEGMENT_NONE;
}

static struct want *pipeline_own_want(enum query query)
{
    struct want *want = g_new0(struct want, 1);

    want_begin(want, WANT_OWN, query_texts[query].name);
    want->query = QUERY_COUNT;
    return want;
}

static void pipeline_own_want_free(struct want *want)
{
    want_clear(want);
    g_free(want);
}

static bool pipeline_replan(struct pipeline *p)
{
    const char *text = query_texts[QUERY_SESSION_DISCARD_PLANS].text;

    p->replan_at = p->segments + MIN(3 * p->segments, REPLAN_STEP_MAX);
    want_queue_push(&p->wants, pipeline_own_want(QUERY_SESSION_DISCARD_PLANS));
    return PQsendQueryParams(p->pg, text, 0, NULL, NULL, NULL, NULL, 1) != 0;
}

/* Opens a segment if none is open. */
static bool pipeline_begin(struct pipeline *p)
{
    g_assert(p->segment != SEGMENT_ENDING);
    if (p->segment == SEGMENT_OPEN)
        return true;
    p->segment = SEGMENT_OPEN;
    return p->segments++ != p->replan_at || pipeline_replan(p);
}

static bool pipeline_prepare(struct pipeline *p, enum query query)
{
    const struct query_text *q = &query_texts[query];
    struct want *want;

    if (p->prepared[query])
        return true;
    want = pipeline_own_want(query);
    want->query = query;
    want_queue_push(&p->wants, want);
    p->prepared[query] = true; /* taken back should the answer be an error */
    return PQsendPrepare(p->pg, q->name, q->text, (int)q->count, q->types) != 0;
}

/* ${params} ready to be sent; an empty one stands for NULL. */
static struct params *pipeline_params(struct params *params)
{
    static struct params none;

    if (params == NULL)
        return &none;
    params_seal(params);
    return params;
}

bool pipeline_send(struct pipeline *p, enum query query, struct params *params, struct want *want)
{
    const struct query_text *q = &query_texts[query];
    struct params *v = pipeline_params(params);
    bool ok;

    g_assert_cmpuint(v->count, ==, q->count);
    for (size_t i = 0; i < q->count; i++)
        g_assert_cmpuint(v->types[i], ==, q->types[i]);
    want_begin(want, WANT_STATEMENT, q->name);
    ok = p->pg == NULL ||
         (pipeline_begin(p) && pipeline_prepare(p, query) &&
          PQsendQueryPrepared(p->pg, q->name, (int)v->count, v->values, v->lengths, v->formats, 1) != 0);
    want_queue_push(p->pg != NULL ? &p->wants : &p->strays, want);
    return ok;
}

bool pipeline_send_text(struct pipeline *p, const char *sql, struct params *params, struct want *want)
{
    struct params *v = pipeline_params(params);
    bool ok;

    want_begin(want, WANT_STATEMENT, "statement");
    ok = p->pg == NULL || (pipeline_begin(p) && PQsendQueryParams(p->pg, sql, (int)v->count, v->types, v->values,
                                                                  v->lengths, v->formats, 1) != 0);
    want_queue_push(p->pg != NULL ? &p->wants : &p->strays, want);
    return ok;
}

bool pipeline_flush_request(struct pipeline *p)
{
    return p->pg == NULL || PQsendFlushRequest(p->pg) != 0;
}

bool pipeline_sync(struct pipeline *p, struct want *want)
{
    bool ok;

    want_begin(want, WANT_SYNC, "commit");
    ok = p->pg == NULL || (pipeline_begin(p) && PQpipelineSync(p->pg) != 0);
    if (p->pg != NULL)
        p->segment = SEGMENT_ENDING;
    want_queue_push(p->pg != NULL ? &p->wants : &p->strays, want);
    return ok;
}

/* The want in front has its complete answer. */
static void pipeline_complete(struct pipeline *p)
{
    struct want *want = p->wants.first;

    if (want->kind == WANT_SYNC)
        return; /* the commit failed: its error came, the Sync's own answer follows */
    g_assert(want->result != NULL || want->error != NULL);
    want_queue_pop(&p->wants);
    if (want->kind == WANT_OWN) {
        if (want->query != QUERY_COUNT)
            p->prepared[want->query] = want->error == NULL;
        pipeline_own_want_free(want);
        return;
    }
    want->done(want);
}

/* One transaction is over. */
static void pipeline_synced(struct pipeline *p)
{
    struct want *want = want_queue_pop(&p->wants);

    g_assert(want->kind == WANT_SYNC);
    want_copy_error(want, &p->failed);
    want_clear(&p->failed);
    p->segment = SEGMENT_NONE;
    want->done(want);
}

/* Rows or an error, ours now, for the want in front. The first error of a segment is what its later wants get. */
static void pipeline_accept(struct pipeline *p, PGresult *res)
{
    struct want *want = p->wants.first;

    if (PQresultStatus(res) == PGRES_PIPELINE_ABORTED) {
        PQclear(res);
        g_assert(p->failed.error != NULL);
        want_copy_error(want, &p->failed);
        return;
    }
    want_accept(want, res);
    want_copy_error(&p->failed, want);
}

void pipeline_drain(struct pipeline *p)
{
    while (p->pg != NULL && p->wants.first != NULL && !PQisBusy(p->pg)) {
        PGresult *res = PQgetResult(p->pg);

        if (res == NULL) {
            if (!p->answered)
                return; /* libpq gave the session up: it would say so for ever */
            p->answered = false;
            pipeline_complete(p);
        } else if (PQresultStatus(res) == PGRES_PIPELINE_SYNC) {
            PQclear(res); /* no NULL follows */
            pipeline_synced(p);
        } else {
            p->answered = true;
            pipeline_accept(p, res);
        }
    }
}

static void pipeline_fail_queue(struct want_queue *queue, const GError *reason)
{
    struct want_queue lost = *queue;
    struct want cause = {.error = g_error_copy(reason)};

    *queue = (struct want_queue){0};
    while (lost.first != NULL) {
        struct want *want = want_queue_pop(&lost);

        if (want->kind == WANT_OWN) {
            pipeline_own_want_free(want);
            continue;
        }
        want_copy_error(want, &cause);
        want->done(want);
    }
    want_clear(&cause);
}

void pipeline_fail(struct pipeline *p, const GError *reason)
{
    g_assert(p->pg == NULL);
    pipeline_fail_queue(&p->wants, reason);
}

void pipeline_fail_strays(struct pipeline *p)
{
    g_autoptr(GError) reason =
        g_error_new_literal(TOROKU_ERROR, TOROKU_ERROR_UNAVAILABLE, "PostgreSQL: there is no connection at present");

    if (p->strays.first != NULL)
        pipeline_fail_queue(&p->strays, reason);
}
