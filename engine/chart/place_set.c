#include "engine/chart/place_set.h"

#include <string.h>

#define SLOTS_FIRST 1024u

void place_set_init(struct place_set *set, size_t width)
{
    *set = (struct place_set){.width = width, .mask = SLOTS_FIRST - 1};
    set->words = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    set->slots = g_new0(uint32_t, SLOTS_FIRST);
}

void place_set_release(struct place_set *set)
{
    g_array_unref(set->words);
    g_free(set->slots);
}

const uint64_t *place_set_key(const struct place_set *set, uint32_t index)
{
    return &g_array_index(set->words, uint64_t, index * set->width);
}

static uint64_t key_hash(const uint64_t *key, size_t width)
{
    uint64_t hash = width;

    for (size_t w = 0; w < width; w++) {
        hash = (hash ^ key[w]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    return hash;
}

/* The slot that holds ${key}, or the free one where it belongs. */
static uint32_t slot_find(const struct place_set *set, const uint64_t *key)
{
    uint32_t slot = (uint32_t)key_hash(key, set->width) & set->mask;

    while (set->slots[slot] != 0 &&
           memcmp(place_set_key(set, set->slots[slot] - 1), key, set->width * sizeof *key) != 0)
        slot = (slot + 1) & set->mask;
    return slot;
}

/* Half of the slots stay free. */
static void slots_grow(struct place_set *set)
{
    g_free(set->slots);
    set->mask = set->mask * 2 + 1;
    set->slots = g_new0(uint32_t, (gsize)set->mask + 1);
    for (uint32_t i = 0; i < set->count; i++)
        set->slots[slot_find(set, place_set_key(set, i))] = i + 1;
}

bool place_set_add(struct place_set *set, const uint64_t *key)
{
    uint32_t slot = slot_find(set, key);

    if (set->slots[slot] != 0)
        return false;
    g_array_append_vals(set->words, key, (guint)set->width);
    set->slots[slot] = ++set->count;
    if (set->count > set->mask / 2)
        slots_grow(set);
    return true;
}

bool place_set_has(const struct place_set *set, const uint64_t *key)
{
    return set->slots[slot_find(set, key)] != 0;
}
