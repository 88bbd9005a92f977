/*
 * The reader port: answers questions without changing anything, as ready JSON, and keeps documents.
 *
 * Every question is asked as somebody: the store applies row level security for that actor (the second wall; the first
 * is engine/app/access.h). Answers come back exactly once, never inside the call.
 */
#ifndef TOROKU_PORT_READER_H
#define TOROKU_PORT_READER_H

#include "engine/core/chain.h"
#include "engine/core/event.h"

struct reader;
struct reader_request;
typedef void reader_cb(struct reader_request *request);

/* What may be asked; parameters are texts in the order given. An answer of no row is NOT_FOUND. */
#define READER_QUESTIONS(X)                                                                                            \
    X(CASE)           /* case id: the case with states, data, turns, deadlines and their derivations */                \
    X(CASE_EVENTS)    /* case id: its history, oldest first */                                                         \
    X(CASE_PART)      /* case id, seq, class: the input of one event that the actor's class may read */                \
    X(QUEUE)          /* role, organisation or "", limit, after: cases whose turn is this role's, by due instant */    \
    X(CASES)          /* workflow or "", organisation or "", limit, after: cases, newest first */                      \
    X(TURNS)          /* role:org,..., workflow, state, sort, limit, after: whose turn, filtered, with their number */ \
    X(CASE_LIST)      /* workflow, open or closed or "", search, id, limit, after: cases, newest first, counted */     \
    X(CASE_PAGE)      /* case id, classes: all that the page of a case shows */                                        \
    X(INBOX)          /* limit, after: the notices sent to the actor's organisation, newest first */                   \
    X(FEED)           /* role:org,..., owning organisation or "", limit: open deadlines, the nearest first */          \
    X(SUBJECTS)       /* none: what the actor may open a case about, by code */                                        \
    X(REGISTER)       /* register, instant: the entries in force at that instant, by key */                            \
    X(REGISTER_ENTRY) /* register, key: every version of one entry */                                                  \
    X(DOCUMENT)       /* sha256: name, size, media type */                                                             \
    X(NOTICES)        /* state, limit: notices with the evidence of their attempts */                                  \
    X(WHOAMI)         /* none: the actor's person, organisation, roles */                                              \
    X(STAT_CASES)     /* at, charts: cases by workflow and state; `charts` as engine/app/figures.h writes it */        \
    X(STAT_DUE)       /* at: turns by workflow, role and kind of deadline, by when */                                  \
    X(STAT_ATTENTION) /* at, limit: the turns overdue or due soon, by due instant */                                   \
    X(STAT_INCIDENTS) /* from, to, at, charts, workflow: incident reports by severity and state */                     \
    X(STAT_STAGES)    /* from, to, at, charts, zone, business days: how long cases stood in each state */              \
    X(STAT_LATENESS)  /* the same: how the role that `charts` names kept the targets of its turn */                    \
    X(READY)          /* none: the database answers */

enum reader_question {
#define X(name) READ_##name,
    READER_QUESTIONS(X)
#undef X
        READER_QUESTION_COUNT
};

#define READER_PARAMS_MAX 6

struct reader_request {
    reader_cb *done;
    enum reader_question question;
    struct actor actor;
    const char *params[READER_PARAMS_MAX]; /* borrowed until done */
    GError *error;                         /* answered; freed by the requester */
    char *json;                            /* answered: UTF-8 JSON text; freed by the requester with g_free */
    size_t size;
    void *impl;
};

/* A person found by the SHA-256 of a bearer token. */
struct reader_identity {
    void (*done)(struct reader_identity *identity);
    uint8_t token_hash[HASH_SIZE];
    instant now;
    bool demonstration; /* people of a demonstration are served */
    GError *error;      /* UNAUTHENTICATED: no such token, or expired */
    int64_t person, org;
    char **roles; /* NULL-terminated; freed by the requester with g_strfreev */
    char *name;   /* of the person; freed by the requester */
    void *impl;
};

/* A document: bytes under their SHA-256, belonging to the organisation that put them. */
struct reader_document {
    void (*done)(struct reader_document *document);
    struct actor actor;
    uint8_t sha256[HASH_SIZE];
    const char *name, *media_type; /* put: borrowed */
    const void *bytes;             /* put: borrowed */
    size_t size;
    instant now;
    GError *error;
    GBytes *content;           /* get: answered; freed by the requester */
    char *got_name, *got_type; /* get: answered; freed by the requester */
    void *impl;
};

struct reader_ops {
    void (*ask)(struct reader *reader, struct reader_request *request);
    void (*identify)(struct reader *reader, struct reader_identity *identity);
    void (*put)(struct reader *reader, struct reader_document *document);
    void (*get)(struct reader *reader, struct reader_document *document);
};

struct reader {
    const struct reader_ops *ops;
};

static inline void reader_ask(struct reader *reader, struct reader_request *request)
{
    reader->ops->ask(reader, request);
}

static inline void reader_identify(struct reader *reader, struct reader_identity *identity)
{
    reader->ops->identify(reader, identity);
}

/* Keeps a document. The same bytes put again by the same organisation change nothing. */
static inline void reader_put(struct reader *reader, struct reader_document *document)
{
    reader->ops->put(reader, document);
}

/* Fetches a document that the actor may read, else NOT_FOUND. */
static inline void reader_get(struct reader *reader, struct reader_document *document)
{
    reader->ops->get(reader, document);
}

#endif
