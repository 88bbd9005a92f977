/*
 * A YAML document as a tree that can be cut and grafted, for the mutator of the fuzzer.
 */
#ifndef TOROKU_TESTS_FUZZ_TREE_H
#define TOROKU_TESTS_FUZZ_TREE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum tree_kind { TREE_SCALAR, TREE_LIST, TREE_MAP };

struct tree {
    enum tree_kind kind;
    char *text;       /* scalar */
    bool quoted;      /* scalar: it was not plain */
    GPtrArray *items; /* struct tree, owned; a map's are key, value, key, value */
};

/* A place in a tree: ${parent}'s item ${index}. */
struct slot {
    struct tree *parent;
    guint index;
    const char *key; /* the key that it, or the list around it, stands under; "" at the top */
    int depth;
};

/* The first document of ${size} bytes, the caller's; NULL when it is no YAML, empty, or larger than a tree may be. */
struct tree *tree_read(const uint8_t *bytes, size_t size);

/* The document as YAML, the caller's. */
GString *tree_print(const struct tree *tree);

struct tree *tree_new_scalar(const char *text);
struct tree *tree_new(enum tree_kind kind);
struct tree *tree_copy(const struct tree *tree);
void tree_free(struct tree *tree);

/* Every place that holds a value (no keys), in document order: an array of struct slot, the caller's. */
GArray *tree_slots(struct tree *tree);

struct tree *slot_get(const struct slot *slot);
/* Puts ${tree} there and returns what stood there, the caller's. */
struct tree *slot_put(const struct slot *slot, struct tree *tree);

/* ${tree} is ${inner} or stands around it. */
bool tree_holds(const struct tree *tree, const struct tree *inner);

#endif
