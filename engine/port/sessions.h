/*
 * The sessions port: who signs in with a password, and the sessions that follow.
 *
 * A session is known by the SHA-256 of its id; the id itself is nowhere but with its holder. Tries are counted before
 * the password is looked at and forgiven when it was right, so that many at once gain nothing; a login that nobody has
 * is counted and answered like any other. Every request ends in exactly one `done`, never inside the call.
 */
#ifndef TOROKU_PORT_SESSIONS_H
#define TOROKU_PORT_SESSIONS_H

#include "engine/core/chain.h"

struct sessions;

/* One try to sign in. */
struct session_attempt {
    void (*done)(struct session_attempt *attempt);
    const char *login; /* borrowed until done */
    instant now;
    bool demonstration; /* people of a demonstration may sign in */

    GError *error;  /* answered; freed by the requester */
    bool allowed;   /* answered: this try counts; otherwise too many have failed */
    instant again;  /* answered: when the next try is allowed */
    int64_t person; /* answered: 0 when nobody who may sign in has this login */
    char *hash;     /* answered: of the person's password; NULL for nobody; freed by the requester with g_free */
    void *impl;
};

/* A session that is opened, found, given an organisation or ended. */
struct session_request {
    void (*done)(struct session_request *request);
    uint8_t hash[HASH_SIZE]; /* SHA-256 of the session's id */
    instant now;
    bool demonstration;      /* find: people of a demonstration are served */
    instant seen_after;      /* find: a session that nobody used since is over */
    int64_t person;          /* open: whose; find: answered */
    const char *login;       /* open: whose tries are forgiven; borrowed until done */
    instant expires;         /* open: over then, however much it is used */
    const uint8_t *replaces; /* open: the hash of a session that ends by it; NULL: none; borrowed until done */
    int64_t org;             /* choose: for which organisation the person acts from now on; find: answered, 0: none */

    GError *error;                /* answered; UNAUTHENTICATED: no such session, or over; FORBIDDEN: no such grant */
    char *name, *org_ja, *org_en; /* find: of the person and the organisation; freed by session_request_clear */
    char **roles;                 /* find: those that the person holds for the organisation */
    char *orgs;                   /* find: JSON list of {"id", "ja", "en"}: for whom the person may act */
    void *impl;
};

struct sessions_ops {
    void (*attempt)(struct sessions *sessions, struct session_attempt *attempt);
    void (*open)(struct sessions *sessions, struct session_request *request);
    void (*find)(struct sessions *sessions, struct session_request *request);
    void (*choose)(struct sessions *sessions, struct session_request *request);
    void (*end)(struct sessions *sessions, struct session_request *request);
};

struct sessions {
    const struct sessions_ops *ops;
};

static inline void sessions_attempt(struct sessions *sessions, struct session_attempt *attempt)
{
    sessions->ops->attempt(sessions, attempt);
}

/* Begins a session; it acts for the person's organisation when there is only one. */
static inline void sessions_open(struct sessions *sessions, struct session_request *request)
{
    sessions->ops->open(sessions, request);
}

/* Finds a session that is not over and notes that it is used. */
static inline void sessions_find(struct sessions *sessions, struct session_request *request)
{
    sessions->ops->find(sessions, request);
}

static inline void sessions_choose(struct sessions *sessions, struct session_request *request)
{
    sessions->ops->choose(sessions, request);
}

/* Ends a session for good; one that is not there is no error. */
static inline void sessions_end(struct sessions *sessions, struct session_request *request)
{
    sessions->ops->end(sessions, request);
}

/* Frees what was answered. */
static inline void session_request_clear(struct session_request *request)
{
    g_clear_error(&request->error);
    g_clear_pointer(&request->name, g_free);
    g_clear_pointer(&request->org_ja, g_free);
    g_clear_pointer(&request->org_en, g_free);
    g_clear_pointer(&request->roles, g_strfreev);
    g_clear_pointer(&request->orgs, g_free);
}

#endif
