#include "adapters/curl/mail.h"

#include "adapters/curl/message.h"
#include "adapters/curl/smtp.h"
#include "engine/error.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

#define TIMEOUT_MS_DEFAULT 30000
#define SLOTS_DEFAULT 256
#define GRACE_US INT64_C(1000000) /* for the mail under way when the sender is freed */

struct mail_worker {
    struct mail_sender *sender;
    struct smtp_session *session;
    pthread_t thread;
};

struct mail_sender {
    struct sender port;
    struct loop *loop;
    struct mail_config config; /* complete */
    GStringChunk *texts;       /* what config points to */
    uv_async_t wake;
    unsigned taken;              /* requests accepted and not yet done */
    struct mail_worker *workers; /* config.connections of them */
    _Atomic int64_t abort_at;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t work;
    bool stopping;
    GQueue waiting;
    GQueue finished;
};

static const char *text_keep(GStringChunk *texts, const char *text)
{
    return text == NULL ? NULL : g_string_chunk_insert(texts, text);
}

/* ${to} is ${from} with its defaults filled in and its texts kept in ${texts}. */
static void mail_config_complete(struct mail_config *to, const struct mail_config *from, GStringChunk *texts)
{
    static const uint16_t ports[] = {[MAIL_TLS_STARTTLS] = 587, [MAIL_TLS_IMPLICIT] = 465, [MAIL_TLS_NONE] = 25};
    g_autofree char *from_address = message_address(from->from_address, NULL);

    *to = *from;
    to->host = text_keep(texts, from->host);
    to->port = from->port != 0 ? from->port : ports[from->tls];
    to->ca_file = text_keep(texts, from->ca_file);
    to->username = text_keep(texts, from->username);
    to->password = text_keep(texts, from->password == NULL ? "" : from->password);
    to->from_address = text_keep(texts, from_address);
    to->from_name = text_keep(texts, from->from_name);
    to->helo_name = text_keep(texts, from->helo_name);
    to->timeout_ms = from->timeout_ms != 0 ? from->timeout_ms : TIMEOUT_MS_DEFAULT;
    to->connections = from->connections != 0 ? from->connections : 1;
    to->slots = from->slots != 0 ? from->slots : SLOTS_DEFAULT;
}

/* A message of the same sender, so that a wrong name or address is found at start and not at the first notice. */
static bool mail_config_check(const struct mail_config *config, GError **error)
{
    const struct message probe = {.from_address = config->from_address,
                                  .from_name = config->from_name,
                                  .to = config->from_address,
                                  .subject = "",
                                  .body = "",
                                  .language = "en",
                                  .message_id = "probe@localhost",
                                  .utc_offset_minutes = config->utc_offset_minutes};
    g_autoptr(GString) composed = NULL;

    if (config->host == NULL || config->from_address == NULL) {
        g_set_error_literal(error, TOROKU_ERROR, TOROKU_ERROR_INVALID,
                            "mail: no server or no sender: expected host and from_address; set both");
        return false;
    }
    if (config->tls == MAIL_TLS_NONE && config->username != NULL) {
        g_set_error_literal(error, TOROKU_ERROR, TOROKU_ERROR_INVALID,
                            "mail: a password would travel in clear: expected TLS with a username; "
                            "set tls to starttls or implicit");
        return false;
    }
    if (config->ca_file != NULL && !g_file_test(config->ca_file, G_FILE_TEST_IS_REGULAR)) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID,
                    "mail: ca_file %s: expected a file of certificates (PEM)", config->ca_file);
        return false;
    }
    composed = message_compose(&probe, error);
    return composed != NULL;
}

static void *mail_worker_run(void *arg)
{
    struct mail_worker *worker = arg;
    struct mail_sender *sender = worker->sender;

    pthread_mutex_lock(&sender->lock);
    for (;;) {
        struct send_request *request;

        while (!sender->stopping && g_queue_is_empty(&sender->waiting))
            pthread_cond_wait(&sender->work, &sender->lock);
        if (sender->stopping)
            break;
        request = g_queue_pop_head(&sender->waiting);
        pthread_mutex_unlock(&sender->lock);
        smtp_session_deliver(worker->session, request);
        pthread_mutex_lock(&sender->lock);
        g_queue_push_tail(&sender->finished, request);
        uv_async_send(&sender->wake);
    }
    pthread_mutex_unlock(&sender->lock);
    return NULL;
}

/* `done` may send the next request at once, so the slot is free before it runs and the clock is held until after. */
static void mail_sender_finish(struct mail_sender *sender, struct send_request *request)
{
    g_assert(sender->taken > 0);
    sender->taken--;
    if (sender->taken == 0)
        uv_unref((uv_handle_t *)&sender->wake);
    request->done(request);
    loop_release(sender->loop);
}

static struct send_request *mail_sender_take_finished(struct mail_sender *sender)
{
    struct send_request *request;

    pthread_mutex_lock(&sender->lock);
    request = g_queue_pop_head(&sender->finished);
    pthread_mutex_unlock(&sender->lock);
    return request;
}

static void mail_sender_woken(uv_async_t *handle)
{
    struct mail_sender *sender = handle->data;
    struct send_request *request;

    while ((request = mail_sender_take_finished(sender)) != NULL)
        mail_sender_finish(sender, request);
}

static void mail_sender_send(struct sender *port, struct send_request *request)
{
    struct mail_sender *sender = (struct mail_sender *)port;

    g_assert(!sender->stopping && sender->taken < sender->config.slots);
    loop_hold(sender->loop);
    if (sender->taken++ == 0)
        uv_ref((uv_handle_t *)&sender->wake);
    pthread_mutex_lock(&sender->lock);
    g_queue_push_tail(&sender->waiting, request);
    pthread_cond_signal(&sender->work);
    pthread_mutex_unlock(&sender->lock);
}

static unsigned mail_sender_free_slots(struct sender *port)
{
    struct mail_sender *sender = (struct mail_sender *)port;

    return sender->stopping ? 0 : sender->config.slots - sender->taken;
}

static const struct sender_ops mail_sender_ops = {.send = mail_sender_send, .free_slots = mail_sender_free_slots};

/* The threads take no signals: those are the loop's, and a broken connection is an error, not SIGPIPE. */
static void mail_sender_start(struct mail_sender *sender)
{
    sigset_t all;
    sigset_t before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (unsigned i = 0; i < sender->config.connections; i++) {
        int rc = pthread_create(&sender->workers[i].thread, NULL, mail_worker_run, &sender->workers[i]);

        g_assert(rc == 0);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void mail_sender_stop(struct mail_sender *sender)
{
    atomic_store(&sender->abort_at, g_get_monotonic_time() + GRACE_US);
    pthread_mutex_lock(&sender->lock);
    sender->stopping = true;
    pthread_cond_broadcast(&sender->work);
    pthread_mutex_unlock(&sender->lock);
    for (unsigned i = 0; i < sender->config.connections; i++)
        pthread_join(sender->workers[i].thread, NULL);
}

/* No thread runs and no handle is open any more. */
static void mail_sender_destroy(struct mail_sender *sender)
{
    for (unsigned i = 0; i < sender->config.connections; i++)
        smtp_session_free(sender->workers[i].session);
    g_free(sender->workers);
    g_string_chunk_free(sender->texts);
    pthread_cond_destroy(&sender->work);
    pthread_mutex_destroy(&sender->lock);
    g_free(sender);
    curl_global_cleanup();
}

static void mail_sender_closed(uv_handle_t *handle)
{
    mail_sender_destroy(handle->data);
}

struct mail_sender *mail_sender_new(uv_loop_t *uv, struct loop *loop, const struct mail_config *config, GError **error)
{
    struct mail_sender *sender;
    int rc;

    if (!mail_config_check(config, error))
        return NULL;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    sender = g_new0(struct mail_sender, 1);
    sender->port.ops = &mail_sender_ops;
    sender->loop = loop;
    sender->texts = g_string_chunk_new(256);
    mail_config_complete(&sender->config, config, sender->texts);
    sender->workers = g_new0(struct mail_worker, sender->config.connections);
    atomic_init(&sender->abort_at, INT64_MAX);
    pthread_mutex_init(&sender->lock, NULL);
    pthread_cond_init(&sender->work, NULL);
    g_queue_init(&sender->waiting);
    g_queue_init(&sender->finished);
    for (unsigned i = 0; i < sender->config.connections; i++) {
        sender->workers[i].sender = sender;
        sender->workers[i].session = smtp_session_new(&sender->config, &sender->abort_at, error);
        if (sender->workers[i].session == NULL) {
            mail_sender_destroy(sender);
            return NULL;
        }
    }
    rc = uv_async_init(uv, &sender->wake, mail_sender_woken);
    g_assert(rc == 0);
    sender->wake.data = sender;
    uv_unref((uv_handle_t *)&sender->wake);
    mail_sender_start(sender);
    return sender;
}

struct sender *mail_sender_port(struct mail_sender *sender)
{
    return &sender->port;
}

void mail_sender_free(struct mail_sender *sender)
{
    struct send_request *request;

    if (sender == NULL)
        return;
    mail_sender_stop(sender);
    mail_sender_woken(&sender->wake);
    while ((request = g_queue_pop_head(&sender->waiting)) != NULL) {
        request->verdict = SEND_RETRY;
        g_strlcpy(request->reply, "shutting down", sizeof(request->reply));
        mail_sender_finish(sender, request);
    }
    uv_close((uv_handle_t *)&sender->wake, mail_sender_closed);
}
