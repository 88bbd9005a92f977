#include "engine/port/store.h"

static void store_found_clear(gpointer found)
{
    g_free(((struct store_found *)found)->states);
}

static void store_open_clear(gpointer open)
{
    g_free(((struct store_open *)open)->workflow);
}

static void store_signal_free(gpointer p)
{
    struct store_signal *signal = p;

    g_free(signal->workflow);
    g_free(signal->name);
    value_unref(signal->payload);
    g_free(signal);
}

static void store_want_linked_clear(gpointer want)
{
    snapshot_free(((struct store_want_linked *)want)->found);
}

static void store_want_past_clear(gpointer want)
{
    value_unref(((struct store_want_past *)want)->record);
}

static void snapshot_free_cb(gpointer s)
{
    snapshot_free(s);
}

static GArray *array_new(guint size, GDestroyNotify clear)
{
    GArray *array = g_array_new(FALSE, TRUE, size);

    if (clear != NULL)
        g_array_set_clear_func(array, clear);
    return array;
}

void store_batch_init(struct store_batch *batch, const struct chart_set *charts)
{
    *batch = (struct store_batch){
        .charts = charts,
        .keys = array_new(sizeof(struct store_key), NULL),
        .case_ids = array_new(sizeof(int64_t), NULL),
        .subject_ids = array_new(sizeof(int64_t), NULL),
        .found = array_new(sizeof(struct store_found), store_found_clear),
        .snapshots = g_ptr_array_new_with_free_func(snapshot_free_cb),
        .subjects = array_new(sizeof(struct store_subject), NULL),
        .opens = array_new(sizeof(struct store_open), store_open_clear),
        .signals = g_ptr_array_new_with_free_func(store_signal_free),
        .new_ids = array_new(sizeof(int64_t), NULL),
        .linked = array_new(sizeof(struct store_want_linked), store_want_linked_clear),
        .numbers = array_new(sizeof(struct store_want_number), NULL),
        .pasts = array_new(sizeof(struct store_want_past), store_want_past_clear),
        .rivals = array_new(sizeof(struct store_want_rival), NULL),
        .cases = g_ptr_array_new_with_free_func(store_case_free),
        .settled = array_new(sizeof(struct store_settled), NULL),
        .wakes = array_new(sizeof(struct store_wake), NULL),
    };
}

void store_batch_release(struct store_batch *batch)
{
    g_array_unref(batch->keys);
    g_array_unref(batch->case_ids);
    g_array_unref(batch->subject_ids);
    g_array_unref(batch->found);
    g_ptr_array_unref(batch->snapshots);
    g_array_unref(batch->subjects);
    g_array_unref(batch->opens);
    g_ptr_array_unref(batch->signals);
    g_array_unref(batch->new_ids);
    g_array_unref(batch->linked);
    g_array_unref(batch->numbers);
    g_array_unref(batch->pasts);
    g_array_unref(batch->rivals);
    g_ptr_array_unref(batch->cases);
    g_array_unref(batch->settled);
    g_array_unref(batch->wakes);
}

static void store_event_clear(gpointer p)
{
    struct store_event *event = p;

    if (event->record != NULL)
        g_string_free(event->record, TRUE);
    if (event->parts != NULL)
        g_array_unref(event->parts);
    value_unref(event->states);
}

static void store_notice_clear(gpointer p)
{
    g_string_free(((struct store_notice *)p)->vars, TRUE);
}

static void store_signal_write_clear(gpointer p)
{
    g_string_free(((struct store_signal_write *)p)->payload, TRUE);
}

static void store_register_clear(gpointer p)
{
    struct store_register *op = p;

    if (op->entry != NULL)
        g_string_free(op->entry, TRUE);
}

struct store_case *store_case_new(const struct snapshot *after)
{
    struct store_case *c = g_new0(struct store_case, 1);

    c->after = after;
    c->body = g_string_new(NULL);
    c->events = array_new(sizeof(struct store_event), store_event_clear);
    c->turns = array_new(sizeof(struct store_turn), NULL);
    c->notices = array_new(sizeof(struct store_notice), store_notice_clear);
    c->signals = array_new(sizeof(struct store_signal_write), store_signal_write_clear);
    c->registers = array_new(sizeof(struct store_register), store_register_clear);
    c->links_gone = g_ptr_array_new();
    c->links = array_new(sizeof(struct store_link), NULL);
    return c;
}

void store_case_free(gpointer p)
{
    struct store_case *c = p;

    g_string_free(c->body, TRUE);
    g_array_unref(c->events);
    g_array_unref(c->turns);
    g_array_unref(c->notices);
    g_array_unref(c->signals);
    g_array_unref(c->registers);
    g_ptr_array_unref(c->links_gone);
    g_array_unref(c->links);
    g_free(c);
}

void store_delivery_free(gpointer p)
{
    struct store_delivery *d = p;

    g_free(d->notice);
    g_free(d->address);
    g_free(d->language);
    g_free(d->message_id);
    g_free(d->case_number);
    value_unref(d->vars);
    g_free(d);
}
