/*
 * The writing half of a batch. Everything that may be refused is checked before the first row changes.
 */
#include "adapters/memory/memory.h"

#include <string.h>

static bool check_keys(struct memory_batch *b, const struct store_case *c, GHashTable *keys)
{
    for (guint i = 0; i < c->events->len; i++) {
        const struct store_event *event = &g_array_index(c->events, struct store_event, i);
        g_autofree char *text = event->key == NULL ? NULL : memory_key_text(event->person, event->key);

        if (text == NULL)
            continue;
        if (g_hash_table_contains(b->memory->keys, text) || g_hash_table_contains(keys, text))
            return false;
        g_hash_table_add(keys, g_steal_pointer(&text));
    }
    return true;
}

/* Is the subject free for a new open case of the workflow? One that this batch closes is still open. */
static bool check_claim(struct memory_batch *b, const struct store_case *c)
{
    const struct memory_subject *subject = memory_subject_find(b->memory, c->after->subject);

    for (guint i = 0; i < b->batch->cases->len; i++) {
        const struct store_case *other = b->batch->cases->pdata[i];

        if (other != c && other->claim_subject && other->after->subject == c->after->subject &&
            strcmp(other->after->chart->workflow, c->after->chart->workflow) == 0)
            return false;
    }
    return subject == NULL || memory_subject_open(subject, c->after->chart->workflow) == 0;
}

static bool batch_opens(const struct store_batch *batch, int64_t id)
{
    for (guint i = 0; i < batch->cases->len; i++)
        if (((const struct store_case *)batch->cases->pdata[i])->after->id == id)
            return true;
    return false;
}

static bool check_links(struct memory_batch *b, const struct store_case *c)
{
    for (guint i = 0; i < c->links->len; i++) {
        int64_t to = g_array_index(c->links, struct store_link, i).to;

        if (memory_case_find(b->memory, to) == NULL && !batch_opens(b->batch, to))
            return false;
    }
    return true;
}

static GError *check_case(struct memory_batch *b, const struct store_case *c, GHashTable *keys)
{
    const struct memory_case *row = memory_case_find(b->memory, c->after->id);

    if (c->opened ? row != NULL : row == NULL || row->seq != c->after->seq - (int)c->events->len)
        return g_error_new(TOROKU_ERROR, TOROKU_ERROR_BUSY, "case %" G_GINT64_FORMAT " is not where it was loaded",
                           c->after->id);
    if (!check_keys(b, c, keys))
        return g_error_new_literal(TOROKU_ERROR, TOROKU_ERROR_CONFLICT, "the key was used meanwhile");
    if (c->claim_subject && !check_claim(b, c))
        return g_error_new(TOROKU_ERROR, TOROKU_ERROR_CONFLICT,
                           "subject %" G_GINT64_FORMAT " has an open case of %s already", c->after->subject,
                           c->after->chart->workflow);
    if (!check_links(b, c))
        return g_error_new(TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND,
                           "case %" G_GINT64_FORMAT " links to a case that does not exist", c->after->id);
    return NULL;
}

static GError *check_settled(struct memory_batch *b)
{
    for (guint i = 0; i < b->batch->settled->len; i++) {
        const struct store_settled *settled = &g_array_index(b->batch->settled, struct store_settled, i);
        g_autofree char *text =
            memory_signal_text(settled->origin_case, settled->origin_seq, settled->origin_number, settled->case_id);
        const struct memory_signal *signal = g_hash_table_lookup(b->memory->signals_by, text);

        if (signal == NULL || signal->state != SIGNAL_PENDING)
            return g_error_new(TOROKU_ERROR, TOROKU_ERROR_BUSY,
                               "signal %d of event %d of case %" G_GINT64_FORMAT " is not pending",
                               settled->origin_number, settled->origin_seq, settled->origin_case);
    }
    return NULL;
}

static GError *commit_check(struct memory_batch *b)
{
    g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < b->batch->cases->len; i++) {
        GError *error = check_case(b, b->batch->cases->pdata[i], keys);

        if (error != NULL)
            return error;
    }
    return check_settled(b);
}

static GArray *parts_copy(const GArray *parts)
{
    GArray *copy = g_array_new(FALSE, TRUE, sizeof(struct part));

    g_array_set_clear_func(copy, part_release);
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        struct part part = g_array_index(parts, struct part, i);

        part.body = g_strdup(part.body);
        g_array_append_val(copy, part);
    }
    return copy;
}

static void write_event(struct store_memory *memory, struct memory_case *c, const struct store_event *event)
{
    struct memory_event *row = g_new0(struct memory_event, 1);
    GString *states = g_string_new(NULL);

    value_print(event->states, states);
    row->seq = event->seq;
    row->at = event->at;
    row->person = event->person;
    row->key = g_strdup(event->key);
    memcpy(row->body_hash, event->body_hash, HASH_SIZE);
    memcpy(row->hash, event->hash, HASH_SIZE);
    row->states = g_string_free(states, FALSE);
    row->record = g_string_new_len(event->record->str, (gssize)event->record->len);
    row->parts = parts_copy(event->parts);
    g_ptr_array_add(c->events, row);
    if (row->key != NULL) {
        struct memory_key *key = g_new0(struct memory_key, 1);

        key->c = c;
        key->event = row;
        g_hash_table_insert(memory->keys, memory_key_text(row->person, row->key), key);
    }
}

static struct memory_case *case_open(struct store_memory *memory, const struct snapshot *s)
{
    struct memory_case *c = g_new0(struct memory_case, 1);

    c->id = s->id;
    c->subject = s->subject;
    c->owner = s->owner;
    c->prefix = g_strdup(s->chart->prefix);
    c->body = g_string_new(NULL);
    c->data = g_string_new(NULL);
    c->events = g_ptr_array_new_with_free_func(memory_event_free);
    c->fire_at = INSTANT_NEVER;
    c->turns = g_array_new(FALSE, FALSE, sizeof(struct store_turn));
    c->links = g_array_new(FALSE, FALSE, sizeof(struct store_link));
    g_tree_insert(memory->cases, &c->id, c);
    return c;
}

static void write_row(struct memory_case *c, const struct store_case *from)
{
    const struct snapshot *s = from->after;

    g_free(c->workflow);
    c->workflow = g_strdup(s->chart->workflow);
    c->version = s->chart->version;
    c->seq = s->seq;
    c->at = s->at;
    c->closed = s->closed;
    memcpy(c->hash, s->hash, HASH_SIZE);
    g_string_assign(c->body, from->body->str);
    if (!from->data_changed)
        return;
    g_string_truncate(c->data, 0);
    value_print(s->data, c->data);
}

static void write_wake(struct store_memory *memory, struct memory_case *c, instant fire_at)
{
    if (c->fire_at != INSTANT_NEVER)
        place_remove(memory->wakes, place_wake(c));
    c->fire_at = fire_at;
    if (c->fire_at != INSTANT_NEVER)
        place_insert(memory->wakes, place_wake(c), c);
}

static void write_turns(struct memory_case *c, const GArray *turns)
{
    g_array_set_size(c->turns, 0);
    for (guint i = 0; i < turns->len; i++) {
        struct store_turn row = g_array_index(turns, struct store_turn, i);

        row.role = g_intern_string(row.role);
        row.deadline = g_intern_string(row.deadline);
        g_array_append_val(c->turns, row);
    }
}

static void write_links_gone(struct memory_case *c, const GPtrArray *relations)
{
    for (guint i = 0; i < relations->len; i++)
        for (guint k = c->links->len; k-- > 0;)
            if (strcmp(g_array_index(c->links, struct store_link, k).relation, relations->pdata[i]) == 0)
                g_array_remove_index(c->links, k);
}

static void write_links(struct memory_case *c, const GArray *links)
{
    for (guint i = 0; i < links->len; i++) {
        struct store_link row = g_array_index(links, struct store_link, i);
        bool known = false;

        for (guint k = 0; k < c->links->len; k++) {
            const struct store_link *old = &g_array_index(c->links, struct store_link, k);

            known = known || (old->to == row.to && strcmp(old->relation, row.relation) == 0);
        }
        row.relation = g_intern_string(row.relation);
        if (!known)
            g_array_append_val(c->links, row);
    }
}

static void subject_release(struct store_memory *memory, const struct snapshot *s)
{
    struct memory_subject *subject = memory_subject_find(memory, s->subject);

    for (guint i = 0; subject != NULL && i < subject->opens->len; i++) {
        const struct memory_open *open = &g_array_index(subject->opens, struct memory_open, i);

        if (open->case_id == s->id && strcmp(open->workflow, s->chart->workflow) == 0) {
            g_array_remove_index(subject->opens, i);
            return;
        }
    }
}

static void subject_claim(struct store_memory *memory, const struct snapshot *s)
{
    struct memory_subject *subject = memory_subject_find(memory, s->subject);
    struct memory_open open = {.workflow = g_intern_string(s->chart->workflow), .case_id = s->id};
    guint at = 0;

    g_assert(subject != NULL);
    while (at < subject->opens->len &&
           strcmp(g_array_index(subject->opens, struct memory_open, at).workflow, open.workflow) < 0)
        at++;
    g_array_insert_val(subject->opens, at, open);
}

static void write_settled(struct store_memory *memory, const struct store_settled *settled)
{
    g_autofree char *text =
        memory_signal_text(settled->origin_case, settled->origin_seq, settled->origin_number, settled->case_id);
    struct memory_signal *signal = g_hash_table_lookup(memory->signals_by, text);

    place_remove(memory->signals_pending, place_signal(signal));
    signal->state = settled->taken ? SIGNAL_TAKEN : SIGNAL_NOT_TAKEN;
    signal->reason = g_strdup(settled->reason);
}

static void commit_cases(struct memory_batch *b)
{
    for (guint i = 0; i < b->batch->cases->len; i++) {
        const struct store_case *from = b->batch->cases->pdata[i];
        struct memory_case *c =
            from->opened ? case_open(b->memory, from->after) : memory_case_find(b->memory, from->after->id);

        write_row(c, from);
        for (guint k = 0; k < from->events->len; k++)
            write_event(b->memory, c, &g_array_index(from->events, struct store_event, k));
        write_wake(b->memory, c, from->fire_at);
        write_turns(c, from->turns);
        write_links_gone(c, from->links_gone);
        write_links(c, from->links);
        if (from->claim_subject)
            subject_claim(b->memory, from->after);
    }
}

/* Signals are expanded when all cases of the batch stand, with their claims and links. Cases that it closes are still
 * addressed and settle visibly that they took nothing. */
static void commit_effects(struct memory_batch *b)
{
    GTree *wakes = place_tree_new();

    for (guint i = 0; i < b->batch->cases->len; i++) {
        const struct store_case *from = b->batch->cases->pdata[i];
        struct memory_case *c = memory_case_find(b->memory, from->after->id);

        memory_write_signals(b->memory, c, from->signals, wakes);
        memory_write_notices(b->memory, c, from->notices);
        memory_write_registers(b->memory, from->registers);
    }
    for (guint i = 0; i < b->batch->cases->len; i++) {
        const struct store_case *from = b->batch->cases->pdata[i];

        if (from->release_subject)
            subject_release(b->memory, from->after);
    }
    for (GTreeNode *node = g_tree_node_first(wakes); node != NULL; node = g_tree_node_next(node)) {
        const struct place *place = g_tree_node_key(node);
        struct store_wake wake = {.case_id = place->parts[0], .subject = place->parts[1]};

        g_array_append_val(b->batch->wakes, wake);
    }
    g_tree_unref(wakes);
}

void memory_commit_run(struct memory_batch *b)
{
    GError *error = commit_check(b);

    if (error != NULL) {
        memory_batch_end(b, error);
        return;
    }
    commit_cases(b);
    for (guint i = 0; i < b->batch->settled->len; i++)
        write_settled(b->memory, &g_array_index(b->batch->settled, struct store_settled, i));
    commit_effects(b);
    memory_batch_end(b, NULL);
}
