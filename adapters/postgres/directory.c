#include "adapters/postgres/directory.h"

#include "adapters/postgres/rows.h"
#include "adapters/postgres/sync.h"

struct directory {
    PGconn *pg;
    struct params p; /* of the next statement */
};

struct directory *directory_open(const char *conninfo, GError **error)
{
    PGconn *pg = sync_connect(conninfo, error);
    struct directory *d;

    if (pg == NULL)
        return NULL;
    d = g_new0(struct directory, 1);
    d->pg = pg;
    params_init(&d->p);
    return d;
}

void directory_close(struct directory *d)
{
    if (d == NULL)
        return;
    PQfinish(d->pg);
    params_release(&d->p);
    g_free(d);
}

/* Texts ended by NULL become parameters after those that are there. */
static void directory_texts(struct directory *d, const char *const *texts)
{
    for (; *texts != NULL; texts++)
        params_text(&d->p, *texts);
}

static PGresult *directory_query(struct directory *d, enum query query, GError **error)
{
    PGresult *res = sync_query(d->pg, query, &d->p, error);

    params_reset(&d->p);
    return res;
}

static bool directory_run(struct directory *d, enum query query, GError **error)
{
    g_autoptr(PGresult) res = directory_query(d, query, error);

    return res != NULL;
}

static int64_t directory_id(struct directory *d, enum query query, GError **error)
{
    g_autoptr(PGresult) res = directory_query(d, query, error);

    return res == NULL ? 0 : row_int8(res, 0, 0);
}

int64_t directory_organisation(struct directory *d, const char *code, const char *name_ja, const char *name_en,
                               const char *kind, GError **error)
{
    directory_texts(d, (const char *const[]){code, name_ja, name_en, kind, NULL});
    return directory_id(d, QUERY_DIRECTORY_ORGANISATION, error);
}

int64_t directory_person(struct directory *d, const char *login, const char *name, GError **error)
{
    directory_texts(d, (const char *const[]){login, name, NULL});
    return directory_id(d, QUERY_DIRECTORY_PERSON, error);
}

static bool directory_found(const PGresult *res, int col, const char *what, const char *name, int64_t *id,
                            GError **error)
{
    if (name == NULL)
        return true;
    if (row_is_null(res, 0, col)) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND, "there is no %s \"%s\"", what, name);
        return false;
    }
    *id = row_int8(res, 0, col);
    return true;
}

bool directory_find(struct directory *d, const char *login, const char *org_code, int64_t *person, int64_t *org,
                    GError **error)
{
    g_autoptr(PGresult) res = NULL;

    params_text(&d->p, login);
    params_text(&d->p, org_code);
    res = directory_query(d, QUERY_DIRECTORY_FIND, error);
    return res != NULL && directory_found(res, 0, "person", login, person, error) &&
           directory_found(res, 1, "organisation", org_code, org, error);
}

bool directory_grant(struct directory *d, int64_t person, int64_t org, const char *role, GError **error)
{
    params_int8(&d->p, person);
    params_int8(&d->p, org);
    params_text(&d->p, role);
    return directory_run(d, QUERY_DIRECTORY_GRANT, error);
}

bool directory_revoke(struct directory *d, int64_t person, int64_t org, const char *role, GError **error)
{
    params_int8(&d->p, person);
    params_int8(&d->p, org);
    params_text(&d->p, role);
    return directory_run(d, QUERY_DIRECTORY_REVOKE, error);
}

bool directory_role(struct directory *d, int64_t org, const char *role, GError **error)
{
    params_int8(&d->p, org);
    params_text(&d->p, role);
    return directory_run(d, QUERY_DIRECTORY_ROLE, error);
}

bool directory_contact(struct directory *d, int64_t org, const char *kind, const char *email, const char *language,
                       GError **error)
{
    if (!g_str_equal(language, "ja") && !g_str_equal(language, "en")) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "the language \"%s\" is neither ja nor en", language);
        return false;
    }
    params_int8(&d->p, org);
    directory_texts(d, (const char *const[]){kind, email, language, NULL});
    return directory_run(d, QUERY_DIRECTORY_CONTACT, error);
}

int64_t directory_subject(struct directory *d, int64_t org, const char *code, const char *name, GError **error)
{
    params_int8(&d->p, org);
    directory_texts(d, (const char *const[]){code, name, NULL});
    return directory_id(d, QUERY_DIRECTORY_SUBJECT, error);
}

/* One row came back, or ${code} says why none did. */
static bool directory_one(struct directory *d, enum query query, enum toroku_error code, const char *message,
                          GError **error)
{
    g_autoptr(PGresult) res = directory_query(d, query, error);

    if (res != NULL && PQntuples(res) == 0)
        g_set_error_literal(error, TOROKU_ERROR, (gint)code, message);
    return res != NULL && PQntuples(res) == 1;
}

bool directory_token(struct directory *d, const uint8_t hash[HASH_SIZE], int64_t person, int64_t org, const char *label,
                     instant expires, GError **error)
{
    params_bytea(&d->p, hash, HASH_SIZE);
    params_int8(&d->p, person);
    params_int8(&d->p, org);
    params_text(&d->p, label);
    params_instant(&d->p, expires);
    return directory_one(d, QUERY_DIRECTORY_TOKEN, TOROKU_ERROR_CONFLICT, "the token belongs to somebody else", error);
}

bool directory_token_revoke(struct directory *d, const uint8_t hash[HASH_SIZE], instant at, GError **error)
{
    params_bytea(&d->p, hash, HASH_SIZE);
    params_instant(&d->p, at);
    return directory_one(d, QUERY_DIRECTORY_TOKEN_REVOKE, TOROKU_ERROR_NOT_FOUND, "there is no such token", error);
}

bool directory_demonstration(struct directory *d, int64_t person, GError **error)
{
    params_int8(&d->p, person);
    return directory_run(d, QUERY_DIRECTORY_DEMONSTRATION, error);
}

bool directory_password(struct directory *d, int64_t person, const char *hash, instant at, GError **error)
{
    params_int8(&d->p, person);
    params_text(&d->p, hash);
    params_instant(&d->p, at);
    return directory_run(d, QUERY_DIRECTORY_PASSWORD, error);
}

bool directory_password_revoke(struct directory *d, int64_t person, instant at, GError **error)
{
    params_int8(&d->p, person);
    params_instant(&d->p, at);
    return directory_one(d, QUERY_DIRECTORY_PASSWORD_REVOKE, TOROKU_ERROR_NOT_FOUND, "the person has no password",
                         error);
}

char *directory_password_read(struct directory *d, int64_t person, GError **error)
{
    g_autoptr(PGresult) res = NULL;

    params_int8(&d->p, person);
    res = directory_query(d, QUERY_DIRECTORY_PASSWORD_READ, error);
    if (res == NULL)
        return NULL;
    if (PQntuples(res) == 1)
        return g_strdup(row_text(res, 0, 0, NULL));
    g_set_error_literal(error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND, "the person has no password");
    return NULL;
}
