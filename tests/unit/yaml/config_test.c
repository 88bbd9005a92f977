#include "adapters/yaml/config.h"

#include "engine/error.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

/* A file that is gone with its folder when the scope ends. */
struct config_file {
    char *folder;
    char *path;
};

static struct config_file config_file_new(const char *text)
{
    struct config_file file = {.folder = g_dir_make_tmp("toroku-config-XXXXXX", NULL)};

    cr_assert_not_null(file.folder);
    file.path = g_build_filename(file.folder, "toroku.yaml", NULL);
    cr_assert(g_file_set_contents(file.path, text, -1, NULL));
    return file;
}

static void config_file_remove(struct config_file *file)
{
    g_unlink(file->path);
    g_rmdir(file->folder);
    g_free(file->path);
    g_free(file->folder);
}

#define URL "database: {url: x}\n"

/* Text, the place, and words that the message must hold. */
static const struct {
    const char *text;
    const char *place;
    const char *said;
} refused[] = {
    {"", "1:1", "database.url: is missing"},
    {"database:\n  connections: 2\n", "1:1", "database.url: is missing"},
    {"database:\n  url: x\n  pool: 3\n", "3:3", "database.pool: no such key; known here: url, read_url, migrate_url"},
    {URL "databases: {}\n", "2:1",
     "databases: no such key; known here: workflows, demonstration, pid_file, database, http"},
    {URL "database: {url: y}\n", "1:1", "database: Mapping field already seen"},
    {"database: [x]\n", "1:1", "database: Expecting MAPPING"},
    {"database: {url: [x]}\n", "1:12", "database.url: Expecting STRING"},
    {"- a\n", "1:1", "the file: Expecting MAPPING"},
    {"database: {url: x\nhttp: y}\n", "2:5", "not YAML"},
    {"a: b\n c: d\n", "2:3", "not YAML"},
    {URL "demonstration: maybe\n", "2:1", "demonstration: \"maybe\" is none of false, true"},
    {URL "mail: {tls: ssl}\n", "2:8", "mail.tls: \"ssl\" is none of none, starttls, tls"},
    {URL "log: {level: loud}\n", "2:7", "log.level: \"loud\" is none of error, warning, info, debug"},
    {URL "http:\n  connections_max: many\n", "3:3",
     "http.connections_max: \"many\" is not a whole number from 1 to 100000"},
    {URL "http: {connections_max: 0}\n", "2:8", "\"0\" is not a whole number"},
    {URL "http: {connections_max: 1.5}\n", "2:8", "\"1.5\" is not a whole number"},
    {URL "http: {connections_max: 99999999999999999999}\n", "2:8", "is not a whole number"},
    {URL "mail: {port: 65536}\n", "2:8", "\"65536\" is not a whole number from 1 to 65535"},
    {URL "http: {listen: localhost}\n", "2:8", "http.listen: \"localhost\" is not ADDRESS:PORT"},
    {URL "http: {listen: '::1:80'}\n", "2:8", "is not ADDRESS:PORT"},
    {URL "http: {listen: '127.0.0.1:99999'}\n", "2:8", "is not ADDRESS:PORT"},
    {URL "http: {bodies_bytes_max: 1024}\n", "2:1", "16777216 is more than bodies_bytes_max, 1024"},
    {URL "mail: {host: h, from: nobody}\n", "2:17", "mail.from: \"nobody\" is not a mail address"},
    {URL "mail: {tls: none, username: u}\n", "2:8", "a password is never sent in clear"},
    {URL "mail: {password_file: missing}\n", "2:8", "mail.password_file: Failed to open file"},
};

Test(config, refuses_with_place_and_expectation)
{
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        struct config_file file = config_file_new(refused[i].text);
        g_autofree char *place = g_strdup_printf("%s:%s: ", file.path, refused[i].place);
        g_autoptr(GError) error = NULL;
        struct config *config = config_load(file.path, &error);

        cr_expect_null(config, "row %zu was taken", i);
        cr_expect(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_INVALID), "row %zu", i);
        if (error != NULL) {
            cr_expect(g_str_has_prefix(error->message, place), "row %zu: %s (expected at %s)", i, error->message,
                      refused[i].place);
            cr_expect_not_null(strstr(error->message, refused[i].said), "row %zu: %s", i, error->message);
        }
        config_free(config);
        config_file_remove(&file);
    }
}

Test(config, missing_file_is_not_found)
{
    g_autoptr(GError) error = NULL;

    cr_assert_null(config_load("/nonexistent/toroku.yaml", &error));
    cr_assert(g_error_matches(error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND));
}

Test(config, defaults)
{
    struct config_file file = config_file_new(URL);
    g_autofree char *workflows = g_build_filename(file.folder, "workflows", NULL);
    struct config *config = config_load(file.path, NULL);

    cr_assert_not_null(config);
    cr_expect_str_eq(config->file, file.path);
    cr_expect_str_eq(config->database.url, "x");
    cr_expect_str_eq(config->database.read_url, "x");
    cr_expect_str_eq(config->database.migrate_url, "x");
    cr_expect_str_eq(config->http.host, "127.0.0.1");
    cr_expect_eq(config->http.port, 8080);
    cr_expect_str_eq(config->http.public_url, "http://127.0.0.1:8080");
    cr_expect_str_eq(config->workflows, workflows);
    cr_expect_str_eq(config->mail.host, "");
    cr_expect_eq(config->mail.tls, CONFIG_TLS_STARTTLS);
    cr_expect_eq(config->engine.settle_ms, 5000);
    cr_expect_eq(config->log.format, CONFIG_LOG_TEXT);
    cr_expect_not(config->demonstration);
    config_free(config);
    config_file_remove(&file);
}

Test(config, values)
{
    struct config_file file = config_file_new("workflows: /srv/w\n"
                                              "demonstration: true\n"
                                              "database: {url: u, read_url: r, migrate_url: m, connections: 5}\n"
                                              "http: {listen: '[::1]:0', public_url: 'https://t.example/'}\n"
                                              "mail: {host: h, port: 2525, tls: tls, ca_file: ca.pem, username: n,\n"
                                              "       password: p, from: a@b, from_name: 登録事務局}\n"
                                              "log: {level: debug, format: json}\n"
                                              "engine: {settle_ms: 0}\n");
    g_autofree char *ca_file = g_build_filename(file.folder, "ca.pem", NULL);
    g_autoptr(GError) error = NULL;
    struct config *config = config_load(file.path, &error);

    cr_assert_not_null(config, "%s", error == NULL ? "" : error->message);
    cr_expect_str_eq(config->workflows, "/srv/w");
    cr_expect(config->demonstration);
    cr_expect_str_eq(config->database.read_url, "r");
    cr_expect_str_eq(config->database.migrate_url, "m");
    cr_expect_eq(config->database.connections, 5);
    cr_expect_str_eq(config->http.host, "::1");
    cr_expect_eq(config->http.port, 0);
    cr_expect_str_eq(config->http.public_url, "https://t.example");
    cr_expect_eq(config->mail.port, 2525);
    cr_expect_eq(config->mail.tls, CONFIG_TLS_IMPLICIT);
    cr_expect_str_eq(config->mail.ca_file, ca_file);
    cr_expect_str_eq(config->mail.username, "n");
    cr_expect_str_eq(config->mail.password, "p");
    cr_expect_str_eq(config->mail.from_name, "登録事務局");
    cr_expect_eq(config->log.level, CONFIG_LOG_DEBUG);
    cr_expect_eq(config->log.format, CONFIG_LOG_JSON);
    cr_expect_eq(config->engine.settle_ms, 0);
    config_free(config);
    config_file_remove(&file);
}

Test(config, environment_stands_above_the_file)
{
    struct config_file file = config_file_new("database: {url: file}\nmail: {password: file}\n");
    struct config *config;

    g_setenv("TOROKU_DATABASE", "environment", TRUE);
    g_setenv("TOROKU_DATABASE_READ", "", TRUE); /* empty is unset */
    g_setenv("TOROKU_SMTP_PASSWORD", "secret", TRUE);
    config = config_load(file.path, NULL);
    cr_assert_not_null(config);
    cr_expect_str_eq(config->database.url, "environment");
    cr_expect_str_eq(config->database.read_url, "environment");
    cr_expect_str_eq(config->mail.password, "secret");
    config_free(config);
    config_file_remove(&file);
}

Test(config, password_file)
{
    struct config_file file = config_file_new(URL "mail: {password_file: secret}\n");
    g_autofree char *secret = g_build_filename(file.folder, "secret", NULL);
    struct config *config;

    cr_assert(g_file_set_contents(secret, "pass word\n", -1, NULL));
    config = config_load(file.path, NULL);
    cr_assert_not_null(config);
    cr_expect_str_eq(config->mail.password, "pass word");
    config_free(config);
    g_unlink(secret);
    config_file_remove(&file);
}

/* The commented file that people start from must itself load, and say what the defaults are. */
Test(config, example_loads)
{
    g_autoptr(GError) error = NULL;
    struct config *config = config_load(TOROKU_SOURCE_DIR "/deploy/toroku.yaml", &error);

    cr_assert_not_null(config, "%s", error == NULL ? "" : error->message);
    cr_expect_str_eq(config->mail.from_name, "登録事務局");
    config_free(config);
}
