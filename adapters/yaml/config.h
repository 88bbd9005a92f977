/*
 * The configuration: one commented YAML file (deploy/toroku.yaml), with secrets from the environment.
 *
 * Every key has a default except database.url. A key that is not known, comes twice or has a value of another kind is
 * an error that names file, line, column and what was expected: nothing is guessed. Relative paths are relative to the
 * folder of the file. These variables, when set and not empty, stand above the file: TOROKU_DATABASE,
 * TOROKU_DATABASE_READ, TOROKU_DATABASE_MIGRATE, TOROKU_SMTP_USERNAME, TOROKU_SMTP_PASSWORD.
 */
#ifndef TOROKU_YAML_CONFIG_H
#define TOROKU_YAML_CONFIG_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum config_tls { CONFIG_TLS_NONE, CONFIG_TLS_STARTTLS, CONFIG_TLS_IMPLICIT };
enum config_log_level { CONFIG_LOG_ERROR, CONFIG_LOG_WARNING, CONFIG_LOG_INFO, CONFIG_LOG_DEBUG };
enum config_log_format { CONFIG_LOG_JOURNAL, CONFIG_LOG_TEXT, CONFIG_LOG_JSON };

/* Connection strings are libpq's (a URI or key=value words); `passfile` in them keeps the password elsewhere. */
struct config_database {
    char *url;         /* role engine: reads and writes cases */
    char *read_url;    /* for queries under row level security; default: url */
    char *migrate_url; /* owner of the tables, at start and for `toroku migrate`; default: url */
    unsigned connections;
    unsigned read_connections;
};

struct config_http {
    char *listen;     /* as written: "127.0.0.1:8080", "[::1]:8080" */
    char *host;       /* its parts: "127.0.0.1" */
    uint16_t port;    /* 0: any free one */
    char *public_url; /* what people type, without a slash at the end; default: http:// and listen */
    unsigned connections_max;
    unsigned first_byte_ms;    /* from accepting a connection to its first byte */
    unsigned between_ms;       /* between two reads of one request */
    unsigned head_ms;          /* from the first byte of a request to the end of its head */
    unsigned request_ms;       /* from the first byte of a request to its last */
    unsigned idle_ms;          /* from an answer to the next request of the connection */
    unsigned write_ms;         /* the client takes not one byte of its answer */
    unsigned drain_ms;         /* what a clean stop grants to requests under way */
    unsigned body_bytes_max;   /* of one request */
    unsigned bodies_bytes_max; /* of all requests held at once */
    unsigned document_bytes_max;
};

/* Of people who sign in with a password. */
struct config_sessions {
    unsigned idle_minutes; /* without use, then a session is over */
    unsigned hours_max;    /* then it is over in any case */
};

struct config_mail {
    char *host; /* empty: no mail is sent, notices wait in the outbox */
    uint16_t port;
    enum config_tls tls;
    char *ca_file;  /* empty: the authorities of the system */
    char *username; /* empty: no authentication */
    char *password; /* from the environment, password_file or the file itself, in this order */
    char *password_file;
    char *from;
    char *from_name;
    unsigned connections;
};

struct config_log {
    enum config_log_level level;
    enum config_log_format format;
};

struct config_engine {
    unsigned batch_max; /* commands in one transaction */
    unsigned queue_max; /* commands waiting; more are answered 503 */
    unsigned settle_ms; /* how long a limit waits for earlier inputs before it fires */
    unsigned hold_ms;   /* within this a command holds its case, or is answered 503 */
    unsigned deadline_batch_max;
    unsigned deadline_poll_ms; /* looks for deadlines that another daemon has set */
    unsigned outbox_batch_max;
    unsigned outbox_lease_s;
    unsigned outbox_attempts_max; /* then the notice is a dead letter */
};

struct config {
    char *file; /* where it was read from */
    char *workflows;
    char *pid_file;     /* by which `toroku reload` finds the daemon; empty: none */
    bool demonstration; /* demonstration accounts may be created, and are served */
    struct config_database database;
    struct config_http http;
    struct config_sessions sessions;
    struct config_mail mail;
    struct config_log log;
    struct config_engine engine;
};

/* Reads ${path}. The result is the caller's: config_free. NULL and TOROKU_ERROR_INVALID or _NOT_FOUND on failure. */
struct config *config_load(const char *path, GError **error);

/* Accepts NULL. */
void config_free(struct config *config);

#endif
