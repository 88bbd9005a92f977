/*
 * Changes to definitions that keep them definitions, more often than not: subtrees go, come twice, change places or
 * come from another definition; ids and words are taken from where the same key has them; keys move between maps.
 */
#ifndef TOROKU_TESTS_FUZZ_MUTATE_H
#define TOROKU_TESTS_FUZZ_MUTATE_H

#include "tests/fuzz/tree.h"

#include <stddef.h>

/* What changes are made from; nothing in it is changed. */
struct donors {
    GPtrArray *trees; /* struct tree: the seeds */
    GPtrArray *keys;  /* const char *: every key that a definition may have */
};

/* Adds the keys of the loader's own tables. */
void donors_add_keys(struct donors *donors);
void donors_add_file(struct donors *donors, const char *path);

/* Changes ${tree} in one to four ways, chosen by ${seed}. */
void tree_mutate(struct tree *tree, const struct donors *donors, uint64_t seed);

/* Puts pieces of ${other} into ${tree}, under the keys that they have there. */
void tree_cross(struct tree *tree, struct tree *other, uint64_t seed);

#endif
