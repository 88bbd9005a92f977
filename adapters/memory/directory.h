/*
 * Organisations, people, what they may do, and what cases are about, in memory. Ids count from 1 in the order of
 * adding, as a fresh database gives them. Codes are unique; a second one is refused with CONFLICT.
 */
#ifndef TOROKU_MEMORY_DIRECTORY_H
#define TOROKU_MEMORY_DIRECTORY_H

#include "engine/error.h"

#include <stdint.h>

struct directory_org {
    int64_t id;
    char *code, *name_ja, *name_en;
    char **roles;        /* held by the organisation: whose queue, whose mail; NULL-terminated */
    GPtrArray *contacts; /* struct directory_contact */
};

/* Where an organisation takes mail. Kinds: contacts, queue, lead. */
struct directory_contact {
    char *kind, *email, *language;
};

/* A person, as a member of one organisation with roles. */
struct directory_person {
    int64_t id, org;
    char *login, *name;
    char **roles; /* NULL-terminated */
};

/* What a case is about: a service of an organisation. */
struct directory_subject {
    int64_t id, org;
    char *code, *name;
};

struct directory {
    GPtrArray *orgs;     /* struct directory_org, by id */
    GPtrArray *persons;  /* struct directory_person, by id */
    GPtrArray *subjects; /* struct directory_subject, by id */
};

struct directory *directory_new(void);
void directory_free(struct directory *directory);

/* All texts are copied; ${roles} is NULL-terminated or NULL. The result belongs to the directory. */
struct directory_org *directory_add_org(struct directory *directory, const char *code, const char *name_ja,
                                        const char *name_en, const char *const *roles, GError **error);
void directory_add_contact(struct directory_org *org, const char *kind, const char *email, const char *language);
struct directory_person *directory_add_person(struct directory *directory, const char *login, const char *name,
                                              int64_t org, const char *const *roles, GError **error);
struct directory_subject *directory_add_subject(struct directory *directory, int64_t org, const char *code,
                                                const char *name, GError **error);

/* NULL when there is none. */
const struct directory_org *directory_org(const struct directory *directory, int64_t id);
const struct directory_org *directory_org_by_code(const struct directory *directory, const char *code);
const struct directory_person *directory_person(const struct directory *directory, int64_t id);
const struct directory_person *directory_person_by_login(const struct directory *directory, const char *login);
const struct directory_subject *directory_subject(const struct directory *directory, int64_t id);
const struct directory_subject *directory_subject_by_code(const struct directory *directory, const char *code);

/*
 * The addresses of a notice for ${who}.${kind}: of the organisation ${org_code} when that is given, of ${owner} when
 * who is "owner", else of the organisations that hold the role. By address, each once. A new array of borrowed struct
 * directory_contact.
 */
GPtrArray *directory_recipients(const struct directory *directory, const char *who, const char *kind,
                                const char *org_code, int64_t owner);

#endif
