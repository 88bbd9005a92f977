/*
 * The feeds port: addresses at which a calendar program fetches deadlines without signing in, and what it is given.
 *
 * An address ends in a random token, which is nowhere but with its holder: the store knows its SHA-256. It stands for
 * one person acting for one organisation, and opens nothing as soon as the person revokes it, makes another one, or no
 * longer acts for that organisation. Every request ends in exactly one `done`, never inside the call.
 */
#ifndef TOROKU_PORT_FEEDS_H
#define TOROKU_PORT_FEEDS_H

#include "engine/core/chain.h"

struct feeds;

/* What a feed tells: the deadlines of the person's turns; all those of the organisation. In the order of feeds.scope.
 */
enum feed_scope { FEED_PERSON, FEED_ORG, FEED_SCOPE_COUNT };

/* What is known of an address. */
struct feed_address {
    bool lives;
    instant made, fetched; /* INSTANT_NEVER: not fetched since it was made; noted once an hour */
};

struct feeds_request {
    void (*done)(struct feeds_request *request);
    int64_t person, org;     /* list, make, revoke: whose; find: answered */
    enum feed_scope scope;   /* make, revoke: which; find: answered */
    uint8_t hash[HASH_SIZE]; /* make, find: SHA-256 of the token */
    bool english;            /* make: the language of the feed, English or Japanese; find: answered */
    instant now;
    bool demonstration; /* find: people of a demonstration are served */

    GError *error;                                   /* answered; NOT_FOUND: no such address, or none any more */
    struct feed_address addresses[FEED_SCOPE_COUNT]; /* list, make, revoke: as they are afterwards */
    char **roles, **org_roles;                       /* find: of the person there, of the organisation */
    char *org_ja, *org_en;                           /* find: the organisation's names */
    void *impl;
};

struct feeds_ops {
    void (*list)(struct feeds *feeds, struct feeds_request *request);
    void (*make)(struct feeds *feeds, struct feeds_request *request);
    void (*revoke)(struct feeds *feeds, struct feeds_request *request);
    void (*find)(struct feeds *feeds, struct feeds_request *request);
};

struct feeds {
    const struct feeds_ops *ops;
};

/* The addresses that a person has for an organisation. */
static inline void feeds_list(struct feeds *feeds, struct feeds_request *request)
{
    feeds->ops->list(feeds, request);
}

/* Makes an address; the one of the same scope until now opens nothing any more. */
static inline void feeds_make(struct feeds *feeds, struct feeds_request *request)
{
    feeds->ops->make(feeds, request);
}

/* Revokes an address for good; one that is not there is no error. */
static inline void feeds_revoke(struct feeds *feeds, struct feeds_request *request)
{
    feeds->ops->revoke(feeds, request);
}

/* Finds whose address it is, and notes that it is used. */
static inline void feeds_find(struct feeds *feeds, struct feeds_request *request)
{
    feeds->ops->find(feeds, request);
}

/* Frees what was answered. */
static inline void feeds_request_clear(struct feeds_request *request)
{
    g_clear_error(&request->error);
    g_clear_pointer(&request->roles, g_strfreev);
    g_clear_pointer(&request->org_roles, g_strfreev);
    g_clear_pointer(&request->org_ja, g_free);
    g_clear_pointer(&request->org_en, g_free);
}

/* One open deadline in a feed; texts are borrowed. */
struct feed_item {
    const char *uid; /* of this deadline of this case, however it moves */
    int sequence;    /* rises when it moves */
    instant changed; /* when it came to be as it is */
    bool by_day;     /* due at the end of a civil day, else at an instant */
    civil_day day;   /* by_day: that day */
    instant due;     /* otherwise: told to the second, never a later one */
    const char *summary, *description, *url;
};

struct feed {
    const char *name, *language; /* as a calendar program shows it; "ja" or "en" */
    GArray *items;               /* struct feed_item, in the order in which they are told */
};

/* Writes ${feed} in the format that it is served in, UTF-8 of ${size} bytes; a new text. */
typedef char *feed_writer(const struct feed *feed, size_t *size);

#endif
