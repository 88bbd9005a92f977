#include "adapters/yaml/config.h"

#include "engine/error.h"

#include <cyaml/cyaml.h>
#include <string.h>
#include <yaml.h>

#define CONFIG_BYTES_MAX (1024 * 1024)

enum config_kind { KIND_TEXT, KIND_PATH, KIND_COUNT, KIND_PORT, KIND_BOOL, KIND_WORD };

static const char *const bool_words[] = {"false", "true", NULL};
static const char *const tls_words[] = {"none", "starttls", "tls", NULL};
static const char *const level_words[] = {"error", "warning", "info", "debug", NULL};
static const char *const format_words[] = {"journal", "text", "json", NULL};

/* One row a key: the schema for libcyaml, the defaults and the limits all come from here. */
struct config_key {
    const char *section; /* NULL: at the top */
    const char *key;
    enum config_kind kind;
    size_t offset;
    const char *fallback;
    uint64_t min, max;
    const char *const *words;
    const char *variable;
};

#define AT(member) offsetof(struct config, member)
#define TEXT(s, k, fallback)                                                                                           \
    {                                                                                                                  \
#s, #k, KIND_TEXT, AT(s.k), fallback, 0, 0, NULL, NULL                                                         \
    }
#define PATH(s, k)                                                                                                     \
    {                                                                                                                  \
#s, #k, KIND_PATH, AT(s.k), "", 0, 0, NULL, NULL                                                               \
    }
#define SECRET(s, k, variable)                                                                                         \
    {                                                                                                                  \
#s, #k, KIND_TEXT, AT(s.k), "", 0, 0, NULL, variable                                                           \
    }
#define COUNT(s, k, fallback, min, max)                                                                                \
    {                                                                                                                  \
#s, #k, KIND_COUNT, AT(s.k), fallback, min, max, NULL, NULL                                                    \
    }
#define WORD(s, k, fallback, words)                                                                                    \
    {                                                                                                                  \
#s, #k, KIND_WORD, AT(s.k), fallback, 0, 0, words, NULL                                                        \
    }

static const struct config_key keys[] = {
    {NULL, "workflows", KIND_PATH, AT(workflows), "workflows", 0, 0, NULL, NULL},
    {NULL, "demonstration", KIND_BOOL, AT(demonstration), "false", 0, 0, bool_words, NULL},
    {NULL, "pid_file", KIND_PATH, AT(pid_file), "", 0, 0, NULL, NULL},
    SECRET(database, url, "TOROKU_DATABASE"),
    SECRET(database, read_url, "TOROKU_DATABASE_READ"),
    SECRET(database, migrate_url, "TOROKU_DATABASE_MIGRATE"),
    COUNT(database, connections, "3", 1, 64),
    COUNT(database, read_connections, "2", 1, 64),
    TEXT(http, listen, "127.0.0.1:8080"),
    TEXT(http, public_url, ""),
    COUNT(http, connections_max, "4096", 1, 100000),
    COUNT(http, first_byte_ms, "10000", 10, 600000),
    COUNT(http, between_ms, "10000", 10, 600000),
    COUNT(http, head_ms, "15000", 10, 600000),
    COUNT(http, request_ms, "120000", 10, 3600000),
    COUNT(http, idle_ms, "75000", 10, 3600000),
    COUNT(http, write_ms, "30000", 10, 600000),
    COUNT(http, drain_ms, "10000", 0, 600000),
    COUNT(http, body_bytes_max, "1048576", 1024, 67108864),
    COUNT(http, bodies_bytes_max, "67108864", 1024, 4294967295),
    COUNT(http, document_bytes_max, "16777216", 1024, 16777216),
    COUNT(sessions, idle_minutes, "30", 1, 1440),
    COUNT(sessions, hours_max, "12", 1, 720),
    TEXT(mail, host, ""),
    {"mail", "port", KIND_PORT, AT(mail.port), "587", 1, 65535, NULL, NULL},
    WORD(mail, tls, "starttls", tls_words),
    PATH(mail, ca_file),
    SECRET(mail, username, "TOROKU_SMTP_USERNAME"),
    SECRET(mail, password, "TOROKU_SMTP_PASSWORD"),
    PATH(mail, password_file),
    TEXT(mail, from, ""),
    TEXT(mail, from_name, ""),
    COUNT(mail, connections, "2", 1, 32),
    WORD(log, level, "info", level_words),
    WORD(log, format, "text", format_words),
    COUNT(engine, batch_max, "250", 1, 5000),
    COUNT(engine, queue_max, "10000", 1, 1000000),
    COUNT(engine, settle_ms, "5000", 0, 60000),
    COUNT(engine, hold_ms, "5000", 1, 60000),
    COUNT(engine, deadline_batch_max, "200", 1, 5000),
    COUNT(engine, deadline_poll_ms, "1000", 10, 60000),
    COUNT(engine, outbox_batch_max, "50", 1, 1000),
    COUNT(engine, outbox_lease_s, "120", 10, 3600),
    COUNT(engine, outbox_attempts_max, "20", 1, 1000),
};

#define SECTIONS_MAX 8

/* What libcyaml fills: the text of each key, NULL when the key is absent. */
struct config_doc {
    char *text[G_N_ELEMENTS(keys)];
};

struct config_schema {
    cyaml_schema_field_t fields[G_N_ELEMENTS(keys) + SECTIONS_MAX];
    cyaml_schema_field_t sections[SECTIONS_MAX + 4];
    cyaml_schema_value_t top;
};

/* One reading of one file. */
struct config_source {
    const char *file;
    const char *folder;
    yaml_document_t *document;
    GString *log; /* what libcyaml said */
};

/* ---- errors with their place ---- */

static yaml_node_pair_t *config_pair(yaml_document_t *document, yaml_node_t *mapping, const char *key)
{
    if (mapping == NULL || mapping->type != YAML_MAPPING_NODE)
        return NULL;
    for (yaml_node_pair_t *pair = mapping->data.mapping.pairs.start; pair < mapping->data.mapping.pairs.top; pair++) {
        yaml_node_t *name = yaml_document_get_node(document, pair->key);

        if (name->type == YAML_SCALAR_NODE && g_str_equal(name->data.scalar.value, key))
            return pair;
    }
    return NULL;
}

/* The first child on the way that is not there leaves the place at its parent. */
static yaml_mark_t config_mark(const struct config_source *source, const char *section, const char *key)
{
    yaml_node_t *node = yaml_document_get_root_node(source->document);
    yaml_mark_t mark = {0};

    for (int i = 0; i < 2; i++) {
        const char *name = i == 0 ? section : key;
        yaml_node_pair_t *pair = name == NULL ? NULL : config_pair(source->document, node, name);

        if (pair == NULL)
            continue;
        node = yaml_document_get_node(source->document, pair->value);
        mark = yaml_document_get_node(source->document, pair->key)->start_mark;
    }
    return mark;
}

G_GNUC_PRINTF(5, 6)
static bool config_wrong(const struct config_source *source, const char *section, const char *key, GError **error,
                         const char *format, ...)
{
    yaml_mark_t mark = config_mark(source, section, key);
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "%s:%zu:%zu: %s%s%s: %s", source->file, mark.line + 1,
                mark.column + 1, section != NULL ? section : "", section != NULL && key != NULL ? "." : "",
                key != NULL ? key : (section != NULL ? "" : "the file"), text);
    return false;
}

static char *config_known_keys(const char *section)
{
    GString *list = g_string_new(NULL);
    const char *last = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        const char *name = section == NULL && keys[i].section != NULL ? keys[i].section : keys[i].key;

        if (section == NULL ? (keys[i].section != NULL && keys[i].section == last)
                            : g_strcmp0(keys[i].section, section) != 0)
            continue;
        g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", name);
        last = keys[i].section;
    }
    return g_string_free(list, FALSE);
}

/* libcyaml tells the fault in its first line, then the fields that lead to it, the innermost first. */
static bool config_translate(const struct config_source *source, cyaml_err_t status, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(source->log->str, "\n", -1);
    const char *fault = lines[0] != NULL && *lines[0] != '\0' ? lines[0] : cyaml_strerror(status);
    const char *unknown_prefix = "Load: Unexpected key: ";
    g_autofree char *inner = NULL;
    g_autofree char *outer = NULL;

    for (size_t i = 0; lines[0] != NULL && lines[i + 1] != NULL; i++) {
        char *name = strstr(lines[i], "in mapping field '");
        char *end;

        if (name == NULL)
            continue;
        name += strlen("in mapping field '");
        end = strchr(name, '\'');
        g_free(inner);
        inner = outer;
        outer = end == NULL ? g_strdup(name) : g_strndup(name, (size_t)(end - name));
    }
    if (g_str_has_prefix(fault, unknown_prefix)) {
        g_autofree char *known = config_known_keys(outer);

        return config_wrong(source, outer, fault + strlen(unknown_prefix), error, "no such key; known here: %s", known);
    }
    return config_wrong(source, outer, inner, error, "%s",
                        g_str_has_prefix(fault, "Load: ") ? fault + strlen("Load: ") : fault);
}

G_GNUC_PRINTF(3, 0)
static void config_log(cyaml_log_t level, void *context, const char *format, va_list arguments)
{
    GString *log = context;

    if (level >= CYAML_LOG_ERROR)
        g_string_append_vprintf(log, format, arguments);
}

/* ---- reading ---- */

static cyaml_schema_field_t config_text_field(size_t i)
{
    cyaml_schema_field_t field = {.key = keys[i].key,
                                  .data_offset = (uint32_t)(i * sizeof(char *)),
                                  .value = {.type = CYAML_STRING,
                                            .flags = CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                                            .data_size = sizeof(char),
                                            .string = {.min = 0, .max = CYAML_UNLIMITED}}};

    return field;
}

/* The keys of a section stand together in the table; every section writes into the one struct of texts. */
static void config_schema_init(struct config_schema *schema)
{
    size_t field = 0;
    size_t top = 0;

    memset(schema, 0, sizeof(*schema));
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (keys[i].section == NULL) {
            schema->sections[top++] = config_text_field(i);
            continue;
        }
        if (i == 0 || keys[i - 1].section == NULL || !g_str_equal(keys[i - 1].section, keys[i].section)) {
            cyaml_schema_field_t section = {.key = keys[i].section,
                                            .value = {.type = CYAML_MAPPING,
                                                      .flags = CYAML_FLAG_OPTIONAL,
                                                      .data_size = sizeof(struct config_doc),
                                                      .mapping = {.fields = &schema->fields[field + (field > 0)]}}};

            field += field > 0;
            g_assert(top + 1 < G_N_ELEMENTS(schema->sections));
            schema->sections[top++] = section;
        }
        schema->fields[field++] = config_text_field(i);
        g_assert(field < G_N_ELEMENTS(schema->fields));
    }
    schema->top = (cyaml_schema_value_t){.type = CYAML_MAPPING,
                                         .flags = CYAML_FLAG_POINTER,
                                         .data_size = sizeof(struct config_doc),
                                         .mapping = {.fields = schema->sections}};
}

static uint64_t config_index_of(const char *const *words, const char *text)
{
    uint64_t i = 0;

    while (words[i] != NULL && !g_str_equal(words[i], text))
        i++;
    return i;
}

static bool config_number(const struct config_source *source, const struct config_key *key, const char *text,
                          uint64_t *value, GError **error)
{
    if (key->words != NULL) {
        g_autofree char *choice = g_strjoinv(", ", (char **)(uintptr_t)key->words);

        *value = config_index_of(key->words, text);
        if (key->words[*value] == NULL)
            return config_wrong(source, key->section, key->key, error, "\"%s\" is none of %s", text, choice);
        return true;
    }
    if (!g_ascii_string_to_unsigned(text, 10, key->min, key->max, value, NULL))
        return config_wrong(source, key->section, key->key, error,
                            "\"%s\" is not a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, text,
                            key->min, key->max);
    return true;
}

static bool config_set(struct config *config, const struct config_source *source, const struct config_key *key,
                       const char *text, GError **error)
{
    char *target = (char *)config + key->offset;
    const char *variable = key->variable == NULL ? NULL : g_getenv(key->variable);
    uint64_t number = 0;

    if (variable != NULL && *variable != '\0')
        text = variable;
    if (text == NULL || *text == '\0')
        text = key->fallback;
    if (key->kind == KIND_PATH && *text != '\0') {
        *(char **)(void *)target = g_canonicalize_filename(text, source->folder);
        return true;
    }
    if (key->kind == KIND_TEXT || key->kind == KIND_PATH) {
        *(char **)(void *)target = g_strdup(text);
        return true;
    }
    if (!config_number(source, key, text, &number, error))
        return false;
    if (key->kind == KIND_PORT)
        *(uint16_t *)(void *)target = (uint16_t)number;
    else if (key->kind == KIND_BOOL)
        *(bool *)target = number != 0;
    else
        *(unsigned *)(void *)target = (unsigned)number;
    return true;
}

/* ---- what keys mean together ---- */

static bool config_split_listen(struct config *config, const struct config_source *source, GError **error)
{
    const char *listen = config->http.listen;
    const char *colon = strrchr(listen, ':');
    size_t length = colon == NULL ? 0 : (size_t)(colon - listen);
    bool bracketed = length > 2 && listen[0] == '[' && listen[length - 1] == ']';
    uint64_t port = 0;

    if (length == 0 || (!bracketed && memchr(listen, ':', length) != NULL) ||
        !g_ascii_string_to_unsigned(colon + 1, 10, 0, UINT16_MAX, &port, NULL))
        return config_wrong(source, "http", "listen", error,
                            "\"%s\" is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080", listen);
    config->http.host = bracketed ? g_strndup(listen + 1, length - 2) : g_strndup(listen, length);
    config->http.port = (uint16_t)port;
    return true;
}

static void config_default_url(char **url, const char *other)
{
    if (**url != '\0')
        return;
    g_free(*url);
    *url = g_strdup(other);
}

static bool config_read_password(struct config *config, const struct config_source *source, GError **error)
{
    g_autoptr(GError) cause = NULL;

    if (*config->mail.password != '\0' || *config->mail.password_file == '\0')
        return true;
    g_clear_pointer(&config->mail.password, g_free);
    if (!g_file_get_contents(config->mail.password_file, &config->mail.password, NULL, &cause))
        return config_wrong(source, "mail", "password_file", error, "%s", cause->message);
    g_strchomp(config->mail.password);
    return true;
}

static bool config_complete(struct config *config, const struct config_source *source, GError **error)
{
    if (*config->database.url == '\0')
        return config_wrong(source, "database", "url", error,
                            "is missing; write a connection string here or set TOROKU_DATABASE");
    config_default_url(&config->database.read_url, config->database.url);
    config_default_url(&config->database.migrate_url, config->database.url);
    if (!config_split_listen(config, source, error))
        return false;
    if (*config->http.public_url == '\0') {
        g_free(config->http.public_url);
        config->http.public_url = g_strdup_printf("http://%s", config->http.listen);
    }
    while (g_str_has_suffix(config->http.public_url, "/"))
        config->http.public_url[strlen(config->http.public_url) - 1] = '\0';
    if (config->http.document_bytes_max > config->http.bodies_bytes_max)
        return config_wrong(source, "http", "document_bytes_max", error, "%u is more than bodies_bytes_max, %u",
                            config->http.document_bytes_max, config->http.bodies_bytes_max);
    if (*config->mail.host != '\0' && strchr(config->mail.from, '@') == NULL)
        return config_wrong(source, "mail", "from", error, "\"%s\" is not a mail address", config->mail.from);
    if (config->mail.tls == CONFIG_TLS_NONE && *config->mail.username != '\0')
        return config_wrong(source, "mail", "tls", error,
                            "a password is never sent in clear; use starttls or tls, or leave username empty");
    return config_read_password(config, source, error);
}

static struct config *config_convert(const struct config_doc *doc, const struct config_source *source, GError **error)
{
    struct config *config = g_new0(struct config, 1);

    config->file = g_strdup(source->file);
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (!config_set(config, source, &keys[i], doc == NULL ? NULL : doc->text[i], error))
            goto failed;
    }
    if (config_complete(config, source, error))
        return config;
failed:
    config_free(config);
    return NULL;
}

static struct config *config_parse(struct config_source *source, const char *text, size_t size, GError **error)
{
    cyaml_config_t cyaml = {.log_fn = config_log,
                            .log_ctx = source->log,
                            .mem_fn = cyaml_mem,
                            .log_level = CYAML_LOG_ERROR,
                            .flags = CYAML_CFG_NO_ALIAS};
    struct config_schema schema;
    cyaml_data_t *data = NULL;
    struct config *config = NULL;
    cyaml_err_t status;

    config_schema_init(&schema);
    status = cyaml_load_data((const uint8_t *)text, size, &cyaml, &schema.top, &data, NULL);
    if (status == CYAML_OK)
        config = config_convert(data, source, error);
    else
        config_translate(source, status, error);
    if (data != NULL)
        cyaml_free(&cyaml, &schema.top, data, 0);
    return config;
}

/* A first pass with libyaml itself: it tells where syntax breaks, and keeps where every key stands. */
static bool config_read_document(const char *file, const char *text, size_t size, yaml_document_t *document,
                                 GError **error)
{
    yaml_parser_t parser;
    bool good;

    if (!yaml_parser_initialize(&parser))
        g_error("out of memory");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    good = yaml_parser_load(&parser, document) != 0;
    if (!good)
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "%s:%zu:%zu: not YAML: %s", file,
                    parser.problem_mark.line + 1, parser.problem_mark.column + 1, parser.problem);
    yaml_parser_delete(&parser);
    return good;
}

struct config *config_load(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    g_autofree char *whole = g_canonicalize_filename(path, NULL);
    g_autofree char *folder = g_path_get_dirname(whole);
    g_autoptr(GError) cause = NULL;
    struct config_source source = {.file = path, .folder = folder};
    yaml_document_t document;
    struct config *config;
    size_t size = 0;

    if (!g_file_get_contents(path, &text, &size, &cause)) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND, "the configuration cannot be read: %s",
                    cause->message);
        return NULL;
    }
    if (size > CONFIG_BYTES_MAX) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_TOO_LARGE, "%s: %zu bytes; a configuration has at most %d", path,
                    size, CONFIG_BYTES_MAX);
        return NULL;
    }
    if (!config_read_document(path, text, size, &document, error))
        return NULL;
    source.document = &document;
    source.log = g_string_new(NULL);
    config = config_parse(&source, text, size, error);
    g_string_free(source.log, TRUE);
    yaml_document_delete(&document);
    return config;
}

void config_free(struct config *config)
{
    if (config == NULL)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        char **text = (char **)(void *)((char *)config + keys[i].offset);

        if (keys[i].kind == KIND_TEXT || keys[i].kind == KIND_PATH)
            g_free(*text);
    }
    g_free(config->http.host);
    g_free(config->file);
    g_free(config);
}
