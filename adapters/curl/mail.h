/*
 * The sender port for mail: SMTP through libcurl, on threads of its own.
 *
 * libcurl's non-blocking interface blocks at the end of every SMTP message, so each connection has a thread that may
 * block; the loop is told by uv_async. A connection stays open between mails and is opened again when the server has
 * closed it.
 */
#ifndef TOROKU_CURL_MAIL_H
#define TOROKU_CURL_MAIL_H

#include "engine/port/loop.h"
#include "engine/port/sender.h"

#include <glib.h>
#include <uv.h>

/* How the connection is encrypted. A certificate that does not verify is never accepted. */
enum mail_tls {
    MAIL_TLS_STARTTLS, /* begins in clear, must be upgraded before anything is said (RFC 3207) */
    MAIL_TLS_IMPLICIT, /* TLS from the first byte (RFC 8314) */
    MAIL_TLS_NONE      /* in clear: a relay on this machine; credentials are refused */
};

/* Zero or NULL means the default; texts are copied by mail_sender_new. */
struct mail_config {
    const char *host; /* name or address of the server; required */
    uint16_t port;    /* default: 587, with implicit TLS 465, in clear 25 */
    enum mail_tls tls;
    const char *ca_file;  /* PEM; default: the authorities of the system */
    const char *username; /* default: no AUTH */
    const char *password;
    const char *from_address; /* also the envelope sender; required */
    const char *from_name;    /* "登録事務局"; default: none */
    const char *helo_name;    /* default: the name of this machine */
    int utc_offset_minutes;   /* of the Date header: 540 is Japan */
    unsigned timeout_ms;      /* for one mail, connecting included; default 30,000 */
    unsigned connections;     /* open at once, each with a thread; default 1 */
    unsigned slots;           /* requests accepted and not yet done; default 256 */
};

struct mail_sender;

/*
 * Starts the threads; nothing is connected before the first mail. ${uv} is the loop that callbacks run on, ${loop} its
 * port: a virtual clock is held while a request is in flight. While none is, the sender does not keep ${uv} running.
 * NULL and TOROKU_ERROR_INVALID when ${config} cannot work.
 */
struct mail_sender *mail_sender_new(uv_loop_t *uv, struct loop *loop, const struct mail_config *config, GError **error);

/* The port; lives as long as ${sender}. */
struct sender *mail_sender_port(struct mail_sender *sender);

/*
 * Ends the threads. A mail that is just being sent has a second to complete; every request that is not delivered by
 * then is done with SEND_RETRY, "shutting down". All outstanding `done` run inside this call, which may block for two
 * seconds. The loop must run once more to close its handle. Accepts NULL.
 */
void mail_sender_free(struct mail_sender *sender);

#endif
