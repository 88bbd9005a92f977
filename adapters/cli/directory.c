#include "adapters/postgres/directory.h"
#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/uv/password.h"
#include "adapters/yaml/config.h"
#include "engine/core/chain.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const char about[] =
    "organisation CODE JA EN KIND       creates or renames one; KIND: csp, auditor, staff, procurer\n"
    "role ORG ROLE                      the organisation takes the mail and the queue of a role\n"
    "contact ORG KIND EMAIL LANGUAGE    an address; KIND: contacts, queue, lead; LANGUAGE: ja, en\n"
    "subject ORG CODE NAME              a service that cases may be about; prints its number\n"
    "person LOGIN NAME                  creates or renames one\n"
    "grant LOGIN ORG ROLE               the person acts in a role for the organisation\n"
    "revoke LOGIN ORG ROLE              no longer\n"
    "password LOGIN                     lets the person sign in; the password is read from standard input, one line\n"
    "revoke-password LOGIN              no longer; ends the person's sessions\n"
    "token LOGIN ORG                    makes a member, prints a bearer token, once; only its hash is kept (--days)\n"
    "revoke-token TOKEN                 ends one; a daemon forgets it within seconds\n\n"
    "Everything may be said again: what is there is renamed, not doubled.";

struct saying {
    struct directory *d;
    char **args; /* after the action */
    int days;
};

static bool find_both(const struct saying *s, int64_t *person, int64_t *org, GError **error)
{
    return directory_find(s->d, s->args[0], s->args[1], person, org, error);
}

static int64_t find_org(const struct saying *s, GError **error)
{
    int64_t person = 0, org = 0;

    return directory_find(s->d, NULL, s->args[0], &person, &org, error) ? org : 0;
}

static bool say_organisation(const struct saying *s, GError **error)
{
    return directory_organisation(s->d, s->args[0], s->args[1], s->args[2], s->args[3], error) != 0;
}

static bool say_role(const struct saying *s, GError **error)
{
    int64_t org = find_org(s, error);

    return org != 0 && directory_role(s->d, org, s->args[1], error);
}

static bool say_contact(const struct saying *s, GError **error)
{
    int64_t org = find_org(s, error);

    return org != 0 && directory_contact(s->d, org, s->args[1], s->args[2], s->args[3], error);
}

static bool say_subject(const struct saying *s, GError **error)
{
    int64_t org = find_org(s, error);
    int64_t subject = org == 0 ? 0 : directory_subject(s->d, org, s->args[1], s->args[2], error);

    if (subject != 0)
        printf("%" G_GINT64_FORMAT "\n", subject);
    return subject != 0;
}

static bool say_person(const struct saying *s, GError **error)
{
    return directory_person(s->d, s->args[0], s->args[1], error) != 0;
}

static bool say_grant(const struct saying *s, GError **error)
{
    int64_t person, org;

    return find_both(s, &person, &org, error) && directory_grant(s->d, person, org, s->args[2], error);
}

static bool say_revoke(const struct saying *s, GError **error)
{
    int64_t person, org;

    return find_both(s, &person, &org, error) && directory_revoke(s->d, person, org, s->args[2], error);
}

/* The first line of standard input in Unicode form NFC, as the sign-in page will get it. NULL after an error. */
static char *read_password(GError **error)
{
    char line[PASSWORD_BYTES_MAX + 2];
    char *text =
        fgets(line, sizeof line, stdin) == NULL ? NULL : g_utf8_normalize(line, -1, G_NORMALIZE_DEFAULT_COMPOSE);

    sodium_memzero(line, sizeof line);
    if (text != NULL)
        text[strcspn(text, "\r\n")] = '\0';
    if (text != NULL && strlen(text) >= PASSWORD_BYTES_MIN && strlen(text) <= PASSWORD_BYTES_MAX)
        return text;
    g_free(text);
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID,
                "a password is one line of UTF-8 on standard input, from %d to %d bytes", PASSWORD_BYTES_MIN,
                PASSWORD_BYTES_MAX);
    return NULL;
}

static bool say_password(const struct saying *s, GError **error)
{
    char hash[PASSWORD_HASH_SIZE], *password;
    int64_t person = 0, org;

    if (!directory_find(s->d, s->args[0], NULL, &person, &org, error) || (password = read_password(error)) == NULL)
        return false;
    password_hash(password, hash);
    sodium_memzero(password, strlen(password));
    g_free(password);
    return directory_password(s->d, person, hash, g_get_real_time(), error);
}

static bool say_revoke_password(const struct saying *s, GError **error)
{
    int64_t person = 0, org;

    return directory_find(s->d, s->args[0], NULL, &person, &org, error) &&
           directory_password_revoke(s->d, person, g_get_real_time(), error);
}

static bool say_token(const struct saying *s, GError **error)
{
    unsigned char bytes[32];
    char token[2 * sizeof bytes + 1];
    uint8_t hash[HASH_SIZE];
    int64_t person, org;
    instant expires = s->days == 0 ? INSTANT_NEVER : g_get_real_time() + s->days * INSTANT_DAY;

    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(token, sizeof token, bytes, sizeof bytes);
    chain_sha256(token, strlen(token), hash);
    if (!find_both(s, &person, &org, error) || !directory_grant(s->d, person, org, "member", error) ||
        !directory_token(s->d, hash, person, org, "", expires, error))
        return false;
    puts(token);
    return true;
}

static bool say_revoke_token(const struct saying *s, GError **error)
{
    uint8_t hash[HASH_SIZE];

    chain_sha256(s->args[0], strlen(s->args[0]), hash);
    return directory_token_revoke(s->d, hash, g_get_real_time(), error);
}

static const struct {
    const char *name;
    int count; /* of parameters */
    bool (*say)(const struct saying *s, GError **error);
} actions[] = {
    {"organisation", 4, say_organisation},
    {"role", 2, say_role},
    {"contact", 4, say_contact},
    {"subject", 3, say_subject},
    {"person", 2, say_person},
    {"grant", 3, say_grant},
    {"revoke", 3, say_revoke},
    {"password", 1, say_password},
    {"revoke-password", 1, say_revoke_password},
    {"token", 2, say_token},
    {"revoke-token", 1, say_revoke_token},
};

static int directory_say(const char *path, size_t action, char **args, int days)
{
    GError *error = NULL;
    struct config *config = config_load(path == NULL ? "toroku.yaml" : path, &error);
    struct saying s = {.args = args, .days = days};
    bool ok;

    if (config == NULL)
        return cli_fail(error);
    s.d = directory_open(config->database.migrate_url, &error);
    ok = s.d != NULL && actions[action].say(&s, &error);
    directory_close(s.d);
    config_free(config);
    return ok ? CLI_OK : cli_fail(error);
}

int cli_directory(int argc, char **argv)
{
    g_autofree char *path = NULL;
    gint days = 0;
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &path, "the configuration", "FILE"},
        {"days", 'd', 0, G_OPTION_ARG_INT, &days, "token: valid for so many days (default: until revoked)", "N"},
        {0}};
    int status;

    if (!cli_options(&argc, &argv, "ACTION PARAMETER...", about, entries, &status))
        return status;
    if (days < 0 || days > 36500)
        return cli_usage("--days is a number of days from 0 to 36500");
    for (size_t i = 0; argc > 1 && i < G_N_ELEMENTS(actions); i++) {
        if (strcmp(argv[1], actions[i].name) != 0)
            continue;
        if (argc - 2 != actions[i].count)
            return cli_usage("%s takes %d parameters, not %d", argv[1], actions[i].count, argc - 2);
        return directory_say(path, i, argv + 2, days);
    }
    return cli_usage("%s%s%s is no action", argc > 1 ? "'" : "nothing", argc > 1 ? argv[1] : "", argc > 1 ? "'" : "");
}
