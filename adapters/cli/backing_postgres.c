#include "adapters/cli/backing.h"
#include "adapters/cli/versions.h"
#include "adapters/postgres/directory.h"
#include "adapters/postgres/history_pg.h"
#include "adapters/postgres/migrate.h"
#include "adapters/postgres/store_pg.h"

struct backing_postgres {
    struct backing port; /* first */
    struct store_pg *pg;
    struct loop_uv *loop;
    char *conninfo;
    struct directory *directory;
    struct store_pg *store;
};

static struct backing_postgres *backing_postgres_of(struct backing *b)
{
    return (struct backing_postgres *)(void *)b;
}

static int64_t backing_postgres_organisation(struct backing *b, const char *code, const char *ja, const char *en,
                                             GError **error)
{
    return directory_organisation(backing_postgres_of(b)->directory, code, ja, en, "csp", error);
}

static bool backing_postgres_role(struct backing *b, int64_t org, const char *role, GError **error)
{
    return directory_role(backing_postgres_of(b)->directory, org, role, error);
}

static bool backing_postgres_contact(struct backing *b, int64_t org, const char *kind, const char *email,
                                     const char *language, GError **error)
{
    return directory_contact(backing_postgres_of(b)->directory, org, kind, email, language, error);
}

static int64_t backing_postgres_person(struct backing *b, const char *login, const char *name, int64_t org,
                                       const char *const *roles, GError **error)
{
    struct directory *directory = backing_postgres_of(b)->directory;
    int64_t person = directory_person(directory, login, name, error);

    for (const char *const *role = roles; person != 0 && *role != NULL; role++)
        if (!directory_grant(directory, person, org, *role, error))
            return 0;
    return person;
}

static int64_t backing_postgres_subject(struct backing *b, int64_t org, const char *code, const char *name,
                                        GError **error)
{
    return directory_subject(backing_postgres_of(b)->directory, org, code, name, error);
}

static bool backing_postgres_each_case(struct backing *b, backing_visit *visit, void *data, GError **error)
{
    return history_each(backing_postgres_of(b)->conninfo, 0, visit, data, error);
}

static void backing_postgres_drained(void *data)
{
    struct backing_postgres *p = data;

    loop_uv_stop(p->loop);
}

static void backing_postgres_free(struct backing *b)
{
    struct backing_postgres *p = backing_postgres_of(b);

    if (p->pg != NULL) {
        store_pg_drain(p->pg, backing_postgres_drained, p);
        loop_uv_run(p->loop);
    }
    directory_close(p->directory);
    g_free(p->conninfo);
    g_free(p);
}

static const struct backing_ops backing_postgres_ops = {.organisation = backing_postgres_organisation,
                                                        .role = backing_postgres_role,
                                                        .contact = backing_postgres_contact,
                                                        .person = backing_postgres_person,
                                                        .subject = backing_postgres_subject,
                                                        .each_case = backing_postgres_each_case,
                                                        .free = backing_postgres_free};

static bool case_refuse(const struct history_case *c, void *data)
{
    *(int64_t *)data = c->id;
    return false;
}

/* Ids count on from what is there, so only a database without cases gives those of a scenario. */
static bool database_is_fresh(const char *conninfo, GError **error)
{
    int64_t id = 0;

    if (!history_each(conninfo, 0, case_refuse, &id, error))
        return false;
    if (id != 0)
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CONFLICT,
                    "the database has cases already (%" G_GINT64_FORMAT "); a simulation needs an empty one", id);
    return id == 0;
}

struct backing *backing_postgres_new(struct loop_uv *loop, struct library *library, const char *conninfo,
                                     GError **error)
{
    struct backing_postgres *p;

    if (!migrate_run(conninfo, false, NULL, NULL, error) || !database_is_fresh(conninfo, error) ||
        !versions_register(library, conninfo, error))
        return NULL;
    p = g_new0(struct backing_postgres, 1);
    p->port.ops = &backing_postgres_ops;
    p->loop = loop;
    p->conninfo = g_strdup(conninfo);
    p->directory = directory_open(conninfo, error);
    if (p->directory != NULL)
        p->pg = store_pg_new(conninfo, 0, loop_uv_handle(loop), loop_uv_port(loop), error);
    if (p->pg == NULL) {
        backing_free(&p->port);
        return NULL;
    }
    p->port.store = store_pg_port(p->pg);
    return &p->port;
}
