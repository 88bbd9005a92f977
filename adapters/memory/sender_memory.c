#include "adapters/memory/sender_memory.h"

#include <stddef.h>

/* As many as a mail server would be given at once. */
#define SLOTS 32

struct sender_memory {
    struct sender port;
    struct loop *loop;
    struct loop_task answer;
    GQueue pending; /* struct send_request, to be answered by the task */
    GPtrArray *mails;
    unsigned delivered;
    unsigned failing;
    enum send_verdict verdict;
    char *reply;
};

static struct sender_memory *sender_memory_of(struct sender *port)
{
    return (struct sender_memory *)(void *)((char *)port - offsetof(struct sender_memory, port));
}

static void mail_free(gpointer p)
{
    struct sender_memory_mail *mail = p;

    g_free(mail->message_id);
    g_free(mail->to);
    g_free(mail->language);
    g_free(mail->subject);
    g_free(mail->body);
    g_free(mail);
}

static void sender_memory_judge(struct sender_memory *sender, struct send_request *request)
{
    if (sender->failing > 0) {
        sender->failing--;
        request->verdict = sender->verdict;
        g_strlcpy(request->reply, sender->reply, sizeof request->reply);
        return;
    }
    request->verdict = SEND_DELIVERED;
    g_strlcpy(request->reply, "250 kept in memory", sizeof request->reply);
    sender->delivered++;
}

static void sender_memory_send(struct sender *port, struct send_request *request)
{
    struct sender_memory *sender = sender_memory_of(port);
    struct sender_memory_mail *mail = g_new0(struct sender_memory_mail, 1);

    sender_memory_judge(sender, request);
    mail->message_id = g_strdup(request->message_id);
    mail->to = g_strdup(request->to);
    mail->language = g_strdup(request->language);
    mail->subject = g_strdup(request->subject);
    mail->body = g_strdup(request->body);
    mail->date = request->date;
    mail->sent = loop_now(sender->loop);
    mail->verdict = request->verdict;
    g_ptr_array_add(sender->mails, mail);
    g_queue_push_tail(&sender->pending, request);
    loop_defer(sender->loop, &sender->answer);
}

static void sender_memory_answer(struct loop_task *task)
{
    struct sender_memory *sender =
        (struct sender_memory *)(void *)((char *)task - offsetof(struct sender_memory, answer));
    struct send_request *request;

    while ((request = g_queue_pop_head(&sender->pending)) != NULL)
        request->done(request);
}

static unsigned sender_memory_free_slots(struct sender *port)
{
    guint under_way = sender_memory_of(port)->pending.length;

    return under_way < SLOTS ? SLOTS - under_way : 0;
}

static const struct sender_ops sender_memory_ops = {.send = sender_memory_send, .free_slots = sender_memory_free_slots};

struct sender_memory *sender_memory_new(struct loop *loop)
{
    struct sender_memory *sender = g_new0(struct sender_memory, 1);

    sender->port.ops = &sender_memory_ops;
    sender->loop = loop;
    sender->answer.done = sender_memory_answer;
    sender->mails = g_ptr_array_new_with_free_func(mail_free);
    g_queue_init(&sender->pending);
    return sender;
}

void sender_memory_free(struct sender_memory *sender)
{
    if (sender == NULL)
        return;
    g_assert(sender->pending.length == 0);
    g_ptr_array_unref(sender->mails);
    g_free(sender->reply);
    g_free(sender);
}

struct sender *sender_memory_port(struct sender_memory *sender)
{
    return &sender->port;
}

void sender_memory_fail(struct sender_memory *sender, unsigned count, enum send_verdict verdict, const char *reply)
{
    g_assert(verdict != SEND_DELIVERED);
    sender->failing = count;
    sender->verdict = verdict;
    g_free(sender->reply);
    sender->reply = g_strdup(reply);
}

const GPtrArray *sender_memory_mails(const struct sender_memory *sender)
{
    return sender->mails;
}

unsigned sender_memory_delivered(const struct sender_memory *sender)
{
    return sender->delivered;
}
