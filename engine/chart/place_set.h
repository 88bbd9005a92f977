/*
 * A set of places: keys of a fixed number of words, numbered in the order in which they came. The numbers stay, the
 * keys may move when one is added. Open addressing; nothing depends on the order of the slots.
 */
#ifndef TOROKU_CHART_PLACE_SET_H
#define TOROKU_CHART_PLACE_SET_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct place_set {
    size_t width; /* words of a key */
    uint32_t count;
    GArray *words;   /* uint64_t: the keys, one after another */
    uint32_t *slots; /* number + 1 of a key, or 0 */
    uint32_t mask;
};

void place_set_init(struct place_set *set, size_t width);
void place_set_release(struct place_set *set);

/* Is ${key} new? Then it is added and has the number count - 1. */
bool place_set_add(struct place_set *set, const uint64_t *key);

/* Is ${key} in the set? */
bool place_set_has(const struct place_set *set, const uint64_t *key);

/* The key with number ${index}; it moves with the next place_set_add. */
const uint64_t *place_set_key(const struct place_set *set, uint32_t index);

#endif
