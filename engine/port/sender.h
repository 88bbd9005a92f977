/*
 * The sender port: delivers one notice (通知) to one address over one channel.
 *
 * The message is complete when it arrives here: the engine has resolved recipients and filled the template. Delivery is
 * at least once; `message_id` is the same at every attempt, so that a repeat is recognisable (RFC 5322, 3.6.4).
 */
#ifndef TOROKU_PORT_SENDER_H
#define TOROKU_PORT_SENDER_H

#include "engine/calendar/instant.h"

enum send_verdict {
    SEND_DELIVERED, /* the server took responsibility for it (SMTP 250 after the end of data) */
    SEND_RETRY,     /* a passing failure: no connection, timeout, 4xx */
    SEND_DEAD       /* a lasting refusal: 5xx, an address that cannot exist */
};

struct send_request;
typedef void send_cb(struct send_request *request);

/* Embedded by its owner, who keeps it and every text alive until `done` has run; all texts are UTF-8. */
struct send_request {
    const char *message_id; /* without angle brackets: "n-123@toroku.example" */
    const char *to;         /* one address */
    const char *language;   /* "ja" or "en": Content-Language */
    const char *subject;
    const char *body; /* text/plain, lines ended by \n */
    instant date;     /* Date header: the instant of the event that caused the notice */
    send_cb *done;    /* runs on the loop thread, never inside sender_send */

    /* set by the sender before `done` */
    enum send_verdict verdict;
    char reply[256]; /* the server's last reply, or why there was none; kept as evidence */
    void *impl;
};

struct sender;

struct sender_ops {
    void (*send)(struct sender *sender, struct send_request *request);
    unsigned (*free_slots)(struct sender *sender);
};

struct sender {
    const struct sender_ops *ops;
};

/* Starts one delivery. At most sender_free_slots() may be started; each ends in exactly one `done`. */
static inline void sender_send(struct sender *sender, struct send_request *request)
{
    sender->ops->send(sender, request);
}

/* How many further requests the sender takes now. */
static inline unsigned sender_free_slots(struct sender *sender)
{
    return sender->ops->free_slots(sender);
}

#endif
