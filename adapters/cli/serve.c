#include "adapters/cli/cli.h"
#include "adapters/cli/commands.h"
#include "adapters/cli/definitions.h"
#include "adapters/cli/log.h"
#include "adapters/cli/post.h"
#include "adapters/http/api.h"
#include "adapters/ical/ical.h"
#include "adapters/postgres/migrate.h"
#include "adapters/postgres/reader_pg.h"
#include "adapters/postgres/sessions_pg.h"
#include "adapters/postgres/store_pg.h"
#include "adapters/uv/loop_uv.h"
#include "adapters/uv/password.h"
#include "adapters/yaml/config.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>
#include <uv.h>

static const char about[] = "Runs the daemon until SIGTERM or SIGINT; then it drains: what is under way is answered.\n"
                            "SIGHUP lets it read its definitions anew.";

/* All that a daemon is made of, in the order in which it is built. */
struct daemon {
    struct config *config;
    struct pidfile *pidfile;
    struct definitions *definitions;
    struct loop_uv *loop;
    struct store_pg *store;
    struct reader_pg *reader;
    struct sessions_pg *sessions;
    struct passwords *passwords;
    struct mail_sender *mail;
    struct engine *engine;
    struct api *api;
    struct http_server *http;
    uv_signal_t signals[3];
    uv_timer_t watchdog;
    unsigned handles; /* of our own, still open */
    bool stopping;
};

static void daemon_handle_closed(uv_handle_t *handle)
{
    struct daemon *d = handle->data;

    if (--d->handles == 0)
        loop_uv_stop(d->loop);
}

/* The end: each part when those that use it are over; what was never built is passed over. */

static void daemon_end_handles(void *user)
{
    struct daemon *d = user;

    for (size_t i = 0; i < G_N_ELEMENTS(d->signals); i++)
        uv_close((uv_handle_t *)&d->signals[i], daemon_handle_closed);
    uv_close((uv_handle_t *)&d->watchdog, daemon_handle_closed);
}

static void daemon_close_handles(void *user)
{
    struct daemon *d = user;

    definitions_drain(d->definitions, daemon_end_handles, d);
}

static void daemon_drain_sessions(void *user)
{
    struct daemon *d = user;

    if (d->sessions != NULL)
        sessions_pg_drain(d->sessions, daemon_close_handles, d);
    else
        daemon_close_handles(d);
}

static void daemon_drain_reader(void *user)
{
    struct daemon *d = user;

    if (d->reader != NULL)
        reader_pg_drain(d->reader, daemon_drain_sessions, d);
    else
        daemon_drain_sessions(d);
}

static void daemon_drain_store(void *user)
{
    struct daemon *d = user;

    if (d->store != NULL)
        store_pg_drain(d->store, daemon_drain_reader, d);
    else
        daemon_drain_reader(d);
}

/* Mail under way that is not out within a second is answered as to be tried again: a stop does not wait for SMTP. */
static void daemon_drain_engine(struct http_server *server, void *user)
{
    struct daemon *d = user;

    (void)server;
    if (d->engine != NULL)
        engine_drain(d->engine, daemon_drain_store, d);
    mail_sender_free(d->mail);
    d->mail = NULL;
    if (d->engine == NULL)
        daemon_drain_store(d);
}

static void daemon_drain(struct daemon *d)
{
    if (d->stopping)
        return;
    d->stopping = true;
    sd_notify(0, "STOPPING=1");
    if (d->http == NULL) {
        daemon_drain_engine(NULL, d);
        return;
    }
    api_set_draining(d->api);
    http_server_stop(d->http, daemon_drain_engine, d);
}

static void daemon_signalled(uv_signal_t *signal, int number)
{
    g_message("signal %d: draining", number);
    daemon_drain(signal->data);
}

static void daemon_hung_up(uv_signal_t *signal, int number)
{
    struct daemon *d = signal->data;

    (void)number;
    if (!d->stopping)
        definitions_reload(d->definitions);
}

static void daemon_watchdog(uv_timer_t *timer)
{
    (void)timer;
    sd_notify(0, "WATCHDOG=1");
}

static void daemon_start_handles(struct daemon *d)
{
    uv_loop_t *uv = loop_uv_handle(d->loop);
    uint64_t watchdog_us = 0;
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};

    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        uv_signal_init(uv, &d->signals[i]);
        d->signals[i].data = d;
        uv_signal_start(&d->signals[i], numbers[i] == SIGHUP ? daemon_hung_up : daemon_signalled, numbers[i]);
    }
    uv_timer_init(uv, &d->watchdog);
    d->watchdog.data = d;
    if (sd_watchdog_enabled(0, &watchdog_us) > 0)
        uv_timer_start(&d->watchdog, daemon_watchdog, 0, watchdog_us / 3000);
    d->handles = G_N_ELEMENTS(numbers) + 1;
}

static bool daemon_prepare(struct daemon *d, GError **error)
{
    d->pidfile = pidfile_take(d->config->pid_file, error);
    d->definitions = d->pidfile == NULL ? NULL : definitions_new(d->config, error);
    if (d->definitions == NULL || !migrate_run(d->config->database.migrate_url, false, NULL, NULL, error) ||
        !definitions_register(d->definitions, error))
        return false;
    d->loop = loop_uv_new(LOOP_UV_REAL, 0, error);
    return d->loop != NULL;
}

static bool daemon_connect(struct daemon *d, GError **error)
{
    const struct config_database *db = &d->config->database;
    uv_loop_t *uv = loop_uv_handle(d->loop);
    struct loop *loop = loop_uv_port(d->loop);

    d->store = store_pg_new(db->url, db->connections, uv, loop, error);
    if (d->store == NULL)
        return false;
    d->reader = reader_pg_new(db->read_url, db->read_connections, uv, loop, error);
    if (d->reader == NULL)
        return false;
    d->sessions = sessions_pg_new(db->url, uv, loop, error);
    if (d->sessions == NULL)
        return false;
    d->passwords = passwords_new(d->loop);
    d->mail = post_new(&d->config->mail, d->loop, error);
    return d->mail != NULL || d->config->mail.host[0] == '\0';
}

static const char *host_of(const char *url)
{
    const char *scheme = strstr(url, "://");

    return scheme == NULL ? url : scheme + 3;
}

static void daemon_use_charts(const struct chart_set *charts, void *user)
{
    struct daemon *d = user;

    api_use_charts(d->api, charts);
}

static bool daemon_serve(struct daemon *d, GError **error)
{
    const struct config_http *h = &d->config->http;
    const struct config_engine *e = &d->config->engine;
    struct engine_config engine = engine_config_default();
    struct http_config http = http_config_default();
    g_autofree char *host = g_strdelimit(g_strdup(host_of(h->public_url)), ":/", '\0');

    engine.batch_max = e->batch_max;
    engine.batches_max = MAX(1, d->config->database.connections - 1);
    engine.queue_max = e->queue_max;
    engine.settle_us = e->settle_ms * INSTANT_MS;
    engine.hold_us = e->hold_ms * INSTANT_MS;
    engine.poll_us = e->deadline_poll_ms * INSTANT_MS;
    engine.lease_us = e->outbox_lease_s * INSTANT_SECOND;
    engine.due_max = e->deadline_batch_max;
    engine.claim_max = e->outbox_batch_max;
    engine.attempts_max = (int)e->outbox_attempts_max;
    engine.message_host = g_intern_string(host);
    engine.public_url = h->public_url;
    engine.unknown_chart = definitions_fetch;
    engine.unknown_user = d->definitions;
    d->engine =
        engine_new(loop_uv_port(d->loop), store_pg_port(d->store), d->mail == NULL ? NULL : mail_sender_port(d->mail),
                   definitions_charts(d->definitions), &engine);
    d->api = api_new(&(struct api_config){.loop = loop_uv_port(d->loop),
                                          .engine = d->engine,
                                          .reader = reader_pg_port(d->reader),
                                          .charts = definitions_charts(d->definitions),
                                          .body_max = h->body_bytes_max,
                                          .document_max = h->document_bytes_max,
                                          .sessions = sessions_pg_port(d->sessions),
                                          .passwords = d->passwords,
                                          .public_url = h->public_url,
                                          .session_idle = d->config->sessions.idle_minutes * INSTANT_MINUTE,
                                          .session_life = d->config->sessions.hours_max * INSTANT_HOUR,
                                          .demonstration = d->config->demonstration,
                                          .feeds = sessions_pg_feeds(d->sessions),
                                          .feed_write = ical_write});
    definitions_follow(d->definitions, d->loop, d->engine, d->pidfile, daemon_use_charts, d);
    http.handler = api_handler();
    http.body_limit = api_body_limit();
    http.user = api_user(d->api);
    http.body_max = h->body_bytes_max;
    http.bodies_max = h->bodies_bytes_max;
    http.connections_max = h->connections_max;
    http.first_byte_ms = h->first_byte_ms;
    http.between_ms = h->between_ms;
    http.head_ms = h->head_ms;
    http.request_ms = h->request_ms;
    http.idle_ms = h->idle_ms;
    http.write_ms = h->write_ms;
    http.drain_ms = h->drain_ms;
    d->http = http_server_new(d->loop, &http);
    if (sd_listen_fds(0) > 0)
        return http_server_listen_fd(d->http, SD_LISTEN_FDS_START, error);
    return http_server_listen(d->http, h->host, h->port, error);
}

/* A connection is an open file; a login shell allows few of them. */
static void daemon_raise_files(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

static void daemon_free(struct daemon *d)
{
    http_server_free(d->http);
    api_free(d->api);
    engine_free(d->engine);
    passwords_free(d->passwords);
    loop_uv_free(d->loop);
    definitions_free(d->definitions);
    pidfile_free(d->pidfile);
    config_free(d->config);
}

static int daemon_run(struct daemon *d)
{
    GError *error = NULL;

    daemon_raise_files();
    if (daemon_prepare(d, &error)) {
        daemon_start_handles(d);
        if (daemon_connect(d, &error) && daemon_serve(d, &error)) {
            engine_start(d->engine);
            g_message("listening on %s:%u", d->config->http.host, http_server_port(d->http));
            sd_notifyf(0, "READY=1\nSTATUS=listening on %s:%u", d->config->http.host, http_server_port(d->http));
        } else {
            daemon_drain(d);
        }
        loop_uv_run(d->loop);
    }
    if (error == NULL)
        g_message("drained; goodbye");
    daemon_free(d);
    return error == NULL ? CLI_OK : cli_fail(error);
}

int cli_serve(int argc, char **argv)
{
    g_autofree char *path = NULL;
    const GOptionEntry entries[] = {{"config", 'c', 0, G_OPTION_ARG_FILENAME, &path, "the configuration", "FILE"}, {0}};
    struct daemon daemon = {0};
    GError *error = NULL;
    int status;

    if (!cli_options(&argc, &argv, "", about, entries, &status))
        return status;
    daemon.config = config_load(path == NULL ? "toroku.yaml" : path, &error);
    if (daemon.config == NULL)
        return cli_fail(error);
    log_start(&daemon.config->log);
    return daemon_run(&daemon);
}
