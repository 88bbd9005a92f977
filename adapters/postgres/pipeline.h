/*
 * libpq's pipeline mode without the loop: what was sent, in which segment, and whose answer comes next.
 *
 * Embedded in a connection (conn.h), which tells it of the session's begin and end and gives it the answers to sort.
 * A segment is one implicit transaction: opened by the first statement, ended by the Sync. While there is no session
 * (`pg` is NULL) wants become strays, which fail in a later turn.
 */
#ifndef TOROKU_POSTGRES_PIPELINE_H
#define TOROKU_POSTGRES_PIPELINE_H

#include "adapters/postgres/params.h"
#include "adapters/postgres/query.h"
#include "adapters/postgres/want.h"

#include <libpq-fe.h>
#include <stdbool.h>

enum pipeline_segment { SEGMENT_NONE, SEGMENT_OPEN, SEGMENT_ENDING };

/* Zero-initialised it has no session. Readable by its owner. */
struct pipeline {
    PGconn *pg;
    struct want_queue wants, strays;
    enum pipeline_segment segment;
    bool answered;      /* the want in front has a result; NULL will complete it */
    struct want failed; /* carries the error that aborted the present segment */
    bool prepared[QUERY_COUNT];
    unsigned segments, replan_at;
};

/* A session begins on ${pg}, which stays the caller's. False when libpq refuses pipeline mode. */
bool pipeline_start(struct pipeline *p, PGconn *pg);

/* The session is over; pipeline_fail must follow. */
void pipeline_stop(struct pipeline *p);

/* See conn.h. False when libpq did not take it: the want is queued all the same, and the session must end. */
bool pipeline_send(struct pipeline *p, enum query query, struct params *params, struct want *want);
bool pipeline_send_text(struct pipeline *p, const char *sql, struct params *params, struct want *want);
bool pipeline_flush_request(struct pipeline *p);
bool pipeline_sync(struct pipeline *p, struct want *want);

/* Hands every complete answer to its want and runs its callback, which may send on, or end the session. */
void pipeline_drain(struct pipeline *p);

/* Fails the wants of the session that is over, in order, with ${reason}. What their callbacks send are strays. */
void pipeline_fail(struct pipeline *p, const GError *reason);

/* Fails what was sent without a session. */
void pipeline_fail_strays(struct pipeline *p);

/* No segment open or under way, nothing expected. */
bool pipeline_is_idle(const struct pipeline *p);

#endif
