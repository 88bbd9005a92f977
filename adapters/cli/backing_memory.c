#include "adapters/cli/backing.h"
#include "adapters/memory/store_memory.h"

struct backing_memory {
    struct backing port; /* first */
    struct directory_memory *directory;
    struct store_memory *store;
};

static struct backing_memory *backing_memory_of(struct backing *b)
{
    return (struct backing_memory *)(void *)b;
}

static struct directory_memory_org *backing_memory_org(struct backing *b, int64_t org)
{
    return g_ptr_array_index(backing_memory_of(b)->directory->orgs, org - 1);
}

static int64_t backing_memory_organisation(struct backing *b, const char *code, const char *ja, const char *en,
                                           GError **error)
{
    const struct directory_memory_org *org =
        directory_memory_add_org(backing_memory_of(b)->directory, code, ja, en, error);

    return org == NULL ? 0 : org->id;
}

static bool backing_memory_role(struct backing *b, int64_t org, const char *role, GError **error)
{
    (void)error;
    directory_memory_add_role(backing_memory_org(b, org), role);
    return true;
}

static bool backing_memory_contact(struct backing *b, int64_t org, const char *kind, const char *email,
                                   const char *language, GError **error)
{
    (void)error;
    directory_memory_add_contact(backing_memory_org(b, org), kind, email, language);
    return true;
}

static int64_t backing_memory_person(struct backing *b, const char *login, const char *name, int64_t org,
                                     const char *const *roles, GError **error)
{
    const struct directory_memory_person *person =
        directory_memory_add_person(backing_memory_of(b)->directory, login, name, org, roles, error);

    return person == NULL ? 0 : person->id;
}

static int64_t backing_memory_subject(struct backing *b, int64_t org, const char *code, const char *name,
                                      GError **error)
{
    const struct directory_memory_subject *subject =
        directory_memory_add_subject(backing_memory_of(b)->directory, org, code, name, error);

    return subject == NULL ? 0 : subject->id;
}

static bool backing_memory_each_case(struct backing *b, backing_visit *visit, void *data, GError **error)
{
    g_autoptr(GPtrArray) cases = store_memory_history(backing_memory_of(b)->store);

    (void)error;
    for (guint i = 0; i < cases->len && visit(g_ptr_array_index(cases, i), data); i++)
        continue;
    return true;
}

static void backing_memory_free(struct backing *b)
{
    struct backing_memory *m = backing_memory_of(b);

    store_memory_free(m->store);
    directory_memory_free(m->directory);
    g_free(m);
}

static const struct backing_ops backing_memory_ops = {.organisation = backing_memory_organisation,
                                                      .role = backing_memory_role,
                                                      .contact = backing_memory_contact,
                                                      .person = backing_memory_person,
                                                      .subject = backing_memory_subject,
                                                      .each_case = backing_memory_each_case,
                                                      .free = backing_memory_free};

struct backing *backing_memory_new(struct loop_uv *loop)
{
    struct backing_memory *m = g_new0(struct backing_memory, 1);

    m->directory = directory_memory_new();
    m->store = store_memory_new(loop_uv_port(loop), m->directory);
    m->port.ops = &backing_memory_ops;
    m->port.store = store_memory_port(m->store);
    return &m->port;
}

void backing_free(struct backing *b)
{
    if (b != NULL)
        b->ops->free(b);
}
