/*
 * What an event sends out of its case: signals expanded to the cases that they address, notices to addresses, register
 * entries as versions.
 */
#include "adapters/json/json.h"
#include "adapters/memory/memory.h"

#include <string.h>

static void signal_write(struct store_memory *memory, const struct memory_case *c,
                         const struct store_signal_write *from, int64_t target, bool lost, GTree *wakes)
{
    struct memory_signal *signal = g_new0(struct memory_signal, 1);

    *signal = (struct memory_signal){.origin_case = c->id,
                                     .target = target,
                                     .subject = c->subject,
                                     .origin_seq = from->seq,
                                     .origin_number = from->number,
                                     .hops = from->hops,
                                     .workflow = g_intern_string(from->workflow),
                                     .name = g_intern_string(from->name),
                                     .at = from->at,
                                     .payload = g_string_new_len(from->payload->str, (gssize)from->payload->len)};
    g_ptr_array_add(memory->signals, signal);
    g_hash_table_insert(memory->signals_by, memory_signal_text(c->id, from->seq, from->number, target), signal);
    if (lost) {
        signal->state = SIGNAL_NOT_TAKEN;
        signal->reason = g_strdup("no case was found");
        return;
    }
    place_insert(memory->signals_pending, place_signal(signal), signal);
    place_insert(wakes, (struct place){{target, c->subject}}, signal);
}

/* Open cases that linked this one through their relation ${from->linked_by}. */
static void signal_targets_back(struct store_memory *memory, const struct memory_case *c,
                                const struct store_signal_write *from, GArray *targets)
{
    for (GTreeNode *node = g_tree_node_first(memory->cases); node != NULL; node = g_tree_node_next(node)) {
        const struct memory_case *other = g_tree_node_value(node);

        for (guint i = 0; !other->closed && i < other->links->len; i++) {
            const struct store_link *link = &g_array_index(other->links, struct store_link, i);

            if (link->to == c->id && strcmp(link->relation, from->linked_by) == 0 &&
                strcmp(other->workflow, from->workflow) == 0)
                g_array_append_val(targets, other->id);
        }
    }
}

/* The cases that the relation leads to, each once. */
static void signal_targets(struct store_memory *memory, const struct memory_case *c,
                           const struct store_signal_write *from, GArray *targets)
{
    const struct memory_subject *subject = memory_subject_find(memory, c->subject);

    if (from->same_subject) {
        int64_t open = subject == NULL ? 0 : memory_subject_open(subject, from->workflow);

        if (open != 0 && open != c->id)
            g_array_append_val(targets, open);
        return;
    }
    if (from->linked_by != NULL) {
        signal_targets_back(memory, c, from, targets);
        return;
    }
    for (guint i = 0; i < c->links->len; i++) {
        const struct store_link *link = &g_array_index(c->links, struct store_link, i);

        if (strcmp(link->relation, from->relation) == 0)
            g_array_append_val(targets, link->to);
    }
}

void memory_write_signals(struct store_memory *memory, struct memory_case *c, const GArray *signals, GTree *wakes)
{
    GArray *targets = g_array_new(FALSE, FALSE, sizeof(int64_t));

    for (guint i = 0; i < signals->len; i++) {
        const struct store_signal_write *from = &g_array_index(signals, struct store_signal_write, i);

        g_array_set_size(targets, 0);
        signal_targets(memory, c, from, targets);
        for (guint k = 0; k < targets->len; k++)
            signal_write(memory, c, from, g_array_index(targets, int64_t, k), false, wakes);
        if (targets->len == 0)
            signal_write(memory, c, from, 0, !(from->opens && c->subject != 0), wakes);
    }
    g_array_unref(targets);
}

static void notice_write(struct store_memory *memory, const struct memory_case *c, const struct store_notice *from,
                         const struct directory_memory_contact *to)
{
    struct memory_notice *notice = g_new0(struct memory_notice, 1);

    g_ptr_array_add(memory->notices, notice);
    *notice = (struct memory_notice){.id = memory->notices->len,
                                     .case_id = c->id,
                                     .state = to == NULL ? NOTICE_NOBODY : NOTICE_PENDING,
                                     .at = from->at,
                                     .next = to == NULL ? INSTANT_NEVER : from->at,
                                     .notice = g_strdup(from->notice),
                                     .address = g_strdup(to == NULL ? "" : to->email),
                                     .language = g_strdup(to == NULL ? "ja" : to->language),
                                     .vars = g_string_new_len(from->vars->str, (gssize)from->vars->len),
                                     .replies = g_ptr_array_new_with_free_func(g_free)};
    if (to != NULL)
        place_insert(memory->notices_pending, place_notice(notice), notice);
}

void memory_write_notices(struct store_memory *memory, const struct memory_case *c, const GArray *notices)
{
    for (guint i = 0; i < notices->len; i++) {
        const struct store_notice *from = &g_array_index(notices, struct store_notice, i);
        g_autoptr(GPtrArray) recipients =
            directory_memory_recipients(memory->directory, from->who, from->kind, from->org_code, c->owner);

        for (guint k = 0; k < recipients->len; k++)
            notice_write(memory, c, from, recipients->pdata[k]);
        if (recipients->len == 0)
            notice_write(memory, c, from, NULL);
    }
}

static const struct store_memory_entry *entry_last(const struct store_memory *memory, const struct store_register *op)
{
    for (guint i = memory->entries->len; i-- > 0;) {
        const struct store_memory_entry *entry = g_ptr_array_index(memory->entries, i);

        if (strcmp(entry->key, op->key) == 0 && strcmp(entry->register_, op->register_) == 0)
            return entry;
    }
    return NULL;
}

/* The entry that is in force at ${at}, as known now; NULL: there is none. */
static const struct store_memory_entry *entry_at(const struct store_memory *memory, const struct store_register *op,
                                                 instant at)
{
    const struct store_memory_entry *found = NULL;

    for (guint i = 0; i < memory->entries->len; i++) {
        const struct store_memory_entry *entry = g_ptr_array_index(memory->entries, i);

        if (strcmp(entry->key, op->key) == 0 && strcmp(entry->register_, op->register_) == 0 && entry->at <= at &&
            (found == NULL || entry->at >= found->at))
            found = entry;
    }
    return found;
}

/* A mark outlives a new publication; what is not listed cannot be marked. */
static void register_write(struct store_memory *memory, const struct store_register *op)
{
    const struct store_memory_entry *newest = entry_last(memory, op), *last = entry_at(memory, op, op->at);
    bool listed = last != NULL && last->entry != NULL;
    struct store_memory_entry *entry;

    if (op->kind != ACTION_PUBLISH && !listed)
        return;
    entry = g_new0(struct store_memory_entry, 1);
    entry->register_ = g_strdup(op->register_);
    entry->key = g_strdup(op->key);
    entry->version = newest == NULL ? 1 : newest->version + 1;
    entry->at = op->at;
    if (op->kind == ACTION_PUBLISH)
        entry->entry = g_strdup(op->entry->str);
    else if (op->kind != ACTION_WITHDRAW_ENTRY)
        entry->entry = g_strdup(last->entry);
    if (op->kind == ACTION_MARK)
        entry->banner = g_strdup(op->banner);
    else if (op->kind == ACTION_PUBLISH && last != NULL)
        entry->banner = g_strdup(last->banner);
    g_ptr_array_add(memory->entries, entry);
}

/* The instants from which on versions of the entry hold, from that of ${op} on: ascending, each once. */
static GArray *entry_instants(const struct store_memory *memory, const struct store_register *op)
{
    GArray *instants = g_array_new(FALSE, FALSE, sizeof(instant));

    g_array_append_val(instants, op->at);
    for (guint i = 0; i < memory->entries->len; i++) {
        const struct store_memory_entry *entry = g_ptr_array_index(memory->entries, i);
        guint at = 0;

        if (strcmp(entry->key, op->key) != 0 || strcmp(entry->register_, op->register_) != 0 || entry->at <= op->at)
            continue;
        while (at < instants->len && g_array_index(instants, instant, at) < entry->at)
            at++;
        if (at == instants->len || g_array_index(instants, instant, at) != entry->at)
            g_array_insert_val(instants, at, entry->at);
    }
    return instants;
}

static char *entry_patched(const char *entry, const GString *patch)
{
    struct value *v = json_parse(entry, strlen(entry), MEMORY_JSON_DEPTH, NULL);
    struct value *changes = json_parse(patch->str, patch->len, MEMORY_JSON_DEPTH, NULL);
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < value_size(changes); i++)
        if (value_is_null(value_member_at(changes, i)))
            value_map_unset(v, value_key_at(changes, i));
        else
            value_map_set(v, value_key_at(changes, i), value_ref(value_member_at(changes, i)));
    value_print(v, out);
    value_unref(v);
    value_unref(changes);
    return g_string_free(out, FALSE);
}

/* One version that holds from ${at} on; nothing when it would read as the one in force then. */
static void register_rectify_at(struct store_memory *memory, const struct store_register *op, instant at)
{
    const struct store_memory_entry *is = entry_at(memory, op, at), *last = entry_last(memory, op);
    bool listed = is != NULL && is->entry != NULL;
    struct store_memory_entry *entry;

    if (!listed && (op->kind != ACTION_PUBLISH || op->patch))
        return;
    entry = g_new0(struct store_memory_entry, 1);
    entry->register_ = g_strdup(op->register_);
    entry->key = g_strdup(op->key);
    entry->version = last == NULL ? 1 : last->version + 1;
    entry->at = at;
    if (op->kind == ACTION_PUBLISH)
        entry->entry = op->patch ? entry_patched(is->entry, op->entry) : g_strdup(op->entry->str);
    else if (op->kind != ACTION_WITHDRAW_ENTRY)
        entry->entry = g_strdup(is->entry);
    if (op->kind == ACTION_MARK)
        entry->banner = g_strdup(op->banner);
    else if (op->kind == ACTION_PUBLISH && listed)
        entry->banner = g_strdup(is->banner);
    if (listed && g_strcmp0(entry->entry, is->entry) == 0 && g_strcmp0(entry->banner, is->banner) == 0)
        memory_entry_free(entry);
    else
        g_ptr_array_add(memory->entries, entry);
}

static void register_rectify(struct store_memory *memory, const struct store_register *op)
{
    GArray *instants = entry_instants(memory, op);

    for (guint i = 0; i < instants->len; i++)
        register_rectify_at(memory, op, g_array_index(instants, instant, i));
    g_array_unref(instants);
}

void memory_write_registers(struct store_memory *memory, const GArray *registers)
{
    for (guint i = 0; i < registers->len; i++) {
        const struct store_register *op = &g_array_index(registers, struct store_register, i);

        if (op->rectified)
            register_rectify(memory, op);
        else
            register_write(memory, op);
    }
}
