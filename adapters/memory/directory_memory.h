/*
 * Organisations, people, what they may do, and what cases are about, in memory. Ids count from 1 in the order of
 * adding, as a fresh database gives them. Codes are unique (those of subjects within their organisation); a second one
 * is refused with CONFLICT.
 */
#ifndef TOROKU_MEMORY_DIRECTORY_MEMORY_H
#define TOROKU_MEMORY_DIRECTORY_MEMORY_H

#include "engine/error.h"

#include <stdint.h>

struct directory_memory_org {
    int64_t id;
    char *code, *name_ja, *name_en;
    GPtrArray *roles;    /* char *: held by the organisation: whose queue, whose mail */
    GPtrArray *contacts; /* struct directory_memory_contact */
};

/* Where an organisation takes mail. Kinds: contacts, queue, lead. */
struct directory_memory_contact {
    char *kind, *email, *language;
};

/* A person, as a member of one organisation with roles. */
struct directory_memory_person {
    int64_t id, org;
    char *login, *name;
    char **roles; /* NULL-terminated */
};

/* What a case is about: a service of an organisation. */
struct directory_memory_subject {
    int64_t id, org;
    char *code, *name;
};

struct directory_memory {
    GPtrArray *orgs;     /* struct directory_memory_org, by id */
    GPtrArray *persons;  /* struct directory_memory_person, by id */
    GPtrArray *subjects; /* struct directory_memory_subject, by id */
};

struct directory_memory *directory_memory_new(void);
void directory_memory_free(struct directory_memory *directory);

/* All texts are copied; the result belongs to the directory. What a person may do for an organisation, that
 * organisation is held to do: it gets the role's queue and mail. ${roles} is NULL-terminated or NULL. */
struct directory_memory_org *directory_memory_add_org(struct directory_memory *directory, const char *code,
                                                      const char *name_ja, const char *name_en, GError **error);
void directory_memory_add_role(struct directory_memory_org *org, const char *role);
void directory_memory_add_contact(struct directory_memory_org *org, const char *kind, const char *email,
                                  const char *language);
struct directory_memory_person *directory_memory_add_person(struct directory_memory *directory, const char *login,
                                                            const char *name, int64_t org, const char *const *roles,
                                                            GError **error);
struct directory_memory_subject *directory_memory_add_subject(struct directory_memory *directory, int64_t org,
                                                              const char *code, const char *name, GError **error);

/* NULL when there is none. */
const struct directory_memory_org *directory_memory_org(const struct directory_memory *directory, int64_t id);
const struct directory_memory_org *directory_memory_org_by_code(const struct directory_memory *directory,
                                                                const char *code);
const struct directory_memory_person *directory_memory_person(const struct directory_memory *directory, int64_t id);
const struct directory_memory_person *directory_memory_person_by_login(const struct directory_memory *directory,
                                                                       const char *login);
const struct directory_memory_subject *directory_memory_subject(const struct directory_memory *directory, int64_t id);
const struct directory_memory_subject *directory_memory_subject_by_code(const struct directory_memory *directory,
                                                                        const char *code);

/*
 * The addresses of a notice for ${who}.${kind}: of the organisation ${org_code} when that is given, of ${owner} when
 * who is "owner", else of the organisations that hold the role. By address, each once. A new array of borrowed struct
 * directory_memory_contact.
 */
GPtrArray *directory_memory_recipients(const struct directory_memory *directory, const char *who, const char *kind,
                                       const char *org_code, int64_t owner);

#endif
