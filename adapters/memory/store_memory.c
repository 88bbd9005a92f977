#include "adapters/memory/memory.h"

#include "adapters/json/json.h"

#include <string.h>

static const struct store_ops memory_ops = {.load = memory_load,
                                            .fetch = memory_fetch,
                                            .commit = memory_commit,
                                            .abandon = memory_abandon,
                                            .due = memory_due,
                                            .claim = memory_claim,
                                            .settle = memory_settle};

static gint id_compare(gconstpointer a, gconstpointer b, gpointer user)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    (void)user;
    return x < y ? -1 : x > y;
}

void memory_event_free(gpointer p)
{
    struct memory_event *event = p;

    g_free(event->key);
    g_free(event->states);
    g_string_free(event->record, TRUE);
    g_array_unref(event->parts);
    g_free(event);
}

static void memory_case_free(gpointer p)
{
    struct memory_case *c = p;

    g_free(c->workflow);
    g_free(c->prefix);
    g_string_free(c->body, TRUE);
    g_string_free(c->data, TRUE);
    g_ptr_array_unref(c->events);
    g_array_unref(c->turns);
    g_array_unref(c->links);
    g_free(c);
}

static void memory_subject_free(gpointer p)
{
    struct memory_subject *subject = p;

    g_array_unref(subject->opens);
    g_free(subject);
}

static void memory_signal_free(gpointer p)
{
    struct memory_signal *signal = p;

    g_string_free(signal->payload, TRUE);
    g_free(signal->reason);
    g_free(signal);
}

static void memory_notice_free(gpointer p)
{
    struct memory_notice *notice = p;

    g_free(notice->notice);
    g_free(notice->address);
    g_free(notice->language);
    g_string_free(notice->vars, TRUE);
    g_ptr_array_unref(notice->replies);
    g_free(notice);
}

void memory_entry_free(gpointer p)
{
    struct store_memory_entry *entry = p;

    g_free(entry->register_);
    g_free(entry->key);
    g_free(entry->entry);
    g_free(entry->banner);
    g_free(entry);
}

struct store_memory *store_memory_new(struct loop *loop, const struct directory_memory *directory)
{
    struct store_memory *memory = g_new0(struct store_memory, 1);

    memory->port.ops = &memory_ops;
    memory->loop = loop;
    memory->directory = directory;
    memory->cases = g_tree_new_full(id_compare, NULL, NULL, memory_case_free);
    memory->subjects = g_tree_new_full(id_compare, NULL, NULL, memory_subject_free);
    memory->counters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    memory->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    memory->signals = g_ptr_array_new_with_free_func(memory_signal_free);
    memory->signals_pending = place_tree_new();
    memory->signals_by = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    memory->notices = g_ptr_array_new_with_free_func(memory_notice_free);
    memory->notices_pending = place_tree_new();
    memory->wakes = place_tree_new();
    memory->entries = g_ptr_array_new_with_free_func(memory_entry_free);
    memory->batches = g_ptr_array_new();
    return memory;
}

void store_memory_free(struct store_memory *memory)
{
    if (memory == NULL)
        return;
    g_assert(memory->batches->len == 0 && memory->answers == 0);
    g_hash_table_unref(memory->keys);
    g_tree_unref(memory->wakes);
    g_tree_unref(memory->signals_pending);
    g_hash_table_unref(memory->signals_by);
    g_tree_unref(memory->notices_pending);
    g_tree_unref(memory->cases);
    g_tree_unref(memory->subjects);
    g_hash_table_unref(memory->counters);
    g_ptr_array_unref(memory->signals);
    g_ptr_array_unref(memory->notices);
    g_ptr_array_unref(memory->entries);
    g_ptr_array_unref(memory->batches);
    g_free(memory);
}

struct store *store_memory_port(struct store_memory *memory)
{
    return &memory->port;
}

struct memory_case *memory_case_find(const struct store_memory *memory, int64_t id)
{
    return g_tree_lookup(memory->cases, &id);
}

struct memory_subject *memory_subject_find(struct store_memory *memory, int64_t id)
{
    struct memory_subject *subject = g_tree_lookup(memory->subjects, &id);

    if (subject != NULL || directory_memory_subject(memory->directory, id) == NULL)
        return subject;
    subject = g_new0(struct memory_subject, 1);
    subject->id = id;
    subject->opens = g_array_new(FALSE, FALSE, sizeof(struct memory_open));
    g_tree_insert(memory->subjects, &subject->id, subject);
    return subject;
}

int64_t memory_subject_open(const struct memory_subject *subject, const char *workflow)
{
    for (guint i = 0; i < subject->opens->len; i++)
        if (strcmp(g_array_index(subject->opens, struct memory_open, i).workflow, workflow) == 0)
            return g_array_index(subject->opens, struct memory_open, i).case_id;
    return 0;
}

char *memory_key_text(int64_t person, const char *key)
{
    return g_strdup_printf("%" G_GINT64_FORMAT " %s", person, key);
}

char *memory_signal_text(int64_t origin_case, int seq, int number, int64_t target)
{
    return g_strdup_printf("%" G_GINT64_FORMAT " %d %d %" G_GINT64_FORMAT, origin_case, seq, number, target);
}

/* What we printed ourselves parses; anything else is our bug. */
static struct value *memory_parse(const char *text, size_t size)
{
    struct value *v = json_parse(text, size, MEMORY_JSON_DEPTH, NULL);

    g_assert(v != NULL);
    return v;
}

static struct history_event *memory_event_history(const struct memory_event *row)
{
    struct history_event *event = history_event_new();

    event->seq = row->seq;
    event->at = row->at;
    event->text = g_string_new_len(row->record->str, (gssize)row->record->len);
    event->record = memory_parse(row->record->str, row->record->len);
    memcpy(event->hash, row->hash, HASH_SIZE);
    for (guint i = 0; i < row->parts->len; i++) {
        struct part part = g_array_index(row->parts, struct part, i);
        struct value *members = memory_parse(part.body, part.body_size);

        history_event_add_input(event, members);
        value_unref(members);
        part.body = g_strdup(part.body);
        g_array_append_val(event->parts, part);
    }
    return event;
}

GPtrArray *store_memory_history(const struct store_memory *memory)
{
    GPtrArray *cases = g_ptr_array_new_with_free_func(history_case_free);

    for (GTreeNode *node = g_tree_node_first(memory->cases); node != NULL; node = g_tree_node_next(node)) {
        const struct memory_case *row = g_tree_node_value(node);
        struct history_case *c = history_case_new();

        c->id = row->id;
        c->subject = row->subject;
        c->owner = row->owner;
        c->workflow = g_strdup(row->workflow);
        c->version = row->version;
        c->seq = row->seq;
        c->at = row->at;
        c->closed = row->closed;
        memcpy(c->hash, row->hash, HASH_SIZE);
        c->body = g_string_new_len(row->body->str, (gssize)row->body->len);
        c->data = g_string_new_len(row->data->str, (gssize)row->data->len);
        for (guint i = 0; i < row->events->len; i++)
            g_ptr_array_add(c->events, memory_event_history(g_ptr_array_index(row->events, i)));
        g_ptr_array_add(cases, c);
    }
    return cases;
}

static void figures_count_entries(const struct store_memory *memory, struct store_memory_figures *figures)
{
    for (guint i = 0; i < memory->entries->len; i++) {
        const struct store_memory_entry *entry = g_ptr_array_index(memory->entries, i);
        bool last = true;

        for (guint k = 0; last && k < memory->entries->len; k++) {
            const struct store_memory_entry *other = g_ptr_array_index(memory->entries, k);

            last = strcmp(other->key, entry->key) != 0 || strcmp(other->register_, entry->register_) != 0 ||
                   other->at < entry->at || (other->at == entry->at && k <= i);
        }
        if (last && entry->entry != NULL)
            figures->register_entries++;
    }
}

struct store_memory_figures store_memory_figures(const struct store_memory *memory)
{
    struct store_memory_figures figures = {0};
    unsigned signals[SIGNAL_NOT_TAKEN + 1] = {0}, notices[NOTICE_NOBODY + 1] = {0};

    for (GTreeNode *node = g_tree_node_first(memory->cases); node != NULL; node = g_tree_node_next(node)) {
        const struct memory_case *c = g_tree_node_value(node);

        figures.cases++;
        figures.events += c->events->len;
        figures.turns += c->turns->len;
    }
    for (guint i = 0; i < memory->signals->len; i++)
        signals[((const struct memory_signal *)memory->signals->pdata[i])->state]++;
    for (guint i = 0; i < memory->notices->len; i++)
        notices[((const struct memory_notice *)memory->notices->pdata[i])->state]++;
    figures.signals_pending = signals[SIGNAL_PENDING];
    figures.signals_taken = signals[SIGNAL_TAKEN];
    figures.signals_not_taken = signals[SIGNAL_NOT_TAKEN];
    figures.notices_pending = notices[NOTICE_PENDING];
    figures.notices_delivered = notices[NOTICE_DELIVERED];
    figures.notices_dead = notices[NOTICE_DEAD];
    figures.notices_nobody = notices[NOTICE_NOBODY];
    figures_count_entries(memory, &figures);
    return figures;
}

const GPtrArray *store_memory_entries(const struct store_memory *memory)
{
    return memory->entries;
}

const GArray *store_memory_turns(const struct store_memory *memory, int64_t case_id)
{
    const struct memory_case *c = memory_case_find(memory, case_id);

    return c == NULL ? NULL : c->turns;
}
