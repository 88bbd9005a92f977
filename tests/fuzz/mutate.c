#include "tests/fuzz/mutate.h"

#include "adapters/yaml/schema.h"

#include <string.h>

/* Words that mean something somewhere, and values at the edge of what is allowed. */
static const char *const words[] = {"true",
                                    "false",
                                    "null",
                                    "~",
                                    "",
                                    "none",
                                    "open",
                                    "owner",
                                    "deep",
                                    "shallow",
                                    "target",
                                    "limit",
                                    "exact",
                                    "end_of_last_day",
                                    "counted",
                                    "state_entry",
                                    "day",
                                    "day_after",
                                    "day_before",
                                    "instant",
                                    "ahead_of",
                                    "subject",
                                    "0",
                                    "1",
                                    "-1",
                                    "2147483647",
                                    "-2147483648",
                                    "99999999999",
                                    "1900-01-01",
                                    "2026-02-30",
                                    "9999-12-31",
                                    "09:00",
                                    "24:00",
                                    "{yy}",
                                    "{n:4}",
                                    "{n:999}",
                                    "{{number}}",
                                    "*",
                                    "a.b.c",
                                    ".",
                                    "a.",
                                    "Asia/Tokyo",
                                    "Etc/Nowhere",
                                    "UTC",
                                    "登録",
                                    "\xe2\x80\xae",
                                    "done.state",
                                    "owner.contacts",
                                    "opsup.queue"};

/* splitmix64: from 0 to under ${below}. */
static guint pick(uint64_t *random, guint below)
{
    uint64_t mixed = *random += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return below == 0 ? 0 : (guint)((mixed ^ (mixed >> 31)) % below);
}

/* ---- choosing a place ---- */

struct mutation {
    struct tree *tree;
    const struct donors *donors;
    GArray *slots; /* of tree; stale after a change, then taken anew */
    uint64_t random;
};

static struct slot *slot_any(GArray *slots, uint64_t *random)
{
    return slots->len == 0 ? NULL : &g_array_index(slots, struct slot, pick(random, slots->len));
}

/* A place of ${slots} under ${key}, from a random one on; of ${kind} unless that is -1. */
static struct slot *slot_like(GArray *slots, uint64_t *random, const char *key, int kind)
{
    guint from = pick(random, slots->len);

    for (guint i = 0; i < slots->len; i++) {
        struct slot *slot = &g_array_index(slots, struct slot, (from + i) % slots->len);

        if ((key == NULL || strcmp(slot->key, key) == 0) && (kind < 0 || (int)slot_get(slot)->kind == kind))
            return slot;
    }
    return NULL;
}

static void slot_cut(const struct slot *slot)
{
    guint first = slot->parent->kind == TREE_MAP ? slot->index - 1 : slot->index;

    for (guint i = first; i <= slot->index; i++)
        tree_free(slot->parent->items->pdata[i]);
    g_ptr_array_remove_range(slot->parent->items, first, slot->index - first + 1);
}

static void map_add(struct tree *map, const char *key, struct tree *value)
{
    g_ptr_array_add(map->items, tree_new_scalar(key));
    g_ptr_array_add(map->items, value);
}

/* ---- a second piece that is no second of the same name ---- */

static void names_collect(const struct tree *tree, GHashTable *names)
{
    for (guint i = 0; tree->items != NULL && i < tree->items->len; i++) {
        const struct tree *item = tree->items->pdata[i];

        names_collect(item, names);
        if (tree->kind == TREE_MAP && i % 2 == 0 && item->kind == TREE_SCALAR &&
            (strcmp(item->text, "id") == 0 || strcmp(item->text, "row") == 0)) {
            const struct tree *value = tree->items->pdata[i + 1];

            if (value->kind == TREE_SCALAR)
                g_hash_table_add(names, g_strdup(value->text));
        }
    }
}

static void names_change(struct tree *tree, GHashTable *names, const char *suffix)
{
    if (tree->kind == TREE_SCALAR && g_hash_table_contains(names, tree->text)) {
        char *changed = g_strconcat(tree->text, suffix, NULL);

        g_free(tree->text);
        tree->text = changed;
    }
    for (guint i = tree->kind == TREE_MAP; tree->items != NULL && i < tree->items->len;
         i += tree->kind == TREE_MAP ? 2 : 1)
        names_change(tree->items->pdata[i], names, suffix);
}

/* A copy whose own ids, and what names them within it, are new. */
static struct tree *copy_renamed(const struct tree *tree, uint64_t *random)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    struct tree *copy = tree_copy(tree);
    char suffix[8];

    g_snprintf(suffix, sizeof suffix, "_%u", pick(random, 1000));
    names_collect(copy, names);
    names_change(copy, names, suffix);
    return copy;
}

/* ---- the changes ---- */

static void change_cut(struct mutation *m)
{
    const struct slot *slot = slot_any(m->slots, &m->random);

    if (slot != NULL)
        slot_cut(slot);
}

/* An entry of a list a second time, beside itself or in another list of the same key. */
static void change_double(struct mutation *m)
{
    const struct slot *slot = NULL, *list;
    struct tree *copy;

    for (int tries = 0; tries < 8 && (slot == NULL || slot->parent->kind != TREE_LIST); tries++)
        slot = slot_any(m->slots, &m->random);
    if (slot == NULL || slot->parent->kind != TREE_LIST)
        return;
    copy = pick(&m->random, 4) > 0 ? copy_renamed(slot_get(slot), &m->random) : tree_copy(slot_get(slot));
    list = pick(&m->random, 2) == 0 ? slot_like(m->slots, &m->random, slot->key, TREE_LIST) : NULL;
    if (list != NULL)
        g_ptr_array_insert(slot_get(list)->items, (gint)pick(&m->random, slot_get(list)->items->len + 1), copy);
    else
        g_ptr_array_insert(slot->parent->items, (gint)pick(&m->random, slot->parent->items->len + 1), copy);
}

static void change_swap(struct mutation *m)
{
    const struct slot *one = slot_any(m->slots, &m->random), *other;

    if (one == NULL)
        return;
    other = pick(&m->random, 3) > 0 ? slot_like(m->slots, &m->random, one->key, -1) : slot_any(m->slots, &m->random);
    if (!tree_holds(slot_get(one), slot_get(other)) && !tree_holds(slot_get(other), slot_get(one)))
        slot_put(one, slot_put(other, slot_get(one)));
}

/* A value that stands elsewhere, in this document or in a seed, mostly under the same key. */
static void change_graft(struct mutation *m)
{
    const struct slot *to = slot_any(m->slots, &m->random), *from;
    struct tree *source = m->tree;
    g_autoptr(GArray) slots = NULL;

    if (to == NULL)
        return;
    if (m->donors->trees->len > 0 && pick(&m->random, 2) == 0)
        source = m->donors->trees->pdata[pick(&m->random, m->donors->trees->len)];
    slots = tree_slots(source);
    if (slots->len == 0)
        return;
    from = slot_like(slots, &m->random, pick(&m->random, 8) > 0 ? to->key : NULL, -1);
    if (from == NULL)
        return;
    if (slot_get(from)->kind == TREE_LIST && slot_get(to)->kind == TREE_LIST && slot_get(from)->items->len > 0) {
        const GPtrArray *entries = slot_get(from)->items;

        g_ptr_array_add(slot_get(to)->items, copy_renamed(entries->pdata[pick(&m->random, entries->len)], &m->random));
        return;
    }
    tree_free(slot_put(to, tree_copy(slot_get(from))));
}

static void change_word(struct mutation *m)
{
    const struct slot *slot = slot_like(m->slots, &m->random, NULL, TREE_SCALAR), *other;
    struct tree *scalar;
    char *text;

    if (slot == NULL)
        return;
    scalar = slot_get(slot);
    other = slot_like(m->slots, &m->random, pick(&m->random, 3) > 0 ? slot->key : NULL, TREE_SCALAR);
    text = g_strdup(pick(&m->random, 4) == 0 ? words[pick(&m->random, G_N_ELEMENTS(words))] : slot_get(other)->text);
    g_free(scalar->text);
    scalar->text = text;
    scalar->quoted = scalar->quoted && pick(&m->random, 2) == 0;
}

/* An id of the document, whatever names it, in the place of another word. */
static void change_reference(struct mutation *m)
{
    const struct slot *id = slot_like(m->slots, &m->random, "id", TREE_SCALAR);
    const struct slot *slot = slot_like(m->slots, &m->random, NULL, TREE_SCALAR);
    char *text;

    if (id == NULL)
        return;
    text = g_strdup(slot_get(id)->text);
    g_free(slot_get(slot)->text);
    slot_get(slot)->text = text;
}

static void change_key(struct mutation *m)
{
    const struct slot *slot = slot_any(m->slots, &m->random);
    struct tree *key;

    if (slot == NULL || slot->parent->kind != TREE_MAP || m->donors->keys->len == 0)
        return;
    key = slot->parent->items->pdata[slot->index - 1];
    tree_free(key);
    slot->parent->items->pdata[slot->index - 1] =
        tree_new_scalar(m->donors->keys->pdata[pick(&m->random, m->donors->keys->len)]);
}

/* A key and its value leave their map for another, which stands outside of the value. */
static void change_move(struct mutation *m)
{
    const struct slot *slot = slot_any(m->slots, &m->random), *to = slot_like(m->slots, &m->random, NULL, TREE_MAP);

    if (slot == NULL || to == NULL || slot->parent->kind != TREE_MAP || tree_holds(slot_get(slot), slot_get(to)))
        return;
    map_add(slot_get(to), slot->key, tree_copy(slot_get(slot)));
    slot_cut(slot);
}

/* A map gets a key that the maps of its kind have elsewhere, with the value it has there. */
static void change_borrow(struct mutation *m)
{
    const struct slot *to = slot_like(m->slots, &m->random, NULL, TREE_MAP), *from;
    g_autoptr(GArray) slots = NULL;
    const struct tree *key, *value;
    guint pair;

    if (to == NULL || m->donors->trees->len == 0)
        return;
    slots = tree_slots(m->donors->trees->pdata[pick(&m->random, m->donors->trees->len)]);
    from = slots->len == 0 ? NULL : slot_like(slots, &m->random, to->key, TREE_MAP);
    if (from == NULL || slot_get(from)->items->len == 0)
        return;
    pair = 2 * pick(&m->random, slot_get(from)->items->len / 2);
    key = slot_get(from)->items->pdata[pair];
    value = slot_get(from)->items->pdata[pair + 1];
    if (key->kind == TREE_SCALAR)
        map_add(slot_get(to), key->text, tree_copy(value));
}

static void change_number(struct mutation *m)
{
    static const int steps[] = {-1, 1, 1, 7, -7, 100, 100000};
    const struct slot *slot = NULL;
    gint64 number = 0;

    for (int tries = 0; tries < 40; tries++) {
        slot = slot_any(m->slots, &m->random);
        if (slot == NULL || (slot_get(slot)->kind == TREE_SCALAR &&
                             g_ascii_string_to_signed(slot_get(slot)->text, 10, G_MININT32, G_MAXINT32, &number, NULL)))
            break;
        slot = NULL;
    }
    if (slot == NULL)
        return;
    g_free(slot_get(slot)->text);
    slot_get(slot)->text = g_strdup_printf("%" G_GINT64_FORMAT, number + steps[pick(&m->random, G_N_ELEMENTS(steps))]);
}

/* Another kind of thing: a word becomes a list of it, a list its first entry, a map the list of itself. */
static void change_kind(struct mutation *m)
{
    const struct slot *slot = slot_any(m->slots, &m->random);
    struct tree *before, *after;

    if (slot == NULL)
        return;
    before = slot_get(slot);
    if (before->kind == TREE_LIST && before->items->len > 0) {
        after = tree_copy(before->items->pdata[0]);
        tree_free(slot_put(slot, after));
        return;
    }
    after = tree_new(pick(&m->random, 4) > 0 ? TREE_LIST : TREE_MAP);
    if (after->kind == TREE_MAP)
        g_ptr_array_add(after->items, tree_new_scalar(slot->key));
    g_ptr_array_add(after->items, before);
    slot_put(slot, after);
}

/* Each as often as it stands here. */
static void (*const changes[])(struct mutation *m) = {
    change_cut,   change_double, change_double, change_swap,   change_swap, change_graft,     change_graft,
    change_graft, change_word,   change_word,   change_word,   change_key,  change_reference, change_reference,
    change_move,  change_borrow, change_borrow, change_borrow, change_cut,  change_number,    change_kind};

void tree_mutate(struct tree *tree, const struct donors *donors, uint64_t seed)
{
    struct mutation m = {.tree = tree, .donors = donors, .random = seed};
    guint count = 1 + pick(&m.random, 4);

    for (guint i = 0; i < count; i++) {
        m.slots = tree_slots(tree);
        if (m.slots->len > 0)
            changes[pick(&m.random, G_N_ELEMENTS(changes))](&m);
        g_array_unref(m.slots);
    }
}

void tree_cross(struct tree *tree, struct tree *other, uint64_t seed)
{
    g_autoptr(GPtrArray) trees = g_ptr_array_new();
    const struct donors donors = {.trees = trees};
    struct mutation m = {.tree = tree, .donors = &donors, .random = seed};
    guint count = 1 + pick(&m.random, 4);

    g_ptr_array_add(trees, other);
    for (guint i = 0; i < count; i++) {
        m.slots = tree_slots(tree);
        if (m.slots->len > 0)
            (pick(&m.random, 2) == 0 ? change_graft : change_borrow)(&m);
        g_array_unref(m.slots);
    }
}

/* ---- donors ---- */

/* Recursive schemas end where a key is known with the same value. */
static void keys_collect(const cyaml_schema_value_t *schema, GPtrArray *keys, GHashTable *seen)
{
    if (schema->type == CYAML_SEQUENCE)
        keys_collect(schema->sequence.entry, keys, seen);
    if (schema->type != CYAML_MAPPING ||
        !g_hash_table_add(seen, (gpointer)(uintptr_t)(const void *)schema->mapping.fields))
        return;
    for (const cyaml_schema_field_t *field = schema->mapping.fields; field->key != NULL; field++) {
        g_ptr_array_add(keys, (gpointer)(uintptr_t)field->key);
        keys_collect(&field->value, keys, seen);
    }
}

void donors_add_keys(struct donors *donors)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);

    keys_collect(&schema_workflow, donors->keys, seen);
}

void donors_add_file(struct donors *donors, const char *path)
{
    g_autofree char *text = NULL;
    struct tree *tree = NULL;
    gsize size;

    if (g_file_get_contents(path, &text, &size, NULL))
        tree = tree_read((const uint8_t *)text, size);
    if (tree != NULL)
        g_ptr_array_add(donors->trees, tree);
}
