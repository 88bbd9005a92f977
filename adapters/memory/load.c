#include "adapters/json/json.h"
#include "adapters/memory/memory.h"

#include <string.h>

static const struct chart *memory_chart(const struct chart_set *charts, const struct memory_case *c)
{
    for (guint i = 0; i < charts->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(charts->charts, i);

        if (chart->version == c->version && strcmp(chart->workflow, c->workflow) == 0)
            return chart;
    }
    return NULL;
}

struct snapshot *memory_case_read(const struct memory_case *c, const struct chart_set *charts, GError **error)
{
    const struct chart *chart = memory_chart(charts, c);
    struct snapshot *s;
    struct value *body, *data;
    bool ok;

    if (chart == NULL) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_CORRUPT,
                    "case %" G_GINT64_FORMAT " runs by %s@%d, which is not loaded", c->id, c->workflow, c->version);
        return NULL;
    }
    body = json_parse(c->body->str, c->body->len, MEMORY_JSON_DEPTH, error);
    if (body == NULL)
        return NULL;
    data = json_parse(c->data->str, c->data->len, MEMORY_JSON_DEPTH, error);
    if (data == NULL) {
        value_unref(body);
        return NULL;
    }
    s = snapshot_new(chart, c->id, c->subject, c->owner);
    s->seq = c->seq;
    s->at = c->at;
    s->closed = c->closed;
    memcpy(s->hash, c->hash, HASH_SIZE);
    s->fire_at = c->fire_at;
    ok = snapshot_read(s, body, data, error);
    value_unref(body);
    value_unref(data);
    if (!ok)
        g_clear_pointer(&s, snapshot_free);
    return s;
}

/* Takes every lock that is asked for, or those that are free when the others may be skipped. FALSE: it has to wait. */
static bool load_lock(struct memory_batch *b)
{
    const GArray *subjects = b->batch->subject_ids, *cases = b->batch->case_ids;
    GPtrArray *locks = g_ptr_array_new();
    bool all = true;

    for (guint i = 0; i < subjects->len; i++) {
        struct memory_subject *subject = memory_subject_find(b->memory, g_array_index(subjects, int64_t, i));

        if (subject != NULL)
            g_ptr_array_add(locks, &subject->lock);
    }
    for (guint i = 0; i < cases->len; i++) {
        struct memory_case *c = memory_case_find(b->memory, g_array_index(cases, int64_t, i));

        if (c != NULL)
            g_ptr_array_add(locks, &c->lock);
    }
    for (guint i = 0; i < locks->len; i++)
        all = all && lock_is_free(locks->pdata[i], b);
    for (guint i = 0; (all || b->batch->skip_locked) && i < locks->len; i++)
        if (lock_is_free(locks->pdata[i], b))
            lock_hold(locks->pdata[i], b);
    g_ptr_array_unref(locks);
    return all || b->batch->skip_locked;
}

static void load_keys(struct memory_batch *b)
{
    for (guint i = 0; i < b->batch->keys->len; i++) {
        const struct store_key *key = &g_array_index(b->batch->keys, struct store_key, i);
        g_autofree char *text = memory_key_text(key->person, key->key);
        const struct memory_key *row = g_hash_table_lookup(b->memory->keys, text);
        struct store_found found;

        if (row == NULL)
            continue;
        found = (struct store_found){
            .key = i, .case_id = row->c->id, .seq = row->event->seq, .states = g_strdup(row->event->states)};
        memcpy(found.body_hash, row->event->body_hash, HASH_SIZE);
        g_array_append_val(b->batch->found, found);
    }
}

static gint signal_compare(gconstpointer a, gconstpointer b)
{
    const struct store_signal *x = *(const struct store_signal *const *)a;
    const struct store_signal *y = *(const struct store_signal *const *)b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->origin_case != y->origin_case)
        return x->origin_case < y->origin_case ? -1 : 1;
    if (x->origin_seq != y->origin_seq)
        return x->origin_seq - y->origin_seq;
    return x->origin_number - y->origin_number;
}

/* Adds the signals that wait for a case, or (target 0) for a subject. */
static bool load_signals(struct memory_batch *b, int64_t target, int64_t subject, GError **error)
{
    GTreeNode *node = place_first(b->memory->signals_pending, (struct place){{target, subject, INSTANT_MIN}});

    for (; node != NULL; node = g_tree_node_next(node)) {
        const struct memory_signal *row = g_tree_node_value(node);
        struct store_signal *signal;
        struct value *payload;

        if (row->target != target || (target == 0 && row->subject != subject))
            break;
        payload = json_parse(row->payload->str, row->payload->len, MEMORY_JSON_DEPTH, error);
        if (payload == NULL)
            return false;
        signal = g_new0(struct store_signal, 1);
        *signal = (struct store_signal){.origin_case = row->origin_case,
                                        .origin_seq = row->origin_seq,
                                        .origin_number = row->origin_number,
                                        .case_id = row->target,
                                        .subject = row->subject,
                                        .workflow = g_strdup(row->workflow),
                                        .name = g_strdup(row->name),
                                        .at = row->at,
                                        .hops = row->hops,
                                        .payload = payload};
        g_ptr_array_add(b->batch->signals, signal);
    }
    return true;
}

static bool load_subject(struct memory_batch *b, int64_t id, GError **error)
{
    struct memory_subject *subject = memory_subject_find(b->memory, id);
    struct store_subject answer;

    if (subject == NULL || subject->lock.holder != b)
        return true;
    answer = (struct store_subject){.id = id, .org = directory_memory_subject(b->memory->directory, id)->org};
    g_array_append_val(b->batch->subjects, answer);
    for (guint i = 0; i < subject->opens->len; i++) {
        const struct memory_open *row = &g_array_index(subject->opens, struct memory_open, i);
        struct store_open open = {.workflow = g_strdup(row->workflow), .subject = id, .case_id = row->case_id};

        g_array_append_val(b->batch->opens, open);
    }
    return load_signals(b, 0, id, error);
}

static bool load_case(struct memory_batch *b, int64_t id, GError **error)
{
    struct memory_case *c = memory_case_find(b->memory, id);
    struct snapshot *s;

    if (c == NULL || c->lock.holder != b)
        return true;
    s = memory_case_read(c, b->batch->charts, error);
    if (s == NULL)
        return false;
    g_ptr_array_add(b->batch->snapshots, s);
    return load_signals(b, id, 0, error);
}

void memory_load_run(struct memory_batch *b)
{
    struct store_batch *batch = b->batch;
    GError *error = NULL;
    bool ok = true;

    if (!load_lock(b)) {
        memory_batch_wait(b);
        return;
    }
    load_keys(b);
    for (guint i = 0; ok && i < batch->subject_ids->len; i++)
        ok = load_subject(b, g_array_index(batch->subject_ids, int64_t, i), &error);
    for (guint i = 0; ok && i < batch->case_ids->len; i++)
        ok = load_case(b, g_array_index(batch->case_ids, int64_t, i), &error);
    if (!ok) {
        memory_batch_end(b, error);
        return;
    }
    g_ptr_array_sort(batch->signals, signal_compare);
    for (unsigned i = 0; i < batch->new_cases; i++) {
        int64_t id = ++b->memory->last_case;

        g_array_append_val(batch->new_ids, id);
    }
    batch->request.done(&batch->request);
}

/* The first open case of the workflow about a subject of the organisation. */
static struct memory_case *fetch_owned(struct memory_batch *b, const struct store_want_linked *want)
{
    const struct directory_memory *directory = b->memory->directory;
    const struct directory_memory_org *org = directory_memory_org_by_code(directory, want->owner);
    int64_t first = 0;

    for (guint i = 0; org != NULL && i < directory->subjects->len; i++) {
        const struct directory_memory_subject *row = g_ptr_array_index(directory->subjects, i);
        const struct memory_subject *subject = row->org == org->id ? memory_subject_find(b->memory, row->id) : NULL;
        int64_t id = subject == NULL ? 0 : memory_subject_open(subject, want->workflow);

        if (id != 0 && id != want->case_id && (first == 0 || id < first))
            first = id;
    }
    return first == 0 ? NULL : memory_case_find(b->memory, first);
}

/* The first case found through the relation, or NULL. */
static struct memory_case *fetch_target(struct memory_batch *b, const struct store_want_linked *want)
{
    const struct memory_subject *subject = memory_subject_find(b->memory, want->subject);
    struct memory_case *from = memory_case_find(b->memory, want->case_id), *first = NULL;

    if (want->owner != NULL)
        return fetch_owned(b, want);
    if (want->same_subject) {
        int64_t id = subject == NULL ? 0 : memory_subject_open(subject, want->workflow);

        return id == 0 || id == want->case_id ? NULL : memory_case_find(b->memory, id);
    }
    for (guint i = 0; from != NULL && i < from->links->len; i++) {
        const struct store_link *link = &g_array_index(from->links, struct store_link, i);
        struct memory_case *to = memory_case_find(b->memory, link->to);

        if (strcmp(link->relation, want->relation) == 0 && strcmp(to->workflow, want->workflow) == 0 &&
            (first == NULL || to->id < first->id))
            first = to;
    }
    return first;
}

static bool fetch_linked(struct memory_batch *b, struct store_want_linked *want, GError **error)
{
    struct memory_case *c = fetch_target(b, want);

    want->busy = c != NULL && c->lock.holder != NULL && c->lock.holder != b;
    if (c == NULL || want->busy)
        return true;
    lock_share(&c->lock, b);
    want->found = memory_case_read(c, b->batch->charts, error);
    return want->found != NULL;
}

static struct memory_counter *fetch_counter(struct store_memory *memory, const char *name)
{
    struct memory_counter *counter = g_hash_table_lookup(memory->counters, name);

    if (counter == NULL) {
        counter = g_new0(struct memory_counter, 1);
        g_hash_table_insert(memory->counters, g_strdup(name), counter);
    }
    return counter;
}

/* Counters stay locked until the batch ends, so that numbers have no gaps. FALSE: one is held by another batch. */
static bool fetch_numbers(struct memory_batch *b)
{
    GArray *numbers = b->batch->numbers;

    for (guint i = 0; i < numbers->len; i++)
        if (!lock_is_free(&fetch_counter(b->memory, g_array_index(numbers, struct store_want_number, i).counter)->lock,
                          b))
            return false;
    for (guint i = 0; i < numbers->len; i++) {
        struct store_want_number *want = &g_array_index(numbers, struct store_want_number, i);
        struct memory_counter *counter = fetch_counter(b->memory, want->counter);
        struct memory_taken taken = {.counter = counter, .before = counter->value};

        lock_hold(&counter->lock, b);
        g_array_append_val(b->taken, taken);
        want->value = ++counter->value;
    }
    return true;
}

static bool fetch_past(struct memory_batch *b, struct store_want_past *want, GError **error)
{
    const struct memory_case *c = memory_case_find(b->memory, want->case_id);
    const struct memory_event *event;

    if (c == NULL || want->seq < 1 || (guint)want->seq > c->events->len)
        return true;
    event = c->events->pdata[want->seq - 1];
    want->record = json_parse(event->record->str, event->record->len, MEMORY_JSON_DEPTH, error);
    return want->record != NULL;
}

void memory_fetch_run(struct memory_batch *b)
{
    GError *error = NULL;
    bool ok = true;

    if (!fetch_numbers(b)) {
        memory_batch_wait(b);
        return;
    }
    for (guint i = 0; ok && i < b->batch->linked->len; i++)
        ok = fetch_linked(b, &g_array_index(b->batch->linked, struct store_want_linked, i), &error);
    for (guint i = 0; ok && i < b->batch->pasts->len; i++)
        ok = fetch_past(b, &g_array_index(b->batch->pasts, struct store_want_past, i), &error);
    for (guint i = 0; ok && i < b->batch->rivals->len; i++) {
        struct store_want_rival *want = &g_array_index(b->batch->rivals, struct store_want_rival, i);
        const struct memory_subject *subject = memory_subject_find(b->memory, want->subject);

        want->case_id = subject == NULL ? 0 : memory_subject_open(subject, want->workflow);
    }
    if (!ok)
        memory_batch_end(b, error);
    else
        b->batch->request.done(&b->batch->request);
}
