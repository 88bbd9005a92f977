/*
 * Sets of states: one bit a state, in document order, so that going through a set upwards meets parents before
 * children and earlier states before later ones.
 */
#ifndef TOROKU_CHART_STATE_SET_H
#define TOROKU_CHART_STATE_SET_H

#include <stdbool.h>
#include <stdint.h>

#define CHART_STATES_MAX 256
#define STATE_SET_WORDS (CHART_STATES_MAX / 64)

struct state_set {
    uint64_t words[STATE_SET_WORDS];
};

static inline bool state_set_has(const struct state_set *set, int state)
{
    return (set->words[state / 64] >> (state % 64)) & 1;
}

static inline void state_set_add(struct state_set *set, int state)
{
    set->words[state / 64] |= UINT64_C(1) << (state % 64);
}

static inline void state_set_remove(struct state_set *set, int state)
{
    set->words[state / 64] &= ~(UINT64_C(1) << (state % 64));
}

static inline bool state_set_is_empty(const struct state_set *set)
{
    uint64_t any = 0;

    for (int w = 0; w < STATE_SET_WORDS; w++)
        any |= set->words[w];
    return any == 0;
}

/* Adds all of ${other}. */
static inline void state_set_join(struct state_set *set, const struct state_set *other)
{
    for (int w = 0; w < STATE_SET_WORDS; w++)
        set->words[w] |= other->words[w];
}

/* Takes away all of ${other}. */
static inline void state_set_drop(struct state_set *set, const struct state_set *other)
{
    for (int w = 0; w < STATE_SET_WORDS; w++)
        set->words[w] &= ~other->words[w];
}

/* What both hold. */
static inline struct state_set state_set_common(const struct state_set *a, const struct state_set *b)
{
    struct state_set common;

    for (int w = 0; w < STATE_SET_WORDS; w++)
        common.words[w] = a->words[w] & b->words[w];
    return common;
}

/* Is a state in both? */
static inline bool state_set_meets(const struct state_set *a, const struct state_set *b)
{
    uint64_t any = 0;

    for (int w = 0; w < STATE_SET_WORDS; w++)
        any |= a->words[w] & b->words[w];
    return any != 0;
}

/* Does ${set} hold all of ${part}? */
static inline bool state_set_covers(const struct state_set *set, const struct state_set *part)
{
    uint64_t missing = 0;

    for (int w = 0; w < STATE_SET_WORDS; w++)
        missing |= part->words[w] & ~set->words[w];
    return missing == 0;
}

/* The first state of the set from ${from} on, or -1: for (i = next(set, 0); i >= 0; i = next(set, i + 1)). */
static inline int state_set_next(const struct state_set *set, int from)
{
    for (int w = from / 64; w < STATE_SET_WORDS; w++) {
        uint64_t word = set->words[w];

        if (w == from / 64)
            word &= ~UINT64_C(0) << (from % 64);
        if (word != 0)
            return w * 64 + __builtin_ctzll(word);
    }
    return -1;
}

/* The last state of the set before ${below}, or -1: for (i = last(set, end); i >= 0; i = last(set, i)). */
static inline int state_set_last(const struct state_set *set, int below)
{
    for (int w = (below - 1) / 64; below > 0 && w >= 0; w--) {
        uint64_t word = set->words[w];

        if (w == (below - 1) / 64)
            word &= ~UINT64_C(0) >> (63 - (below - 1) % 64);
        if (word != 0)
            return w * 64 + 63 - __builtin_clzll(word);
    }
    return -1;
}

#endif
