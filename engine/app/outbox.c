#include "engine/app/internal.h"
#include "engine/app/notice_text.h"

#include <string.h>

#define BACKOFF_FIRST_US (2 * INSTANT_SECOND)
#define BACKOFF_MAX_US (6 * INSTANT_HOUR)

/* One delivery under way. */
struct outgoing {
    struct outbox *outbox;
    struct store_delivery *delivery;
    struct send_request request;
    char *message_id, *subject, *body;
};

struct outbox {
    struct engine *engine;
    struct store_claim claim;
    struct store_settles settling; /* in flight */
    GArray *settled;               /* struct store_settle, to go with the next settling */
    GPtrArray *replies;            /* texts that `settled` and `settling` borrow */
    struct loop_timer timer;
    struct loop_task gather; /* evidence of one turn of the loop goes together */
    bool claiming, settling_now, again;
    unsigned sending;
};

static void outbox_claim(struct outbox *o);

static struct outbox *outbox_of_claim(struct store_request *request)
{
    return (struct outbox *)(void *)((char *)request - offsetof(struct outbox, claim.request));
}

static void outgoing_free(struct outgoing *out)
{
    store_delivery_free(out->delivery);
    g_free(out->message_id);
    g_free(out->subject);
    g_free(out->body);
    g_free(out);
}

/* Doubles from two seconds to six hours, with a tenth of jitter so that a server's return is not met by all at once. */
static instant outbox_backoff(struct engine *engine, int attempt)
{
    instant wait = attempt > 13 ? BACKOFF_MAX_US : MIN(BACKOFF_MAX_US, BACKOFF_FIRST_US << (attempt - 1));
    uint32_t dice;

    loop_random(engine->loop, &dice, sizeof dice);
    return wait + (instant)(dice % 1000) * wait / 10000;
}

static void outbox_arm(struct outbox *o, instant at)
{
    if (o->engine->draining)
        return;
    if (o->engine->config.poll_us > 0)
        at = MIN(at, loop_now(o->engine->loop) + o->engine->config.poll_us);
    if (at != INSTANT_NEVER && (!o->timer.armed || at < o->timer.at))
        loop_timer_at(o->engine->loop, &o->timer, at);
}

static void outbox_settle(struct outbox *o)
{
    if (o->settling_now || o->settled->len == 0)
        return;
    o->settling_now = true;
    o->settling.settles = o->settled;
    o->settled = g_array_new(FALSE, FALSE, sizeof(struct store_settle));
    store_settle(o->engine->store, &o->settling);
}

/* A settling that fails is not repeated: the lease runs out and the notice is sent again under the same Message-ID. */
static void outbox_settled(struct store_request *request)
{
    struct outbox *o = (struct outbox *)(void *)((char *)request - offsetof(struct outbox, settling.request));

    if (request->error != NULL)
        g_warning("delivery evidence could not be kept: %s", request->error->message);
    g_clear_error(&request->error);
    for (guint i = 0; i < o->settling.settles->len; i++) {
        char *reply = (char *)(uintptr_t)g_array_index(o->settling.settles, struct store_settle, i).reply;

        g_ptr_array_remove_fast(o->replies, reply);
    }
    g_array_unref(o->settling.settles);
    o->settling_now = false;
    outbox_settle(o);
    outbox_claim(o);
    engine_check_drained(o->engine);
}

static void outgoing_sent(struct send_request *request)
{
    struct outgoing *out = (struct outgoing *)(void *)((char *)request - offsetof(struct outgoing, request));
    struct outbox *o = out->outbox;
    instant now = loop_now(o->engine->loop);
    struct store_settle settle = {.id = out->delivery->id,
                                  .lease = out->delivery->lease,
                                  .attempt = out->delivery->attempt,
                                  .at = now,
                                  .next = INSTANT_NEVER,
                                  .reply = g_strdup(request->reply)};

    g_ptr_array_add(o->replies, (char *)(uintptr_t)settle.reply);
    if (request->verdict == SEND_DELIVERED) {
        settle.state = DELIVERY_DELIVERED;
        o->engine->figures.notices_delivered++;
    } else if (request->verdict == SEND_RETRY && out->delivery->attempt < o->engine->config.attempts_max) {
        settle.state = DELIVERY_RETRY;
        settle.next = now + outbox_backoff(o->engine, out->delivery->attempt);
        outbox_arm(o, settle.next);
        o->engine->figures.notices_retried++;
    } else {
        settle.state = DELIVERY_DEAD;
        o->engine->figures.notices_dead++;
        g_warning("notice %" G_GINT64_FORMAT " is undeliverable: %s", out->delivery->id, request->reply);
    }
    g_array_append_val(o->settled, settle);
    o->sending--;
    outgoing_free(out);
    loop_defer(o->engine->loop, &o->gather);
}

static void outbox_send(struct outbox *o, struct store_delivery *d)
{
    const struct chart *chart = g_ptr_array_index(o->engine->charts->charts, 0);
    const struct chart_notice *template = rulebook_notice(chart->book, d->notice);
    struct outgoing *out = g_new0(struct outgoing, 1);
    g_autofree char *link = g_strdup_printf("%s/cases/%s", o->engine->config.public_url, d->case_number);
    struct notice_context context = {.language = d->language, .number = d->case_number, .link = link, .vars = d->vars};
    bool en = strcmp(d->language, "en") == 0;

    out->outbox = o;
    out->delivery = d;
    out->message_id = g_strdup_printf("%s@%s", d->message_id, o->engine->config.message_host);
    out->subject = notice_fill(template == NULL ? d->notice
                               : en             ? template->subject.en
                                                : template->subject.ja,
                               &context);
    out->body = notice_fill(template == NULL ? "{{link}}\n" : en ? template->body.en : template->body.ja, &context);
    g_strstrip(out->subject);
    out->request = (struct send_request){.message_id = out->message_id,
                                         .to = d->address,
                                         .language = en ? "en" : "ja",
                                         .subject = out->subject,
                                         .body = out->body,
                                         .date = d->at,
                                         .done = outgoing_sent};
    o->sending++;
    sender_send(o->engine->sender, &out->request);
}

/* Claimed when the daemon was told to stop: another one, or the next, need not wait for the lease to run out. */
static void outbox_give_back(struct outbox *o, struct store_delivery *d)
{
    instant now = loop_now(o->engine->loop);
    struct store_settle settle = {.id = d->id,
                                  .lease = d->lease,
                                  .attempt = d->attempt,
                                  .state = DELIVERY_RETRY,
                                  .at = now,
                                  .next = now,
                                  .reply = g_strdup("not sent: the daemon was stopping")};

    g_ptr_array_add(o->replies, (char *)(uintptr_t)settle.reply);
    g_array_append_val(o->settled, settle);
    store_delivery_free(d);
}

static void outbox_claimed(struct store_request *request)
{
    struct outbox *o = outbox_of_claim(request);
    GPtrArray *deliveries = o->claim.deliveries;

    o->claiming = false;
    o->claim.deliveries = NULL;
    if (request->error != NULL) {
        g_clear_error(&request->error);
        outbox_arm(o, loop_now(o->engine->loop) + INSTANT_SECOND);
    } else {
        /* Fewer than were asked for: no more are due, and who writes the next one pokes. */
        if (deliveries != NULL && deliveries->len >= o->claim.limit)
            o->again = true;
        for (guint i = 0; deliveries != NULL && i < deliveries->len; i++) {
            if (o->engine->draining)
                outbox_give_back(o, g_ptr_array_index(deliveries, i));
            else
                outbox_send(o, g_ptr_array_index(deliveries, i));
        }
        outbox_settle(o);
        outbox_arm(o, o->claim.next);
    }
    if (deliveries != NULL)
        g_ptr_array_free(deliveries, TRUE);
    if (o->again)
        outbox_claim(o);
    engine_check_drained(o->engine);
}

static void outbox_claim(struct outbox *o)
{
    struct engine *engine = o->engine;
    unsigned slots;

    if (engine->draining || engine->sender == NULL)
        return;
    slots = MIN(engine->config.claim_max, sender_free_slots(engine->sender));
    if (slots == 0)
        return;
    if (o->claiming) {
        o->again = true;
        return;
    }
    if (!o->again)
        return;
    o->again = false;
    o->claiming = true;
    o->claim.now = loop_now(engine->loop);
    o->claim.lease_until = o->claim.now + engine->config.lease_us;
    o->claim.limit = slots;
    o->claim.deliveries = g_ptr_array_new();
    store_claim(engine->store, &o->claim);
}

static void outbox_gathered(struct loop_task *task)
{
    outbox_settle((struct outbox *)(void *)((char *)task - offsetof(struct outbox, gather)));
}

static void outbox_timer(struct loop_timer *timer)
{
    outbox_poke((struct outbox *)(void *)((char *)timer - offsetof(struct outbox, timer)));
}

void outbox_poke(struct outbox *o)
{
    o->again = true;
    outbox_claim(o);
}

struct outbox *outbox_new(struct engine *engine)
{
    struct outbox *o = g_new0(struct outbox, 1);

    o->engine = engine;
    o->claim.request.done = outbox_claimed;
    o->settling.request.done = outbox_settled;
    o->settled = g_array_new(FALSE, FALSE, sizeof(struct store_settle));
    o->replies = g_ptr_array_new_with_free_func(g_free);
    o->timer.done = outbox_timer;
    o->gather.done = outbox_gathered;
    return o;
}

void outbox_start(struct outbox *o)
{
    outbox_poke(o);
}

void outbox_stop(struct outbox *o)
{
    loop_timer_cancel(o->engine->loop, &o->timer);
}

bool outbox_is_quiet(const struct outbox *o)
{
    return !o->claiming && !o->settling_now && !o->gather.queued && o->sending == 0;
}

void outbox_free(struct outbox *o)
{
    if (o == NULL)
        return;
    g_assert(outbox_is_quiet(o));
    g_array_unref(o->settled);
    g_ptr_array_unref(o->replies);
    g_free(o);
}
