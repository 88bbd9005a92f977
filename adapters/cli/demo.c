#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/postgres/directory.h"
#include "adapters/uv/password.h"
#include "adapters/yaml/config.h"
#include "engine/core/chain.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char about[] =
    "Creates organisations, people, tokens and passwords to try the service with; running it again changes nothing.\n"
    "Only where the configuration says `demonstration: true`, and a daemon serves these people only there. Tokens lie "
    "in\n"
    "the file of --tokens, one `LOGIN TOKEN` a line, passwords in that of --passwords; those that stand there already\n"
    "stay valid. Without --passwords nobody gets one.";

struct demo_org {
    const char *code, *ja, *en, *kind;
    const char *role;    /* that the organisation's queue and mail belong to; NULL: none */
    const char *subject; /* what its cases are about: a service, the auditor itself; NULL: none */
};

static const struct demo_org orgs[] = {
    {"CSP-1", "見本クラウド株式会社（見本）", "Sample Cloud Corporation (demonstration)", "csp", NULL, "見本クラウド"},
    {"CSP-2", "第二見本株式会社（見本）", "Second Sample Corporation (demonstration)", "csp", NULL, "第二見本クラウド"},
    {"OPSUP", "運用支援機関（見本）", "Operation support body (demonstration)", "staff", "opsup", NULL},
    {"SECRETARIAT", "事務局（見本）", "Secretariat (demonstration)", "staff", "secretariat", NULL},
    {"COMMITTEE", "運営委員会（見本）", "Steering Committee (demonstration)", "staff", "committee", NULL},
    {"MINISTRY", "制度所管省庁（見本）", "Responsible ministry (demonstration)", "staff", "ministry", NULL},
    {"PROCURER", "調達府省庁（見本）", "Procuring ministry (demonstration)", "procurer", "procurer", NULL},
    {"AUD-1", "見本監査法人（見本）", "Sample Audit Corporation (demonstration)", "auditor", NULL, "見本監査法人"},
    {"AUD-ADM", "監査機関管理団体（見本）", "Body managing auditors (demonstration)", "staff", "auditor_admin", NULL},
};

static const struct {
    const char *login, *name, *org;
    const char *role; /* NULL: acts for the organisation only */
} people[] = {
    {"csp1", "申請 花子", "CSP-1", NULL},
    {"csp2", "申請 次郎", "CSP-2", NULL},
    {"opsup1", "受理 一郎", "OPSUP", "opsup"},
    {"opsup2", "審査 二葉", "OPSUP", "opsup"},
    {"secretariat1", "事務 三枝", "SECRETARIAT", "secretariat"},
    {"committee1", "委員 四郎", "COMMITTEE", "committee"},
    {"ministry1", "所管 五月", "MINISTRY", "ministry"},
    {"operator1", "運用 六実", "OPSUP", "operator"},
    {"committee2", "委員 七海", "COMMITTEE", "committee"},
    {"auditor1", "監査 八雲", "AUD-1", NULL},
    {"auditor_admin1", "評価 九重", "AUD-ADM", "auditor_admin"},
    {"procurer1", "調達 十和", "PROCURER", "procurer"},
};

static const char *const contact_kinds[] = {"contacts", "queue", "lead"};

static int64_t demo_put_org(struct directory *d, const struct demo_org *org, int64_t *subject, GError **error)
{
    int64_t id = directory_organisation(d, org->code, org->ja, org->en, org->kind, error);
    g_autofree char *lower = g_ascii_strdown(org->code, -1);

    *subject = 0;
    for (size_t i = 0; id != 0 && i < G_N_ELEMENTS(contact_kinds); i++) {
        g_autofree char *email = g_strdup_printf("%s-%s@toroku.example", lower, contact_kinds[i]);

        if (!directory_contact(d, id, contact_kinds[i], email, "ja", error))
            return 0;
    }
    if (id != 0 && org->role != NULL && !directory_role(d, id, org->role, error))
        return 0;
    if (id != 0 && org->subject != NULL && (*subject = directory_subject(d, id, "S-1", org->subject, error)) == 0)
        return 0;
    return id;
}

static char *token_new(void)
{
    unsigned char bytes[32];
    char *token = g_malloc(2 * sizeof bytes + 1);

    randombytes_buf(bytes, sizeof bytes);
    return sodium_bin2hex(token, 2 * sizeof bytes + 1, bytes, sizeof bytes);
}

/* Easy to type, and seen to be one of a demonstration: "demo-k7wq-m2xr-9hta-c4ue". 80 bits less a few. */
static char *password_new(void)
{
    static const char letters[] = "abcdefghijkmnopqrstuvwxyz23456789";
    char *password = g_strdup("demo-....-....-....-....");

    for (char *p = password; *p != '\0'; p++)
        if (*p == '.')
            *p = letters[randombytes_uniform(sizeof letters - 1)];
    return password;
}

/* A file of secrets, one `LOGIN SECRET` a line. */
struct demo_secrets {
    const char *path; /* NULL: none are kept */
    const char *about;
    char *(*make)(void);
    GHashTable *by_login;
};

static const char *secret_of(struct demo_secrets *secrets, const char *login)
{
    const char *secret = g_hash_table_lookup(secrets->by_login, login);

    if (secret == NULL) {
        g_hash_table_insert(secrets->by_login, g_strdup(login), secrets->make());
        secret = g_hash_table_lookup(secrets->by_login, login);
    }
    return secret;
}

/* Those that the file holds already, by login. */
static GHashTable *secrets_read(const char *path)
{
    GHashTable *secrets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (path == NULL || !g_file_get_contents(path, &text, NULL, NULL))
        return secrets;
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        char *space = strchr(*line, ' ');

        if (**line != '#' && space != NULL)
            g_hash_table_insert(secrets, g_strndup(*line, (gsize)(space - *line)), g_strdup(g_strstrip(space + 1)));
    }
    return secrets;
}

static bool secrets_write(struct demo_secrets *secrets, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (secrets->path == NULL)
        return true;
    g_string_append_printf(text, "# %s of the demonstration; never those of a production.\n", secrets->about);
    for (size_t i = 0; i < G_N_ELEMENTS(people); i++)
        g_string_append_printf(text, "%s %s\n", people[i].login, secret_of(secrets, people[i].login));
    return g_file_set_contents_full(secrets->path, text->str, (gssize)text->len, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                    error);
}

/* One that is the person's already stays: a new hash of it would end the sessions. */
static bool demo_put_password(struct directory *d, int64_t person, const char *password, GError **error)
{
    g_autofree char *present = directory_password_read(d, person, NULL);
    char hash[PASSWORD_HASH_SIZE];

    if (present != NULL && password_matches(password, present))
        return true;
    password_hash(password, hash);
    return directory_password(d, person, hash, g_get_real_time(), error);
}

static bool demo_put_people(struct directory *d, const int64_t *org_ids, struct demo_secrets *tokens,
                            struct demo_secrets *passwords, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(people); i++) {
        int64_t person = directory_person(d, people[i].login, people[i].name, error), org = 0;
        const char *token = secret_of(tokens, people[i].login);
        const char *password = passwords->path == NULL ? NULL : secret_of(passwords, people[i].login);
        uint8_t hash[HASH_SIZE];

        if (person == 0 || !directory_demonstration(d, person, error))
            return false;
        for (size_t o = 0; o < G_N_ELEMENTS(orgs); o++)
            if (strcmp(orgs[o].code, people[i].org) == 0)
                org = org_ids[o];
        if (!directory_grant(d, person, org, people[i].role == NULL ? "member" : people[i].role, error))
            return false;
        chain_sha256(token, strlen(token), hash);
        if (!directory_token(d, hash, person, org, "demonstration", INSTANT_NEVER, error))
            return false;
        if (password != NULL && !demo_put_password(d, person, password, error))
            return false;
        printf("  %-14s %-14s %-12s %s\n", people[i].login, people[i].role == NULL ? "owner" : people[i].role,
               people[i].org, password == NULL ? "-" : password);
    }
    return true;
}

static bool demo_run(const struct config *config, const char *tokens_path, const char *passwords_path, GError **error)
{
    struct directory *d = directory_open(config->database.migrate_url, error);
    struct demo_secrets tokens = {tokens_path, "Bearer tokens", token_new, secrets_read(tokens_path)};
    struct demo_secrets passwords = {passwords_path, "Passwords", password_new, secrets_read(passwords_path)};
    int64_t ids[G_N_ELEMENTS(orgs)], subject;
    bool ok = d != NULL;

    if (ok)
        printf("Subjects of cases (\"subject\" when opening one):\n");
    for (size_t i = 0; ok && i < G_N_ELEMENTS(orgs); i++) {
        ids[i] = demo_put_org(d, &orgs[i], &subject, error);
        ok = ids[i] != 0;
        if (ok && subject != 0)
            printf("  %-14" G_GINT64_FORMAT " %-14s %s\n", subject, orgs[i].code, orgs[i].subject);
    }
    if (ok)
        printf("Demonstration people, not for production (login, role, organisation, password):\n");
    ok = ok && demo_put_people(d, ids, &tokens, &passwords, error);
    ok = ok && secrets_write(&tokens, error) && secrets_write(&passwords, error);
    directory_close(d);
    g_hash_table_unref(tokens.by_login);
    g_hash_table_unref(passwords.by_login);
    return ok;
}

int cli_demo(int argc, char **argv)
{
    g_autofree char *path = NULL, *tokens = NULL, *passwords = NULL;
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &path, "the configuration", "FILE"},
        {"tokens", 't', 0, G_OPTION_ARG_FILENAME, &tokens, "where the tokens lie", "FILE"},
        {"passwords", 'p', 0, G_OPTION_ARG_FILENAME, &passwords, "where the passwords lie", "FILE"},
        {0}};
    struct config *config;
    GError *error = NULL;
    bool ok;
    int status;

    if (!cli_options(&argc, &argv, "", about, entries, &status))
        return status;
    config = config_load(path == NULL ? "toroku.yaml" : path, &error);
    if (config == NULL)
        return cli_fail(error);
    if (!config->demonstration) {
        fprintf(stderr, "toroku demo: %s does not say `demonstration: true`; nothing was done\n", config->file);
        config_free(config);
        return CLI_FINDINGS;
    }
    ok = demo_run(config, tokens, passwords, &error);
    config_free(config);
    return ok ? CLI_OK : cli_fail(error);
}
