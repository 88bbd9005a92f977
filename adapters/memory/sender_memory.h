/*
 * A sender that keeps what it is given and reports it delivered, or fails when told to.
 */
#ifndef TOROKU_MEMORY_SENDER_MEMORY_H
#define TOROKU_MEMORY_SENDER_MEMORY_H

#include "engine/port/loop.h"
#include "engine/port/sender.h"

#include <glib.h>

struct sender_memory;

/* One attempt, in the order in which they were made. */
struct sender_memory_mail {
    char *message_id, *to, *language, *subject, *body;
    instant date, sent; /* of the event; of the attempt */
    enum send_verdict verdict;
};

struct sender_memory *sender_memory_new(struct loop *loop);

/* When nothing is under way. NULL is harmless. */
void sender_memory_free(struct sender_memory *sender);

struct sender *sender_memory_port(struct sender_memory *sender);

/* The next ${count} attempts end with ${verdict} (SEND_RETRY or SEND_DEAD) and ${reply}. */
void sender_memory_fail(struct sender_memory *sender, unsigned count, enum send_verdict verdict, const char *reply);

/* Every attempt so far: struct sender_memory_mail, the sender's. */
const GPtrArray *sender_memory_mails(const struct sender_memory *sender);

/* How many of them were delivered. */
unsigned sender_memory_delivered(const struct sender_memory *sender);

#endif
