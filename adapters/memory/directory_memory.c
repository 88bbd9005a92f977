#include "adapters/memory/directory_memory.h"

#include <string.h>

static void directory_contact_free(gpointer p)
{
    struct directory_memory_contact *contact = p;

    g_free(contact->kind);
    g_free(contact->email);
    g_free(contact->language);
    g_free(contact);
}

static void directory_org_free(gpointer p)
{
    struct directory_memory_org *org = p;

    g_free(org->code);
    g_free(org->name_ja);
    g_free(org->name_en);
    g_ptr_array_unref(org->roles);
    g_ptr_array_unref(org->contacts);
    g_free(org);
}

static void directory_person_free(gpointer p)
{
    struct directory_memory_person *person = p;

    g_free(person->login);
    g_free(person->name);
    g_strfreev(person->roles);
    g_free(person);
}

static void directory_subject_free(gpointer p)
{
    struct directory_memory_subject *subject = p;

    g_free(subject->code);
    g_free(subject->name);
    g_free(subject);
}

struct directory_memory *directory_memory_new(void)
{
    struct directory_memory *directory = g_new0(struct directory_memory, 1);

    directory->orgs = g_ptr_array_new_with_free_func(directory_org_free);
    directory->persons = g_ptr_array_new_with_free_func(directory_person_free);
    directory->subjects = g_ptr_array_new_with_free_func(directory_subject_free);
    return directory;
}

void directory_memory_free(struct directory_memory *directory)
{
    if (directory == NULL)
        return;
    g_ptr_array_unref(directory->orgs);
    g_ptr_array_unref(directory->persons);
    g_ptr_array_unref(directory->subjects);
    g_free(directory);
}

static char **roles_copy(const char *const *roles)
{
    GPtrArray *copy = g_ptr_array_new();

    for (const char *const *role = roles; role != NULL && *role != NULL; role++)
        g_ptr_array_add(copy, g_strdup(*role));
    g_ptr_array_add(copy, NULL);
    return (char **)g_ptr_array_free(copy, FALSE);
}

static bool directory_refuse(GError **error, const char *what, const char *code)
{
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CONFLICT, "there is %s '%s' already", what, code);
    return false;
}

struct directory_memory_org *directory_memory_add_org(struct directory_memory *directory, const char *code,
                                                      const char *name_ja, const char *name_en, GError **error)
{
    struct directory_memory_org *org;

    if (directory_memory_org_by_code(directory, code) != NULL) {
        directory_refuse(error, "an organisation", code);
        return NULL;
    }
    org = g_new0(struct directory_memory_org, 1);
    g_ptr_array_add(directory->orgs, org);
    org->id = directory->orgs->len;
    org->code = g_strdup(code);
    org->name_ja = g_strdup(name_ja);
    org->name_en = g_strdup(name_en);
    org->roles = g_ptr_array_new_with_free_func(g_free);
    org->contacts = g_ptr_array_new_with_free_func(directory_contact_free);
    return org;
}

static bool org_holds(const struct directory_memory_org *org, const char *role)
{
    for (guint i = 0; i < org->roles->len; i++)
        if (strcmp(org->roles->pdata[i], role) == 0)
            return true;
    return false;
}

void directory_memory_add_role(struct directory_memory_org *org, const char *role)
{
    if (!org_holds(org, role))
        g_ptr_array_add(org->roles, g_strdup(role));
}

void directory_memory_add_contact(struct directory_memory_org *org, const char *kind, const char *email,
                                  const char *language)
{
    struct directory_memory_contact *contact = g_new0(struct directory_memory_contact, 1);

    contact->kind = g_strdup(kind);
    contact->email = g_strdup(email);
    contact->language = g_strdup(language);
    g_ptr_array_add(org->contacts, contact);
}

struct directory_memory_person *directory_memory_add_person(struct directory_memory *directory, const char *login,
                                                            const char *name, int64_t org, const char *const *roles,
                                                            GError **error)
{
    struct directory_memory_person *person;

    if (directory_memory_person_by_login(directory, login) != NULL) {
        directory_refuse(error, "a person", login);
        return NULL;
    }
    person = g_new0(struct directory_memory_person, 1);
    g_ptr_array_add(directory->persons, person);
    person->id = directory->persons->len;
    person->org = org;
    person->login = g_strdup(login);
    person->name = g_strdup(name);
    person->roles = roles_copy(roles);
    for (char **role = person->roles; org != 0 && *role != NULL; role++)
        directory_memory_add_role(directory->orgs->pdata[org - 1], *role);
    return person;
}

struct directory_memory_subject *directory_memory_add_subject(struct directory_memory *directory, int64_t org,
                                                              const char *code, const char *name, GError **error)
{
    struct directory_memory_subject *subject;

    for (guint i = 0; i < directory->subjects->len; i++) {
        const struct directory_memory_subject *other = directory->subjects->pdata[i];

        if (other->org == org && strcmp(other->code, code) == 0) {
            directory_refuse(error, "a subject", code);
            return NULL;
        }
    }
    subject = g_new0(struct directory_memory_subject, 1);
    g_ptr_array_add(directory->subjects, subject);
    subject->id = directory->subjects->len;
    subject->org = org;
    subject->code = g_strdup(code);
    subject->name = g_strdup(name);
    return subject;
}

static gpointer directory_at(const GPtrArray *rows, int64_t id)
{
    return id >= 1 && id <= rows->len ? rows->pdata[id - 1] : NULL;
}

const struct directory_memory_org *directory_memory_org(const struct directory_memory *directory, int64_t id)
{
    return directory_at(directory->orgs, id);
}

const struct directory_memory_org *directory_memory_org_by_code(const struct directory_memory *directory,
                                                                const char *code)
{
    for (guint i = 0; i < directory->orgs->len; i++) {
        const struct directory_memory_org *org = g_ptr_array_index(directory->orgs, i);

        if (strcmp(org->code, code) == 0)
            return org;
    }
    return NULL;
}

const struct directory_memory_person *directory_memory_person(const struct directory_memory *directory, int64_t id)
{
    return directory_at(directory->persons, id);
}

const struct directory_memory_person *directory_memory_person_by_login(const struct directory_memory *directory,
                                                                       const char *login)
{
    for (guint i = 0; i < directory->persons->len; i++) {
        const struct directory_memory_person *person = g_ptr_array_index(directory->persons, i);

        if (strcmp(person->login, login) == 0)
            return person;
    }
    return NULL;
}

const struct directory_memory_subject *directory_memory_subject(const struct directory_memory *directory, int64_t id)
{
    return directory_at(directory->subjects, id);
}

const struct directory_memory_subject *directory_memory_subject_by_code(const struct directory_memory *directory,
                                                                        const char *code)
{
    for (guint i = 0; i < directory->subjects->len; i++) {
        const struct directory_memory_subject *subject = g_ptr_array_index(directory->subjects, i);

        if (strcmp(subject->code, code) == 0)
            return subject;
    }
    return NULL;
}

static gint contact_compare(gconstpointer a, gconstpointer b)
{
    const struct directory_memory_contact *const *x = a, *const *y = b;

    return strcmp((*x)->email, (*y)->email);
}

static bool recipients_has(const GPtrArray *found, const char *email)
{
    for (guint i = 0; i < found->len; i++)
        if (strcmp(((const struct directory_memory_contact *)found->pdata[i])->email, email) == 0)
            return true;
    return false;
}

GPtrArray *directory_memory_recipients(const struct directory_memory *directory, const char *who, const char *kind,
                                       const char *org_code, int64_t owner)
{
    GPtrArray *found = g_ptr_array_new();

    for (guint i = 0; i < directory->orgs->len; i++) {
        const struct directory_memory_org *org = g_ptr_array_index(directory->orgs, i);
        bool meant = org_code != NULL            ? strcmp(org->code, org_code) == 0
                     : strcmp(who, "owner") == 0 ? org->id == owner
                                                 : org_holds(org, who);

        for (guint k = 0; meant && k < org->contacts->len; k++) {
            struct directory_memory_contact *contact = g_ptr_array_index(org->contacts, k);

            if (strcmp(contact->kind, kind) == 0 && !recipients_has(found, contact->email))
                g_ptr_array_add(found, contact);
        }
    }
    g_ptr_array_sort(found, contact_compare);
    return found;
}
