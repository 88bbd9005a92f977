/*
 * Organisations, people, roles, contacts, services, passwords and tokens: what the command line administers.
 * Synchronous.
 *
 * Everything may be said twice: what is there already is renamed or left alone. Each function is one transaction and
 * answers FALSE (or 0) with ${error}: INVALID for a text that the table refuses, NOT_FOUND for what is not there.
 */
#ifndef TOROKU_POSTGRES_DIRECTORY_H
#define TOROKU_POSTGRES_DIRECTORY_H

#include "engine/calendar/instant.h"
#include "engine/core/snapshot.h"

struct directory;

/* A connection as the role engine (or the owner), or NULL with UNAVAILABLE. */
struct directory *directory_open(const char *conninfo, GError **error);
/* Accepts NULL. */
void directory_close(struct directory *d);

/* The id of the organisation ${code}, created or renamed. ${kind}: csp, auditor, operator, ministry, ... */
int64_t directory_organisation(struct directory *d, const char *code, const char *name_ja, const char *name_en,
                               const char *kind, GError **error);

/* The id of the person ${login}, created or renamed. */
int64_t directory_person(struct directory *d, const char *login, const char *name, GError **error);

/* Marks ${person} as one of a demonstration: served only where the configuration says so. */
bool directory_demonstration(struct directory *d, int64_t person, GError **error);

/* Gives ${person} a password by its hash; sessions begun before end. */
bool directory_password(struct directory *d, int64_t person, const char *hash, instant at, GError **error);

/* Takes it, and ends the person's sessions. NOT_FOUND when there is none. */
bool directory_password_revoke(struct directory *d, int64_t person, instant at, GError **error);

/* The hash of the person's password, for g_free; NULL with NOT_FOUND when there is none. */
char *directory_password_read(struct directory *d, int64_t person, GError **error);

/* Ids by name, for further calls; NULL asks for none. NOT_FOUND names the one that is not there. */
bool directory_find(struct directory *d, const char *login, const char *org_code, int64_t *person, int64_t *org,
                    GError **error);

/* Lets ${person} act as ${role} for ${org}, which holds the role from then on; takes it from the person again. */
bool directory_grant(struct directory *d, int64_t person, int64_t org, const char *role, GError **error);
bool directory_revoke(struct directory *d, int64_t person, int64_t org, const char *role, GError **error);

/* Gives ${org} a role, for its mail, without a person. */
bool directory_role(struct directory *d, int64_t org, const char *role, GError **error);

/* An address of ${org}. ${kind}: contacts, queue or lead; ${language}: ja or en. */
bool directory_contact(struct directory *d, int64_t org, const char *kind, const char *email, const char *language,
                       GError **error);

/* The id of the service ${code} of ${org}, created or renamed. */
int64_t directory_subject(struct directory *d, int64_t org, const char *code, const char *name, GError **error);

/* Lets whoever holds the token with this SHA-256 act as ${person} for ${org} until ${expires} (INSTANT_NEVER). The
 * same hash for somebody else is a CONFLICT. */
bool directory_token(struct directory *d, const uint8_t hash[HASH_SIZE], int64_t person, int64_t org, const char *label,
                     instant expires, GError **error);
bool directory_token_revoke(struct directory *d, const uint8_t hash[HASH_SIZE], instant at, GError **error);

#endif
