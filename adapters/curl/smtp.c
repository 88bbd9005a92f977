#include "adapters/curl/smtp.h"

#include "adapters/curl/message.h"
#include "engine/error.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#define REPLY_MAX_BYTES 4096 /* of one reply kept while it is read */
#define IDLE_MAX_SECONDS 30L /* an idle connection older than this is not used again */

/* How far the dialogue came. The order is that of the protocol. */
enum smtp_phase { PHASE_OPENING, PHASE_MAIL, PHASE_RCPT, PHASE_DATA, PHASE_END };

/* What libcurl and the server say to each other, as far as it decides the verdict. */
struct smtp_dialogue {
    enum smtp_phase phase;
    bool quitting; /* QUIT was said: its answer is no news */
    int code;      /* of the reply to the last command; 0: none yet */
    bool open;     /* the last line heard ended with "-": its reply goes on */
    GString *line;
    GString *reply;
};

struct smtp_session {
    const struct mail_config *config;
    const _Atomic int64_t *abort_at;
    CURL *easy;
    char reason[CURL_ERROR_SIZE];
    struct smtp_dialogue dialogue;
    const GString *payload;
    size_t payload_read;
};

static void dialogue_reset(struct smtp_dialogue *d)
{
    d->phase = PHASE_OPENING;
    d->quitting = false;
    d->code = 0;
    d->open = false;
    g_string_truncate(d->line, 0);
    g_string_truncate(d->reply, 0);
}

/* A line of an AUTH exchange is base64 and could spell a verb; none of it has a blank, and DATA follows RCPT only. */
static void dialogue_said(struct smtp_dialogue *d, const char *text, size_t size)
{
    d->quitting = size >= 4 && g_ascii_strncasecmp(text, "QUIT", 4) == 0;
    if (d->quitting)
        return;
    d->code = 0;
    if (size >= 5 && g_ascii_strncasecmp(text, "MAIL ", 5) == 0)
        d->phase = PHASE_MAIL;
    else if (size >= 5 && g_ascii_strncasecmp(text, "RCPT ", 5) == 0)
        d->phase = PHASE_RCPT;
    else if (size >= 4 && g_ascii_strncasecmp(text, "DATA", 4) == 0 && d->phase == PHASE_RCPT)
        d->phase = PHASE_DATA;
}

static void dialogue_heard_line(struct smtp_dialogue *d)
{
    const char *line = d->line->str;

    if (!d->open)
        g_string_truncate(d->reply, 0);
    else if (d->reply->len < REPLY_MAX_BYTES)
        g_string_append_c(d->reply, ' ');
    if (d->reply->len < REPLY_MAX_BYTES)
        g_string_append(d->reply, line);
    d->open = d->line->len > 3 && line[3] == '-';
    if (d->open)
        return;
    d->code = (int)g_ascii_strtoll(line, NULL, 10);
    if (d->phase == PHASE_DATA && d->code / 100 == 3) {
        d->phase = PHASE_END;
        d->code = 0;
    }
}

static void dialogue_heard(struct smtp_dialogue *d, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n') {
            dialogue_heard_line(d);
            g_string_truncate(d->line, 0);
        } else if (text[i] != '\r' && d->line->len < REPLY_MAX_BYTES) {
            g_string_append_c(d->line, text[i]);
        }
    }
}

static int smtp_session_trace(CURL *easy, curl_infotype type, char *text, size_t size, void *user)
{
    struct smtp_dialogue *d = user;

    (void)easy;
    if (type == CURLINFO_HEADER_OUT)
        dialogue_said(d, text, size);
    else if (type == CURLINFO_HEADER_IN && !d->quitting)
        dialogue_heard(d, text, size);
    return 0;
}

static size_t smtp_session_read(char *into, size_t size, size_t count, void *user)
{
    struct smtp_session *session = user;
    size_t part = MIN(size * count, session->payload->len - session->payload_read);

    memcpy(into, session->payload->str + session->payload_read, part);
    session->payload_read += part;
    return part;
}

static bool smtp_session_must_stop(const struct smtp_session *session)
{
    return g_get_monotonic_time() > atomic_load(session->abort_at);
}

/* libcurl asks at least once a second. */
static int smtp_session_progress(void *user, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now)
{
    (void)total;
    (void)now;
    (void)up_total;
    (void)up_now;
    return smtp_session_must_stop(user) ? 1 : 0;
}

/* The URL's path is what EHLO says. */
static CURLUcode smtp_session_url(const struct mail_config *config, char **url)
{
    bool is_ipv6 = strchr(config->host, ':') != NULL && config->host[0] != '[';
    g_autofree char *host = g_strdup_printf(is_ipv6 ? "[%s]" : "%s", config->host);
    g_autofree char *port = g_strdup_printf("%u", config->port);
    CURLU *parts = curl_url();
    CURLUcode rc;

    g_assert(parts != NULL);
    rc = curl_url_set(parts, CURLUPART_SCHEME, config->tls == MAIL_TLS_IMPLICIT ? "smtps" : "smtp", 0);
    if (rc == CURLUE_OK)
        rc = curl_url_set(parts, CURLUPART_HOST, host, 0);
    if (rc == CURLUE_OK)
        rc = curl_url_set(parts, CURLUPART_PORT, port, 0);
    if (rc == CURLUE_OK && config->helo_name != NULL)
        rc = curl_url_set(parts, CURLUPART_PATH, config->helo_name, CURLU_URLENCODE);
    if (rc == CURLUE_OK)
        rc = curl_url_get(parts, CURLUPART_URL, url, 0);
    curl_url_cleanup(parts);
    return rc;
}

static CURLcode smtp_session_configure(struct smtp_session *session, const char *url)
{
    const struct mail_config *config = session->config;
    CURL *easy = session->easy;
    CURLcode rc = CURLE_OK;

#define SET(option, value) (rc = rc != CURLE_OK ? rc : curl_easy_setopt(easy, CURLOPT_##option, value))
    SET(URL, url);
    SET(UPLOAD, 1L);
    SET(NOSIGNAL, 1L);   /* timeouts by signals do not go with threads */
    SET(QUICK_EXIT, 1L); /* the timeout holds for a name server that is silent, too */
    SET(ERRORBUFFER, session->reason);
    SET(TIMEOUT_MS, (long)config->timeout_ms);
    SET(CONNECTTIMEOUT_MS, (long)config->timeout_ms);
    SET(SERVER_RESPONSE_TIMEOUT, MAX(1L, (long)config->timeout_ms / 1000));
    SET(MAXAGE_CONN, IDLE_MAX_SECONDS);
    SET(USE_SSL, (long)(config->tls == MAIL_TLS_STARTTLS ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (config->ca_file != NULL) {
        SET(CAINFO, config->ca_file);
        SET(CAPATH, NULL); /* that authority and no other */
    }
    if (config->username != NULL) {
        SET(USERNAME, config->username);
        SET(PASSWORD, config->password);
        SET(SASL_IR, 1L);
    }
    SET(READFUNCTION, smtp_session_read);
    SET(READDATA, session);
    SET(VERBOSE, 1L);
    SET(DEBUGFUNCTION, smtp_session_trace);
    SET(DEBUGDATA, &session->dialogue);
    SET(NOPROGRESS, 0L);
    SET(XFERINFOFUNCTION, smtp_session_progress);
    SET(XFERINFODATA, session);
#undef SET
    return rc;
}

struct smtp_session *smtp_session_new(const struct mail_config *config, const _Atomic int64_t *abort_at, GError **error)
{
    struct smtp_session *session = g_new0(struct smtp_session, 1);
    char *url = NULL;
    CURLUcode url_rc;
    CURLcode rc = CURLE_OK;

    session->config = config;
    session->abort_at = abort_at;
    session->dialogue.line = g_string_new(NULL);
    session->dialogue.reply = g_string_new(NULL);
    session->easy = curl_easy_init();
    g_assert(session->easy != NULL);
    url_rc = smtp_session_url(config, &url);
    if (url_rc == CURLUE_OK)
        rc = smtp_session_configure(session, url);
    curl_free(url);
    if (url_rc == CURLUE_OK && rc == CURLE_OK)
        return session;
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID,
                "mail: server \"%s\" port %u: %s; correct the mail section of the configuration", config->host,
                config->port, url_rc != CURLUE_OK ? curl_url_strerror(url_rc) : curl_easy_strerror(rc));
    smtp_session_free(session);
    return NULL;
}

void smtp_session_free(struct smtp_session *session)
{
    curl_socket_t fd = CURL_SOCKET_BAD;

    if (session == NULL)
        return;
    /* libcurl would wait for the answer to its QUIT as long as for any other. */
    if (curl_easy_getinfo(session->easy, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK && fd != CURL_SOCKET_BAD)
        (void)shutdown(fd, SHUT_RD);
    curl_easy_cleanup(session->easy);
    g_string_free(session->dialogue.line, TRUE);
    g_string_free(session->dialogue.reply, TRUE);
    g_free(session);
}

/* One line of valid UTF-8 that fits, cut between characters. */
static void request_set_reply(struct send_request *request, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    size_t size = message_cut(valid, sizeof(request->reply) - 1);

    memcpy(request->reply, valid, size);
    request->reply[size] = '\0';
    g_strdelimit(request->reply, "\r\n\t", ' ');
}

static enum send_verdict dialogue_judge(const struct smtp_dialogue *d)
{
    if (d->phase == PHASE_END && d->code / 100 == 2)
        return SEND_DELIVERED;
    if (d->phase < PHASE_RCPT || d->code / 100 != 5)
        return SEND_RETRY;
    return d->code == 530 || d->code == 534 || d->code == 535 || d->code == 538 ? SEND_RETRY : SEND_DEAD;
}

static void smtp_session_settle(struct smtp_session *session, CURLcode rc, struct send_request *request)
{
    const struct smtp_dialogue *d = &session->dialogue;

    request->verdict = dialogue_judge(d);
    if (request->verdict == SEND_DELIVERED || d->code >= 400) {
        request_set_reply(request, d->reply->str);
    } else if (smtp_session_must_stop(session)) {
        request_set_reply(request, "shutting down");
    } else {
        const char *reason = session->reason[0] != '\0' ? session->reason : curl_easy_strerror(rc);
        g_autofree char *text = g_strdup_printf("no answer from the mail server: %s", reason);

        request_set_reply(request, text);
    }
}

/* A kept connection that the server has closed in the meantime: nothing of this mail was heard yet. */
static bool smtp_session_was_stale(const struct smtp_session *session, CURLcode rc)
{
    const struct smtp_dialogue *d = &session->dialogue;
    long connects = 0;

    if (rc == CURLE_OK || rc == CURLE_OPERATION_TIMEDOUT || rc == CURLE_ABORTED_BY_CALLBACK)
        return false;
    if (d->phase > PHASE_MAIL || (d->code != 0 && d->code != 421))
        return false;
    return curl_easy_getinfo(session->easy, CURLINFO_NUM_CONNECTS, &connects) == CURLE_OK && connects == 0;
}

static CURLcode smtp_session_perform(struct smtp_session *session)
{
    dialogue_reset(&session->dialogue);
    session->payload_read = 0;
    session->reason[0] = '\0';
    return curl_easy_perform(session->easy);
}

void smtp_session_deliver(struct smtp_session *session, struct send_request *request)
{
    const struct mail_config *config = session->config;
    const struct message message = {
        .from_address = config->from_address,
        .from_name = config->from_name,
        .to = request->to,
        .subject = request->subject,
        .body = request->body,
        .language = request->language,
        .message_id = request->message_id,
        .date = request->date,
        .utc_offset_minutes = config->utc_offset_minutes,
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) payload = message_compose(&message, &error);
    g_autofree char *to = payload == NULL ? NULL : message_address(request->to, &error);
    struct curl_slist *recipients = NULL;
    CURLcode rc;

    if (to == NULL) {
        request->verdict = SEND_DEAD;
        request_set_reply(request, error->message);
        return;
    }
    recipients = curl_slist_append(NULL, to);
    g_assert(recipients != NULL);
    session->payload = payload;
    curl_easy_setopt(session->easy, CURLOPT_MAIL_FROM, config->from_address);
    curl_easy_setopt(session->easy, CURLOPT_MAIL_RCPT, recipients);
    rc = smtp_session_perform(session);
    if (smtp_session_was_stale(session, rc))
        rc = smtp_session_perform(session);
    curl_easy_setopt(session->easy, CURLOPT_MAIL_RCPT, NULL);
    curl_slist_free_all(recipients);
    session->payload = NULL;
    smtp_session_settle(session, rc, request);
}
